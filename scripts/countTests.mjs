/**
 * Adds up vitest's JSON reports, names every test that failed with the first lines of its error, and prints one last line:
 * `N passed, N failed[, N skipped]`. Where only the end of a long output is kept, what failed is still to be read there.
 * Arguments come in pairs: the exit code of a run, and its report. A run that broke outside a test counts as one failure,
 * so that the line and the exit code never disagree.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Counts one run. */
export const countRun = (exitCode, report) => {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const filesThatBroke = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + filesThatBroke;
  const brokeOutside = failed === 0 && (exitCode !== 0 || report.numPassedTests === 0);
  return {
    passed: report.numPassedTests,
    failed: brokeOutside ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
};

/** What failed in a report, a few lines for each: the file, the test's whole name, and how its error begins. */
export const namesOfFailed = (report, { lines = 12 } = {}) =>
  (report?.testResults ?? []).flatMap((file) => {
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0)
      return file.status === 'failed' ? [told(file.name, 'broke outside of a test', [file.message], lines)] : [];
    return tests.map((test) => told(file.name, test.fullName, test.failureMessages, lines));
  });

const told = (file, name, messages, lines) => {
  const error = (messages ?? []).join('\n').split('\n').slice(0, lines);
  return [`FAILED ${relative(process.cwd(), file)} > ${name}`, ...error.map((line) => `  ${line}`)].join('\n');
};

const readReport = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null);

const main = (args) => {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (let index = 0; index < args.length; index += 2) {
    const report = readReport(args[index + 1]);
    const counted = countRun(Number(args[index]), report);
    for (const failed of namesOfFailed(report)) process.stdout.write(`${failed}\n`);
    for (const key of Object.keys(total)) total[key] += counted[key];
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
};

if (process.argv[1]?.endsWith('countTests.mjs')) main(process.argv.slice(2));
