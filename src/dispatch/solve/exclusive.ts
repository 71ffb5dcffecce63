import { siteModel } from '../model/siteModel.ts';
import type { ForcedEnergies } from '../model/modelContext.ts';
import type { SwitchPlaces } from '../model/switches.ts';
import { itemAt } from '../items.ts';
import type { SolvedBy } from '../sitePlan.ts';
import type { Solution, Solver } from '../solver.ts';
import { canonicalSolution } from './canonical.ts';
import { decide, isMostlyOn, placesFor, violationsIn } from './violations.ts';
import { WorkingModel } from './workingModel.ts';

/** A solution in which every device does one thing at a time, or as nearly so as was found. */
export interface ExclusiveSolution {
  readonly solution: Solution;
  /** What each column is to be: of all solutions that are as good, the one that is always taken. */
  readonly values: Float64Array;
  readonly solvedBy: SolvedBy;
  /** No plan costs less. @unit USD */
  readonly boundUsd: number;
}

/** @limit More switches than this take too long. */
const mostSwitches = 300;

/** @limit How long a program with switches may take, and how near to the best is near enough. */
const switched = { timeLimitSeconds: 10, relativeGap: 1e-4, absoluteGap: 1e-4 };

/** @limit How often what is left is decided by where it leans, before it is netted. */
const mostDecisions = 8;

/** With a switch at each place: exact, within the gap. Null where that is too much, or leaves anything. */
const bySwitches = (
  solver: Solver,
  working: WorkingModel,
  forced: ForcedEnergies,
  places: SwitchPlaces,
): ExclusiveSolution | null => {
  if (places.length === 0 || places.length > mostSwitches) return null;
  const { matter, isSoft } = working.site;
  const whole = new WorkingModel(solver, siteModel(matter, isSoft, forced, { switchAt: places }));
  try {
    whole.startFrom(working.bounds);
    const found = whole.solveForMoney(switched) ?? (isSoft ? whole.solve(switched) : null);
    if (found === null) return null;
    for (const { place, column } of whole.site.switches) decide(working, place, itemAt(found.values, column) > 0.5);
    const solution = working.solve();
    if (solution === null) return null;
    const { values } = canonicalSolution(working, solution);
    if (violationsIn(working.site, values).length > 0) return null;
    return { solution, values, solvedBy: 'milp', boundUsd: Math.min(found.bound, solution.objective) };
  } finally {
    whole.dispose();
  }
};

/**
 * Each place that goes wrong is decided by where it leans; what is left after a while is netted. Null where wishes that are as hard as
 * physics leave no way to decide: one of them is to give way, and not a limit.
 */
const byLeaning = (working: WorkingModel, first: Solution, firstValues: Float64Array): ExclusiveSolution | null => {
  let [solution, values] = [first, firstValues];
  for (let round = 0; round < mostDecisions; round += 1) {
    const violations = violationsIn(working.site, values);
    if (violations.length === 0) break;
    const before = working.bounds;
    for (const place of violations) decide(working, place, isMostlyOn(working.site, place, values));
    const next = working.solve();
    if (next === null) {
      if (!working.site.isSoft) return null;
      working.bounds = before;
      break;
    }
    solution = next;
    values = canonicalSolution(working, next).values;
  }
  return { solution, values, solvedBy: 'penalised lp', boundUsd: first.objective };
};

/**
 * A plan in which nothing charges and discharges, or buys and sells, at once, and no load runs slower than it can. A linear
 * program knows nothing of that: where its solution goes wrong, switches are added wherever it could. Looked at is the solution
 * that is always taken, so that it does not depend on where the solver began. Null where there is none with wishes as hard as physics.
 */
export const exclusiveSolution = (
  solver: Solver,
  working: WorkingModel,
  forced: ForcedEnergies,
  first: Solution,
): ExclusiveSolution | null => {
  const { values } = canonicalSolution(working, first);
  const violations = violationsIn(working.site, values);
  if (violations.length === 0) return { solution: first, values, solvedBy: 'lp', boundUsd: first.objective };
  const before = working.bounds;
  const exact = bySwitches(solver, working, forced, placesFor(working, violations));
  if (exact !== null) return { ...exact, boundUsd: Math.max(exact.boundUsd, first.objective) };
  working.bounds = before;
  return byLeaning(working, first, values);
};
