import type { AgentState } from '../../core/state.ts';
import type { UsageInterval } from '../../facts/usage.ts';
import { unsettledDelivery } from '../../store/projections/deliveryState.ts';
import { inOrder } from './slots.ts';
import { unansweredReports } from './unanswered.ts';

/** What waits, by device; of one state it is asked for each of ten thousand. */
interface Waiting {
  readonly deliveryIDs: ReadonlySet<string>;
  readonly intervals: ReadonlyMap<string, readonly UsageInterval[]>;
}

const waitingIn = new WeakMap<AgentState, Waiting>();

const byDevice = (
  state: AgentState,
  deliveryIDs: ReadonlySet<string>,
): ReadonlyMap<string, readonly UsageInterval[]> => {
  const found = new Map<string, UsageInterval[]>();
  for (const deliveryID of deliveryIDs)
    for (const { resourceID, intervals } of unsettledDelivery(state.views.deliveries, deliveryID)?.usage ?? [])
      found.set(resourceID, [...(found.get(resourceID) ?? []), ...intervals]);
  return new Map([...found].map(([resourceID, each]) => [resourceID, inOrder(each)]));
};

const waitingOf = (state: AgentState): Waiting => {
  const known = waitingIn.get(state);
  if (known !== undefined) return known;
  const deliveryIDs = new Set(
    unansweredReports(state).flatMap(({ deliveryID }) => (deliveryID === undefined ? [] : [deliveryID])),
  );
  const waiting = { deliveryIDs, intervals: byDevice(state, deliveryIDs) };
  waitingIn.set(state, waiting);
  return waiting;
};

/** Deliveries of usage that wait for the line or are with the VTN: their hours are not told beside themselves. */
export const waitingDeliveries = (state: AgentState): ReadonlySet<string> => waitingOf(state).deliveryIDs;

/** What waits of a device's usage, oldest first. */
export const waitingIntervals = (state: AgentState, resourceID: string): readonly UsageInterval[] =>
  waitingOf(state).intervals.get(resourceID) ?? [];
