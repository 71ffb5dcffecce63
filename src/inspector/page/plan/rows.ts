/** What the chart shows of devices: what was done, what is planned, how full they are. */
import type { Day, DayOfDevice, Device, Plan, PlannedDevice, State } from '../server/answers.ts';
import { clockText, durationText } from '../../../text/times.ts';
import { heldShortText, outShortText } from './standing.ts';
import { hoursIn, type ShownWindow } from './window.ts';

const hourMs = 3_600_000;

type Wished = PlannedDevice['wished'];

/** Energy in both directions, both positive. @unit Wh */
interface BothWays {
  readonly bought: number;
  readonly sold: number;
}

/** Energy of an hour, in both directions. @unit Wh */
export interface HourEnergy {
  readonly startAt: number;
  /** Both positive; null where it was not metered. */
  readonly done: BothWays | null;
  /** What was planned for it, as far as that is known. */
  readonly planned: BothWays;
  /** Whether what was done is reckoned from readings of power, for it is not over. */
  readonly isReckoned: boolean;
}

/** How full something is at an instant. */
export interface LevelPoint {
  readonly at: number;
  /** 0 to 1. */
  readonly share: number;
}

/** One row of the chart. */
export interface ChartRow {
  readonly key: string;
  readonly name: string;
  readonly about: string;
  /** @unit USD, as text; null where there is no plan */
  readonly soFarUsd: string | null;
  readonly plannedUsd: string | null;
  readonly hours: readonly HourEnergy[];
  readonly storesEnergy: boolean;
  readonly level: readonly LevelPoint[];
  readonly levelPlanned: readonly LevelPoint[];
  /** Of several devices: between which levels eight of ten are. */
  readonly band: readonly { readonly at: number; readonly low: number; readonly high: number }[];
  readonly wished: Wished | null;
  /** The DR events that ask something of it, in the times in which it is not out of them. */
  readonly drEvents: PlannedDevice['drEvents'];
  /** The times for which it is out, and holds. */
  readonly outs: readonly Pick<Device['outs'][number], 'startAt' | 'endAt'>[];
  /** Since when nothing is known of it; null while it answers. */
  readonly silentSince: number | null;
  /** Planned for and told nothing: what is planned is what it would do. */
  readonly isShadow: boolean;
  /** What goes before the plan, or why nothing of it is told. */
  readonly note: string | null;
}

const noEnergy: BothWays = { bought: 0, sold: 0 };

interface PowerSpan {
  readonly startAt: number;
  readonly endAt: number;
  readonly demandWatts: number;
}

/** What some power comes to within a stretch. */
const energyWithin = (spans: readonly PowerSpan[], fromAt: number, toAt: number): BothWays =>
  spans.reduce<BothWays>((sum, { startAt, endAt, demandWatts }) => {
    const wattHours = (demandWatts * Math.max(0, Math.min(endAt, toAt) - Math.max(startAt, fromAt))) / hourMs;
    return { bought: sum.bought + Math.max(0, wattHours), sold: sum.sold + Math.max(0, -wattHours) };
  }, noEnergy);

/** Readings of power, each taken to hold until the next, and the last until nothing more is known. */
const readSpans = ({ power }: DayOfDevice, knownUntil: number): readonly PowerSpan[] =>
  power.map(({ at, powerWatts }, place) => ({
    startAt: at,
    endAt: Math.min(power[place + 1]?.at ?? knownUntil, knownUntil),
    demandWatts: powerWatts,
  }));

/** `silentSince`: from then on nothing is known of it, and what it did last may be over. */
const doneIn = (
  device: DayOfDevice | undefined,
  startAt: number,
  now: number,
  silentSince: number | null,
): HourEnergy['done'] => {
  if (device === undefined || startAt > now) return null;
  const knownUntil = Math.min(now, silentSince ?? now);
  if (startAt + hourMs > now)
    return startAt >= knownUntil && silentSince !== null
      ? null
      : energyWithin(readSpans(device, knownUntil), startAt, knownUntil);
  const hour = device.hours.find((each) => each.startAt === startAt);
  if (hour?.importWattHours === null || hour === undefined) return null;
  return { bought: hour.importWattHours, sold: hour.exportWattHours ?? 0 };
};

