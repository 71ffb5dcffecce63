import type { UsageInterval } from '../../facts/usage.ts';
import {
  type DeliveriesState,
  type Delivery,
  deliveryAt,
  intervalDelivery,
  isCoveredBy,
  rejectedDeliveries,
  unsettledDeliveries,
} from './deliveryState.ts';
import { crowdGet, crowdKeys } from './crowd.ts';
import { seriesRange } from './series.ts';

/** Usage of one device that is still to be told to the VTN. */
export interface OwedUsage {
  readonly resourceID: string;
  /** The delivery that last claimed it, and the request it was due under. */
  readonly deliveryID: string;
  readonly reportRequestID: string;
  /** Present when the VTN may have it already: it is sent again with this requestID. */
  readonly requestID?: string;
  readonly intervals: readonly UsageInterval[];
}

/** Owed, or in doubt and to be sent again. */
const isOwed = ({ status, policy }: Delivery): boolean =>
  status === 'owed' || (status === 'inDoubt' && policy === 'resend');

/** On its way, there already, or kept back by a person: sending it now would be wrong. */
const isTakenCareOf = (delivery: Delivery): boolean =>
  delivery.status === 'acknowledged' ||
  delivery.status === 'sending' ||
  (delivery.status === 'inDoubt' && delivery.policy === 'hold');

const isOwedBy = (
  state: DeliveriesState,
  { deliveryID }: Delivery,
  resourceID: string,
  interval: UsageInterval,
): boolean => {
  const decided = intervalDelivery(state, resourceID, interval.startAt, interval.durationMs);
  return decided?.delivery.deliveryID === deliveryID && !isCoveredBy(state, resourceID, interval, isTakenCareOf);
};

/**
 * Usage that was due under any request and is neither acknowledged, rejected, being sent nor held.
 *
 * Each interval is listed once, with the delivery that claimed it last; one that acknowledged intervals of another length
 * cover is not owed.
 */
export const owedUsage = (state: DeliveriesState): readonly OwedUsage[] => owedIn(state).all;

/** The same of one device. */
export const owedOf = (state: DeliveriesState, resourceID: string): readonly OwedUsage[] =>
  owedIn(state).byDevice.get(resourceID) ?? [];

interface Owed {
  readonly all: readonly OwedUsage[];
  readonly byDevice: ReadonlyMap<string, readonly OwedUsage[]>;
}

/** A state is asked for each of its devices, and never changes. */
const owedBy = new WeakMap<DeliveriesState, Owed>();

const owedIn = (state: DeliveriesState): Owed => {
  const known = owedBy.get(state);
  if (known !== undefined) return known;
  const all = owedOfAll(state);
  const byDevice = new Map<string, OwedUsage[]>();
  for (const owed of all) {
    const beside = byDevice.get(owed.resourceID);
    if (beside === undefined) byDevice.set(owed.resourceID, [owed]);
    else beside.push(owed);
  }
  const found = { all, byDevice };
  owedBy.set(state, found);
  return found;
};

const owedOfAll = (state: DeliveriesState): readonly OwedUsage[] =>
  unsettledDeliveries(state)
    .filter(isOwed)
    .flatMap((delivery) =>
      delivery.usage.flatMap(({ resourceID, intervals }) => {
        const owed = intervals.filter((interval) => isOwedBy(state, delivery, resourceID, interval));
        if (owed.length === 0) return [];
        const { deliveryID, reportRequestID, requestID } = delivery;
        return [
          { resourceID, deliveryID, reportRequestID, ...(requestID === null ? {} : { requestID }), intervals: owed },
        ];
      }),
    );

/** Deliveries that wait for a person: their outcome is unknown and the policy is to hold. */
export const heldDeliveries = (state: DeliveriesState): Delivery[] =>
  unsettledDeliveries(state).filter(({ status, policy }) => status === 'inDoubt' && policy === 'hold');

/** Deliveries that nothing but a person moves again: held, or rejected with hours that no other delivery has told since. */
export const standingStill = (state: DeliveriesState): Delivery[] => [
  ...heldDeliveries(state),
  ...rejectedDeliveries(state).filter(({ deliveryID, usage }) =>
    usage.some(({ resourceID, intervals }) =>
      intervals.some(
        ({ startAt, durationMs }) =>
          intervalDelivery(state, resourceID, startAt, durationMs)?.delivery.deliveryID === deliveryID,
      ),
    ),
  ),
];

/** Deliveries that were due in [fromAt, toAt), oldest first. */
export const deliveriesDue = (state: DeliveriesState, fromAt: number, toAt: number): Delivery[] =>
  seriesRange(state.deliveries, fromAt, toAt).flatMap(({ value }) =>
    Object.values(value).sort((a, b) => a.position - b.position),
  );

/** A value that was put on the wire. */
export interface SentValue {
  readonly resourceID: string;
  readonly reportRequestID: string;
  readonly deliveryID: string;
  readonly interval: UsageInterval;
  readonly sendings: number;
}

/** Every value sent for a device's intervals that start in [fromAt, toAt), oldest interval first. */
export const sentValues = (state: DeliveriesState, resourceID: string, fromAt: number, toAt: number): SentValue[] =>
  seriesRange(crowdGet(state.claims, resourceID) ?? [], fromAt, toAt).flatMap(({ value }) =>
    Object.values(value)
      .flat()
      .flatMap(({ deliveryID, dueAt, interval }) => {
        const delivery = deliveryAt(state, deliveryID, dueAt);
        if (delivery === undefined || delivery.sendings === 0) return [];
        return [
          { resourceID, reportRequestID: delivery.reportRequestID, deliveryID, interval, sendings: delivery.sendings },
        ];
      }),
  );

/** Values that differ from one sent before under the same request for the same interval: there must be none. */
export const conflictingValues = (state: DeliveriesState): SentValue[] =>
  crowdKeys(state.claims).flatMap((resourceID) => {
    const first = new Map<string, number | null>();
    return sentValues(state, resourceID, 0, Number.MAX_SAFE_INTEGER).filter(({ reportRequestID, interval }) => {
      const key = `${interval.startAt}/${interval.durationMs}/${reportRequestID}`;
      if (!first.has(key)) first.set(key, interval.energyWattHours);
      return first.get(key) !== interval.energyWattHours;
    });
  });
