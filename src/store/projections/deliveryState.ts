import type { ResourceUsage, UsageInterval } from '../../facts/usage.ts';
import { type Crowd, crowdGet } from './crowd.ts';
import { type Keyed, lookUp } from './keyed.ts';
import type { Prunable } from './pruned.ts';
import { type IndexedSeries, seriesGet, seriesRange } from './series.ts';

/**
 * What is kept of deliveries, and how it is looked up.
 *
 * A delivery is one report's worth of usage. Each interval keeps a claim for every delivery it was part of, with the value
 * that delivery gives; what became of the interval follows from what became of those deliveries.
 */

/** What became of a delivery. `superseded`: every interval of it was taken over by a later delivery. */
export type DeliveryStatus = 'owed' | 'sending' | 'inDoubt' | 'acknowledged' | 'rejected' | 'superseded';

/** What a delivery told of a device, without the values. */
export interface ToldOfDevice {
  readonly resourceID: string;
  readonly fromAt: number;
  readonly toAt: number;
  readonly intervals: number;
  /** How many of them have a value. */
  readonly measured: number;
}

/** One report's worth of usage. */
export interface Delivery {
  readonly deliveryID: string;
  readonly reportRequestID: string;
  readonly status: DeliveryStatus;
  readonly dueAt: number;
  /** When it came into this status, and the entry that says so. */
  readonly since: number;
  readonly position: number;
  /** How often it was handed to an exchange. */
  readonly sendings: number;
  /** The requestID of the sending under way, or of the one whose outcome is unknown. */
  readonly requestID: string | null;
  readonly policy: 'resend' | 'hold' | null;
  /** How many of its sendings the VTN may have counted without our knowing; a person's word that it was not counted takes them back. */
  readonly doubts: number;
  readonly responseCode: string | null;
  /** Why it is in doubt, was rejected or was released. */
  readonly because: string | null;
  /** What it tells; nothing more once it is acknowledged, for the claims of its intervals say that for good. */
  readonly usage: readonly ResourceUsage[];
  /** What it told of which devices; once it is acknowledged. */
  readonly told?: readonly ToldOfDevice[];
}

/** What usage tells of which devices. */
export const toldIn = (usage: readonly ResourceUsage[]): readonly ToldOfDevice[] =>
  usage.map(({ resourceID, intervals }) => ({
    resourceID,
    fromAt: Math.min(...intervals.map(({ startAt }) => startAt)),
    toAt: Math.max(...intervals.map(({ startAt, durationMs }) => startAt + durationMs)),
    intervals: intervals.length,
    measured: intervals.filter(({ energyWattHours }) => energyWattHours !== null).length,
  }));

/** An interval's part in one delivery. */
export interface DeliveryPart {
  readonly deliveryID: string;
  readonly dueAt: number;
  readonly interval: UsageInterval;
}

/** Parts by duration, for the intervals that start at one instant; the oldest first. */
export type ClaimsByDuration = Keyed<readonly DeliveryPart[]>;

/** Every delivery, and each interval's parts in them. */
export interface DeliveriesState extends Prunable {
  /** By the instant they were due, then by deliveryID. */
  readonly deliveries: IndexedSeries<Keyed<Delivery>>;
  /** The instants at which the unsettled deliveries were due, by deliveryID. */
  readonly unsettled: Keyed<number>;
  readonly claims: Crowd<IndexedSeries<ClaimsByDuration>>;
  /** The longest interval ever due. @unit ms */
  readonly longestMs: number;
}

/** A delivery by its ID and the instant it was due. */
export const deliveryAt = (state: DeliveriesState, deliveryID: string, dueAt: number): Delivery | undefined =>
  lookUp(seriesGet(state.deliveries, dueAt) ?? {}, deliveryID);

/** The claims on exactly this interval, oldest first. */
export const claimsOf = (
  state: DeliveriesState,
  resourceID: string,
  startAt: number,
  durationMs: number,
): readonly DeliveryPart[] =>
  lookUp(seriesGet(crowdGet(state.claims, resourceID) ?? [], startAt) ?? {}, String(durationMs)) ?? [];

/** Deliveries that are neither acknowledged, rejected nor superseded. */
export const unsettledDeliveries = (state: DeliveriesState): Delivery[] =>
  Object.entries(state.unsettled).flatMap(([deliveryID, dueAt]) => deliveryAt(state, deliveryID, dueAt) ?? []);

/** A delivery that is not settled yet, by its ID. */
export const unsettledDelivery = (state: DeliveriesState, deliveryID: string): Delivery | undefined => {
  const dueAt = lookUp(state.unsettled, deliveryID);
  return dueAt === undefined ? undefined : deliveryAt(state, deliveryID, dueAt);
};

/** A delivery that another was to take the place of, by its ID: it may be on its way all the same. */
export const supersededDelivery = (state: DeliveriesState, deliveryID: string): Delivery | undefined =>
  seriesRange(state.deliveries, 0, Number.MAX_SAFE_INTEGER)
    .map(({ value }) => lookUp(value, deliveryID))
    .find((delivery) => delivery?.status === 'superseded');

/** Deliveries that the VTN rejected, oldest first. */
export const rejectedDeliveries = (state: DeliveriesState): Delivery[] =>
  seriesRange(state.deliveries, 0, Number.MAX_SAFE_INTEGER).flatMap(({ value }) =>
    Object.values(value).filter(({ status }) => status === 'rejected'),
  );

