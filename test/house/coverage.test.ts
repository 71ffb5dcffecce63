import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checklist } from '../../scripts/checklist/rows.ts';
import { declarationsIn, strayDeclarations } from '../../scripts/checklist/declarations.ts';
import { coverageOf } from '../../scripts/checklist/judge.ts';
import { coverageProblems } from '../../scripts/coverage.ts';
import { repository } from './support/files.ts';
import { readShared, sharedIsPresent } from '../support/shared.ts';

const rows = [
  ['7.8', '58', 'SHOULD', 'lower numbers'],
  ['7.10', '59, 10', 'SHOULD', 'cancelled'],
] as const;

const test = (tags: string, title = 'is so'): string => `// @row ${tags}\nit('${title}', () => undefined);\n`;

const problemsOf = (sources: Record<string, string>, { none = {}, oneSided = {} } = {}): readonly string[] =>
  coverageOf(
    rows,
    Object.entries(sources).flatMap(([file, source]) => declarationsIn(source, file)),
    { none, oneSided },
  ).problems;

const both = test('+7.8 -7.8 +7.10 -7.10');

describe('what tests declare', () => {
  it('given a comment above a test, alone or in a table, then it is read with the title of that test', () => {
    const source = [
      "describe('x', () => {",
      '  // Why it is so.',
      '  // @row +7.8 -7.10',
      "  it('is so', () => undefined);",
      '  // @row +16.464-468',
      "  it.skipIf(false).each([1])('is so with %s', () => undefined);",
      '});',
    ].join('\n');
    expect(declarationsIn(source, 'a')).toEqual([
      { row: '7.8', side: '+', title: 'is so', file: 'a' },
      { row: '7.10', side: '-', title: 'is so', file: 'a' },
      { row: '16.464-468', side: '+', title: 'is so with %s', file: 'a' },
    ]);
    expect(strayDeclarations(source, 'a')).toEqual([]);
  });

  it('given a test that was taken away, or does not run, then what stood above it is called stray', () => {
    expect(strayDeclarations('// @row +7.8\nconst other = 1;\n', 'a')).toHaveLength(1);
    expect(strayDeclarations("// @row +7.8\nit.skip('is so', () => undefined);\n", 'a')).toHaveLength(1);
    expect(strayDeclarations("// @row +7.8\ndescribe('x', () => undefined);\n", 'a')).toHaveLength(1);
    expect(strayDeclarations('// @row +7.8\n', 'a')).toHaveLength(1);
  });

  it('given a miswritten line, then it is called stray', () => {
    expect(strayDeclarations(test('7.8'), 'a')).toHaveLength(1);
    expect(strayDeclarations(test('+7.8 | text'), 'a')).toHaveLength(1);
    expect(strayDeclarations(test('+7.8').replace('// @row', '//@row'), 'a')).toHaveLength(1);
    expect(strayDeclarations(test('+7.8'), 'a')).toEqual([]);
  });

  it('given both sides of every row, or the reason why not, then nothing is wrong', () => {
    expect(problemsOf({ a: both })).toEqual([]);
    expect(
      problemsOf({ a: test('+7.8') }, { none: { '7.10': 'a later issue' }, oneSided: { '7.8': 'a choice' } }),
    ).toEqual([]);
  });

  it('given a row that nobody tells, then it is missing', () => {
    expect(problemsOf({ a: test('+7.8 -7.8') })).toEqual([expect.stringContaining('Row 7.10 is told by no test')]);
  });

  it.each(['+', '-'])('given only the side %s of a row and no reason, then the other one is missing', (side) => {
    expect(problemsOf({ a: test('+7.8 -7.8'), b: test(`${side}7.10`) })).toEqual([
      expect.stringContaining('Row 7.10 has no test of its other side'),
    ]);
  });

  it('given a row that does not exist, in a test or among the reasons, then it is named', () => {
    expect(problemsOf({ a: `${both}${test('+7.9')}` })).toEqual([expect.stringContaining('row 7.9')]);
    expect(problemsOf({ a: both }, { none: { '8.99': '' } })).toEqual([expect.stringContaining('row 8.99')]);
    expect(problemsOf({ a: both }, { oneSided: { '8.98': '' } })).toEqual([expect.stringContaining('row 8.98')]);
  });

  it('given a row that is told and excused at once, then one of both is wrong', () => {
    expect(problemsOf({ a: both }, { none: { '7.10': 'later' } })).toEqual([expect.stringContaining('take it out')]);
    expect(problemsOf({ a: both }, { oneSided: { '7.10': 'so' } })).toEqual([expect.stringContaining('take it out')]);
  });
});

describe.skipIf(!sharedIsPresent)('our list of rows', () => {
  const tableRows = (): string[] =>
    [...readShared('openadr', 'conformance.md').matchAll(/^\| (\d+\.\d+) \|/gm)]
      .map(([, row]) => row ?? '')
      .filter((row) => !['14', '15', '17', '18'].includes(row.slice(0, row.indexOf('.'))));

  it('has the rows of the checklist and no others', () => {
    const ours = checklist.map(([row]) => row).filter((row) => !/^1[36]\./.test(row));
    expect(ours).toEqual(tableRows());
  });
});

describe('the judge of outgoing messages', () => {
  it('has a case of each row that its table is said to tell, and no other', () => {
    const file = 'test/protocol/rules.test.ts';
    const source = readFileSync(join(repository, file), 'utf8');
    const told = declarationsIn(source, file).filter(({ title }) => title.startsWith('%s: %s is found'));
    const cases = new Set([...source.matchAll(/'(\d+\.\d+) \(/g)].map(([, row]) => row));
    // Rows of section 13 are about whole messages.
    const declared = told.map(({ row }) => row).filter((row) => !row.startsWith('13.'));
    expect(declared.sort()).toEqual([...cases].sort());
  });
});

describe('docs/coverage.md', () => {
  it('accounts for every row, and says what the tests declare', () => {
    expect(coverageProblems()).toEqual([]);
  });
});
