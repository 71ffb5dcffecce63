/**
 * What DR events ask of the devices' power: levels of SIMPLE, setpoints of LOAD_DISPATCH, and LOAD_CONTROL. @rule 2.0b 104, 510
 *
 * @reading What each means for a device:
 * - `SIMPLE/level`: what the planner's `levelBounds` says of 0 to 3. Beside prices it is their shadow for simpler VENs, and asks nothing.
 * - `LOAD_DISPATCH/setpoint`: the power of what is targeted, import positive, in the unit of the signal. Where one meter is billed for the
 *   site and all of it is meant, it is the site's; else each targeted device has its share, by the greatest power it has in that direction.
 * - `LOAD_CONTROL/x-loadControlSetpoint`: the same for each targeted device by itself.
 * - `LOAD_CONTROL/x-loadControlCapacity`: at most that part (0 to 1) of the greatest power that each device draws.
 * - `LOAD_CONTROL/x-loadControlPercentOffset`: at most that many percent more or less than the greatest power that each device draws.
 * - `LOAD_CONTROL/x-loadControlLevelOffset`: -1, -2, -3 as the levels 1, 2, 3 of SIMPLE; what is not negative asks nothing.
 * A power without a unit is in kW, as in our own reports.
 */
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import { signalValue } from '../../protocol/elements/interval.ts';
import { intervalLengthsMs } from './eventTimes.ts';
import { spelledInOrder } from '../gist.ts';
import { statesPrice } from './priceSignal.ts';
import { sameContent } from '../sameContent.ts';
import { targetedDevices } from './targetFault.ts';
import { isTestEvent } from './testEvent.ts';

/** A level of SIMPLE. */
export type SimpleLevel = 0 | 1 | 2 | 3;

/** What is asked of a device, or of the whole site, for a time. UTC ms, inclusive and exclusive. */
export type LoadCommand = {
  readonly eventID: string;
  /** Absent: of the site. */
  readonly resourceID?: string;
  readonly startAt: number;
  /** Null: until further notice. */
  readonly endAt: number | null;
} & (
  | { readonly kind: 'level'; readonly level: SimpleLevel }
  | {
      readonly kind: 'power';
      /** Import positive. @unit W */
      readonly atLeastWatts?: number;
      readonly atMostWatts?: number;
    }
);

/** Signals that ask for power, and the units that may go with them. @rule 2.0b 104 */
export const loadSignals: Readonly<Record<string, readonly string[]>> = {
  'SIMPLE/level': [],
  'simple/level': [],
  'LOAD_DISPATCH/setpoint': ['powerReal'],
  'LOAD_CONTROL/x-loadControlSetpoint': ['powerReal'],
  'LOAD_CONTROL/x-loadControlCapacity': [],
  'LOAD_CONTROL/x-loadControlPercentOffset': [],
  'LOAD_CONTROL/x-loadControlLevelOffset': [],
};

const nameOf = ({ signalName, signalType }: EiEventSignal): string => `${signalName}/${signalType}`;

/** Whether a signal asks for power. */
export const asksForPower = (signal: EiEventSignal): boolean => nameOf(signal) in loadSignals;

/** Devices that can be told anything. */
const controllable = (devices: readonly DeviceSettings[]): readonly DeviceSettings[] =>
  devices.filter(
    ({ isReadOnly, maxChargeWatts, maxDischargeWatts }) =>
      isReadOnly !== true && maxChargeWatts + maxDischargeWatts > 0,
  );

/** The devices that a signal means; its own target narrows the event's. @rule 2.0b 111 */
const meantBy = (
  signal: EiEventSignal,
  event: EiEvent,
  settings: VenSettings,
  venID: string,
): readonly DeviceSettings[] => {
  const classes = signal.eiTarget?.endDeviceAsset ?? [];
  return controllable(targetedDevices(event.eiTarget, venID, settings)).filter(
    ({ deviceClass }) => classes.length === 0 || deviceClass === undefined || classes.includes(deviceClass),
  );
};

/** Whether there is a device that can do what a signal asks. */
export const canBeDone = (signal: EiEventSignal, event: EiEvent, settings: VenSettings, venID: string): boolean =>
  asksForPower(signal) && meantBy(signal, event, settings, venID).length > 0;

const scales: Readonly<Record<string, number>> = {
  none: 1,
  k: 1_000,
  M: 1_000_000,
  G: 1_000_000_000,
  m: 0.001,
  c: 0.01,
  d: 0.1,
};

const wattsOf = ({ itemBase }: EiEventSignal, value: number): number => {
  const scale = itemBase !== undefined && 'siScaleCode' in itemBase ? itemBase.siScaleCode : 'k';
  return Math.round(value * (scales[scale] ?? 1));
};

/** What a command asks, without its time. */
type Asked = LoadCommand extends infer Command
  ? Command extends LoadCommand
    ? Omit<Command, 'eventID' | 'startAt' | 'endAt'>
    : never
  : never;

