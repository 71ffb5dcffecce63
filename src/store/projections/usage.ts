import type { DaySpan } from '../../programme/calendar.ts';
import { hoursOf, hourMs } from '../../programme/calendar.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { BadQuality, MeterRead, MeterReadFailed } from '../../facts/input.ts';
import type { ReadingsDisowned, UsageInterval } from '../../facts/output.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import type { Projection } from '../projection.ts';
import { type ClockLife, type LifeBeginning, lifeBegun, livesCompared, livesSettled } from './clockLives.ts';
import { type Dated, datedFrom, datedPut, datedWithin } from './dated.ts';
import { type Keyed, lookUp, withKey } from './keyed.ts';
import { aheadOf, isOfClock, stillAhead, wasBefore, type SetAside } from './setAside.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';
import { type IndexedSeries, type SeriesItem, seriesGet, seriesPrune, seriesPut, seriesRange } from './series.ts';

/**
 * Usage: what the devices' registers said at the boundaries, and what follows for an interval between two of them.
 *
 * The first reading of a boundary is the reading of that boundary, for that is what the VTN is told; the ledger lets the last
 * one count. What was not measured is missing, never zero and never interpolated. Net: import positive, export negative, as
 * TER bills.
 */

/** Which of two different readings of one boundary counts. */
export type CountingReading = 'first' | 'last';

/** How far from its boundary a reading may have been taken to count for it. @unit ms */
export const boundaryToleranceMs = 60_000;

/** What a device may exceed its rated power by before its meter is disbelieved. */
const overload = 1.05;
/** Two registers in whole Wh, read twice: their difference can be off by this much. @unit Wh */
const roundingWattHours = 2;

/** Which entry says it, and when that was recorded. */
interface Recorded {
  readonly position: number;
  /** UTC ms. */
  readonly receivedAt: number;
}

/** The registers at a boundary. */
export interface Reading extends Recorded {
  readonly importWattHours: number;
  readonly exportWattHours: number;
  /** UTC ms. */
  readonly readAt: number;
  readonly registersSince?: number;
  readonly isIntegrated?: boolean;
}

/** A boundary at which no reading could be had. */
export interface MissedReading extends Recorded {
  readonly bad: BadQuality;
}

/** What is known of a boundary. */
export type Boundary = Reading | MissedReading;

interface MeterState {
  readonly firstReadingAt: number | null;
  readonly latest: MeterRead | null;
  readonly boundaries: IndexedSeries<Boundary>;
  /** What lay ahead when the clock was set back; absent where that never was so. */
  readonly aside?: readonly SetAside<Boundary>[];
}

/** The greatest power a device can draw, and the greatest it can deliver; both positive. */
export interface DeviceLimits {
  /** @unit W */
  readonly maxChargeWatts: number;
  /** @unit W */
  readonly maxDischargeWatts: number;
}

/** Every device's readings by boundary. */
export interface UsageState extends Prunable {
  /** What each device could do, and from when on; what it could do on the day judges its readings of that day. */
  readonly limits: Keyed<Dated<DeviceLimits>>;
  readonly meters: Keyed<MeterState>;
  /** How far the clock was set in all, forward less back; absent where it never was. @unit ms */
  readonly clockMs?: number;
  /** By which clocks readings were dated, since the last that was right; absent before the first start. */
  readonly clockLives?: readonly ClockLife[];
}

/** Energy of an interval in both directions; null, with the reason, when it was not measured. */
export interface DirectedUsage {
  readonly startAt: number;
  readonly durationMs: number;
  /** @unit Wh */
  readonly importWattHours: number | null;
  /** @unit Wh */
  readonly exportWattHours: number | null;
  readonly bad?: BadQuality;
  readonly isIntegrated?: boolean;
}

/** A stretch of time that was not measured. */
export interface UnmeasuredStretch {
  readonly startAt: number;
  readonly endAt: number;
  readonly bad: BadQuality;
}

/** A local day's usage by hours. */
export interface DayOfUsage {
  readonly day: string;
  /** 23, 24 or 25 of them. */
  readonly hours: readonly UsageInterval[];
  readonly gaps: readonly UnmeasuredStretch[];
  /** The sum of the measured hours; null when none was. @unit Wh */
  readonly energyWattHours: number | null;
}

/** Whether no reading could be had. */
export const isMissed = (boundary: Boundary): boundary is MissedReading => 'bad' in boundary;
const noMeter: MeterState = { firstReadingAt: null, latest: null, boundaries: [] };
const meterOf = (state: UsageState, resourceID: string): MeterState => lookUp(state.meters, resourceID) ?? noMeter;

