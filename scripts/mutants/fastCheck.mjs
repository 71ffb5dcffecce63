/** Properties for mutants: few runs, always the same, and no search for the smallest example, since only whether one fails is of interest. */
import * as fc from 'ter-ven:fast-check';

export * from 'ter-ven:fast-check';

const runsAtMost = 8;

const few = (parameters = {}) => ({
  ...parameters,
  numRuns: Math.min(parameters.numRuns ?? 100, runsAtMost),
  seed: parameters.seed ?? 1,
  endOnFailure: true,
});

export const assert = (property, parameters) => fc.assert(property, few(parameters));

const { default: all } = fc;
const defaults = { ...all, assert };
export { defaults as default };
