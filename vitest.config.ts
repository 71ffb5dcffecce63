import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { leftOut } from './test/support/leftOut.ts';
import { patienceMs, testPatienceMs } from './test/support/patience.ts';

/**
 * Files whose tests change what a process has once for all (its environment, its console): each gets a process of its own.
 * `test/house/together.test.ts` sees to it that there are no others.
 */
export const apart: readonly string[] = [
  'test/adapters/oddAnswers.test.ts',
  'test/adapters/tls.test.ts',
  'test/launch/program.test.ts',
  'test/machines/laws.test.ts',
];

/**
 * The longest files, longest first: begun last, one of them would run by itself while the other core idles. `COSTS=costs.txt npm test`
 * tells which they are.
 */
export const longest: readonly string[] = [
  'test/simulation/seeds.test.ts',
  'test/simulation/regressions.test.ts',
  'test/inspector/page/everywhere.test.ts',
  'test/simulation/crashPoints.test.ts',
  'test/simulation/settlement.test.ts',
  'test/inspector/page/page.test.ts',
  'test/inspector/page/standing.test.ts',
  'test/scenarios/moneyLost.test.ts',
  'test/scenarios/manyDevices.test.ts',
  'test/replay/golden.test.ts',
  'test/inspector/server/contract.test.ts',
  'test/cli/run.test.ts',
  'test/inspector/page/devices.test.ts',
  'test/shell/compaction.test.ts',
  'test/bundle/faultShownAgain.test.ts',
  'test/cli/demo.test.ts',
  'test/cli/backup.test.ts',
  'test/cli/stored.test.ts',
  'test/adapters/plannerProcess.test.ts',
  'test/publishing/homeAssistant.test.ts',
  'test/cli/reading.test.ts',
  'test/cli/edges.test.ts',
  'test/scenarios/wrongClock.test.ts',
  'test/cli/dataDirectory.test.ts',
  'test/scenarios/override.test.ts',
  'test/scenarios/opting.test.ts',
  'test/scenarios/trust.test.ts',
  'test/cli/canary.test.ts',
  'test/rules/boundedReports.test.ts',
  'test/core/transition.test.ts',
  'test/simulation/year.test.ts',
  'test/inspector/page/timeTravel.test.ts',
  'test/cli/logKeeping.test.ts',
  'test/signatures/strangers.test.ts',
  'test/review/lived.test.ts',
  'test/store/crash.test.ts',
];

/** Files apart come first, for a process that many share ends where one of its own is next; then the longest; then the others. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.endsWith(name));
      if (project.name !== 'together') return project.name === 'apart' ? -2 : -1;
      return place === -1 ? longest.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** What is read before each file. */
const setupFiles = ['test/support/costs.ts', 'test/support/oneSeed.ts'];

/** What holds for every file. It is not said at the root, from where projects would take `maxWorkers` over the command line's. */
const everyFile = {
  testTimeout: testPatienceMs,
  hookTimeout: testPatienceMs,
  expect: { poll: { timeout: patienceMs } },
  // Tests with real sockets and processes share the machine with whatever else runs there; a second failure is a failure.
  retry: process.env['CI'] === undefined ? 0 : 1,
  pool: 'forks' as const,
  // Tests that run beside others of their file wait for polls and pauses: the more of them wait at once, the sooner all are done.
  maxConcurrency: 20,
  // Simulated days make much that is soon of no use: a larger nursery clears it away at less cost.
  execArgv: ['--conditions=development', '--max-semi-space-size=64'],
};

const include = ['test/**/*.test.ts'];

const house = ['test/house/**/*.test.ts'];

const ssr = { resolve: { conditions: ['development', 'node', 'module', 'default'] } };

export default defineConfig({
  test: {
    maxWorkers: availableParallelism() + 2, // many a test waits for a socket, a disk or a process of its own meanwhile
    reporters: ['default'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    sequence: { sequencer: LongestFirst },
    projects: [
      // Reading what a test imports costs more than most tests: files read it once for all in their process.
      {
        ssr,
        test: {
          ...everyFile,
          name: 'together',
          include,
          exclude: [...apart, ...house, ...leftOut(process.env)],
          isolate: false,
          setupFiles,
          globalSetup: 'test/support/sayWhatIsSkipped.ts',
        },
      },
      { ssr, test: { ...everyFile, name: 'apart', include: [...apart], setupFiles } },
      // By itself, so that `npm run verify` can begin with it.
      {
        ssr,
        test: { ...everyFile, name: 'house', include: house, isolate: false, setupFiles: 'test/support/costs.ts' },
      },
    ],
  },
});
