import { itemAt } from '../items.ts';
import type { ForcedEnergies } from '../model/modelContext.ts';
import { type ModelMatter, type SiteModel, siteModel } from '../model/siteModel.ts';
import type { SolvedBy } from '../sitePlan.ts';
import type { Solution, Solver } from '../solver.ts';
import { canonicalSolution } from './canonical.ts';
import { type ExclusiveSolution, exclusiveSolution } from './exclusive.ts';
import { isFoundOutside, narrowFoundOutside } from './foundOutside.ts';
import { keptSolution } from './keep.ts';
import { ordersOf, settledFurther, type StorageOrders } from './orders.ts';
import { WorkingModel } from './workingModel.ts';

/** What each column of a model is to be. */
export interface SolvedSite {
  readonly model: SiteModel;
  readonly orders: readonly StorageOrders[];
  readonly values: Float64Array;
  readonly solvedBy: SolvedBy;
  /** What the model's plan costs, and what none could cost less than. @unit USD */
  readonly costUsd: number;
  readonly boundUsd: number;
  readonly isKept: boolean;
}

/** What orders settle beforehand. */
export const forcedBy = ({ figures }: ModelMatter, orders: readonly StorageOrders[]): ForcedEnergies =>
  new Map(figures.map(({ resourceID }, index) => [resourceID, itemAt(orders, index).energies]));

/** Holds the levels at which orders begin. */
export const pin = (working: WorkingModel, orders: readonly StorageOrders[]): void =>
  orders.forEach(({ pins }, device) => {
    const { stored } = itemAt(working.site.storages, device);
    for (const [slot, level] of pins) working.narrow(itemAt(stored, slot), level - 1e-7, level + 1e-7);
  });

/** The best plan within the bounds, which are narrowed on the way by what was found outside of its limits; null when there is none. */
export const solveLinear = (working: WorkingModel): Solution | null => {
  const first = working.solve();
  if (first === null || !isFoundOutside(working.site)) return first;
  const before = working.bounds;
  if (!narrowFoundOutside(working, canonicalSolution(working, first).values)) return first;
  const narrowed = working.solve();
  if (narrowed !== null) return narrowed;
  // Levels that orders leave may not be reached that way.
  working.bounds = before;
  return first;
};

type Decided = Omit<SolvedSite, 'model' | 'orders'>;

const decidedAs = ({ solution, values, solvedBy, boundUsd }: ExclusiveSolution, isKept: boolean): Decided => ({
  values,
  solvedBy,
  costUsd: solution.objective,
  boundUsd,
  isKept,
});

/** The plan that runs if that is good enough; else the best in which every device does one thing at a time; null when there is none. */
const decided = (solver: Solver, working: WorkingModel, forced: ForcedEnergies, first: Solution): Decided | null => {
  const start = working.bounds;
  const kept = keptSolution(working, first.objective);
  if (kept !== null) return decidedAs({ ...kept, solvedBy: 'lp', boundUsd: first.objective }, kept.isKept);
  const exclusive = exclusiveSolution(solver, working, forced, first);
  if (exclusive === null) return null;
  if (exclusive.solvedBy === 'lp') return decidedAs(exclusive, false);
  working.bounds = start;
  const late = keptSolution(working, exclusive.solution.objective);
  return late === null ? decidedAs(exclusive, false) : decidedAs({ ...exclusive, ...late }, late.isKept);
};

/** One way to put the problem: with wishes as hard as physics, or soft; with the levels before orders as found, or free. */
interface Approach {
  readonly isSoft: boolean;
  readonly isPinned: boolean;
}

const approaches: readonly Approach[] = [
  { isSoft: false, isPinned: true },
  { isSoft: true, isPinned: true },
  { isSoft: true, isPinned: false },
];

const tryTo = (
  solver: Solver,
  matter: ModelMatter,
  orders: readonly StorageOrders[],
  { isSoft, isPinned }: Approach,
): SolvedSite | null => {
  const forced = forcedBy(matter, orders);
  const model = siteModel(matter, isSoft, forced);
  if (model.isContradictory) return null;
  const working = new WorkingModel(solver, model);
  try {
    if (isPinned) pin(working, orders);
    const first = solveLinear(working);
    if (first === null) return null;
    const found = decided(solver, working, forced, first);
    return found === null ? null : { model, orders, ...found };
  } finally {
    working.dispose();
  }
};

const solveWith = (solver: Solver, matter: ModelMatter, orders: readonly StorageOrders[]): SolvedSite => {
  for (const approach of approaches) {
    const solved = tryTo(solver, matter, orders, approach);
    if (solved !== null) return solved;
  }
  throw new Error('The solver found no plan although there is always one; this is a fault of the planner.');
};

const levelsOf = ({ model, values }: SolvedSite): readonly (readonly number[])[] =>
  model.storages.map(({ stored }) => stored.map((column) => itemAt(values, column)));

/** @limit How many later stretches of orders of a device are reckoned with beforehand; the others are held until they are near. */
const mostRounds = 3;

/** Solves a problem: orders of people first, from whatever level the plan before them leaves. */
export const solveSite = (solver: Solver, matter: ModelMatter): SolvedSite => {
  let solved = solveWith(solver, matter, ordersOf(matter));
  for (let round = 0; round < mostRounds && solved.orders.some(({ settled, runs }) => settled < runs); round += 1)
    solved = solveWith(solver, matter, settledFurther(matter, solved.orders, levelsOf(solved)));
  return solved;
};