const isRegister = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** What a meter's answer is worth for its boundary; undefined when it was taken too far from it. */
const boundaryOf = (read: MeterRead, recorded: Recorded): Boundary | undefined => {
  if (Math.abs(read.readAt - read.boundaryAt) > boundaryToleranceMs) return undefined;
  const { importWattHours, exportWattHours, readAt } = read;
  if (!isRegister(importWattHours) || !isRegister(exportWattHours)) return { bad: 'Device Failure', ...recorded };
  const { registersSince, isIntegrated } = read;
  return {
    importWattHours,
    exportWattHours,
    readAt,
    ...(registersSince === undefined ? {} : { registersSince }),
    ...(isIntegrated === true ? { isIntegrated } : {}),
    ...recorded,
  };
};

/** Whether what is known of a boundary stays: a reading does, unless the last one counts; a failure does until a reading comes after all. */
const stays = (known: Boundary, next: Boundary, counting: CountingReading): boolean => {
  if (isMissed(known)) return isMissed(next) && known.bad === next.bad;
  if (counting === 'first' || isMissed(next)) return true;
  return known.importWattHours === next.importWattHours && known.exportWattHours === next.exportWattHours;
};

/** The meter, of which time up to an instant passes: what was set aside of it was a future, and is read anew. */
const passing = (meter: MeterState, at: number): MeterState => {
  const { aside, ...rest } = meter;
  if (aside === undefined) return meter;
  const left = stillAhead(aside, at);
  return left.length === 0 ? rest : { ...rest, aside: left };
};

const withBoundary = (before: MeterState, at: number, boundary: Boundary, counting: CountingReading): MeterState => {
  const meter = passing(before, at);
  const known = seriesGet(meter.boundaries, at);
  if (known !== undefined && stays(known, boundary, counting)) return meter;
  const boundaries = seriesPut(meter.boundaries, at, boundary);
  if (isMissed(boundary)) return { ...meter, boundaries };
  return { ...meter, boundaries, firstReadingAt: Math.min(meter.firstReadingAt ?? at, at) };
};

const takeReading = (state: UsageState, read: MeterRead, recorded: Recorded, counting: CountingReading): UsageState => {
  const meter = meterOf(state, read.resourceID);
  const boundary = boundaryOf(read, recorded);
  const bounded = boundary === undefined ? meter : withBoundary(meter, read.boundaryAt, boundary, counting);
  const isLatest = meter.latest === null || read.readAt >= meter.latest.readAt;
  const next = isLatest ? { ...bounded, latest: read } : bounded;
  return next === meter ? state : { ...state, meters: withKey(state.meters, read.resourceID, next) };
};

const takeFailure = (
  state: UsageState,
  failed: MeterReadFailed,
  recorded: Recorded,
  counting: CountingReading,
): UsageState => {
  const meter = meterOf(state, failed.resourceID);
  const next = withBoundary(meter, failed.boundaryAt, { bad: failed.quality, ...recorded }, counting);
  return next === meter ? state : { ...state, meters: withKey(state.meters, failed.resourceID, next) };
};

/** A device that is not configured any more keeps what it could do, for its readings stay. */
const takeSettings = (state: UsageState, devices: readonly DeviceSettings[], at: number): UsageState => {
  const limits = devices.reduce<UsageState['limits']>((all, device) => {
    const { resourceID, maxChargeWatts, maxDischargeWatts } = device;
    const known = lookUp(all, resourceID) ?? [];
    const next = datedPut(known, at, { maxChargeWatts, maxDischargeWatts });
    return next === known ? all : withKey(all, resourceID, next);
  }, state.limits);
  return limits === state.limits ? state : { ...state, limits };
};

/** The meter as a clock that was set back knows it: what lies ahead of it now is set aside, and not forgotten. */
const withoutFuture = (meter: MeterState, at: number, clockMs: number, jumpMs: number): MeterState => {
  const ahead = seriesRange(meter.boundaries, at + 1, Number.MAX_SAFE_INTEGER);
  if (ahead.length === 0) return meter;
  const boundaries = seriesRange(meter.boundaries, 0, at + 1).reduce<IndexedSeries<Boundary>>(
    (series, item) => seriesPut(series, item.at, item.value),
    [],
  );
  const { firstReadingAt, latest } = meter;
  return {
    firstReadingAt: firstReadingAt !== null && firstReadingAt > at ? null : firstReadingAt,
    latest: latest !== null && latest.readAt > at ? null : latest,
    boundaries,
    aside: aheadOf(meter.aside, { clockMs, jumpMs, boundaries: ahead, firstReadingAt, latest }),
  };
};

