/**
 * Adds up vitest's JSON reports and prints one line: `N passed, N failed[, N skipped]`.
 * Arguments come in pairs: the exit code of a run, and its report. A run that broke outside a test counts as one failure,
 * so that the line and the exit code never disagree.
 */
import { existsSync, readFileSync } from 'node:fs';

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

const readReport = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null);

const main = (args) => {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (let index = 0; index < args.length; index += 2) {
    const counted = countRun(Number(args[index]), readReport(args[index + 1]));
    for (const key of Object.keys(total)) total[key] += counted[key];
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
};

if (process.argv[1]?.endsWith('countTests.mjs')) main(process.argv.slice(2));
