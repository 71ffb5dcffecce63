import type { KnownEntry } from '../../facts/fact.ts';
import type { PlanMade, PlanSlot, SetpointFailed, WishMissed } from '../../facts/planning.ts';
import type { SetpointRequested } from '../../facts/planning.ts';
import type { Projection } from '../projection.ts';
import { type Crowd, crowdEntries, crowdGet, crowdPut } from './crowd.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** What the devices are to do: the plan, what was asked of them, and what they do since their last reading. */

/** A setpoint that a device obeys from an instant on. */
export interface AppliedSetpoint {
  readonly appliedAt: number;
  readonly demandWatts: number;
  readonly validUntil: number;
}

/** One device's orders. */
export interface DeviceOrders {
  readonly plan:
    | (Pick<PlanMade, 'planID' | 'basis'> & {
        readonly slots: readonly PlanSlot[];
        readonly madeAt: number;
        readonly position: number;
        /** Of its wishes. */
        readonly unmet: readonly WishMissed[];
      })
    | null;
  readonly requested: (SetpointRequested & { readonly requestedAt: number }) | null;
  readonly failed: (SetpointFailed & { readonly failedAt: number }) | null;
  /** Oldest first: the one that held at the last reading, and those after it. */
  readonly applied: readonly AppliedSetpoint[];
}

/** All devices' orders. */
export interface SetpointsState extends Prunable {
  readonly devices: Crowd<DeviceOrders>;
}

/** @limit Setpoints remembered of a device that is not read any more. */
export const appliedKept = 500;

const noOrders: DeviceOrders = { plan: null, requested: null, failed: null, applied: [] };

/** One device's orders; empty when nothing was asked of it. */
export const ordersOf = (state: SetpointsState, resourceID: string): DeviceOrders =>
  crowdGet(state.devices, resourceID) ?? noOrders;

/** The entry of the plan that was made last; null where none is known. */
export const lastPlanPosition = ({ devices }: SetpointsState): number | null => {
  const places = crowdEntries(devices).flatMap(([, { plan }]) => plan?.position ?? []);
  return places.length === 0 ? null : Math.max(...places);
};

const change = (state: SetpointsState, resourceID: string, changes: Partial<DeviceOrders>): SetpointsState => ({
  ...state,
  devices: crowdPut(state.devices, resourceID, { ...ordersOf(state, resourceID), ...changes }),
});

const applied = (state: SetpointsState, resourceID: string, demandWatts: number, appliedAt: number): SetpointsState => {
  const { requested, applied: before } = ordersOf(state, resourceID);
  if (requested === null || requested.demandWatts !== demandWatts) return state;
  const setpoint = { appliedAt, demandWatts, validUntil: requested.validUntil };
  return change(state, resourceID, { applied: [...before, setpoint].slice(-appliedKept), failed: null });
};

/** Setpoints that were over before the reading cannot matter to what comes after it. */
const read = (state: SetpointsState, resourceID: string, boundaryAt: number): SetpointsState => {
  const before = ordersOf(state, resourceID).applied;
  const heldAt = before.findLastIndex(({ appliedAt }) => appliedAt <= boundaryAt);
  return heldAt <= 0 ? state : change(state, resourceID, { applied: before.slice(heldAt) });
};

/** The plan names what it is for; others keep theirs. */
const planned = (
  state: SetpointsState,
  { planID, basis, devices, unmet = [] }: PlanMade,
  madeAt: number,
  position: number,
): SetpointsState =>
  devices.reduce(
    (next, { resourceID, slots }) =>
      change(next, resourceID, {
        plan: {
          ...(planID === undefined ? {} : { planID }),
          basis,
          slots,
          madeAt,
          position,
          unmet: unmet.filter((missed) => missed.resourceID === resourceID),
        },
      }),
    state,
  );

/** Left to itself, a device does nothing of ours any more. */
const released = (state: SetpointsState, resourceID: string, appliedAt: number): SetpointsState => {
  const before = ordersOf(state, resourceID).applied;
  const nothing = { appliedAt, demandWatts: 0, validUntil: appliedAt };
  return change(state, resourceID, { applied: [...before, nothing].slice(-appliedKept), failed: null });
};

const take = (state: SetpointsState, entry: KnownEntry): SetpointsState => {
  const at = entry.recordedAt;
  switch (entry.type) {
    case 'PlanMade':
      return planned(state, entry.data, at, entry.position);
    case 'SetpointRequested':
      return change(state, entry.data.resourceID, { requested: { ...entry.data, requestedAt: at } });
    case 'SetpointApplied':
      return applied(state, entry.data.resourceID, entry.data.demandWatts, at);
    case 'SetpointFailed':
      return change(state, entry.data.resourceID, { failed: { ...entry.data, failedAt: at } });
    case 'DeviceReleased':
      return released(state, entry.data.resourceID, at);
    case 'MeterRead':
      return read(state, entry.data.resourceID, entry.data.boundaryAt);
    default:
      return state;
  }
};

/** What the devices are to do. */
export const setpointsProjection = (keep: Keep = {}): Projection<SetpointsState> =>
  pruned(
    { name: 'setpoints', version: '4', initial: { devices: {}, prunedDay: 0 }, take, prune: (state) => state },
    keep,
  );
