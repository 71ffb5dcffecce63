/**
 * What a run of the tests leaves out, by its environment.
 *
 * `ANOTHER_NODE`: it follows a whole run on another Node, as `.ci/run` makes it. Left out is what costs most and cannot differ by the
 * Node: the page as a browser shows it, for browser, page and messages are the same; and long simulated days, which are arithmetic
 * that the rules, the scenarios and the golden logs go through on every Node.
 *
 * `WITHOUT_LONG`: it is `npm test` without a name; `npm test -- --whole` leaves nothing out, nor does `.ci/run` on its first Node.
 * Long searches take a share of their cases then (`isWhole`).
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

/** Those whose neighbours live the same more shortly: the seeds, the rooms of the page one by one. */
export const long: readonly string[] = [
  'test/inspector/page/everywhere.test.ts',
  ...longSeeds.filter((file) => file !== 'test/simulation/seeds.test.ts'),
];

const isSet = (environment: NodeJS.ProcessEnv, name: string): boolean => (environment[name] ?? '') !== '';

/** Whether a search is to look at all it can; where not, it looks at a share that meets each kind of what it looks for. */
export const isWhole = (environment: NodeJS.ProcessEnv): boolean => !isSet(environment, 'WITHOUT_LONG');

/** All cases in a whole run; else those that are kept, of which there is one of each kind. */
export const shareOf = <Case>(
  cases: readonly Case[],
  isKept: (each: Case, index: number) => boolean,
  environment: NodeJS.ProcessEnv = process.env,
): readonly Case[] => (isWhole(environment) ? cases : cases.filter(isKept));

/** So many tries of a property in a whole run; else a third of them. */
export const triesOf = (tries: number, environment: NodeJS.ProcessEnv = process.env): number =>
  isWhole(environment) ? tries : Math.ceil(tries / 3);

/** What is left out in these surroundings, and why. */
export const leavings = (
  environment: NodeJS.ProcessEnv,
): readonly { readonly why: string; readonly files: readonly string[] }[] => [
  ...(isSet(environment, 'ANOTHER_NODE')
    ? [{ why: 'ANOTHER_NODE is set, and what cannot differ by the Node was tested on another one', files: onOneNode }]
    : []),
  ...(isSet(environment, 'WITHOUT_LONG')
    ? [{ why: '"npm test -- --whole" tests these as well, as the CI does', files: long }]
    : []),
];

/** Their files. */
export const leftOut = (environment: NodeJS.ProcessEnv): readonly string[] =>
  leavings(environment).flatMap(({ files }) => files);
