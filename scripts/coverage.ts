/**
 * Writes `docs/coverage.md`; with `--check`, only says what is wrong with it. Ends with 1 when something is.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pulledCases, pushedCases, pushTwinOf } from '../src/conformance/suite.ts';
import { checklist } from './checklist/rows.ts';
import { declarationsIn, strayDeclarations, testSources, type Declaration } from './checklist/declarations.ts';
import { coverageOf } from './checklist/judge.ts';
import { none } from './checklist/none.ts';
import { oneSided } from './checklist/oneSided.ts';
import { byCases, coveragePage } from './checklist/page.ts';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Where the page stands. */
export const coveragePath = join(repository, 'docs', 'coverage.md');

const told = (names: string, title: string, row: string): Declaration => ({
  row,
  side: '+',
  title: `${names}: ${title}`,
  file: byCases,
});

/** What the cases of `ven conformance` tell: that a rule is kept, by this build. */
const toldByCases: readonly Declaration[] = [
  ...pulledCases.flatMap(({ name, title, rows }) => {
    const twin = pushedCases.find((each) => each.name === pushTwinOf(name));
    // A row that both tell is told in one line.
    return rows.map((row) => told(twin?.rows.includes(row) === true ? `${name}, ${twin.name}` : name, title, row));
  }),
  ...pushedCases.flatMap(({ name, title, rows }) => {
    const ofPull = pulledCases.find((each) => pushTwinOf(each.name) === name)?.rows ?? [];
    return rows.filter((row) => !ofPull.includes(row)).map((row) => told(name, title, row));
  }),
];

/** The page as the tests make it now, and what is wrong with what they declare. */
export const currentCoverage = (): { readonly page: string; readonly problems: readonly string[] } => {
  const read = testSources(repository).map(([file, source]) => ({
    file,
    source,
    declared: declarationsIn(source, file),
  }));
  const coverage = coverageOf(checklist, [...read.flatMap(({ declared }) => declared), ...toldByCases], {
    none,
    oneSided,
  });
  const strays = read.flatMap(({ file, source, declared }) => strayDeclarations(source, file, declared));
  return { page: coveragePage(coverage), problems: [...strays, ...coverage.problems] };
};

/** What is wrong: with the declarations, or with a page that does not say what they say. */
export const coverageProblems = (): readonly string[] => {
  const { page, problems } = currentCoverage();
  const written = existsSync(coveragePath) ? readFileSync(coveragePath, 'utf8') : '';
  return written === page ? problems : [...problems, 'docs/coverage.md is not current; run `npm run docs`.'];
};

/** Writes the page, and gives what is wrong all the same. */
export const writeCoverage = (): readonly string[] => {
  const { page, problems } = currentCoverage();
  writeFileSync(coveragePath, page);
  return problems;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = process.argv.includes('--check') ? coverageProblems() : writeCoverage();
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
