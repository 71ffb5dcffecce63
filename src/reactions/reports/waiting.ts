import type { AgentState } from '../../core/state.ts';
import { unsettledDelivery } from '../../store/projections/deliveryState.ts';
import { inOrder, type Slot } from './slots.ts';
import { unansweredReports } from './unanswered.ts';

/** What waits, by device; of one state it is asked for each of ten thousand. */
interface Waiting {
  readonly deliveryIDs: ReadonlySet<string>;
  readonly slots: ReadonlyMap<string, readonly Slot[]>;
}

const waitingIn = new WeakMap<AgentState, Waiting>();

const slotsByDevice = (state: AgentState, deliveryIDs: ReadonlySet<string>): ReadonlyMap<string, readonly Slot[]> => {
  const slots = new Map<string, Slot[]>();
  for (const deliveryID of deliveryIDs)
    for (const { resourceID, intervals } of unsettledDelivery(state.views.deliveries, deliveryID)?.usage ?? [])
      slots.set(resourceID, [
        ...(slots.get(resourceID) ?? []),
        ...intervals.map(({ startAt, durationMs }) => ({ startAt, durationMs })),
      ]);
  return new Map([...slots].map(([resourceID, each]) => [resourceID, inOrder(each)]));
};

const waitingOf = (state: AgentState): Waiting => {
  const known = waitingIn.get(state);
  if (known !== undefined) return known;
  const deliveryIDs = new Set(
    unansweredReports(state).flatMap(({ deliveryID }) => (deliveryID === undefined ? [] : [deliveryID])),
  );
  const waiting = { deliveryIDs, slots: slotsByDevice(state, deliveryIDs) };
  waitingIn.set(state, waiting);
  return waiting;
};

/** Deliveries of usage that wait for the line or are with the VTN: their hours are not told beside themselves. */
export const waitingDeliveries = (state: AgentState): ReadonlySet<string> => waitingOf(state).deliveryIDs;

/** What waits of a device's usage, oldest first. */
export const waitingSlots = (state: AgentState, resourceID: string): readonly Slot[] =>
  waitingOf(state).slots.get(resourceID) ?? [];
