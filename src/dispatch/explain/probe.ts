import { itemAt } from '../items.ts';
import { type SiteModel, siteModel } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import { canonicalSolution } from '../solve/canonical.ts';
import { forcedBy, pin, solveLinear, type SolvedSite } from '../solve/solveSite.ts';
import { decide, isMostlyOn, placesFor, violationsIn } from '../solve/violations.ts';
import { type Bounds, WorkingModel } from '../solve/workingModel.ts';
import type { Solution, Solver } from '../solver.ts';

/** Bounds of a column that are other than in the plan. */
export type ProbedBounds = readonly [column: number, lower: number, upper: number];

/** @limit How often choices are taken over from the plan, before what is left of two things at once is let be. */
const mostRounds = 8;

/**
 * Wherever the program would do two things at once, or run a load slower than it can, it does what the plan does: what the plan
 * had to choose stays chosen, and the rest is asked about. Gives the slots in which it was chosen whether the site buys or sells.
 */
const chooseAs = (working: WorkingModel, { model, values }: SolvedSite): ReadonlySet<number> => {
  const ofSite = new Set<number>();
  for (let round = 0; round < mostRounds; round += 1) {
    const found = solveLinear(working);
    const violations = found === null ? [] : violationsIn(working.site, canonicalSolution(working, found).values);
    if (violations.length === 0) break;
    for (const place of [...placesFor(working, violations), ...violations]) {
      decide(working, place, isMostlyOn(model, place, values));
      if (place.kind === 'site') ofSite.add(place.slot);
    }
  }
  return ofSite;
};

/** The one that costs less; null is none. */
const cheaperOf = (one: Solution | null, other: Solution | null): Solution | null =>
  one === null || (other !== null && other.objective < one.objective) ? other : one;

/** What-if questions to the model of a plan: it is kept, a few bounds are changed, and it is solved again from where it stood. */
export class Probe {
  readonly model: SiteModel;
  readonly #working: WorkingModel;
  readonly #bounds: Bounds;
  /** What each column may be at most, whatever is chosen. */
  readonly #mostOf: Float64Array;
  readonly #chosenOfSite: ReadonlySet<number>;

  constructor(solver: Solver, solved: SolvedSite) {
    const { model, orders } = solved;
    const { matter, isSoft, storages, loads } = model;
    // What a device does by itself need not be asked of all of them, nor of a connection without limits.
    const withNets = storages.length + loads.length > 1;
    const { bought, sold } = siteLimits(matter.problem.site);
    const withSpares = Math.min(bought, sold) < Infinity;
    this.model =
      withNets || withSpares ? siteModel(matter, isSoft, forcedBy(matter, orders), { withNets, withSpares }) : model;
    this.#working = new WorkingModel(solver, this.model);
    pin(this.#working, orders);
    solveLinear(this.#working);
    this.#mostOf = this.#working.bounds[1];
    this.#chosenOfSite = chooseAs(this.#working, solved);
    this.#bounds = this.#working.bounds;
  }

  /** What a column may be at most, whatever the plan chose. */
  upperOf(column: number): number {
    return itemAt(this.#mostOf, column);
  }

  /** How a column is bounded in the plan. */
  boundsOf(column: number): readonly [lower: number, upper: number] {
    return [this.#bounds[0][column] ?? 0, this.#bounds[1][column] ?? 0];
  }

  /** The best plan within other bounds of one slot, where the site may as well buy as sell; null when there is no such plan. */
  solutionIn(slot: number, changes: readonly ProbedBounds[]): Solution | null {
    const { site } = this.model;
    if (site === null || !this.#chosenOfSite.has(slot)) return this.solutionWith(changes);
    const [bought, sold] = [itemAt(site.bought, slot), itemAt(site.sold, slot)];
    const { upper } = this.model.model.columns;
    return cheaperOf(
      this.solutionWith([...changes, [bought, 0, itemAt(upper, bought)], [sold, 0, 0]]),
      this.solutionWith([...changes, [bought, 0, 0], [sold, 0, itemAt(upper, sold)]]),
    );
  }

  /** The best plan within other bounds; null when there is no such plan. */
  solutionWith(changes: readonly ProbedBounds[]): Solution | null {
    const [lower, upper] = [this.#bounds[0].slice(), this.#bounds[1].slice()];
    for (const [column, low, high] of changes) {
      lower[column] = low;
      upper[column] = high;
    }
    this.#working.bounds = [lower, upper];
    return this.#working.solveForMoney();
  }

  /** The least cost within other bounds; null when there is no such plan. @unit USD */
  costWith(changes: readonly ProbedBounds[]): number | null {
    return this.solutionWith(changes)?.objective ?? null;
  }

  /** The best plan in which all devices come to an energy in a slot; null when there is none, or it cannot be asked. */
  solutionOfAll(slot: number, kilowattHours: number): Solution | null {
    const row = this.model.nets[slot] ?? -1;
    this.#working.bounds = this.#bounds;
    return row < 0 ? null : this.#working.solveHolding(row, kilowattHours);
  }

  /** Gives the solver's memory back. */
  dispose(): void {
    this.#working.dispose();
  }
}
