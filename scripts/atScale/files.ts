/** What was simulated, as it was kept, and the documents that are made from it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScaleFindings } from './course.ts';
import { scaleCharts, scalePage } from './page.ts';

/** What is kept: the trial of the page, and one in small that can be gone through anew at any time. */
export interface KeptFindings {
  readonly usual: ScaleFindings;
  readonly small: ScaleFindings;
}

/** Reads what was kept. */
export const keptFindings = (repository: string): KeptFindings =>
  JSON.parse(readFileSync(join(repository, 'scripts', 'atScale', 'findings.json'), 'utf8')) as KeptFindings;

/** The page and its charts, by path. */
export const scaleFiles = (repository: string): ReadonlyMap<string, string> => {
  const { usual } = keptFindings(repository);
  return new Map([['docs/at-scale.md', scalePage(usual)], ...scaleCharts(usual)]);
};
