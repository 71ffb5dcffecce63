/** Devices in shadow, and those that a person trusts: the device that is there has to be the one that was trusted. */
import { tell, type Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import { configuredDevice } from '../facts/settings.ts';
import type { MeterRead } from '../facts/input.ts';
import type { SetpointFailed } from '../facts/planning.ts';
import type { DeviceSettings, VenSettings } from '../facts/settings.ts';
import type { DeviceDistrusted, DeviceIdentity, DeviceTrusted, DeviceTrustEnded } from '../facts/trust.ts';
import type { Moment } from '../machines/moment.ts';
import { siteStream, streamOf } from '../machines/streams.ts';
import { trustIn } from '../store/projections/trust.ts';
import { overridesInShadow } from './instructions.ts';

const isShadowed = ({ settings, views }: AgentState, device: DeviceSettings): boolean => {
  if (device.isReadOnly === true) return false;
  if (settings?.shadow === true) return true;
  if (device.needsTrust !== true) return false;
  return trustIn(views.trust, device.resourceID)?.identity.address !== device.address;
};

/** Whether a device is in shadow: planned for, and told nothing. */
export const isInShadow = (state: AgentState, resourceID: string): boolean => {
  const device = state.settings === null ? undefined : configuredDevice(state.settings, resourceID);
  return device !== undefined && isShadowed(state, device);
};

/** The settings as they count for what is to be done: a device in shadow can be told nothing. */
export const actingSettings = (state: AgentState, settings: VenSettings): VenSettings =>
  settings.devices.some((device) => isShadowed(state, device))
    ? {
        ...settings,
        devices: settings.devices.map((device) =>
          isShadowed(state, device) ? { ...device, isReadOnly: true } : device,
        ),
      }
    : settings;

/** A device hears whether it is in shadow. `isLetGo`: what it was told is taken back, for it is the same device still. */
const shadowTold = (state: AgentState, resourceID: string, isLetGo: boolean): Consequence =>
  tell(streamOf('device', resourceID), {
    type: 'shadow.known',
    isInShadow: isInShadow(state, resourceID),
    isLetGo,
  });

const ended = (
  resourceID: string,
  because: DeviceTrustEnded['because'],
  was: DeviceIdentity,
  is?: DeviceIdentity,
): Consequence => ({
  stream: streamOf('device', resourceID),
  fact: {
    type: 'DeviceTrustEnded',
    data: { resourceID, because, was, ...(is === undefined ? {} : { is }) },
  },
});

const alarm = 'trustEnded';

const alarmed = (resourceID: string, was: DeviceIdentity, is: DeviceIdentity): Consequence => ({
  stream: streamOf('device', resourceID),
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm,
      subject: resourceID,
      text: `${resourceID} is told nothing any more: ${is.serial ?? is.address} is there, and ${was.serial ?? was.address} was trusted.`,
      advice: `See what "ven devices" says of it; if that is right, "ven devices trust ${resourceID}".`,
    },
  },
});

/** Another device is there than was trusted: it is told nothing, and people are told. */
const anotherFound = (
  resourceID: string,
  because: 'address' | 'serial',
  was: DeviceIdentity,
  is: DeviceIdentity,
): readonly Consequence[] => [ended(resourceID, because, was, is), alarmed(resourceID, was, is)];

const hereAs = (device: DeviceSettings, serial: string | undefined): DeviceIdentity => ({
  address: device.address ?? '',
  ...(serial === undefined ? {} : { serial }),
});

/**
 * With these settings: trust that was given to a device elsewhere is over, and each device hears how it stands. `isLetGo`: one that comes
 * into shadow is left to itself first.
 */
export const trustUnderSettings = (state: AgentState, moment: Moment, isLetGo = false): readonly Consequence[] => {
  const devices = state.settings?.devices ?? [];
  const movedFrom = ({ resourceID, needsTrust, address }: DeviceSettings): DeviceIdentity | null => {
    const trust = trustIn(state.views.trust, resourceID);
    return trust !== null && needsTrust === true && trust.identity.address !== address ? trust.identity : null;
  };
  // Of one that is elsewhere the end of its trust says the rest.
  const inShadow = devices.filter((device) => isShadowed(state, device) && movedFrom(device) === null);
  return [
    ...devices.flatMap((device): readonly Consequence[] => {
      const { resourceID } = device;
      const was = movedFrom(device);
      const before = snapshotOf(state, `device/${resourceID}`, 'device')?.context.isInShadow === true;
      return [
        ...(was === null ? [] : anotherFound(resourceID, 'address', was, hereAs(device, undefined))),
        ...(before || isShadowed(state, device) ? [shadowTold(state, resourceID, isLetGo)] : []),
      ];
    }),
    ...overridesInShadow(
      state,
      moment,
      inShadow.map(({ resourceID }) => resourceID),
    ),
  ];
};

/** A device was read: if it says that it is another one than was trusted, it is told nothing any more. */
export const trustAfterReading = (
  state: AgentState,
  { resourceID, status: { serial } }: Pick<MeterRead, 'resourceID' | 'status'>,
): readonly Consequence[] => {
  const device = state.settings === null ? undefined : configuredDevice(state.settings, resourceID);
  const trust = trustIn(state.views.trust, resourceID);
  if (device?.needsTrust !== true || trust === null || trust.identity.serial === serial) return [];
  return anotherFound(resourceID, 'serial', trust.identity, hereAs(device, serial));
};

/** Whoever was to be told was another one, and was told nothing. */
export const trustAfterFailure = (
  state: AgentState,
  { resourceID, foundSerial }: SetpointFailed,
): readonly Consequence[] => {
  const device = state.settings === null ? undefined : configuredDevice(state.settings, resourceID);
  const trust = trustIn(state.views.trust, resourceID);
  if (foundSerial === undefined || device === undefined || trust === null) return [];
  return anotherFound(
    resourceID,
    'serial',
    trust.identity,
    hereAs(device, foundSerial === '' ? undefined : foundSerial),
  );
};

/** A person trusts a device: from now on it is told what to do. */
export const deviceTrusted = (state: AgentState, { resourceID }: DeviceTrusted): readonly Consequence[] => [
  { stream: streamOf('device', resourceID), fact: { type: 'AlarmCleared', data: { alarm, subject: resourceID } } },
  shadowTold(state, resourceID, false),
  tell(siteStream, { type: 'news.heard', because: `a person trusts ${resourceID}` }),
  { unsettled: 'plan' },
];

/** A person does not trust a device any more; who did not before only takes note of an alarm. */
export const deviceDistrusted = (state: AgentState, { resourceID }: DeviceDistrusted): readonly Consequence[] => {
  const trust = trustIn(state.views.trust, resourceID);
  return [
    { stream: streamOf('device', resourceID), fact: { type: 'AlarmCleared', data: { alarm, subject: resourceID } } },
    ...(trust === null ? [] : [ended(resourceID, 'distrusted', trust.identity)]),
  ];
};

/** A device is in shadow again: what a person told it is over, and the others are planned for without it. */
export const deviceTrustEnded = (
  state: AgentState,
  moment: Moment,
  { resourceID, because }: DeviceTrustEnded,
): readonly Consequence[] => [
  shadowTold(state, resourceID, because === 'distrusted'),
  ...overridesInShadow(state, moment, [resourceID]),
  tell(siteStream, { type: 'news.heard', because: `${resourceID} is in shadow` }),
  { unsettled: 'plan' },
];
