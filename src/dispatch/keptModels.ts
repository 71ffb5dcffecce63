import type { KeptModel, LinearModel, Solver } from './solver.ts';

/** How many models are kept for the next question, and how large they may be together. */
export interface KeptLimits {
  readonly models?: number;
  /** Figures in the rows of all of them. */
  readonly figures?: number;
}

/** @limit A day's plans, each an hour shorter than the one before, with and without a few wishes. */
const usualModels = 64;

/** @limit Twenty batteries in slots of five minutes have some 35,000; one of a hundred is too large to lie about. */
const usualFigures = 150_000;

const isSame = (a: Int32Array | Float64Array, b: Int32Array | Float64Array): boolean => {
  if (a.length !== b.length) return false;
  for (let place = 0; place < a.length; place += 1) if (a[place] !== b[place]) return false;
  return true;
};

/** Models of which only costs and bounds differ. */
const areAlike = (a: LinearModel, b: LinearModel): boolean =>
  a.columns.cost.length === b.columns.cost.length &&
  isSame(a.rows.starts, b.rows.starts) &&
  isSame(a.rows.index, b.rows.index) &&
  isSame(a.rows.value, b.rows.value);

/** A model that lies ready, or is in use. */
interface Shelved {
  readonly given: LinearModel;
  readonly kept: KeptModel;
  isInUse: boolean;
  /** Whether the solver stands where it can go on from. */
  isSound: boolean;
}

/**
 * A solver that keeps a model after its use: devices stay the same from plan to plan, and prices, levels and wishes are costs and
 * bounds. The next one of its kind is put in its place and solved from where it stood. Those with whole columns are not kept:
 * what is found of them depends on where the search begins.
 */
export const keepingModels = (
  solver: Solver,
  { models = usualModels, figures = usualFigures }: KeptLimits = {},
): Solver => {
  /** The one that was used last at the end. */
  const shelf: Shelved[] = [];
  const isTooMuch = (): boolean =>
    shelf.length > models || shelf.reduce((sum, { given }) => sum + given.rows.value.length, 0) > figures;
  const letGo = (place: number): void => shelf.splice(place, 1)[0]?.kept.dispose();
  const tidy = (): void => {
    const unsound = shelf.findIndex(({ isInUse, isSound }) => !isInUse && !isSound);
    if (unsound >= 0) letGo(unsound);
    for (let place = 0; place < shelf.length && isTooMuch();) {
      if (shelf[place]?.isInUse === true) place += 1;
      else letGo(place);
    }
  };
  const found = (model: LinearModel): Shelved | null => {
    const place = shelf.findLastIndex(({ given, isInUse }) => !isInUse && areAlike(given, model));
    const [own] = place < 0 ? [] : shelf.splice(place, 1);
    if (own === undefined) return null;
    own.kept.setCosts(model.columns.cost);
    own.kept.setColumnBounds(model.columns.lower, model.columns.upper);
    own.kept.setRowBounds(model.rows.lower, model.rows.upper);
    return own;
  };
  return {
    keep: (model) => {
      if (model.columns.whole.length > 0) return solver.keep(model);
      const before = found(model);
      const own = before ?? { given: model, kept: solver.keep(model), isInUse: true, isSound: true };
      own.isInUse = true;
      shelf.push(own);
      return {
        ...own.kept,
        isWarm: before !== null,
        solve: (options) => {
          own.isSound = false;
          const solution = own.kept.solve(options);
          own.isSound = solution.status === 'optimal' || solution.status === 'infeasible';
          return solution;
        },
        dispose: () => {
          own.isInUse = false;
          tidy();
        },
      };
    },
  };
};
