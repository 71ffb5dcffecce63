import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
/** The scripts are plain JavaScript, so that they run before anything is installed; here are their types. */
interface Scripts {
  dependenciesAgree(locked: Lock, installed: Lock): boolean;
  newestChange(path: string): number;
  installedSoFar(locked: Lock, isPresent: (path: string) => boolean, written: string): string;
  countRun(exitCode: number, report: unknown): Counts;
  namesOfFailed(report: unknown, options?: { lines?: number }): string[];
}

const load = async (name: string): Promise<Scripts> =>
  (await import(new URL(`../../scripts/${name}`, import.meta.url).href)) as Scripts;
const { dependenciesAgree, newestChange, installedSoFar } = await load('prepare.mjs');
const { countRun, namesOfFailed } = await load('countTests.mjs');

describe('installed dependencies', () => {
  const locked: Lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/for-another-platform': { version: '2.0.0', optional: true },
    },
  };

  it('agree with the lock when each has its version, and other platforms’ packages are absent', () => {
    expect(dependenciesAgree(locked, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
  });

  it.each([
    ['another version', { 'node_modules/a': { version: '1.0.1' } }],
    ['a package missing', {}],
    [
      'another version of an optional package',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/for-another-platform': { version: '1.9.0' } },
    ],
  ])('do not agree with %s', (_what, packages) => {
    expect(dependenciesAgree(locked, { packages })).toBe(false);
  });
});

describe('the progress of an installation', () => {
  const locked: Lock = { packages: { '': {}, a: { version: '1' }, b: { version: '1' }, c: { optional: true } } };
  const answer = 'npm http fetch GET 200 https://registry.npmjs.org/a 87ms (cache miss)\n';

  it('counts the packages that are there, without those of other platforms', () => {
    const isPresent = (path: string): boolean => path === 'a' || path === '' || path === 'c';
    expect(installedSoFar(locked, isPresent, answer)).toBe('1 of 2 packages, ');
  });

  it('counts what the registry has answered while no package is there yet', () => {
    const soFar = (written: string): string => installedSoFar(locked, () => false, written);
    expect(soFar('npm warn deprecated a\n')).toBe('0 of 2 packages, ');
    expect(soFar(answer)).toBe('1 answer of the registry, ');
    expect(soFar(`${answer}npm warn deprecated a\n${answer}`)).toBe('2 answers of the registry, ');
  });
});

describe('the newest change of the source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-scripts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const longAgo = new Date(2020, 0, 1);
  const age = (...paths: string[]): void => paths.forEach((path) => utimesSync(path, longAgo, longAgo));

  it('is that of the newest file at any depth', () => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(join(folder, 'a', 'b', 'deep.ts'), '');
    writeFileSync(join(folder, 'old.ts'), '');
    age(join(folder, 'old.ts'), join(folder, 'a', 'b'), join(folder, 'a'), folder);
    expect(newestChange(folder)).toBeGreaterThan(longAgo.getTime());
    age(join(folder, 'a', 'b', 'deep.ts'));
    expect(newestChange(folder)).toBe(longAgo.getTime());
  });

  it('notices a file that was deleted', () => {
    unlinkSync(join(folder, 'old.ts'));
    expect(newestChange(folder)).toBeGreaterThan(longAgo.getTime());
  });
});

describe('the count of a test run', () => {
  const report = (
    passed: number,
    failed: number,
    files: readonly { status: string; assertionResults: readonly { status: string }[] }[] = [],
  ) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: files,
  });

  it('is vitest’s when all went well', () => {
    expect(countRun(0, report(5, 0))).toEqual({ passed: 5, failed: 0, skipped: 3 });
  });

  it('counts failures', () => {
    expect(countRun(1, report(5, 2))).toMatchObject({ passed: 5, failed: 2 });
  });

  it('counts a file that could not be read as one failure', () => {
    expect(countRun(1, report(5, 0, [{ status: 'failed', assertionResults: [] }]))).toMatchObject({ failed: 1 });
    expect(countRun(1, report(5, 1, [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]))).toMatchObject({
      failed: 1,
    });
  });

  it('counts a run that broke outside a test, ran nothing or left no report as one failure', () => {
    expect(countRun(1, report(5, 0))).toMatchObject({ passed: 5, failed: 1 });
    expect(countRun(0, report(0, 0))).toMatchObject({ failed: 1 });
    expect(countRun(1, null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('what failed in a report of the tests', () => {
  const file = (status: string, assertionResults: object[], message = ''): object => ({
    name: join(process.cwd(), 'test', 'a.test.ts'),
    status,
    message,
    assertionResults,
  });

  it('is named with the beginning of its error, so that the end of a long output tells it', () => {
    const failed = {
      status: 'failed',
      fullName: 'an hour is told once',
      failureMessages: ['expected 2 to be 1\n  at one\n  at two'],
    };
    const report = {
      testResults: [file('failed', [{ status: 'passed', fullName: 'a good one' }, failed]), file('passed', [])],
    };
    expect(namesOfFailed(report, { lines: 2 })).toEqual([
      `FAILED ${join('test', 'a.test.ts')} > an hour is told once\n  expected 2 to be 1\n    at one`,
    ]);
  });

  it('is also a file that broke before its tests, and nothing where there is no report', () => {
    const report = { testResults: [file('failed', [], 'no such module')] };
    expect(namesOfFailed(report)).toEqual([
      `FAILED ${join('test', 'a.test.ts')} > broke outside of a test\n  no such module`,
    ]);
    expect(namesOfFailed(null)).toEqual([]);
  });
});
