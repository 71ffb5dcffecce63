import { type SiteModel, siteModel } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import { forcedBy, pin, solveLinear, type SolvedSite } from '../solve/solveSite.ts';
import { type Bounds, WorkingModel } from '../solve/workingModel.ts';
import type { Solution, Solver } from '../solver.ts';

/** Bounds of a column that are other than in the plan. */
export type ProbedBounds = readonly [column: number, lower: number, upper: number];

/** What-if questions to the model of a plan: it is kept, a few bounds are changed, and it is solved again from where it stood. */
export class Probe {
  readonly model: SiteModel;
  readonly #working: WorkingModel;
  readonly #bounds: Bounds;

  constructor(solver: Solver, { model, orders }: SolvedSite) {
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
    this.#bounds = this.#working.bounds;
  }

  /** How a column is bounded in the plan. */
  boundsOf(column: number): readonly [lower: number, upper: number] {
    return [this.#bounds[0][column] ?? 0, this.#bounds[1][column] ?? 0];
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
