import { describe, expect, it } from 'vitest';
import { checklist } from '../../scripts/checklist/rows.ts';
import { declarationsIn, strayDeclarations } from '../../scripts/checklist/declarations.ts';
import { coverageOf } from '../../scripts/checklist/judge.ts';
import { coverageProblems } from '../../scripts/coverage.ts';
import { readShared, sharedIsPresent } from '../support/shared.ts';

const rows = [
  ['7.8', '58', 'SHOULD'],
  ['7.10', '59, 10', 'SHOULD'],
] as const;

const problemsOf = (sources: Record<string, string>, none = {}): readonly string[] =>
  coverageOf(
    rows,
    Object.entries(sources).flatMap(([file, source]) => declarationsIn(source, file)),
    none,
  ).problems;

describe('what tests declare', () => {
  it('given comment lines before anything else, then each is read, with its text or without', () => {
    expect(
      declarationsIn('// @row 7.8 | lower number\n// @row 7.10\nimport x;\n// @row 9.1 | too late\n', 'a'),
    ).toEqual([
      { row: '7.8', text: 'lower number', file: 'a' },
      { row: '7.10', file: 'a' },
    ]);
  });

  it('given a line further down or miswritten, then it is called stray', () => {
    expect(strayDeclarations('import x;\n// @row 7.8 | late\n', 'a')).toHaveLength(1);
    expect(strayDeclarations('//@row 7.8 | without a space\n', 'a')).toHaveLength(1);
    expect(strayDeclarations('// @row 7.8 | good\n', 'a')).toEqual([]);
  });

  it('given every row told or excused, then nothing is wrong', () => {
    expect(problemsOf({ a: '// @row 7.8 | lower' }, { '7.10': { text: 'cancelled', reason: 'later' } })).toEqual([]);
  });

  it('given a row that nobody tells, then it is missing', () => {
    expect(problemsOf({ a: '// @row 7.8 | lower' })).toEqual([expect.stringContaining('Row 7.10 is told by no test')]);
  });

  it('given one row in two wordings, then they conflict; in one wording or with the number alone they do not', () => {
    const ten = '\n// @row 7.10 | cancelled';
    expect(problemsOf({ a: `// @row 7.8 | lower${ten}`, b: '// @row 7.8 | smaller' })).toEqual([
      expect.stringContaining('in different words'),
    ]);
    expect(problemsOf({ a: `// @row 7.8 | lower${ten}`, b: '// @row 7.8', c: '// @row 7.8 | lower' })).toEqual([]);
    expect(problemsOf({ a: `// @row 7.8${ten}` })).toEqual([expect.stringContaining('without a word')]);
  });

  it('given a row that does not exist, in a test or among the untold, then it is named', () => {
    const good = '// @row 7.8 | lower\n// @row 7.10 | cancelled\n';
    expect(problemsOf({ a: `${good}// @row 7.9 | what` })).toEqual([expect.stringContaining('row 7.9')]);
    expect(problemsOf({ a: good }, { '8.99': { text: '', reason: '' } })).toEqual([
      expect.stringContaining('row 8.99'),
    ]);
  });

  it('given a row that is told and excused at once, then one of both is wrong', () => {
    expect(
      problemsOf({ a: '// @row 7.8 | lower\n// @row 7.10 | c' }, { '7.10': { text: 'c', reason: 'later' } }),
    ).toEqual([expect.stringContaining('take it out of')]);
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

describe('docs/coverage.md', () => {
  it('accounts for every row, and says what the tests declare', () => {
    expect(coverageProblems()).toEqual([]);
  });
});
