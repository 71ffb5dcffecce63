import { ranks } from '../ranks.ts';
import type { SiteModel } from '../model/siteModel.ts';
import type { KeptModel, Solution, SolveOptions, Solver } from '../solver.ts';

/** @limit A linear program that takes longer is given up. @unit s */
const longestSolveSeconds = 20;

/** How exactly a wish stays as little missed as it can be, tried one after the other. @unit kWh */
const slacks = [1e-7, 1e-5, 1e-3];

/** What has a price of more than this is not free. */
const priced = 1e-7;

/** Bounds as they stood. */
export type Bounds = readonly [lower: Float64Array, upper: Float64Array];

/**
 * A model in the solver whose bounds are narrowed step by step.
 *
 * Wishes go before money: what must be missed is found first, by rank; then money is looked for, and no more is missed.
 */
export class WorkingModel {
  readonly site: SiteModel;
  readonly #kept: KeptModel;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  #isBegun = false;

  constructor(solver: Solver, site: SiteModel) {
    this.site = site;
    this.#kept = solver.keep(site.model);
    this.#lower = site.model.columns.lower.slice();
    this.#upper = site.model.columns.upper.slice();
  }

  /** Lets a column be no less and no more than that; says whether that is news. */
  narrow(column: number, lower: number, upper: number): boolean {
    const before = [this.#lower[column] as number, this.#upper[column] as number] as const;
    const low = Math.min(Math.max(before[0], lower), before[1]);
    const high = Math.max(low, Math.min(before[1], upper));
    this.#lower[column] = low;
    this.#upper[column] = high;
    return low !== before[0] || high !== before[1];
  }

  /** What a column may be at most. */
  upperOf(column: number): number {
    return this.#upper[column] as number;
  }

  /** The bounds, to come back to. */
  get bounds(): Bounds {
    return [this.#lower.slice(), this.#upper.slice()];
  }

  set bounds([lower, upper]: Bounds) {
    this.#lower.set(lower);
    this.#upper.set(upper);
  }

  /** Takes over the bounds of a model that begins with the same columns. */
  startFrom([lower, upper]: Bounds): void {
    this.#lower.set(lower);
    this.#upper.set(upper);
  }

  /** The best plan within the bounds; null when wishes are hard and there is none. @throws Error when the solver takes too long */
  solve(options: SolveOptions = {}): Solution | null {
    if (this.site.totals.size === 0) return this.solveForMoney(options);
    const missed = this.#leastMissed(options);
    if (missed === null) return null;
    for (const slack of slacks) {
      for (const [column, most] of missed) this.#upper[column] = most + slack;
      const solution = this.solveForMoney(options);
      if (solution !== null) return solution;
    }
    return null;
  }

  /** The best plan that misses no more than is allowed as the bounds stand. */
  solveForMoney(options: SolveOptions = {}): Solution | null {
    return this.#run(this.site.model.columns.cost, options);
  }

  /** The same with a row that comes to a figure. */
  solveHolding(row: number, kilowattHours: number): Solution | null {
    const { lower, upper } = this.site.model.rows;
    this.#kept.setRowBounds(lower.with(row, kilowattHours), upper.with(row, kilowattHours));
    const found = this.solveForMoney();
    this.#kept.setRowBounds(lower, upper);
    return found;
  }

  /**
   * The plan of least cost of another kind among those that are as good as a solution, which is one of a linear program: what
   * has a price there stays as it is.
   */
  solveAmongEquals(solution: Solution, cost: Float64Array): Solution | null {
    const { lower, upper } = this.site.model.rows;
    const [rowLower, rowUpper] = [lower.slice(), upper.slice()];
    solution.rowDuals.forEach((dual, row) => {
      if (Math.abs(dual) > priced) rowLower[row] = rowUpper[row] = solution.rowValues[row] as number;
    });
    const before = this.bounds;
    solution.columnDuals.forEach((dual, column) => {
      if (Math.abs(dual) > priced) this.#lower[column] = this.#upper[column] = solution.values[column] as number;
    });
    this.#kept.setRowBounds(rowLower, rowUpper);
    const found = this.#run(cost, {});
    this.#kept.setRowBounds(lower, upper);
    this.bounds = before;
    return found;
  }

  /** How much of each kind of wish must be missed. */
  #leastMissed(options: SolveOptions): readonly (readonly [column: number, kilowattHours: number])[] | null {
    const totals = [...this.site.totals];
    const cost = new Float64Array(this.site.model.columns.cost.length);
    for (const [kind, column] of totals) {
      cost[column] = ranks[kind];
      this.#upper[column] = Infinity;
    }
    const solution = this.#run(cost, options);
    return solution === null
      ? null
      : totals.map(([, column]) => [column, Math.max(0, solution.values[column] as number)] as const);
  }

  /** Solves once without what couples all devices, where it has nothing else to go on from. */
  #beginApart(): void {
    const { late, model } = this.site;
    this.#isBegun = true;
    if (late.length === 0 || this.site.switches.length > 0 || this.#kept.isWarm) return;
    const [lower, upper] = [model.rows.lower.slice(), model.rows.upper.slice()];
    for (const row of late) [lower[row], upper[row]] = [-Infinity, Infinity];
    this.#kept.setRowBounds(lower, upper);
    this.#kept.solve({ timeLimitSeconds: longestSolveSeconds });
    this.#kept.setRowBounds(model.rows.lower, model.rows.upper);
  }

  #run(cost: Float64Array, options: SolveOptions): Solution | null {
    this.#kept.setCosts(cost);
    this.#kept.setColumnBounds(this.#lower, this.#upper);
    if (!this.#isBegun) this.#beginApart();
    const solution = this.#kept.solve({ timeLimitSeconds: longestSolveSeconds, ...options });
    const isLate = solution.status === 'limit' || solution.status === 'late';
    if (isLate && this.site.switches.length === 0)
      throw new Error(`The solver found no plan within ${longestSolveSeconds} s; it is asked again.`);
    return solution.status === 'optimal' || solution.status === 'limit' ? solution : null;
  }

  /** Gives the solver's memory back. */
  dispose(): void {
    this.#kept.dispose();
  }
}
