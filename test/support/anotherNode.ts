/**
 * A run of the tests that follows a whole one on another Node, as `.ci/run` makes it: `ANOTHER_NODE=1 npm test`.
 *
 * Left out is what costs most and cannot differ by the Node: the page as a browser shows it, for browser, page and messages are the same;
 * and long simulated days, which are arithmetic that the rules, the scenarios and the golden logs go through on every Node.
 */

/** What is seen in a browser. */
const inBrowser: readonly string[] = [
  'test/inspector/page/devices.test.ts',
  'test/inspector/page/everywhere.test.ts',
  'test/inspector/page/fleet.test.ts',
  'test/inspector/page/live.test.ts',
  'test/inspector/page/page.test.ts',
  'test/inspector/page/plan.test.ts',
  'test/inspector/page/review.test.ts',
  'test/inspector/page/standing.test.ts',
  'test/inspector/page/timeTravel.test.ts',
  'test/inspector/page/wrote.test.ts',
  'test/inspector/server/statelyPage.test.ts',
  'test/settlement/page/phone.test.ts',
];

/** The long seeds of the simulation. */
const longSeeds: readonly string[] = [
  'test/simulation/crashPoints.test.ts',
  'test/simulation/regressions.test.ts',
  'test/simulation/seeds.test.ts',
  'test/simulation/settlement.test.ts',
];

/** Files that one Node is enough for. */
export const onOneNode: readonly string[] = [...inBrowser, ...longSeeds];

/** What is left out in these surroundings. */
export const leftOut = (environment: NodeJS.ProcessEnv): readonly string[] =>
  (environment['ANOTHER_NODE'] ?? '') === '' ? [] : onOneNode;
