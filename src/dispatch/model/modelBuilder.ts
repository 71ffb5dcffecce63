import type { LinearModel } from '../solver.ts';

/** A column of a row, and how often it counts. A column below 0 is none. */
export type Coefficient = readonly [column: number, value: number];

/** What stands for a column that there is not. */
export const noColumn = -1;

/** Collects columns and rows of a linear program. */
export class ModelBuilder {
  readonly #costs: number[] = [];
  readonly #lowers: number[] = [];
  readonly #uppers: number[] = [];
  readonly #whole: number[] = [];
  readonly #rowLowers: number[] = [];
  readonly #rowUppers: number[] = [];
  readonly #starts: number[] = [0];
  readonly #index: number[] = [];
  readonly #values: number[] = [];
  readonly #late: number[] = [];
  #isContradictory = false;

  /** Whether something was asked for that no numbers can be. */
  get isContradictory(): boolean {
    return this.#isContradictory;
  }

  /** A column; gives its index. */
  column(cost: number, lower = 0, upper = Infinity): number {
    this.#costs.push(cost);
    this.#lowers.push(lower);
    this.#uppers.push(Math.max(lower, upper));
    return this.#costs.length - 1;
  }

  /** A column that is 0 or 1; gives its index. */
  switch(): number {
    const column = this.column(0, 0, 1);
    this.#whole.push(column);
    return column;
  }

  /** Adds to what a column costs. */
  addCost(column: number, cost: number): void {
    this.#costs[column] = (this.#costs[column] as number) + cost;
  }

  /** What a column may be at most. */
  upperOf(column: number): number {
    return this.#uppers[column] as number;
  }

  /** Narrows what a column may be. */
  narrow(column: number, lower: number, upper: number): void {
    const low = Math.max(lower, this.#lowers[column] as number);
    const high = Math.min(upper, this.#uppers[column] as number);
    if (low > high + 1e-9) this.#isContradictory = true;
    this.#lowers[column] = low;
    this.#uppers[column] = Math.max(low, high);
  }

  /** A row; no column may stand in it twice. One about a single column is kept as that column's bounds. */
  row(lower: number, upper: number, entries: readonly Coefficient[]): void {
    const real = entries.filter(([column, value]) => column !== noColumn && value !== 0);
    const only = real.length === 1 ? real[0] : undefined;
    if (only !== undefined) return this.#bound(lower, upper, only);
    if (real.length === 0) {
      if (lower > 1e-9 || upper < -1e-9) this.#isContradictory = true;
      return;
    }
    for (const [column, value] of real) {
      this.#index.push(column);
      this.#values.push(value);
    }
    this.#starts.push(this.#index.length);
    this.#rowLowers.push(lower);
    this.#rowUppers.push(upper);
  }

  /** A row that couples all devices: without it a first solution is found soon, and with it the next from there. */
  lateRow(lower: number, upper: number, entries: readonly Coefficient[]): void {
    const before = this.rows;
    this.row(lower, upper, entries);
    if (this.rows > before) this.#late.push(before);
  }

  /** Rows that are better left out of a first solution. */
  get late(): readonly number[] {
    return this.#late;
  }

  /** How many rows there are. */
  get rows(): number {
    return this.#rowLowers.length;
  }

  #bound(lower: number, upper: number, [column, value]: Coefficient): void {
    const [one, other] = [lower / value, upper / value];
    this.narrow(column, Math.min(one, other), Math.max(one, other));
  }

  /** What was collected. */
  model(): LinearModel {
    return {
      columns: {
        cost: Float64Array.from(this.#costs),
        lower: Float64Array.from(this.#lowers),
        upper: Float64Array.from(this.#uppers),
        whole: this.#whole,
      },
      rows: {
        lower: Float64Array.from(this.#rowLowers),
        upper: Float64Array.from(this.#rowUppers),
        starts: Int32Array.from(this.#starts),
        index: Int32Array.from(this.#index),
        value: Float64Array.from(this.#values),
      },
    };
  }
}
