import type { CaseResult } from '../runCase.ts';
import { brokenOff, type CaseVerdict } from '../testCase.ts';

/** What was found about the schemas. */
export type SchemaCheck =
  { readonly kind: 'run'; readonly hash: string } | { readonly kind: 'not run'; readonly because: string };

/** A run of the suite, whole or in part. */
export interface ConformanceReport {
  readonly version: string;
  /** UTC ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** `embedded`, or the origin of the VTN. */
  readonly vtn: string;
  readonly schemas: SchemaCheck;
  readonly results: readonly CaseResult[];
}

/** How often each verdict was come to. */
export const tally = (results: readonly CaseResult[]): Readonly<Record<CaseVerdict, number>> => {
  const count = (verdict: CaseVerdict): number => results.filter((each) => each.verdict === verdict).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), 'not run': count('not run') };
};

/** Whether somebody ended the run before its last case was over. */
export const isBrokenOff = ({ results }: ConformanceReport): boolean =>
  results.some(({ because }) => because === brokenOff);

/** Whether something passed and nothing failed, the schemas included, in a run that came to its end. */
export const isGreen = (report: ConformanceReport): boolean => {
  const { passed, failed } = tally(report.results);
  return failed === 0 && passed > 0 && report.schemas.kind === 'run' && !isBrokenOff(report);
};

/** The last words of a run, in a sentence or two. */
export const conclusion = (report: ConformanceReport): string => {
  const { passed, failed, skipped, 'not run': notRun } = tally(report.results);
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped, ${notRun} not run.`;
  const counted = isBrokenOff(report) ? `${counts} The run was broken off.` : counts;
  if (failed > 0) return `Not green: ${counted}`;
  if (report.schemas.kind === 'not run')
    return `Not green: ${counted} The schema check was not run: ${report.schemas.because}.`;
  if (isGreen(report)) return `Green: ${counted}`;
  return passed === 0 ? `Not green, for nothing was tried: ${counted}` : `Not green: ${counted}`;
};

/** What there is to say of a case beside its verdict. */
export const remarkOn = ({ because, steps, exchanges }: CaseResult): string =>
  because ?? `${steps.filter(({ who }) => who === 'expected').length} expectations, ${exchanges.length} exchanges`;
