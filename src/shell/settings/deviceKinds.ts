/**
 * The kinds of devices that a configuration may list: what each may be told.
 * Pure: how a device of a kind is opened is said in `devices/registry.ts`.
 */
import { z } from 'zod';
import type { DeviceRole, DeviceSettings } from '../../facts/settings.ts';
import { filesSchema } from './deviceKinds/files.ts';
import { httpFault, httpSchema } from './deviceKinds/http.ts';
import { hourMs } from '../../programme/calendar.ts';
import { mix } from '../../machines/moment.ts';
import { mqttSchema } from './deviceKinds/mqtt.ts';
import { modbusFault, modbusSchema } from './deviceKinds/modbus.ts';
import { sunspecSchema } from './deviceKinds/sunspec.ts';
import {
  simulatedBatterySchema,
  simulatedEvSchema,
  simulatedFlexibleLoadSchema,
  simulatedMeterSchema,
} from './deviceKinds/simulated.ts';

/** Every kind, in the order of the help. */
export const deviceKindSchemas = [
  simulatedBatterySchema,
  simulatedEvSchema,
  simulatedFlexibleLoadSchema,
  simulatedMeterSchema,
  mqttSchema,
  httpSchema,
  sunspecSchema,
  modbusSchema,
  filesSchema,
] as const;

const kindNames = deviceKindSchemas.map((schema) => schema.shape.kind.value);

/** A device of the configuration: what may be said of it depends on its kind. */
export const deviceSchema = z
  .discriminatedUnion('kind', [...deviceKindSchemas])
  .meta({ allowed: `a kind of device: ${kindNames.join(', ')}` });

/** A list of devices that stands elsewhere: where, and what all of them have in common. */
export const deviceListSchema = z.strictObject({
  from: z.string().min(1).max(2_000),
  each: z.record(z.string(), z.unknown()).optional(),
  tokenFile: z.string().min(1).optional(),
});

/** Where a list of devices is. */
export type DeviceListPlace = z.infer<typeof deviceListSchema>;

/** A device of the configuration. */
export type ConfiguredDevice = z.infer<typeof deviceSchema>;

/** The kinds by name. */
export type DeviceKind = ConfiguredDevice['kind'];

/** A device of the configuration, of one kind. */
export type ConfiguredAs<Kind extends DeviceKind> = Extract<ConfiguredDevice, { readonly kind: Kind }>;

const simulatedRoles: Readonly<Record<string, DeviceRole>> = {
  simulatedBattery: 'battery',
  simulatedEv: 'ev',
  simulatedFlexibleLoad: 'flexibleLoad',
  simulatedMeter: 'meter',
};

/** Whether a device is one by calculation: it moves no power, and what it meters was never used. */
export const isSimulated = ({ kind }: Pick<ConfiguredDevice, 'kind'>): boolean => kind in simulatedRoles;

/** What a device is: of a real one the configuration says it. */
export const roleOf = (device: ConfiguredDevice): DeviceRole =>
  'role' in device
    ? (device.role as DeviceRole)
    : device.kind === 'files'
      ? 'meter'
      : (simulatedRoles[device.kind] ?? 'battery');

/** What of a device does not fit together although each part is right: a part of a sentence, or null. */
export const deviceFault = (device: ConfiguredDevice): string | null => {
  if (device.kind === 'http') return httpFault(device);
  return device.kind === 'modbus' ? modbusFault(device) : null;
};

/** Where an address leads, without its path, which may hold a token: that is only told apart from others. */
const placeOf = (address: string): string => {
  if (!URL.canParse(address)) return '';
  const { host, pathname, search } = new URL(address);
  return `${host}/${mix(0, pathname + search).toString(16)}`;
};

/** Kind and place of a real device: another one of these is another device. */
const addressOf = (device: ConfiguredDevice): string => {
  switch (device.kind) {
    case 'sunspec':
      return `sunspec ${device.host}:${device.port}/${device.unitID}`;
    case 'modbus':
      return `modbus ${device.host}:${device.port}/${device.unitID} ${device.control?.power.address ?? ''}`;
    case 'mqtt':
      return `mqtt ${device.brokerUrl} ${device.setpointTopic ?? `${device.baseTopic}/${device.resourceID}`}`;
    case 'http':
      return `http ${placeOf(device.setpointUrl ?? device.url ?? '')}`;
    default:
      return device.kind;
  }
};

/** A device that can be told what to do and moves real power is told nothing until somebody trusts it. */
const trustTerms = (device: ConfiguredDevice, isReadOnly: boolean): Pick<DeviceSettings, 'needsTrust' | 'address'> =>
  isReadOnly || isSimulated(device) ? {} : { needsTrust: true, address: addressOf(device) };

/** Only what is there. */
const present = <Parts extends object>(parts: Parts): { [K in keyof Parts]?: Exclude<Parts[K], undefined> } =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [K in keyof Parts]?: Exclude<Parts[K], undefined>;
  };

/** What the machines and the planner are told of a device. */
export const deviceSettingsOf = (device: ConfiguredDevice): DeviceSettings => {
  const all: Partial<Record<keyof DeviceSettings, unknown>> & Pick<DeviceSettings, 'resourceID'> = { ...device };
  const role = roleOf(device);
  const isReadOnly =
    role === 'meter' ||
    ('readOnly' in device && device.readOnly === true) ||
    (device.kind === 'http' && device.setpointUrl === undefined) ||
    (device.kind === 'modbus' && device.control === undefined);
  const optional = {
    capacityWattHours: all.capacityWattHours as number | undefined,
    deviceClass: device.deviceClass,
    group: device.group,
    ledger: device.ledger,
    rIDs: device.rIDs === undefined ? undefined : present(device.rIDs),
    roundTripEfficiency: all.roundTripEfficiency as number | undefined,
    wearUsdPerKwh: all.wearUsdPerKwh as number | undefined,
    trips: all.trips as DeviceSettings['trips'],
    need: all.need as DeviceSettings['need'],
    isReadOnly: isReadOnly ? true : undefined,
    isSimulated: isSimulated(device) ? true : undefined,
    awaitedMs: device.kind === 'files' ? device.awaitedHours * hourMs : undefined,
  };
  return {
    resourceID: device.resourceID,
    maxChargeWatts: device.maxChargeWatts,
    maxDischargeWatts: 'maxDischargeWatts' in device ? device.maxDischargeWatts : 0,
    kind: device.kind,
    role,
    ...present(optional),
    ...trustTerms(device, isReadOnly),
  };
};