/** One of them by its ID. */
export const rejectedDelivery = (state: DeliveriesState, deliveryID: string): Delivery | undefined =>
  rejectedDeliveries(state).find((delivery) => delivery.deliveryID === deliveryID);

/** What became of one interval. */
export interface IntervalDelivery {
  readonly resourceID: string;
  readonly interval: UsageInterval;
  /** The delivery that decides it. */
  readonly delivery: Delivery;
}

/** An acknowledgement settles an interval for good; a hold keeps it back; a sending under way is waited for; else the latest word counts. */
const weight = ({ status, policy }: Delivery): number =>
  status === 'acknowledged' ? 3 : status === 'inDoubt' && policy === 'hold' ? 2 : status === 'sending' ? 1 : 0;

/**
 * A value after an acknowledged placeholder is a correction, and what becomes of it decides: were it in doubt beside an interval that
 * counts as told, it would go out once more under another requestID.
 */
const corrects = (
  { delivery, interval }: IntervalDelivery,
  later: { readonly status: DeliveryStatus },
  value: UsageInterval,
): boolean =>
  delivery.status === 'acknowledged' &&
  interval.energyWattHours === null &&
  value.energyWattHours !== null &&
  later.status !== 'superseded';

/**
 * Whether a sending of it may have been counted, and nothing has settled it since: then it goes again under the same requestID. What
 * was held, and a person let go because it was not counted, is no doubt any more.
 */
const mayBeCounted = ({ status, policy }: Delivery): boolean => status === 'inDoubt' && policy === 'resend';

/** What may have been counted is not forgotten because another delivery was to tell it, and never left. */
const staysInDoubt = (delivery: Delivery, later: Delivery): boolean =>
  mayBeCounted(delivery) && later.requestID === null && (later.status === 'owed' || later.status === 'superseded');

const decide = (state: DeliveriesState, resourceID: string, claims: readonly DeliveryPart[]): IntervalDelivery[] => {
  let decided: IntervalDelivery | undefined;
  for (const { deliveryID, dueAt, interval } of claims) {
    const delivery = deliveryAt(state, deliveryID, dueAt);
    if (delivery === undefined) continue;
    if (
      decided === undefined ||
      (weight(delivery) >= weight(decided.delivery) && !staysInDoubt(decided.delivery, delivery)) ||
      corrects(decided, delivery, interval)
    )
      decided = { resourceID, interval, delivery };
  }
  return decided === undefined ? [] : [decided];
};

/** What became of exactly this interval; undefined when it was never due. */
export const intervalDelivery = (
  state: DeliveriesState,
  resourceID: string,
  startAt: number,
  durationMs: number,
): IntervalDelivery | undefined => decide(state, resourceID, claimsOf(state, resourceID, startAt, durationMs))[0];

/** What became of every interval that shares time with [fromAt, toAt), in order of their starts. */
export const intervalsWithin = (
  state: DeliveriesState,
  resourceID: string,
  fromAt: number,
  toAt: number,
): IntervalDelivery[] => {
  const found: IntervalDelivery[] = [];
  // Asked for each hour of five weeks when a day is told: lists upon lists would be half of its cost.
  for (const { at, value } of seriesRange(crowdGet(state.claims, resourceID) ?? [], fromAt - state.longestMs, toAt)) {
    for (const [durationMs, claims] of Object.entries(value)) {
      if (at + Number(durationMs) > fromAt) found.push(...decide(state, resourceID, claims));
    }
  }
  return found;
};

/** Those of the intervals that cover their time without overlapping, taken from the earliest on, longer ones first. */
export const laidSideBySide = (intervals: readonly IntervalDelivery[]): IntervalDelivery[] => {
  const inOrder = intervals.toSorted(
    (a, b) => a.interval.startAt - b.interval.startAt || b.interval.durationMs - a.interval.durationMs,
  );
  const laid: IntervalDelivery[] = [];
  let filledTo = Number.NEGATIVE_INFINITY;
  for (const item of inOrder) {
    if (item.interval.startAt < filledTo) continue;
    laid.push(item);
    filledTo = item.interval.startAt + item.interval.durationMs;
  }
  return laid;
};

/** How much of [fromAt, toAt) the intervals cover together. @unit ms */
export const coveredMs = (intervals: readonly IntervalDelivery[], fromAt: number, toAt: number): number => {
  let covered = 0;
  let filledTo = fromAt;
  for (const { interval } of intervals.toSorted((a, b) => a.interval.startAt - b.interval.startAt)) {
    const from = Math.max(interval.startAt, filledTo);
    const to = Math.min(interval.startAt + interval.durationMs, toAt);
    if (to <= from) continue;
    covered += to - from;
    filledTo = to;
  }
  return covered;
};

/** Whether the intervals of the device that meet the condition cover this one whole. */
export const isCoveredBy = (
  state: DeliveriesState,
  resourceID: string,
  { startAt, durationMs }: UsageInterval,
  condition: (delivery: Delivery) => boolean,
): boolean => {
  const endAt = startAt + durationMs;
  const meeting = intervalsWithin(state, resourceID, startAt, endAt).filter(({ delivery }) => condition(delivery));
  return coveredMs(meeting, startAt, endAt) === durationMs;
};
