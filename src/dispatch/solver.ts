/** A linear program with bounds, and whole columns where they are needed: minimise costs over columns within rows. */
export interface LinearModel {
  readonly columns: {
    readonly cost: Float64Array;
    readonly lower: Float64Array;
    readonly upper: Float64Array;
    /** Indices of the columns that are whole. */
    readonly whole: readonly number[];
  };
  /** Row after row: where each begins in `index` and `value`; one longer than there are rows. */
  readonly rows: {
    readonly lower: Float64Array;
    readonly upper: Float64Array;
    readonly starts: Int32Array;
    readonly index: Int32Array;
    readonly value: Float64Array;
  };
}

/** What became of a solve. `limit`: the time was over; the values are the best found. `late`: and none were found. */
export interface Solution {
  readonly status: 'optimal' | 'limit' | 'late' | 'infeasible' | 'failed';
  readonly objective: number;
  readonly values: Float64Array;
  /** What each row comes to. */
  readonly rowValues: Float64Array;
  /** Of columns and rows; empty for a model with whole columns. */
  readonly columnDuals: Float64Array;
  readonly rowDuals: Float64Array;
  /** No value is better than this. */
  readonly bound: number;
}

/** How long a solve may take, and how near to the best is near enough for one with whole columns. */
export interface SolveOptions {
  readonly timeLimitSeconds?: number;
  readonly relativeGap?: number;
  readonly absoluteGap?: number;
}

/** A model that is kept in the solver, changed in place and solved again from where it stood. */
export interface KeptModel {
  /** Whether it was solved before, for another question of its kind: it goes on from there. */
  readonly isWarm: boolean;
  setCosts(cost: Float64Array): void;
  setColumnBounds(lower: Float64Array, upper: Float64Array): void;
  setRowBounds(lower: Float64Array, upper: Float64Array): void;
  solve(options?: SolveOptions): Solution;
  dispose(): void;
}

/** Solves linear programs: so small that another library could stand behind it. */
export interface Solver {
  keep(model: LinearModel): KeptModel;
}
