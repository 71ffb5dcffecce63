import type loadHighs from 'highs';
import { keepingModels } from './keptModels.ts';
import type { KeptModel, LinearModel, Solution, Solver } from './solver.ts';

type Highs = Awaited<ReturnType<typeof loadHighs>>;
type HighsModel = ReturnType<Highs['createModel']>;

const none = new Float64Array();

/** A column that is whole, in the library's numbers. */
const integer = 1;

/** A point that keeps all rows and bounds was found, in the library's numbers. */
const feasible = 2;

const modelIn = (highs: Highs, { columns, rows }: LinearModel): HighsModel => {
  const numCols = columns.cost.length;
  const numRows = rows.lower.length;
  const whole = new Int32Array(numCols);
  for (const column of columns.whole) whole[column] = integer;
  const model = highs.createModel({
    numCols,
    numRows,
    sense: highs.constants.objectiveSense.minimize,
    colCost: columns.cost,
    colLower: columns.lower,
    colUpper: columns.upper,
    rowLower: rows.lower,
    rowUpper: rows.upper,
    matrix: { format: 'csr', numRows, numCols, starts: rows.starts, indices: rows.index, values: rows.value },
    ...(columns.whole.length > 0 ? { integrality: whole } : {}),
  });
  // A linear program is solved again and again from where it stands; looking for simplifications first costs more than it saves.
  const presolve = columns.whole.length > 0 ? {} : ({ presolve: 'off' } as const);
  model.options.set({ output_flag: false, random_seed: 0, ...presolve });
  return model;
};

const statusOf = ({ constants: { modelStatus } }: Highs, model: HighsModel): Solution['status'] => {
  const code = model.getModelStatus();
  if (code === modelStatus.optimal || code === modelStatus.empty) return 'optimal';
  if (code === modelStatus.timeLimit || code === modelStatus.iterationLimit) return 'limit';
  return code === modelStatus.infeasible || code === modelStatus.unboundedOrInfeasible ? 'infeasible' : 'failed';
};

const solved = (highs: Highs, model: HighsModel, isWhole: boolean): Solution => {
  const found = statusOf(highs, model);
  const isFound = Number(model.info.get('primal_solution_status')) === feasible;
  const status = found === 'limit' && !isFound ? 'late' : found;
  if (status !== 'optimal' && status !== 'limit')
    return {
      status,
      objective: Infinity,
      values: none,
      rowValues: none,
      columnDuals: none,
      rowDuals: none,
      bound: -Infinity,
    };
  const objective = model.getObjectiveValue();
  const { colValue, rowValue, colDual, rowDual } = model.getSolution();
  return {
    status,
    objective,
    values: colValue,
    rowValues: rowValue,
    columnDuals: isWhole ? none : colDual,
    rowDuals: isWhole ? none : rowDual,
    bound: isWhole ? Number(model.info.get('mip_dual_bound')) : objective,
  };
};

const kept = (highs: Highs, given: LinearModel): KeptModel => {
  const model = modelIn(highs, given);
  const [columns, rows] = [given.columns.cost.length, given.rows.lower.length];
  const all = (count: number) => ({ kind: 'range', from: 0, to: count - 1 }) as const;
  const isWhole = given.columns.whole.length > 0;
  return {
    isWarm: false,
    setCosts: (cost) => void model.changeColsCost(all(columns), cost),
    setColumnBounds: (lower, upper) => void model.changeColsBounds(all(columns), lower, upper),
    setRowBounds: (lower, upper) => {
      if (rows > 0) model.changeRowsBounds(all(rows), lower, upper);
    },
    solve: ({ timeLimitSeconds, relativeGap, absoluteGap } = {}) => {
      if (timeLimitSeconds !== undefined) model.options.set('time_limit', model.getRunTime() + timeLimitSeconds);
      if (relativeGap !== undefined) model.options.set('mip_rel_gap', relativeGap);
      if (absoluteGap !== undefined) model.options.set('mip_abs_gap', absoluteGap);
      model.run();
      const solution = solved(highs, model, isWhole);
      if (solution.status !== 'failed' || isWhole) return solution;
      // A kept model may stumble over where it stood; from nothing it does not.
      model.clearSolver();
      model.run();
      return solved(highs, model, isWhole);
    },
    dispose: () => void model.dispose(),
  };
};

const load = async (): Promise<Solver> => {
  const { default: loader } = await import('highs');
  const highs = await loader();
  return { keep: (model) => kept(highs, model) };
};

/** What is found once; what failed is tried again by whoever wants it next. */
const once = (find: () => Promise<Solver>): (() => Promise<Solver>) => {
  let found: Promise<Solver> | null = null;
  return () =>
    (found ??= find().catch((error: unknown) => {
      found = null;
      throw error;
    }));
};

/** HiGHS; loaded when it is first wanted, for it takes some 70 ms and 45 MB, and once. Each model is one of its own, as it is given. */
export const freshHighs = once(load);

/** HiGHS with the models of its last questions, so that a question like one of them is answered sooner. */
export const highsSolver = once(async () => keepingModels(await freshHighs()));