/** The meter with what was set aside before, of which it turns out that it was no future; what is known since stays. */
const withPast = (meter: MeterState, isPast: (aside: SetAside<Boundary>) => boolean): MeterState => {
  const { aside: all = [], ...rest } = meter;
  const past = all.filter(isPast);
  if (past.length === 0) return meter;
  const left = all.filter((each) => !isPast(each));
  const restored = past.reduce<MeterState>((known, { boundaries, firstReadingAt, latest }) => {
    const firsts = [known.firstReadingAt, firstReadingAt].filter((first) => first !== null);
    return {
      firstReadingAt: firsts.length === 0 ? null : Math.min(...firsts),
      latest: (known.latest?.readAt ?? -Infinity) >= (latest?.readAt ?? -Infinity) ? known.latest : latest,
      boundaries: boundaries.reduce(
        (series, { at, value }) => (seriesGet(series, at) === undefined ? seriesPut(series, at, value) : series),
        known.boundaries,
      ),
    };
  }, rest);
  return left.length === 0 ? restored : { ...restored, aside: left };
};

const withMeters = (state: UsageState, alter: (meter: MeterState) => MeterState): UsageState => ({
  ...state,
  meters: Object.fromEntries(Object.entries(state.meters).map(([resourceID, meter]) => [resourceID, alter(meter)])),
});

/** The clock was set: back, and what is ahead may have been invented by a clock that ran ahead; forward again, and it was not. */
const takeJump = (state: UsageState, at: number, jumpMs: number): UsageState => {
  const before = state.clockMs ?? 0;
  const clockMs = before + jumpMs;
  const alter = (meter: MeterState): MeterState =>
    jumpMs < 0
      ? withoutFuture(meter, at, before, jumpMs)
      : withPast(meter, (aside) => isOfClock(aside, clockMs) && wasBefore(aside, at));
  return { ...withMeters(state, alter), clockMs };
};

/** While nobody ran the clock may have been set right: what was recorded before now was no future then. */
const takeStart = (state: UsageState, at: number): UsageState =>
  Object.values(state.meters).some(({ aside }) => aside?.some((each) => wasBefore(each, at)))
    ? withMeters(state, (meter) => withPast(meter, (aside) => wasBefore(aside, at)))
    : state;

/** The meter without what was dated by a wrong clock. */
const withoutDisowned = (meter: MeterState, { fromPosition, beforePosition }: ReadingsDisowned): MeterState => {
  const all = seriesRange(meter.boundaries, 0, Number.MAX_SAFE_INTEGER);
  const own = all.filter(({ value: { position } }) => position < fromPosition || position >= beforePosition);
  if (own.length === all.length) return meter;
  const gone = new Set(all.map(({ at }) => at));
  for (const { at } of own) gone.delete(at);
  const { firstReadingAt, latest } = meter;
  return {
    ...meter,
    boundaries: own.reduce<IndexedSeries<Boundary>>((series, { at, value }) => seriesPut(series, at, value), []),
    firstReadingAt:
      firstReadingAt !== null && gone.has(firstReadingAt)
        ? (own.find(({ value }) => !isMissed(value))?.at ?? null)
        : firstReadingAt,
    latest: latest !== null && gone.has(latest.boundaryAt) ? null : latest,
  };
};

const takeDisowning = (state: UsageState, disowned: ReadingsDisowned): UsageState => ({
  ...withMeters(state, (meter) => withoutDisowned(meter, disowned)),
  clockLives: livesSettled(state.clockLives ?? []),
});

/** When something was recorded last by the clock of now, as far as readings tell; null when there is none. UTC ms. */
const lastRecordedAt = ({ meters, clockLives }: UsageState): number | null => {
  const since = clockLives?.at(-1)?.since ?? 0;
  const lasts = Object.values(meters).flatMap(({ boundaries }) => {
    const last = seriesRange(boundaries, 0, Number.MAX_SAFE_INTEGER).findLast(({ value }) => value.position >= since);
    return last === undefined ? [] : [last.value.receivedAt];
  });
  return lasts.length === 0 ? null : Math.max(...lasts);
};

/** Another clock from here on. */
const withLife = (state: UsageState, since: number, begun: LifeBeginning): UsageState => ({
  ...state,
  clockLives: lifeBegun(state.clockLives ?? [], since, begun),
});

const recordedOf = ({ position, recordedAt }: KnownEntry): Recorded => ({ position, receivedAt: recordedAt });

