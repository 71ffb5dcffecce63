import { hourMs } from '../../programme/calendar.ts';
import type { GridSlot } from '../grid.ts';
import { itemAt } from '../items.ts';
import type { DevicePlan } from '../sitePlan.ts';

/** What all devices do in a stretch in which neither prices nor any power changes. */
export interface PlanPiece {
  /** The place of its slot in the grid. */
  readonly slot: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly hours: number;
  /** Of each device in the order of the plan. @unit kWh, import positive */
  readonly energies: readonly number[];
}

/** A plan as pieces: its slots may be longer than those of the grid, and shorter where a person's order ends early. */
export const piecesOf = (
  plans: readonly DevicePlan[],
  grid: readonly GridSlot[],
  toAt: number,
): readonly PlanPiece[] => {
  const edges = new Set<number>(grid.flatMap(({ startAt, endAt }) => [startAt, endAt]));
  for (const { slots } of plans) for (const { startAt, endAt } of slots) edges.add(startAt).add(endAt);
  const first = grid[0]?.startAt ?? 0;
  const cuts = [...edges].filter((at) => at >= first && at <= toAt).sort((a, b) => a - b);
  const places = plans.map(() => 0);
  let slot = 0;
  return cuts.slice(0, -1).map((startAt, index) => {
    const endAt = itemAt(cuts, index + 1);
    while ((grid[slot + 1]?.startAt ?? Infinity) <= startAt) slot += 1;
    const hours = (endAt - startAt) / hourMs;
    const energies = plans.map(({ slots }, device) => {
      while ((slots[itemAt(places, device)]?.endAt ?? Infinity) <= startAt) places[device] = itemAt(places, device) + 1;
      const own = slots[itemAt(places, device)];
      return own === undefined || own.startAt > startAt ? 0 : (own.demandWatts * hours) / 1_000;
    });
    return { slot, startAt, endAt, hours, energies };
  });
};
