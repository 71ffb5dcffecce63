/** Test files read what they import once for all in a process: what one of them changes there, the next one would find changed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testSources } from '../../scripts/checklist/declarations.ts';
import { apart, longest } from '../../vitest.config.ts';
import { leftOut, long, onOneNode } from '../support/leftOut.ts';
import { skippedSentences } from '../support/sayWhatIsSkipped.ts';
import { filesBelow, repository } from './support/files.ts';

/** What changes a process for everybody in it, and what puts something else in the place of a module. */
const changesTheProcess = [
  /\bvi\.(?:stubEnv|stubGlobal|mock|doMock|useFakeTimers|setSystemTime)\(/,
  /\bvi\.spyOn\((?:console|process|globalThis|global|Date|Math)\b/,
  /\bprocess\.env(?:\.\w+|\[[^\]]+\]) ?(?:=[^=]|\?\?=)/,
  /\bdelete process\.env\b/,
  /\bprocess\.(?:chdir|umask|on|once|addListener|setUncaughtExceptionCaptureCallback)\(/,
  /\bprocess\.exitCode ?=[^=]/,
  /\b(?:globalThis|global|Date|Math|console)\.\w+ = /,
];

/** Without its strings, some of which are programs of other processes. */
const withoutStrings = (source: string): string => source.replace(/'(?:[^'\\\n]|\\.)*'/g, "''");

const changes = (source: string): boolean => changesTheProcess.some((pattern) => pattern.test(withoutStrings(source)));

/** A bound of its own on how long a test, a hook or a wait may take: on a busy machine it says who else runs there. */
const bounds = [/\btimeout: [\d_]{4,}/, /^\s*\}, [\d_]{4,}\);$/m, /\bvi\.wait(?:For|Until)\((?![^;]*patienceMs)/];

describe('tests of which some wait', () => {
  it('all have one patience, and none a bound of its own', () => {
    const found = testSources(repository).flatMap(([file, source]) =>
      bounds.some((bound) => bound.test(source)) ? [file] : [],
    );
    expect(found).toEqual([]);
  });
});

describe('files of tests that share a process', () => {
  it('change nothing in it that outlives them; those that do are apart', () => {
    const found = testSources(repository).flatMap(([file, source]) => (changes(source) ? [file] : []));
    // This file speaks of all of them.
    expect(found.filter((file) => file !== 'test/house/together.test.ts')).toEqual([...apart].sort());
  });

  it('import nothing that registers hooks when it is read: only the first file would have them', () => {
    const support = filesBelow('test').filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
    const found = support.filter((path) =>
      /^(?:beforeAll|beforeEach|afterAll|afterEach|onTestFinished|expect\.extend)\(/m.test(
        readFileSync(join(repository, path), 'utf8'),
      ),
    );
    expect(found).toEqual([]);
  });

  it('are begun longest first, by names that there are', () => {
    expect(longest.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  });
});

describe('a run that leaves something out', () => {
  const isSeenInBrowser = (source: string): boolean => /\b(?:describeInBrowser|browser\.newPage)\(/.test(source);

  it('given a whole run on another Node before it, then leaves out what is seen in a browser, long seeds, and nothing else', () => {
    const seen = testSources(repository).flatMap(([file, source]) => (isSeenInBrowser(source) ? [file] : []));
    const seeds = onOneNode.filter((file) => file.startsWith('test/simulation/'));
    expect([...onOneNode].sort()).toEqual([...seen, ...seeds].filter((file) => !file.startsWith('test/house/')).sort());
    expect(onOneNode.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  });

  it('given no name, then leaves out what one Node is enough for at most, and the CI names the whole', () => {
    expect(long.filter((file) => !onOneNode.includes(file))).toEqual([]);
    expect(readFileSync(join(repository, '.ci', 'run'), 'utf8')).toMatch(/^node scripts\/test\.mjs --whole /m);
  });

  it('says what it leaves out, and nothing is left out where nobody asked for it', () => {
    expect(leftOut({})).toEqual([]);
    expect(leftOut({ ANOTHER_NODE: '', WITHOUT_LONG: '' })).toEqual([]);
    expect(skippedSentences({}, true)).toEqual([]);
    for (const [name, files] of [
      ['ANOTHER_NODE', onOneNode],
      ['WITHOUT_LONG', long],
    ] as const) {
      const said = skippedSentences({ [name]: '1' }, true).join();
      expect(leftOut({ [name]: '1' })).toEqual(files);
      expect(files.filter((file) => !said.includes(file))).toEqual([]);
    }
  });
});
