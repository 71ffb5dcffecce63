import type { KnownEntry } from '../../facts/fact.ts';
import type { UsageDue } from '../../facts/usage.ts';
import type { Projection } from '../projection.ts';
import {
  type DeliveryPart,
  type ClaimsByDuration,
  claimsOf,
  type DeliveriesState,
  type Delivery,
  type DeliveryStatus,
  deliveryAt,
  isCoveredBy,
  rejectedDelivery,
  supersededDelivery,
  toldIn,
  unsettledDeliveries,
  unsettledDelivery,
} from './deliveryState.ts';
import { crowdGet, crowdMap, crowdPut } from './crowd.ts';
import { lookUp, withKey, withoutKey } from './keyed.ts';
import { type Keep, pruned } from './pruned.ts';
import { dayMs, type IndexedSeries, seriesGet, seriesPacked, seriesPrune, seriesPut, utcDay } from './series.ts';

/**
 * Deliveries: what became of every interval of usage that was ever due.
 *
 * A delivery is `owed` from the moment it is due and `sending` while an exchange has it; then it is acknowledged, rejected,
 * in doubt, or owed again. Questions are answered in `owedUsage.ts` and `hourDelivery.ts`.
 */

/** Unsettled usage is kept this long although everything else of its time is dropped. @unit ms */
export const unsettledKeepMs = 400 * dayMs;

const settledStatuses: ReadonlySet<DeliveryStatus> = new Set(['acknowledged', 'rejected', 'superseded']);

const putDelivery = (state: DeliveriesState, delivery: Delivery): DeliveriesState => {
  const { deliveryID, dueAt, status } = delivery;
  const unsettled = settledStatuses.has(status)
    ? withoutKey(state.unsettled, deliveryID)
    : lookUp(state.unsettled, deliveryID) === dueAt
      ? state.unsettled
      : withKey(state.unsettled, deliveryID, dueAt);
  const beside = seriesGet(state.deliveries, dueAt) ?? {};
  return { ...state, unsettled, deliveries: seriesPut(state.deliveries, dueAt, withKey(beside, deliveryID, delivery)) };
};

const addClaim = (series: IndexedSeries<ClaimsByDuration>, claim: DeliveryPart): IndexedSeries<ClaimsByDuration> => {
  const { startAt, durationMs } = claim.interval;
  const beside = seriesGet(series, startAt) ?? {};
  const claims = [...(lookUp(beside, String(durationMs)) ?? []), claim];
  return seriesPut(series, startAt, withKey(beside, String(durationMs), claims));
};

const addClaims = (state: DeliveriesState, due: UsageDue, dueAt: number): DeliveriesState => {
  let { claims, longestMs } = state;
  for (const { resourceID, intervals } of due.usage) {
    let series = crowdGet(claims, resourceID) ?? [];
    for (const interval of intervals) {
      series = addClaim(series, { deliveryID: due.deliveryID, dueAt, interval });
      longestMs = Math.max(longestMs, interval.durationMs);
    }
    claims = crowdPut(claims, resourceID, series);
  }
  return { ...state, claims, longestMs };
};

/** Whether a later delivery has taken over every interval of this one. */
const isTakenOver = (state: DeliveriesState, { deliveryID, usage }: Delivery): boolean =>
  usage.every(({ resourceID, intervals }) =>
    intervals.every(
      ({ startAt, durationMs }) => claimsOf(state, resourceID, startAt, durationMs).at(-1)?.deliveryID !== deliveryID,
    ),
  );

/** Settles the owed deliveries that the new one leaves nothing of. */
const supersede = (state: DeliveriesState, entry: KnownEntry): DeliveriesState =>
  unsettledDeliveries(state)
    .filter((delivery) => delivery.status === 'owed' && isTakenOver(state, delivery))
    .reduce(
      (next, delivery) =>
        putDelivery(next, { ...delivery, status: 'superseded', since: entry.recordedAt, position: entry.position }),
      state,
    );

const becomeDue = (state: DeliveriesState, due: UsageDue, entry: KnownEntry): DeliveriesState => {
  if (
    lookUp(state.unsettled, due.deliveryID) !== undefined ||
    deliveryAt(state, due.deliveryID, entry.recordedAt) !== undefined
  )
    return state;
  const { recordedAt, position } = entry;
  const delivery: Delivery = {
    deliveryID: due.deliveryID,
    reportRequestID: due.reportRequestID,
    status: 'owed',
    dueAt: recordedAt,
    since: recordedAt,
    position,
    sendings: 0,
    requestID: null,
    policy: null,
    doubts: 0,
    responseCode: null,
    because: null,
    usage: due.usage,
  };
  return supersede(addClaims(putDelivery(state, delivery), due, recordedAt), entry);
};

const changed = (
  state: DeliveriesState,
  delivery: Delivery | undefined,
  { recordedAt, position }: KnownEntry,
  alter: (delivery: Delivery) => Partial<Delivery>,
): DeliveriesState =>
  delivery === undefined ? state : putDelivery(state, { ...delivery, since: recordedAt, position, ...alter(delivery) });

/** Changes an unsettled delivery; one that is not known, or settled, stays as it is. */
const change = (
  state: DeliveriesState,
  deliveryID: string,
  entry: KnownEntry,
  alter: (delivery: Delivery) => Partial<Delivery>,
): DeliveriesState => changed(state, unsettledDelivery(state, deliveryID), entry, alter);

