import type { AgentState } from '../../core/state.ts';
import { unsettledDelivery } from '../../store/projections/deliveryState.ts';
import type { Slot } from './slots.ts';
import { unansweredReports } from './unanswered.ts';

/** Deliveries of usage that wait for the line or are with the VTN: their hours are not told beside themselves. */
export const waitingDeliveries = (state: AgentState): ReadonlySet<string> =>
  new Set(unansweredReports(state).flatMap(({ deliveryID }) => (deliveryID === undefined ? [] : [deliveryID])));

/** What waits of a device's usage, oldest first. */
export const waitingSlots = (state: AgentState, resourceID: string): readonly Slot[] =>
  [...waitingDeliveries(state)]
    .flatMap((deliveryID) => unsettledDelivery(state.views.deliveries, deliveryID)?.usage ?? [])
    .filter((usage) => usage.resourceID === resourceID)
    .flatMap(({ intervals }) => intervals.map(({ startAt, durationMs }) => ({ startAt, durationMs })))
    .sort((a, b) => a.startAt - b.startAt);
