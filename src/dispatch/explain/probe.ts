import { pin, solveLinear, type SolvedSite } from '../solve/solveSite.ts';
import { type Bounds, WorkingModel } from '../solve/workingModel.ts';
import type { Solver } from '../solver.ts';

/** Bounds of a column that are other than in the plan. */
export type ProbedBounds = readonly [column: number, lower: number, upper: number];

/** What-if questions to the model of a plan: it is kept, a few bounds are changed, and it is solved again from where it stood. */
export class Probe {
  readonly #working: WorkingModel;
  readonly #bounds: Bounds;

  constructor(solver: Solver, { model, orders }: SolvedSite) {
    this.#working = new WorkingModel(solver, model);
    pin(this.#working, orders);
    solveLinear(this.#working);
    this.#bounds = this.#working.bounds;
  }

  /** How a column is bounded in the plan. */
  boundsOf(column: number): readonly [lower: number, upper: number] {
    return [this.#bounds[0][column] ?? 0, this.#bounds[1][column] ?? 0];
  }

  /** The least cost within other bounds; null when there is no such plan. @unit USD */
  costWith(changes: readonly ProbedBounds[]): number | null {
    const [lower, upper] = [this.#bounds[0].slice(), this.#bounds[1].slice()];
    for (const [column, low, high] of changes) {
      lower[column] = low;
      upper[column] = high;
    }
    this.#working.bounds = [lower, upper];
    return this.#working.solveForMoney()?.objective ?? null;
  }

  /** Gives the solver's memory back. */
  dispose(): void {
    this.#working.dispose();
  }
}
