/**
 * The rooms whose mutants are hunted, and the tests that hunt them: pure and fast ones alone, for each is run thousands of times.
 *
 * No simulation, no browser, no process of its own: what survives here may still be caught there. `withinMs`: how long the tests that
 * are asked about one mutant may take together, and `longestMs`: how long one of them; both of a processor, without a mutant. What
 * takes longer is not asked. `shareBytes`: source of one share.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const rooms = [
  {
    name: 'settlement',
    sources: ['src/settlement'],
    apart: ['src/settlement/page/'],
    tests: [
      'test/settlement/inferRounding.test.ts',
      'test/settlement/ledger',
      'test/settlement/reconciliation',
      'test/settlement/verdict.test.ts',
    ],
    without: [
      'test/settlement/ledger/rateEngine.test.ts', // years by a stranger's engine
      'test/settlement/ledger/contests.test.ts', // whole agents
      'test/settlement/reconciliation/changedCell.test.ts', // a year's bill
    ],
  },
  {
    name: 'files',
    sources: ['src/files'],
    tests: ['test/files'],
    without: [
      'test/files/fuzz.test.ts', // only that nothing is thrown
      'test/files/parts.test.ts', // the whole beside its parts, seconds each
      'test/files/billParts.test.ts', // spies, which the runner has none of
    ],
  },
  {
    name: 'settlement-page',
    sources: ['src/settlement/page'],
    tests: ['test/settlement/page/page.test.ts'],
  },
  {
    name: 'protocol-rules',
    sources: ['src/protocol/rules', 'src/protocol/rules.ts'],
    tests: ['test/protocol/rules.test.ts'],
  },
  { name: 'machines', sources: ['src/machines'], tests: ['test/machines'], without: ['test/machines/laws.test.ts'] },
  {
    name: 'reactions',
    sources: ['src/reactions'],
    tests: [
      'test/reactions',
      'test/core',
      'scripts/mutants/golden.test.ts',
      'test/rules',
      ...[
        'askedAtStart',
        'drEventFollowed',
        'latePrices',
        'leftByVoidRequests',
        'moneyLost',
        'operatorOptOut',
        'opting',
        'optingOfEvents',
        'override',
        'programmeDay',
        'trust',
      ].map((name) => `test/scenarios/${name}.test.ts`),
    ],
    without: [
      'test/core/transition.test.ts', // of the machines
      'test/rules/boundedCrowd.test.ts', // what is bounded is large
      'test/rules/boundedReports.test.ts',
      'test/rules/messages.test.ts', // every occasion
    ],
    longestMs: 500,
    withinMs: 1_000, // whole agents on virtual time
    shareBytes: 80_000, // reading and trying them once without a mutant takes a minute
  },
];

const filesBelow = (path) =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : [path];

/** The files of a room that are made wrong. */
export const filesOf = ({ sources, apart = [] }) =>
  sources
    .flatMap(filesBelow)
    .filter((path) => path.endsWith('.ts') && !apart.some((folder) => path.startsWith(folder)))
    .toSorted();

/** The test files of a room, relative to the working directory. */
export const testFilesOf = ({ tests, without = [] }) =>
  tests
    .flatMap(filesBelow)
    .filter((path) => path.endsWith('.test.ts') && !without.includes(path))
    .toSorted();