/** What a device was told before the plan in force began, and what that has it do from then on. */
const orders = (
  device: DayOfDevice | undefined,
  planned: PlannedDevice | undefined,
  would: readonly PowerSpan[],
): readonly PowerSpan[] => {
  const slots = planned?.slots ?? (would.length > 0 ? would : (device?.plan ?? []));
  const plannedFrom = slots[0]?.startAt ?? Infinity;
  const told = (device?.setpoints ?? [])
    .filter(({ startAt }) => startAt < plannedFrom)
    .map((span) => ({ ...span, endAt: Math.min(span.endAt, plannedFrom) }));
  return [...told, ...slots];
};

const hoursOf = (
  device: DayOfDevice | undefined,
  planned: PlannedDevice | undefined,
  would: readonly PowerSpan[],
  { now, silentSince, ...window }: ShownWindow & Pick<ChartRow, 'silentSince'>,
): readonly HourEnergy[] => {
  const spans = orders(device, planned, would);
  return hoursIn(window).map((startAt) => ({
    startAt,
    done: doneIn(device, startAt, now, silentSince),
    planned: energyWithin(spans, startAt, startAt + hourMs),
    isReckoned: startAt <= now && startAt + hourMs > now,
  }));
};

/** Whether what was last read of a device still stands for what it does. */
export const isSilent = (
  { resourceID, isOnline }: Pick<Device, 'resourceID' | 'isOnline'>,
  { alarms, agent }: State,
): boolean =>
  agent.isRunning &&
  (isOnline === false || alarms.some(({ alarm, subject }) => alarm === 'meterSilent' && subject === resourceID));

const levelPlanned = (slots: DayOfDevice['plan'], level: readonly LevelPoint[], now: number): readonly LevelPoint[] => {
  const ahead = slots.flatMap(({ endAt, stateOfChargeAtEnd }) =>
    stateOfChargeAtEnd === null || endAt <= now ? [] : [{ at: endAt, share: stateOfChargeAtEnd }],
  );
  const last = level.at(-1);
  return ahead.length === 0 || last === undefined ? ahead : [last, ...ahead];
};

/** What is left of what DR events ask of a device: nothing where it is out of them. */
const askedBeside = (drEvents: ChartRow['drEvents'], outs: Device['outs']): ChartRow['drEvents'] =>
  drEvents.flatMap((drEvent) =>
    outs
      .filter(({ eventID }) => eventID === null || eventID === drEvent.eventID)
      .reduce(
        (left, { startAt, endAt }) =>
          left
            .flatMap((span) => [
              { ...span, endAt: Math.min(span.endAt, startAt) },
              { ...span, startAt: Math.max(span.startAt, endAt ?? Infinity) },
            ])
            .filter((span) => span.startAt < span.endAt),
        [drEvent],
      ),
  );

const kinds = { battery: 'Battery', ev: 'Car', flexibleLoad: 'Load', meter: 'Meter' } as const;

/** What kind of thing a device is, for people. */
export const kindOf = ({ role }: Pick<Device, 'role'>): string => (role === null ? 'Device' : kinds[role]);

/** What of a device its row is drawn from. */
export type RowDevice = Pick<
  Device,
  | 'resourceID'
  | 'role'
  | 'capacityWattHours'
  | 'maxChargeWatts'
  | 'readAt'
  | 'isOnline'
  | 'mode'
  | 'override'
  | 'outs'
  | 'plan'
>;

const sizeOf = ({ capacityWattHours, maxChargeWatts }: RowDevice): string =>
  capacityWattHours === null
    ? `${(maxChargeWatts / 1_000).toFixed(1)}\u202fkW`
    : `${(capacityWattHours / 1_000).toFixed(1)}\u202fkWh`;

