import type { DaySpan } from '../../programme/calendar.ts';
import { hoursOf, hourMs } from '../../programme/calendar.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { BadQuality, DeviceStateRead, MeterRead, MeterReadFailed } from '../../facts/input.ts';
import type { UsageInterval } from '../../facts/usage.ts';
import type { Projection } from '../projection.ts';
import { livesCompared } from './clockLives.ts';
import { datedFrom } from './dated.ts';
import { limitsRaised, limitsStated, limitsWithin } from './deviceLimits.ts';
import { crowdGet, crowdMap, crowdPut } from './crowd.ts';
import { stillAhead } from './setAside.ts';
import { type Keep, pruned } from './pruned.ts';
import {
  type IndexedSeries,
  type SeriesItem,
  seriesDay,
  seriesGet,
  seriesLastBefore,
  seriesPacked,
  seriesPrune,
  seriesPut,
  seriesRange,
  utcDay,
} from './series.ts';
import { startedLife, takeDisowning, takeJump, takeStart, withLife } from './usageClocks.ts';
import {
  type Boundary,
  type DeviceLimits,
  isMissed,
  type MeterState,
  type Reading,
  type Recorded,
  type UsageState,
} from './usageState.ts';

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

const noMeter: MeterState = { firstReadingAt: null, latest: null, boundaries: [] };
const meterOf = (state: UsageState, resourceID: string): MeterState => crowdGet(state.meters, resourceID) ?? noMeter;

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

/** With the first value of a UTC day those before it are written small: hardly any of them ever changes. */
const withOverDays = <T>(series: IndexedSeries<T>, before: IndexedSeries<T>, at: number): IndexedSeries<T> =>
  seriesDay(before, utcDay(at)) === undefined ? seriesPacked(series, utcDay(at)) : series;

const withBoundary = (before: MeterState, at: number, boundary: Boundary, counting: CountingReading): MeterState => {
  const meter = passing(before, at);
  const known = seriesGet(meter.boundaries, at);
  if (known !== undefined && stays(known, boundary, counting)) return meter;
  const boundaries = withOverDays(seriesPut(meter.boundaries, at, boundary), meter.boundaries, at);
  if (isMissed(boundary)) return { ...meter, boundaries };
  return { ...meter, boundaries, firstReadingAt: Math.min(meter.firstReadingAt ?? at, at) };
};

const takeReading = (state: UsageState, read: MeterRead, recorded: Recorded, counting: CountingReading): UsageState => {
  const meter = meterOf(state, read.resourceID);
  const boundary = boundaryOf(read, recorded);
  const bounded = boundary === undefined ? meter : withBoundary(meter, read.boundaryAt, boundary, counting);
  const isLatest = meter.latest === null || read.readAt >= meter.latest.readAt;
  const next = isLatest ? { ...bounded, latest: read } : bounded;
  return next === meter ? state : { ...state, meters: crowdPut(state.meters, read.resourceID, next) };
};

const takeState = (state: UsageState, { isInTurn: _asked, ...read }: DeviceStateRead): UsageState => {
  const heard: MeterRead = { ...read, boundaryAt: read.readAt };
  const meter = { ...meterOf(state, read.resourceID), heard };
  return { ...state, meters: crowdPut(state.meters, read.resourceID, meter) };
};

const takeFailure = (
  state: UsageState,
  failed: MeterReadFailed,
  recorded: Recorded,
  counting: CountingReading,
): UsageState => {
  const meter = meterOf(state, failed.resourceID);
  const next = withBoundary(meter, failed.boundaryAt, { bad: failed.quality, ...recorded }, counting);
  return next === meter ? state : { ...state, meters: crowdPut(state.meters, failed.resourceID, next) };
};

/** A device that is not configured any more keeps what it could do, for its readings stay. */
const withLimits = (state: UsageState, limits: UsageState['limits']): UsageState =>
  limits === state.limits ? state : { ...state, limits };

const recordedOf = ({ position, recordedAt }: KnownEntry): Recorded => ({ position, receivedAt: recordedAt });

/** The facts of which it makes something. */
export const usageHears: ReadonlySet<string> = new Set<KnownEntry['type']>([
  'MeterRead',
  'DeviceStateRead',
  'MeterReadFailed',
  'AgentStarted',
  'SettingsChanged',
  'ClockJumped',
  'ClocksCompared',
  'ReadingsDisowned',
]);

const take =
  (counting: CountingReading) =>
  (state: UsageState, entry: KnownEntry): UsageState => {
    switch (entry.type) {
      case 'MeterRead':
        return takeReading(state, entry.data, recordedOf(entry), counting);
      case 'DeviceStateRead':
        return takeState(state, entry.data);
      case 'MeterReadFailed':
        return takeFailure(state, entry.data, recordedOf(entry), counting);
      case 'AgentStarted': {
        const limits = limitsStated(state.limits, entry.data.settings, entry.recordedAt);
        return startedLife(takeStart(withLimits(state, limits), entry.recordedAt), entry);
      }
      case 'SettingsChanged':
        return withLimits(state, limitsRaised(state.limits, entry.data.settings, entry.recordedAt));
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
  limits: crowdMap(state.limits, (limits) => datedFrom(limits, beforeAt)),
  meters: crowdMap(state.meters, (meter) => ({ ...meter, boundaries: seriesPrune(meter.boundaries, beforeAt) })),
});

/** Usage of all devices. Where different readings of one boundary were recorded, the first one counts unless told otherwise. */
export const usageProjection = (keep: Keep = {}, counting: CountingReading = 'first'): Projection<UsageState> =>
  pruned(
    {
      name: counting === 'first' ? 'usage' : 'usage by last readings',
      version: '8',
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
  seriesLastBefore(meterOf(state, resourceID).boundaries, at + 1);

/** Whether it is known what the registers were at a boundary, or that they could not be read. */
export const boundaryIsKnown = (state: UsageState, resourceID: string, at: number): boolean =>
  boundaryAt(state, resourceID, at) !== undefined;

/** The reading taken last, whatever boundary it is for. What a device says of itself beside its readings is `latestState`. */
export const latestReading = (state: UsageState, resourceID: string): MeterRead | null =>
  meterOf(state, resourceID).latest;

/** What a device said last of itself: by a reading, or at a start by none. */
export const latestState = (state: UsageState, resourceID: string): MeterRead | null => {
  const { latest, heard = null } = meterOf(state, resourceID);
  return heard === null || (latest !== null && latest.readAt >= heard.readAt) ? latest : heard;
};

/** Since when what a device can do is what its settings say now; null when they never said it. UTC ms. */
export const limitsSetAt = (state: UsageState, resourceID: string): number | null =>
  crowdGet(state.limits, resourceID)?.at(-1)?.fromAt ?? null;

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
  const limits = limitsWithin(state.limits, resourceID, startAt, endAt);
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
