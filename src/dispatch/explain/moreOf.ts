import type { Solution } from '../solver.ts';
import { fullConnection } from './coupling.ts';
import type { SlotAction } from './explanation.ts';
import type { Probe, ProbedBounds } from './probe.ts';

/** What a limit is moved by to see whether it binds. @unit kWh */
export const nudgeKwh = 0.02;

/** @limit A plan that is better by less is no better. @unit USD */
const betterUsd = 1e-7;

/** What a kWh more would bring where bounds are moved by a little, if it would bring anything. @unit USD/kWh */
export const worthMore = (probe: Probe, best: Solution, changes: readonly ProbedBounds[]): number | null => {
  const found = probe.costWith(changes);
  return found === null || best.objective - found < betterUsd ? null : (best.objective - found) / nudgeKwh;
};

/** What is looked at: one device of a plan in one slot. */
interface SlotOfDevice {
  readonly slot: number;
  readonly does: SlotAction;
  /** The plan as the model has it. */
  readonly best: Solution;
}

/**
 * What a kWh more through the connection would bring to a device, `held` giving its bounds with a little more or less; null where the
 * connection is not at its limit that way, or another device would have more of it.
 */
export const throughConnection = (
  probe: Probe,
  { slot, does, best }: SlotOfDevice,
  held: (by: number) => readonly ProbedBounds[],
): number | null => {
  const way = fullConnection(probe.model, slot, best);
  const spare = probe.model.spares[slot];
  if (way === 0 || spare === undefined || does === (way > 0 ? 'sells' : 'buys')) return null;
  const column = way > 0 ? spare.bought : spare.sold;
  if (column < 0) return null;
  // No more than it is let have: whatever others do with what they have, they could have done before.
  return worthMore(probe, best, [[column, 0, nudgeKwh], ...held(way * nudgeKwh)]);
};
