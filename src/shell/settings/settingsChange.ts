/** What of a configuration that was read again can be taken up while the agent runs, and what is another. Pure. */
import type { SettingsChanged } from '../../facts/input.ts';
import type { VenSettings } from '../../facts/settings.ts';
import type { SettingName } from './settings.ts';

/** Settings that are taken up as they are read; all others hold from one start to the next. */
const changeable = [
  'devices',
  'simulate',
  'site',
  'preferences',
  'shadow',
  'followDrEvents',
  'askDevicesAtStart',
  'overrideOptsOut',
  'plausibleUsdPerKwhMin',
  'plausibleUsdPerKwhMax',
  'setpointValidityMs',
  'unknownOutcome',
  'unmeasured',
  'usageDelayMs',
  'push',
  'transportAddress',
  'pushSilenceMs',
] as const satisfies readonly SettingName[];

/** Settings that are looked after elsewhere: the way to the VTN is renewed by itself. */
const elsewhere: ReadonlySet<string> = new Set<SettingName>([
  'tlsCaFile',
  'tlsCertificateFile',
  'tlsKeyFile',
  'tlsServerName',
  'tlsCheckName',
  'tlsVtnFingerprint',
  'tlsCrlFile',
  'signatureCertificateFile',
  'signatureKeyFile',
  'vtnSignatureFingerprints',
  'vtnSignatureCertificateFile',
  'allowPlainHttp',
]);

type NamedValues = Readonly<Record<string, unknown>>;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isFields = (value: unknown): value is NamedValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of named things as fields, so that each is told by its name. */
const byName = (value: unknown): unknown =>
  Array.isArray(value) && value.every((each) => isFields(each) && typeof each['resourceID'] === 'string')
    ? Object.fromEntries(value.map((each: NamedValues) => [String(each['resourceID']), each]))
    : value;

/** The names of what differs, as deep as there are names. */
const differing = (before: unknown, now: unknown, name: string): readonly string[] => {
  const [a, b] = [byName(before), byName(now)];
  if (isSame(a, b)) return [];
  if (!isFields(a) || !isFields(b)) return [name];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differing(a[key], b[key], `${name}.${key}`),
  );
};

/** What comes of reading the configuration again. */
export interface SettingsRead<Settings> {
  /** As they hold from now on. */
  readonly settings: Settings;
  /** The names of what is another, and of what is another and left as it was. */
  readonly changed: readonly string[];
  readonly kept: readonly string[];
}

/** What of the settings that were read is taken up. */
export const settingsTakenUp = <
  Settings extends Partial<Record<SettingName | 'withheldDevices' | 'devicesLeftOut', unknown>>,
>(
  before: Settings,
  read: Settings,
): SettingsRead<Settings> => {
  const names = new Set(Object.keys({ ...before, ...read }) as SettingName[]);
  const taken = Object.fromEntries(changeable.map((name) => [name, read[name]]));
  const { withheldDevices: _withheld, devicesLeftOut: _leftOut, ...rest } = before;
  const withheld = read.withheldDevices === undefined ? {} : { withheldDevices: read.withheldDevices };
  const isChangeable = (name: string): boolean => changeable.some((each) => each === name);
  return {
    settings: { ...rest, ...taken, ...withheld } as Settings,
    changed: changeable.flatMap((name) => differing(before[name], read[name], name)),
    kept: [...names].filter(
      (name) =>
        !isChangeable(name) &&
        !elsewhere.has(name) &&
        String(name) !== 'withheldDevices' &&
        String(name) !== 'devicesLeftOut' &&
        !isSame(before[name], read[name]),
    ),
  };
};

/** What the VTN is offered of the devices. */
const offerOf = ({ devices }: VenSettings): unknown =>
  devices.map(({ resourceID, deviceClass, capacityWattHours, rIDs }) => [
    resourceID,
    deviceClass,
    capacityWattHours,
    rIDs,
  ]);

/** The fact that other settings hold. `reopened`: devices that are new or were opened anew. */
export const settingsChangedOf = (
  before: VenSettings,
  settings: VenSettings,
  changed: readonly string[],
  reopened: readonly string[],
): SettingsChanged => ({ settings, changed, reopened, isOfferAnother: !isSame(offerOf(before), offerOf(settings)) });