/** The only device by its kind, one of several by its name. */
export const nameOf = (device: Pick<Device, 'resourceID' | 'role'>, all: number): string =>
  all > 1 ? device.resourceID : kindOf(device);

/** A device's row. */
export const rowOf = (
  device: RowDevice,
  state: State,
  day: Day | null,
  plan: Plan | null,
  window: ShownWindow,
): ChartRow => {
  const { resourceID, readAt } = device;
  const ofDay = day?.devices.find((each) => each.resourceID === resourceID);
  const planned = plan?.devices.find((each) => each.resourceID === resourceID);
  const level = (ofDay?.charge ?? [])
    .filter(({ at }) => at <= window.now)
    .map(({ at, stateOfCharge }) => ({ at, share: stateOfCharge }));
  const isGone = isSilent(device, state);
  const silentSince = isGone ? (readAt ?? window.fromAt) : null;
  const isShadow = device.mode === 'shadow';
  return {
    key: resourceID,
    name: nameOf(device, state.devices.length),
    about: state.devices.length > 1 ? `${kindOf(device)}, ${sizeOf(device)}` : sizeOf(device),
    soFarUsd: planned?.today.soFarUsd ?? null,
    plannedUsd: planned?.today.plannedUsd ?? null,
    hours: hoursOf(ofDay, planned, isShadow ? (device.plan?.slots ?? []) : [], { ...window, silentSince }),
    storesEnergy: device.capacityWattHours !== null || (device.role === null && level.length > 0),
    level,
    levelPlanned: isGone ? [] : levelPlanned(planned?.slots ?? ofDay?.plan ?? [], level, window.now),
    band: [],
    wished: planned?.wished ?? null,
    drEvents: askedBeside(planned?.drEvents ?? [], device.outs),
    outs: device.outs,
    silentSince,
    isShadow,
    note: isShadow
      ? 'in shadow'
      : device.mode === 'readOnly'
        ? null
        : (heldShortText(device, window.now) ?? outShortText(device, state.timeZone, window.now)),
  };
};

/** What is said of a silence. */
export const silenceText = (since: number, now: number, timeZone: string): string =>
  `silent since ${clockText(since, timeZone)}, ${durationText(Math.max(0, now - since))}`;

/** One that is not configured any more. */
const goneDevice = (resourceID: string): RowDevice => ({
  resourceID,
  role: null,
  capacityWattHours: null,
  maxChargeWatts: 0,
  readAt: null,
  isOnline: null,
  mode: 'readOnly',
  override: null,
  outs: [],
  plan: null,
});

/** The rows of a day's devices, those that are not configured any more among them. */
export const rowsOfDay = (day: Day, state: State, window: ShownWindow): readonly ChartRow[] =>
  day.devices.map(({ resourceID }) => {
    const known = state.devices.find((each) => each.resourceID === resourceID);
    return rowOf(known ?? goneDevice(resourceID), state, day, null, window);
  });

const between = (before: LevelPoint, after: LevelPoint, at: number): LevelPoint => ({
  at,
  share: before.share + ((after.share - before.share) * (at - before.at)) / Math.max(1, after.at - before.at),
});

/** The levels within a window, up to its edges. */
export const levelsWithin = (
  points: readonly LevelPoint[],
  { fromAt, toAt }: Pick<ShownWindow, 'fromAt' | 'toAt'>,
): readonly LevelPoint[] =>
  points.flatMap((point, place) => {
    const before = points[place - 1];
    const isIn = point.at >= fromAt && point.at <= toAt;
    if (before === undefined) return isIn ? [point] : [];
    const edges = [fromAt, toAt].filter((edge) => before.at < edge && edge < point.at);
    return [...edges.map((edge) => between(before, point, edge)), ...(isIn ? [point] : [])];
  });
