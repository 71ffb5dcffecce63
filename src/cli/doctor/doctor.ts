import { printable } from '../../text/printable.ts';
import { configurationFor } from '../configurationOptions.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { proseFor, proseWidth, wrapped } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { examine } from './examine.ts';
import type { Finding, FindingVerdict } from './finding.ts';
import { verdictOf } from './verdict.ts';

const MARKS: Readonly<Record<FindingVerdict, string>> = { good: 'good   ', warning: 'warning', bad: 'BAD    ' };
const INDENT = 25;

const lineOf = ({ check, verdict, finding, advice }: Finding, width: number): string => {
  const head = `${MARKS[verdict]}  ${check.padEnd(INDENT - 10)} `;
  const more = advice === undefined ? '' : `\n${' '.repeat(INDENT)}${wrapped(`→ ${advice}`, INDENT, width)}`;
  return `${head}${wrapped(printable(finding), INDENT, width)}${more}\n`;
};

/** Checks of the VEN's own house; the others are about the VTN and the way to it. */
const LOCAL_CHECKS = ['configuration', 'secrets', 'devices', 'certificate', 'revocation', 'VTN name', 'data directory'];
const LOG_CHECKS = ['log', 'disk'];

const exitCodeFor = (findings: readonly Finding[]): ExitCode => {
  const bad = findings.filter(({ verdict }) => verdict === 'bad');
  if (bad.length === 0) return EXIT.success;
  if (bad.some(({ check }) => LOG_CHECKS.includes(check))) return EXIT.logUnsafe;
  return bad.some(({ check }) => LOCAL_CHECKS.includes(check)) ? EXIT.configuration : EXIT.vtn;
};

/** Examines, and writes each finding for a person or for a program; a person is told at the end whether all is ready. */
export const doctor = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const findings = await examine(configurationFor(given, surroundings), surroundings.now, {
    asks: given.switches.has('ask'),
  });
  const width = proseWidth(surroundings.stdout);
  const asJson = given.switches.has('json');
  for (const finding of findings)
    surroundings.stdout.write(asJson ? `${JSON.stringify(finding)}\n` : lineOf(finding, width));
  if (!asJson) surroundings.stdout.write(`\n${proseFor(surroundings.stdout, printable(verdictOf(findings)))}\n`);
  return exitCodeFor(findings);
};
