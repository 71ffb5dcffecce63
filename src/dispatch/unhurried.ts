import type { Solver } from './solver.ts';

/** @limit As long as it takes; the solver wants a number. @unit s */
const longestSolveSeconds = 1e6;

/**
 * A solver that gives up no linear program: where nobody waits for the plan, a slow or busy machine is no reason to have none.
 * Programs with whole columns keep their limit, for they always have an answer that is good enough, and the best may take hours.
 */
export const unhurried = (solver: Solver): Solver => ({
  keep: (model) => {
    const kept = solver.keep(model);
    if (model.columns.whole.length > 0) return kept;
    return { ...kept, solve: (options) => kept.solve({ ...options, timeLimitSeconds: longestSolveSeconds }) };
  },
});
