/** What does not fit together although each setting is right by itself. */
import { deviceNameFaults } from './deviceNameFaults.ts';
import { deviceFault, deviceSettingsOf } from './deviceKinds.ts';
import { pushFault } from './pushSettings.ts';
import type { SettingName, Settings } from './settings.ts';
import { preferenceFaults, siteFaults } from './sitePreferences.ts';

/** What does not fit together although each part is right: the setting to blame, and a sentence. */
export interface Disagreement {
  readonly setting: SettingName;
  readonly sentence: string;
}

const inOrder = (settings: Settings): readonly (Disagreement | false)[] => {
  const { pricesExpectedAt, pricesLateAt, reregisterAt } = settings;
  const { backoffFirstMs, backoffCapMs, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax } = settings;
  return [
    pricesLateAt <= pricesExpectedAt && {
      setting: 'pricesLateAt',
      sentence: `pricesLateAt (${pricesLateAt}) must be later in the day than pricesExpectedAt (${pricesExpectedAt})`,
    },
    reregisterAt >= pricesExpectedAt && {
      setting: 'reregisterAt',
      sentence: `reregisterAt (${reregisterAt}) must be earlier in the day than pricesExpectedAt (${pricesExpectedAt})`,
    },
    backoffFirstMs > backoffCapMs && {
      setting: 'backoffFirstMs',
      sentence: `backoffFirstMs (${backoffFirstMs}) must not exceed backoffCapMs (${backoffCapMs})`,
    },
    plausibleUsdPerKwhMin >= plausibleUsdPerKwhMax && {
      setting: 'plausibleUsdPerKwhMin',
      sentence: `plausibleUsdPerKwhMin (${plausibleUsdPerKwhMin}) must be below plausibleUsdPerKwhMax (${plausibleUsdPerKwhMax})`,
    },
  ];
};

const ofDevices = ({ devices }: Settings): readonly Disagreement[] =>
  [
    ...deviceNameFaults(devices.map(deviceSettingsOf)),
    ...devices.flatMap((device, index) => {
      const fault = deviceFault(device);
      return fault === null ? [] : [`devices[${index}] (${device.resourceID}) ${fault}`];
    }),
  ].map((sentence) => ({ setting: 'devices', sentence }));

const ofReports = (settings: Settings): Disagreement | false => {
  const specifierIDs = [settings.usageSpecifierID, settings.statusSpecifierID, settings.historySpecifierID];
  return (
    new Set(specifierIDs).size < specifierIDs.length && {
      setting: 'usageSpecifierID',
      sentence: `usageSpecifierID, statusSpecifierID and historySpecifierID (${specifierIDs.join(', ')}) must differ from one another`,
    }
  );
};

const ofTrust = (settings: Settings): readonly (Disagreement | false)[] => {
  const { tlsCheckName, tlsVtnFingerprint, tlsCaFile, envelope, signatures } = settings;
  const isKnownOtherwise = tlsVtnFingerprint !== undefined || tlsCaFile !== undefined;
  const signs = signatures === 'sign' || signatures === 'both';
  const [certificateFile, keyFile] = [settings.signatureCertificateFile, settings.signatureKeyFile];
  return [
    !tlsCheckName &&
      !isKnownOtherwise && {
        setting: 'tlsCheckName',
        sentence:
          'tlsCheckName may be false only when tlsVtnFingerprint or tlsCaFile says by what else the VTN is known, for any certificate of any public authority would do',
      },
    !envelope &&
      signs && {
        setting: 'envelope',
        sentence:
          'envelope is false and signatures says that messages are signed: there is no place for a signature then',
      },
    (certificateFile === undefined) !== (keyFile === undefined) && {
      setting: 'signatureKeyFile',
      sentence: 'signatureCertificateFile and signatureKeyFile belong together: name both or neither',
    },
  ];
};

const ofWishes = ({ site, preferences, devices }: Settings): readonly Disagreement[] => {
  const resourceIDs = devices.map(({ resourceID }) => resourceID);
  return [
    ...siteFaults(site).map((sentence): Disagreement => ({ setting: 'site', sentence })),
    ...preferenceFaults(preferences, resourceIDs).map((sentence): Disagreement => ({
      setting: 'preferences',
      sentence,
    })),
  ];
};

/** What concerns several settings at once and does not fit; empty when all does. */
export const disagreementsOf = (settings: Settings): readonly Disagreement[] => {
  const found: readonly (Disagreement | false)[] = [
    ...inOrder(settings),
    ...ofDevices(settings),
    ofReports(settings),
    ...ofTrust(settings),
    pushFault(settings) ?? false,
    ...ofWishes(settings),
  ];
  return found.filter((each) => each !== false);
};
