import type { UsageInterval } from '../../facts/usage.ts';
import { crowdGet } from './crowd.ts';
import { type DeliveriesState, type Delivery, deliveryAt } from './deliveryState.ts';
import { seriesRange } from './series.ts';

/** What the VTN may have counted twice: time of which one sending is in doubt, and another may have been counted as well. */

interface Part {
  readonly delivery: Delivery;
  readonly interval: UsageInterval;
}

/** How often what a delivery tells may have been counted. */
const countings = ({ status, doubts }: Delivery): number => doubts + (status === 'acknowledged' ? 1 : 0);

const share = (one: UsageInterval, other: UsageInterval): boolean =>
  one.startAt < other.startAt + other.durationMs && other.startAt < one.startAt + one.durationMs;

/** Every part that may have been counted and shares time with [fromAt, toAt); what was not measured counts as nothing. */
const partsWithin = (state: DeliveriesState, resourceID: string, fromAt: number, toAt: number): readonly Part[] =>
  seriesRange(crowdGet(state.claims, resourceID) ?? [], fromAt - state.longestMs, toAt).flatMap(({ value }) =>
    Object.values(value)
      .flat()
      .flatMap(({ deliveryID, dueAt, interval }) => {
        const delivery = deliveryAt(state, deliveryID, dueAt);
        if (delivery === undefined || interval.energyWattHours === null || countings(delivery) === 0) return [];
        return interval.startAt + interval.durationMs > fromAt ? [{ delivery, interval }] : [];
      }),
  );

/**
 * The deliveries in doubt that were sent again, or stand beside another that tells the same time: what they tell of
 * [fromAt, toAt) the VTN may have counted twice. Oldest first; empty where nothing is in doubt.
 */
export const toldPerhapsTwice = (
  state: DeliveriesState,
  resourceID: string,
  fromAt: number,
  toAt: number,
): readonly Delivery[] => {
  const parts = partsWithin(state, resourceID, fromAt, toAt);
  const twice = parts
    .filter(({ delivery }) => delivery.doubts > 0)
    .filter(
      (part) =>
        countings(part.delivery) > 1 || parts.some((other) => other !== part && share(other.interval, part.interval)),
    );
  return [...new Set(twice.map(({ delivery }) => delivery))].toSorted((a, b) => a.dueAt - b.dueAt);
};
