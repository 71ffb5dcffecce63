import { hourMs } from '../../programme/calendar.ts';
import {
  coveredMs,
  type DeliveriesState,
  type Delivery,
  type IntervalDelivery,
  intervalsWithin,
  laidSideBySide,
} from './deliveryState.ts';
import { crowdEntries } from './crowd.ts';
import { seriesRange } from './series.ts';
import { toldPerhapsTwice } from './toldPerhapsTwice.ts';

/** What became of a device's hour. `notDue`: some of it no report has asked for yet, and the rest is acknowledged. */
export type HourStatus = 'notDue' | 'owed' | 'sending' | 'inDoubt' | 'rejected' | 'acknowledged';

/** An hour of a device, put together from the intervals that were due. */
export interface HourDelivery {
  readonly resourceID: string;
  readonly startAt: number;
  readonly status: HourStatus;
  /** How much of the hour was acknowledged. @unit ms */
  readonly acknowledgedMs: number;
  /** The acknowledged value of the whole hour; null while it is not, and when it was acknowledged as not measured. @unit Wh */
  readonly energyWattHours: number | null;
  /** The requests it was acknowledged under. */
  readonly reportRequestIDs: readonly string[];
  /** When the last part was acknowledged, and the entry that says so. */
  readonly acknowledgedAt: number | null;
  readonly position: number | null;
  /** Codes of the answers that settled its intervals. */
  readonly responseCodes: readonly string[];
  readonly intervals: readonly IntervalDelivery[];
  /** Deliveries in doubt that tell some of it beside others, or were sent again: the VTN may have counted it twice. */
  readonly perhapsTwice: readonly Delivery[];
}

/** What is worst about an hour that is not whole, worst first. */
const worstFirst = ['inDoubt', 'rejected', 'owed', 'sending'] as const;

const isAcknowledged = ({ delivery }: IntervalDelivery): boolean => delivery.status === 'acknowledged';

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

/** Sums what was acknowledged; null unless every part was measured and lies within the hour. */
const energyOf = (parts: readonly IntervalDelivery[], startAt: number): number | null => {
  const within = parts.every(
    ({ interval }) => interval.startAt >= startAt && interval.startAt + interval.durationMs <= startAt + hourMs,
  );
  if (!within) return null;
  return parts.reduce<number | null>(
    (sum, { interval }) => (sum === null || interval.energyWattHours === null ? null : sum + interval.energyWattHours),
    0,
  );
};

const latest = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : Math.max(...numbers));

const statusOf = (whole: boolean, intervals: readonly IntervalDelivery[]): HourStatus => {
  if (whole) return 'acknowledged';
  const rest = intervals.filter((item) => !isAcknowledged(item));
  return worstFirst.find((status) => rest.some(({ delivery }) => delivery.status === status)) ?? 'notDue';
};

/** What became of the hour that starts at the instant: acknowledged only when acknowledged intervals cover all of it. */
export const hourDelivery = (state: DeliveriesState, resourceID: string, startAt: number): HourDelivery => {
  const endAt = startAt + hourMs;
  const intervals = intervalsWithin(state, resourceID, startAt, endAt);
  const acknowledged = intervals.filter(isAcknowledged);
  // Where intervals that lie within the hour say all of it, those that reach over its edges have nothing to add.
  const inside = acknowledged.filter(
    ({ interval }) => interval.startAt >= startAt && interval.startAt + interval.durationMs <= endAt,
  );
  const telling = coveredMs(inside, startAt, endAt) === hourMs ? inside : acknowledged;
  const parts = laidSideBySide(telling);
  const acknowledgedMs = coveredMs(acknowledged, startAt, endAt);
  const whole = acknowledgedMs === hourMs;
  const laidWhole = whole && coveredMs(parts, startAt, endAt) === hourMs;
  return {
    resourceID,
    startAt,
    status: statusOf(whole, intervals),
    acknowledgedMs,
    energyWattHours: laidWhole ? energyOf(parts, startAt) : null,
    reportRequestIDs: distinct(telling.map(({ delivery }) => delivery.reportRequestID)),
    acknowledgedAt: latest(telling.map(({ delivery }) => delivery.since)),
    position: latest(telling.map(({ delivery }) => delivery.position)),
    responseCodes: distinct(intervals.flatMap(({ delivery }) => delivery.responseCode ?? [])),
    intervals,
    perhapsTwice: toldPerhapsTwice(state, resourceID, startAt, endAt),
  };
};

/** The status alone of the hour that starts at the instant. */
const hourStatus = (state: DeliveriesState, resourceID: string, startAt: number): HourStatus => {
  const endAt = startAt + hourMs;
  const intervals = intervalsWithin(state, resourceID, startAt, endAt);
  return statusOf(coveredMs(intervals.filter(isAcknowledged), startAt, endAt) === hourMs, intervals);
};

/** None of any status. */
export const noHours: Readonly<Record<HourStatus, number>> = {
  notDue: 0,
  owed: 0,
  sending: 0,
  inDoubt: 0,
  rejected: 0,
  acknowledged: 0,
};

/** All hours of all devices that were ever due. */
export const hoursDue = (state: DeliveriesState): readonly Pick<HourDelivery, 'resourceID' | 'startAt'>[] =>
  crowdEntries(state.claims).flatMap(([resourceID, claims]) => {
    const starts = seriesRange(claims, 0, Number.MAX_SAFE_INTEGER).map(({ at }) => Math.floor(at / hourMs) * hourMs);
    return [...new Set(starts)].map((startAt) => ({ resourceID, startAt }));
  });

/** The same, counted by what became of them. */
export const hoursByStatus = (state: DeliveriesState): Record<HourStatus, number> => {
  const counts = { ...noHours };
  for (const { resourceID, startAt } of hoursDue(state)) counts[hourStatus(state, resourceID, startAt)] += 1;
  return counts;
};