const take =
  (counting: CountingReading) =>
  (state: UsageState, entry: KnownEntry): UsageState => {
    switch (entry.type) {
      case 'MeterRead':
        return takeReading(state, entry.data, recordedOf(entry), counting);
      case 'MeterReadFailed':
        return takeFailure(state, entry.data, recordedOf(entry), counting);
      case 'AgentStarted':
        return withLife(
          takeStart(takeSettings(state, entry.data.settings.devices, entry.recordedAt), entry.recordedAt),
          entry.position,
          { leapMs: entry.recordedAt - (lastRecordedAt(state) ?? entry.recordedAt) },
        );
      case 'SettingsChanged':
        return takeSettings(state, entry.data.settings.devices, entry.recordedAt);
      case 'ClockJumped':
        return withLife(takeJump(state, entry.recordedAt, entry.data.jumpMs), entry.position, {
          setMs: entry.data.jumpMs,
        });
      case 'ClocksCompared':
        return { ...state, clockLives: livesCompared(state.clockLives ?? [], entry.data.clockOffsetMs) };
      case 'ReadingsDisowned':
        return takeDisowning(state, entry.data);
      default:
        return state;
    }
  };

const prune = (state: UsageState, beforeAt: number): UsageState => ({
  ...state,
  limits: Object.fromEntries(
    Object.entries(state.limits).map(([resourceID, limits]) => [resourceID, datedFrom(limits, beforeAt)]),
  ),
  meters: Object.fromEntries(
    Object.entries(state.meters).map(([resourceID, meter]) => [
      resourceID,
      { ...meter, boundaries: seriesPrune(meter.boundaries, beforeAt) },
    ]),
  ),
});

/** Usage of all devices. Where different readings of one boundary were recorded, the first one counts unless told otherwise. */
export const usageProjection = (keep: Keep = {}, counting: CountingReading = 'first'): Projection<UsageState> =>
  pruned(
    {
      name: counting === 'first' ? 'usage' : 'usage by last readings',
      version: '5',
      initial: { limits: {}, meters: {}, prunedDay: 0 },
      take: take(counting),
      prune,
    },
    keep,
  );

/** What is known of a boundary; undefined when nothing is. */
export const boundaryAt = (state: UsageState, resourceID: string, at: number): Boundary | undefined =>
  seriesGet(meterOf(state, resourceID).boundaries, at);

/** What is known of the boundaries in [fromAt, toAt), oldest first. */
export const boundariesWithin = (
  state: UsageState,
  resourceID: string,
  fromAt: number,
  toAt: number,
): readonly SeriesItem<Boundary>[] => seriesRange(meterOf(state, resourceID).boundaries, fromAt, toAt);

/** The registers at a boundary, or null when they were not read. */
export const readingAt = (state: UsageState, resourceID: string, at: number): Reading | null => {
  const boundary = seriesGet(meterOf(state, resourceID).boundaries, at);
  return boundary === undefined || isMissed(boundary) ? null : boundary;
};

/** The last boundary up to an instant of which something is known; null when there is none. UTC ms. */
export const lastKnownBoundary = (state: UsageState, resourceID: string, at: number): number | null =>
  seriesRange(meterOf(state, resourceID).boundaries, 0, at + 1).at(-1)?.at ?? null;

/** Whether it is known what the registers were at a boundary, or that they could not be read. */
export const boundaryIsKnown = (state: UsageState, resourceID: string, at: number): boolean =>
  boundaryAt(state, resourceID, at) !== undefined;

/** The reading taken last, whatever boundary it is for. */
export const latestReading = (state: UsageState, resourceID: string): MeterRead | null =>
  meterOf(state, resourceID).latest;

/** The first boundary that was ever read. UTC ms. */
export const firstReadingAt = (state: UsageState, resourceID: string): number | null =>
  meterOf(state, resourceID).firstReadingAt;

const whyMissing = (meter: MeterState, at: number): BadQuality | undefined => {
  const boundary = seriesGet(meter.boundaries, at);
  if (boundary === undefined) return 'Not Connected';
  return isMissed(boundary) ? boundary.bad : undefined;
};

/** Whether both registers only ever grew, without a break, over every reading from one boundary to the other. */
const wentForward = (readings: readonly Reading[]): boolean =>
  readings.every((reading, index) => {
    const before = readings[index - 1];
    return (
      before === undefined ||
      (reading.registersSince === before.registersSince &&
        reading.importWattHours >= before.importWattHours &&
        reading.exportWattHours >= before.exportWattHours)
    );
  });

const exceeds = (energyWattHours: number, watts: number, elapsedMs: number): boolean =>
  energyWattHours > (watts * overload * elapsedMs) / hourMs + roundingWattHours;

