/**
 * What our tests import of vitest, of the same parts, without its workers: so the files are read once for all mutants, not once for each.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  ChaiStyleAssertions,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  addCustomEqualityTesters,
  chai,
  customMatchers,
  getState,
  setState,
} from '@vitest/expect';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@vitest/runner';

for (const part of [JestExtend, JestChaiExpect, ChaiStyleAssertions, JestAsymmetricMatchers]) chai.use(part);

export const expect = (value, message) => chai.expect(value, message);

Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT], {
  getState: () => getState(expect),
  setState: (state) => setState(state, expect),
  extend: (matchers) => chai.expect.extend(expect, matchers),
  addEqualityTesters: (testers) => addCustomEqualityTesters(testers),
});
setState({ assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null }, expect);
expect.extend(customMatchers);

const atEnd = [];

/** One test runs at a time: what it wants done at its end is done before the next. */
export const onTestFinished = (act) => void atEnd.push(act);

export const finishTest = async () => {
  for (const act of atEnd.splice(0).toReversed()) await act();
};
