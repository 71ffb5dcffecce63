/** How a device stands: whether it is told anything, who it is, and what it would do if we were gone. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { PlanSlot } from '../facts/planning.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import type { DeviceIdentity } from '../facts/trust.ts';
import { outsOf, type DeviceOut } from '../reactions/optHolds.ts';
import { isInShadow } from '../reactions/trust.ts';
import { trustIn } from '../store/projections/trust.ts';
import { latestState } from '../store/projections/usage.ts';

/** `told`: by its plan. `shadow`: planned for, and told nothing. `readOnly`: never told anything. */
export type DeviceMode = 'told' | 'shadow' | 'readOnly';

/** How a device stands. */
export interface DeviceStanding {
  readonly mode: DeviceMode;
  /** Null where it does not matter: a simulated device, or one that is only read. */
  readonly identity: DeviceIdentity | null;
  /** Since when a person trusts it. UTC ms. */
  readonly trustedSince: number | null;
  /** It has no timer of its own: if we died it would go on with what it was told last. */
  readonly keepsLastOrder: boolean;
  /** What it would be told now, were it not in shadow. */
  readonly wouldBe: PlanSlot | null;
  /** The times for which it is out by EiOpt, the next one first. */
  readonly outs: readonly DeviceOut[];
}

/** How a device stands at an instant. */
export const deviceStandingOf = (state: AgentState, device: DeviceSettings, at: number): DeviceStanding => {
  const { resourceID, isReadOnly, address } = device;
  const status = latestState(state.views.usage, resourceID)?.status;
  const mode = isReadOnly === true ? 'readOnly' : isInShadow(state, resourceID) ? 'shadow' : 'told';
  const slots = snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [];
  const serial = status?.serial;
  return {
    mode,
    identity: address === undefined ? null : { address, ...(serial === undefined ? {} : { serial }) },
    trustedSince: trustIn(state.views.trust, resourceID)?.since ?? null,
    keepsLastOrder: status?.keepsLastOrder === true,
    wouldBe: mode === 'shadow' ? (slots.find(({ startAt, endAt }) => startAt <= at && at < endAt) ?? null) : null,
    outs: outsOf(state, device, at),
  };
};
