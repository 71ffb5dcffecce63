import { covering, type GridSlot } from '../grid.ts';
import { itemAt } from '../items.ts';
import type { RunningSlot } from '../planningProblem.ts';
import type { Solution } from '../solver.ts';
import { canonicalSolution } from './canonical.ts';
import { decide, violationsIn } from './violations.ts';
import type { WorkingModel } from './workingModel.ts';

/** What another plan has to earn more, that what runs is changed for it. @unit USD */
const worthChangingUsd = 0.005;

/** Beyond this a plan is worse. @unit USD */
const dustUsd = 1e-6;

/** What runs in each slot: 1 draws, -1 delivers, 0 rests; null where it says nothing of the whole slot. */
const patternOf = (running: readonly RunningSlot[], slots: readonly GridSlot[]): readonly (number | null)[] => {
  const at = covering(running);
  return slots.map(({ startAt, endAt }) => {
    const slot = at(startAt);
    return slot === undefined || slot.endAt < endAt ? null : Math.sign(slot.demandWatts);
  });
};

/** Lets every device go on with its pattern of charging and selling; powers may move. Says whether there is any. */
const narrowToRunning = (working: WorkingModel): boolean => {
  const { matter, storages, loads } = working.site;
  const running = matter.problem.running ?? {};
  let isAny = false;
  const each = (resourceID: string, apply: (slot: number, sign: number) => void): void => {
    const own = running[resourceID];
    if (own === undefined) return;
    patternOf(own, matter.slots).forEach((sign, slot) => {
      if (sign === null) return;
      isAny = true;
      apply(slot, sign);
    });
  };
  storages.forEach(({ figures, charge, discharge }, device) =>
    each(figures.resourceID, (slot, sign) => {
      if (figures.told[slot] !== null) return;
      if (sign !== 0) return decide(working, { kind: 'storage', device, slot }, sign > 0);
      working.narrow(itemAt(charge, slot), -Infinity, 0);
      working.narrow(itemAt(discharge, slot), -Infinity, 0);
    }),
  );
  loads.forEach(({ terms, told }, device) =>
    each(terms.resourceID, (slot, sign) => {
      if (told[slot] === null) decide(working, { kind: 'load', device, slot }, sign > 0);
    }),
  );
  return isAny;
};

/** What is as good as a new plan, with the pattern of the plan that runs. */
export interface KeptSolution {
  readonly solution: Solution;
  readonly values: Float64Array;
  /** Whether a new pattern would have earned something, but less than is worth a change. */
  readonly isKept: boolean;
}

/**
 * The best plan with the pattern that runs, where it costs less than half a cent; the bounds are left as it needs them.
 * Null, and bounds as before, where what runs is worth changing, or cannot go on.
 */
export const keptSolution = (working: WorkingModel, bestUsd: number): KeptSolution | null => {
  const before = working.bounds;
  if (narrowToRunning(working)) {
    const solution = working.solveForMoney();
    if (solution !== null && solution.objective - bestUsd < worthChangingUsd) {
      const { values } = canonicalSolution(working, solution);
      if (violationsIn(working.site, values).length === 0)
        return { solution, values, isKept: solution.objective - bestUsd > dustUsd };
    }
  }
  working.bounds = before;
  return null;
};