/** What a device could do in [startAt, endAt): the most of what was configured in that time; null when it never was. */
export const limitsWithin = (
  state: UsageState,
  resourceID: string,
  startAt: number,
  endAt: number,
): DeviceLimits | null => {
  const limits = datedWithin(lookUp(state.limits, resourceID) ?? [], startAt, endAt);
  if (limits.length === 0) return null;
  return {
    maxChargeWatts: Math.max(...limits.map(({ maxChargeWatts }) => maxChargeWatts)),
    maxDischargeWatts: Math.max(...limits.map(({ maxDischargeWatts }) => maxDischargeWatts)),
  };
};

const isBelievable = (limits: DeviceLimits | null, netWattHours: number, elapsedMs: number): boolean => {
  if (limits === null) return true;
  const watts = netWattHours >= 0 ? limits.maxChargeWatts : limits.maxDischargeWatts;
  return !exceeds(Math.abs(netWattHours), watts, elapsedMs);
};

/** Energy drawn and delivered in an interval, each by itself, for settlement. @unit Wh */
export const importExport = (
  state: UsageState,
  resourceID: string,
  startAt: number,
  durationMs: number,
): DirectedUsage => {
  const missing = (bad: BadQuality): DirectedUsage => ({
    startAt,
    durationMs,
    importWattHours: null,
    exportWattHours: null,
    bad,
  });
  const meter = meterOf(state, resourceID);
  const endAt = startAt + durationMs;
  const bad = whyMissing(meter, startAt) ?? whyMissing(meter, endAt);
  if (bad !== undefined) return missing(bad);
  const readings = seriesRange(meter.boundaries, startAt, endAt + 1).flatMap(({ value }) =>
    isMissed(value) ? [] : [value],
  );
  const first = readings[0] as Reading;
  const last = readings[readings.length - 1] as Reading;
  if (!wentForward(readings)) return missing('Device Failure');
  const importWattHours = last.importWattHours - first.importWattHours;
  const exportWattHours = last.exportWattHours - first.exportWattHours;
  const elapsedMs = Math.max(durationMs, last.readAt - first.readAt);
  const limits = limitsWithin(state, resourceID, startAt, endAt);
  if (!isBelievable(limits, importWattHours - exportWattHours, elapsedMs)) return missing('Sensor Failure');
  const isIntegrated = first.isIntegrated === true || last.isIntegrated === true;
  return { startAt, durationMs, importWattHours, exportWattHours, ...(isIntegrated ? { isIntegrated } : {}) };
};

/**
 * Net usage of an interval: what the registers grew by between its boundaries, import less export.
 *
 * Null with a reason when a boundary was not read, a register went backwards, or the device cannot have that much power.
 * @unit Wh
 */
export const netUsage = (state: UsageState, resourceID: string, startAt: number, durationMs: number): UsageInterval => {
  const { importWattHours, exportWattHours, bad, isIntegrated } = importExport(state, resourceID, startAt, durationMs);
  if (importWattHours === null || exportWattHours === null) {
    return { startAt, durationMs, energyWattHours: null, bad: bad ?? 'Non Specific' };
  }
  const energyWattHours = importWattHours - exportWattHours;
  return { startAt, durationMs, energyWattHours, ...(isIntegrated === true ? { isIntegrated } : {}) };
};

/** Unmeasured intervals, neighbours of the same reason joined. */
const gapsOf = (hours: readonly UsageInterval[]): UnmeasuredStretch[] => {
  const gaps: UnmeasuredStretch[] = [];
  for (const { startAt, durationMs, energyWattHours, bad = 'Non Specific' } of hours) {
    if (energyWattHours !== null) continue;
    const last = gaps[gaps.length - 1];
    const joins = last !== undefined && last.endAt === startAt && last.bad === bad;
    if (joins) gaps[gaps.length - 1] = { ...last, endAt: startAt + durationMs };
    else gaps.push({ startAt, endAt: startAt + durationMs, bad });
  }
  return gaps;
};

/** A local day's net usage hour by hour, with its gaps; 23, 24 or 25 hours. */
export const hoursOfUsage = (state: UsageState, resourceID: string, span: DaySpan): DayOfUsage => {
  const hours = hoursOf(span).map((startAt) => netUsage(state, resourceID, startAt, hourMs));
  const measured = hours.flatMap(({ energyWattHours }) => (energyWattHours === null ? [] : [energyWattHours]));
  const energyWattHours = measured.length === 0 ? null : measured.reduce((sum, wattHours) => sum + wattHours, 0);
  return { day: span.day, hours, gaps: gapsOf(hours), energyWattHours };
};