/**
 * Owed again: what was not delivered, and what a person lets go once more after it was rejected. Where an earlier sending of it
 * may have been counted it stays in doubt.
 */
const release = (state: DeliveriesState, deliveryID: string, because: string, entry: KnownEntry): DeliveriesState =>
  changed(
    state,
    unsettledDelivery(state, deliveryID) ?? rejectedDelivery(state, deliveryID),
    entry,
    ({ policy, requestID, doubts }) => ({
      status: policy === 'resend' ? 'inDoubt' : 'owed',
      because,
      // What is held nobody but a person lets go, who knows that it was not counted.
      doubts: policy === 'hold' ? 0 : doubts,
      // A sending that may have been counted stays a reason to send under the same requestID.
      requestID: policy === null ? null : requestID,
    }),
  );

/** The facts of which it makes something. */
export const deliveriesHears: ReadonlySet<string> = new Set<KnownEntry['type']>([
  'UsageDue',
  'UsageDeliveryStarted',
  'UsageDeliveryAcknowledged',
  'UsageDeliveryRejected',
  'UsageDeliveryDoubted',
  'UsageDeliveryReleased',
]);

/** What is acknowledged hardly ever changes again: the hours of its devices are written small. */
const withHoursSettled = (state: DeliveriesState, deliveryID: string): DeliveriesState => {
  const resources = unsettledDelivery(state, deliveryID)?.usage ?? [];
  const claims = resources.reduce((all, { resourceID }) => {
    const series = crowdGet(all, resourceID) ?? [];
    const packed = seriesPacked(series, Infinity);
    return packed === series ? all : crowdPut(all, resourceID, packed);
  }, state.claims);
  return claims === state.claims ? state : { ...state, claims };
};

const take = (state: DeliveriesState, entry: KnownEntry): DeliveriesState => {
  switch (entry.type) {
    case 'UsageDue':
      return becomeDue(state, entry.data, entry);
    case 'UsageDeliveryStarted': {
      const { deliveryID, requestID } = entry.data;
      // One whose hours another was to tell may leave before that one does: then it is the one that is on its way.
      const started = unsettledDelivery(state, deliveryID) ?? supersededDelivery(state, deliveryID);
      return changed(state, started, entry, ({ sendings }) => ({
        status: 'sending',
        requestID,
        sendings: sendings + 1,
      }));
    }
    case 'UsageDeliveryAcknowledged': {
      const { deliveryID, reportRequestID, responseCode } = entry.data;
      return change(withHoursSettled(state, deliveryID), deliveryID, entry, ({ usage }) => ({
        status: 'acknowledged',
        reportRequestID,
        responseCode,
        policy: null,
        because: null,
        usage: [],
        told: toldIn(usage),
      }));
    }
    case 'UsageDeliveryRejected': {
      const { deliveryID, responseCode, why } = entry.data;
      return change(state, deliveryID, entry, () => ({ status: 'rejected', responseCode, because: why, policy: null }));
    }
    case 'UsageDeliveryDoubted': {
      const { deliveryID, requestID, policy, because } = entry.data;
      return change(state, deliveryID, entry, ({ doubts }) => ({
        status: 'inDoubt',
        requestID,
        policy,
        because,
        doubts: doubts + 1,
      }));
    }
    case 'UsageDeliveryReleased':
      return release(state, entry.data.deliveryID, entry.data.because, entry);
    default:
      return state;
  }
};

/** The start of the oldest interval that no delivery has settled, or null when nothing is unsettled. */
const oldestUnsettledAt = (state: DeliveriesState): number | null => {
  const starts = unsettledDeliveries(state).flatMap(({ usage }) =>
    usage.flatMap(({ resourceID, intervals }) =>
      intervals
        .filter((interval) => !isCoveredBy(state, resourceID, interval, ({ status }) => status === 'acknowledged'))
        .map(({ startAt }) => startAt),
    ),
  );
  return starts.length === 0 ? null : starts.reduce((oldest, startAt) => Math.min(oldest, startAt));
};

const prune = (state: DeliveriesState, keptFrom: number, { recordedAt }: KnownEntry): DeliveriesState => {
  const wanted = Math.min(keptFrom, oldestUnsettledAt(state) ?? keptFrom);
  const beforeAt = Math.max(wanted, Math.min(keptFrom, recordedAt - unsettledKeepMs));
  return {
    ...state,
    deliveries: seriesPrune(state.deliveries, beforeAt),
    unsettled: Object.fromEntries(
      Object.entries(state.unsettled).filter(([, dueAt]) => utcDay(dueAt) >= utcDay(beforeAt)),
    ),
    claims: crowdMap(state.claims, (series) => seriesPrune(series, beforeAt)),
  };
};

/**
 * Deliveries of usage. With `keepMs`, nothing from the oldest unsettled interval on is dropped.
 * @limit Unsettled usage is kept for 400 days, or keepMs when that is longer.
 */
export const deliveriesProjection = (keep: Keep = {}): Projection<DeliveriesState> =>
  pruned(
    {
      name: 'deliveries',
      version: '8',
      initial: { deliveries: [], unsettled: {}, claims: {}, longestMs: 0, prunedDay: 0 },
      take,
      prune,
    },
    keep,
  );