const exactly = (watts: number, resourceID?: string): Asked => ({
  kind: 'power',
  atLeastWatts: watts,
  atMostWatts: watts,
  ...(resourceID === undefined ? {} : { resourceID }),
});

/** The power of all of them, shared by the greatest power that each has in that direction. */
const shared = (watts: number, devices: readonly DeviceSettings[]): readonly Asked[] => {
  const greatest = ({ maxChargeWatts, maxDischargeWatts }: DeviceSettings): number =>
    watts >= 0 ? maxChargeWatts : maxDischargeWatts;
  const all = devices.reduce((sum, device) => sum + greatest(device), 0);
  return devices.map((device) =>
    exactly(all === 0 ? 0 : 0 + Math.round((watts * greatest(device)) / all), device.resourceID),
  );
};

const levelOf = (value: number): SimpleLevel => Math.min(3, Math.max(0, Math.round(value))) as SimpleLevel;

const askedOf = (
  signal: EiEventSignal,
  value: number,
  devices: readonly DeviceSettings[],
  { isWholeSite }: { readonly isWholeSite: boolean },
): readonly Asked[] => {
  const each = (asked: (device: DeviceSettings) => Asked): readonly Asked[] => devices.map(asked);
  const level = (of: SimpleLevel): readonly Asked[] =>
    each(({ resourceID }) => ({ kind: 'level', level: of, resourceID }));
  const atMost = (part: number): readonly Asked[] =>
    each(({ resourceID, maxChargeWatts }) => ({
      kind: 'power',
      atMostWatts: Math.round(Math.max(0, part) * maxChargeWatts),
      resourceID,
    }));
  switch (signal.signalType) {
    case 'level':
      return level(levelOf(value));
    case 'setpoint': {
      const watts = wattsOf(signal, value);
      return isWholeSite ? [exactly(watts)] : shared(watts, devices);
    }
    case 'x-loadControlSetpoint':
      return each(({ resourceID }) => exactly(wattsOf(signal, value), resourceID));
    case 'x-loadControlCapacity':
      return atMost(value);
    case 'x-loadControlPercentOffset':
      return value >= 0 ? [] : atMost(1 + value / 100);
    case 'x-loadControlLevelOffset':
      return value >= 0 ? [] : level(levelOf(-value));
    default:
      return [];
  }
};

/** A DR event that is to be carried out: with its times, its random offset included. */
export interface EventInForce {
  readonly event: EiEvent;
  readonly startAt: number;
  readonly endAt: number | null;
}

/** What a DR event asks for, interval by interval; a test event asks nothing. @rule 2.0b 6 */
export const loadCommandsOf = (
  { event, startAt, endAt }: EventInForce,
  settings: VenSettings,
  venID: string,
): readonly LoadCommand[] => {
  const signals = event.eiEventSignals.eiEventSignal;
  if (isTestEvent(event)) return [];
  const { eventID } = event.eventDescriptor;
  const hasPrices = signals.some(statesPrice);
  return signals
    .filter((signal) => asksForPower(signal) && !(hasPrices && signal.signalName.toUpperCase() === 'SIMPLE'))
    .flatMap((signal) => {
      const devices = meantBy(signal, event, settings, venID);
      const isAll = devices.length === controllable(settings.devices).length;
      const isWholeSite = isAll && settings.site?.moneyScope === 'site';
      let at = startAt;
      return intervalLengthsMs(signal, startAt).flatMap((lengthMs, place): readonly LoadCommand[] => {
        const span = { startAt: at, endAt: lengthMs === 0 ? endAt : at + lengthMs };
        at += lengthMs;
        const interval = signal.intervals[place];
        const value = Number(interval === undefined ? undefined : signalValue(interval));
        if (!Number.isFinite(value)) return [];
        return askedOf(signal, value, devices, { isWholeSite }).map((asked) => ({ eventID, ...span, ...asked }));
      });
    });
};

const isAhead =
  (at: number) =>
  ({ endAt }: LoadCommand): boolean =>
    endAt === null || endAt > at;

/** The commands that none of the others is the same as; there may be thousands, each event asking something of each device. */
const notAmong = (commands: readonly LoadCommand[], others: readonly LoadCommand[]): readonly LoadCommand[] => {
  const known = new Set(others.map((each) => spelledInOrder(each)));
  return commands.filter((each) => !known.has(spelledInOrder(each)));
};

/** The first instant from which on something else is asked than was; null when it is the same. */
export const firstChange = (before: readonly LoadCommand[], now: readonly LoadCommand[], at: number): number | null => {
  if (before === now) return null;
  const [then, today] = [before.filter(isAhead(at)), now.filter(isAhead(at))];
  const isSame = then.length === today.length && then.every((each, index) => sameContent(each, today[index]));
  if (isSame) return null;
  const changed = [...notAmong(then, today), ...notAmong(today, then)];
  return changed.length === 0 ? null : Math.max(at, Math.min(...changed.map(({ startAt }) => startAt)));
};
