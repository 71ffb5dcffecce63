import { hourMs } from '../programme/calendar.ts';
import {
  coveredMs,
  type DeliveriesState,
  type Delivery,
  type IntervalDelivery,
  laidSideBySide,
} from '../store/projections/deliveryState.ts';
import { hourDelivery } from '../store/projections/hourDelivery.ts';
import type { LineDelivery } from './ledgerLine.ts';

/** What the last reports say of the hour, where their intervals make it up. */
const reportedOf = (intervals: readonly IntervalDelivery[], startAt: number): number | null => {
  const within = intervals.filter(
    ({ interval }) => interval.startAt >= startAt && interval.startAt + interval.durationMs <= startAt + hourMs,
  );
  const parts = laidSideBySide(within);
  if (coveredMs(parts, startAt, startAt + hourMs) !== hourMs) return null;
  return parts.reduce<number | null>(
    (sum, { interval }) => (sum === null || interval.energyWattHours === null ? null : sum + interval.energyWattHours),
    0,
  );
};

const distinct = (deliveries: readonly Delivery[]): readonly Delivery[] => [
  ...new Map(deliveries.map((delivery) => [delivery.deliveryID, delivery])).values(),
];

/** What became of the hour on its way to the VTN. */
export const lineDelivery = (state: DeliveriesState, resourceID: string, startAt: number): LineDelivery => {
  const { status, energyWattHours, acknowledgedAt, reportRequestIDs, responseCodes, intervals, perhapsTwice } =
    hourDelivery(state, resourceID, startAt);
  const deliveries = distinct(intervals.map(({ delivery }) => delivery));
  const all = distinct([...deliveries, ...perhapsTwice]);
  return {
    status,
    reportedWattHours: reportedOf(intervals, startAt),
    acknowledgedWattHours: energyWattHours,
    acknowledgedAt,
    reportRequestIDs,
    requestIDs: [...new Set(all.flatMap(({ requestID }) => requestID ?? []))],
    responseCodes,
    deliveryIDs: deliveries.map(({ deliveryID }) => deliveryID),
    because: deliveries.flatMap(({ because }) => because ?? []).at(-1) ?? null,
    perhapsTwiceIDs: perhapsTwice.map(({ deliveryID }) => deliveryID),
    positions: all.map(({ position }) => position).sort((a, b) => a - b),
  };
};
