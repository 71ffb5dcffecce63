import { html as xml, nothing, type Html } from '../../settlement/page/html.ts';
import type { CaseResult } from '../runCase.ts';
import { brokenOff } from '../testCase.ts';
import { isBrokenOff, tally, type ConformanceReport } from './report.ts';

const familyOf = (name: string): string => name.slice(0, name.lastIndexOf('_'));

const outcomeOf = ({ verdict, because = '', steps, findings }: CaseResult): Html => {
  if (verdict === 'passed') return nothing;
  if (verdict !== 'failed') return xml`<skipped message="${because}"/>`;
  const failed = steps.filter(({ isSo }) => !isSo).map(({ text, found = '' }) => `${text}: ${found}`);
  const found = findings.map(({ of, place, text }) => `${of}, exchange ${place}: ${text}`);
  return xml`<failure message="${because}">${[...failed, ...found].join('\n')}</failure>`;
};

const caseElement = (result: CaseResult): Html =>
  xml`<testcase classname="${familyOf(result.name)}" name="${result.name} ${result.title}">${outcomeOf(result)}</testcase>\n`;

/** The check against the schemas as a case of its own: it, too, fails a run. */
const schemaElement = ({ schemas }: ConformanceReport): Html =>
  schemas.kind === 'run'
    ? xml`<testcase classname="XSD" name="schemas, SHA-256 ${schemas.hash}"/>\n`
    : xml`<testcase classname="XSD" name="schemas"><failure message="not run: ${schemas.because}"/></testcase>\n`;

/** That the run did not come to its end: whoever reads skipped cases as no harm is told that it failed. */
const endElement = xml`<testcase classname="run" name="comes to its end"><failure message="${brokenOff}"/></testcase>\n`;

/** A run as programs read it that read JUnit. */
export const junitText = (report: ConformanceReport): string => {
  const { results, schemas, version, vtn, startedAt, durationMs } = report;
  const { failed, skipped, 'not run': notRun } = tally(results);
  const ends = isBrokenOff(report) ? [endElement] : [];
  const failures = failed + (schemas.kind === 'run' ? 0 : 1) + ends.length;
  const suite = xml`<testsuite name="OpenADR 2.0b VEN, ter-ven ${version}, VTN ${vtn}" tests="${results.length + 1 + ends.length}" failures="${failures}" errors="0" skipped="${skipped + notRun}" timestamp="${new Date(startedAt).toISOString().slice(0, 19)}" time="${(durationMs / 1_000).toFixed(3)}">
${results.map(caseElement)}${schemaElement(report)}${ends}</testsuite>
`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.markup}`;
};
