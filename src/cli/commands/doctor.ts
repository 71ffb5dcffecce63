import { printable } from '../../adapters/logger.ts';
import type { Command } from '../command.ts';
import { configurationFor, VEN_OPTIONS } from '../configurationOptions.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding, Verdict } from '../doctor/finding.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { wrap } from '../helpText.ts';

const MARKS: Readonly<Record<Verdict, string>> = { good: 'good   ', warning: 'warning', bad: 'BAD    ' };
const INDENT = 25;

const lineOf = ({ check, verdict, finding, advice }: Finding): string => {
  const head = `${MARKS[verdict]}  ${check.padEnd(INDENT - 10)} `;
  const more = advice === undefined ? '' : `\n${' '.repeat(INDENT)}${wrap(`→ ${advice}`, INDENT)}`;
  return `${head}${wrap(printable(finding), INDENT)}${more}\n`;
};

/** Checks of the VEN's own house; the others are about the way to the VTN. */
const LOCAL_CHECKS = ['configuration', 'certificate'];

const exitCodeFor = (findings: readonly Finding[]): ExitCode => {
  const bad = findings.filter(({ verdict }) => verdict === 'bad');
  if (bad.length === 0) return EXIT.success;
  return bad.some(({ check }) => LOCAL_CHECKS.includes(check)) ? EXIT.configuration : EXIT.vtn;
};

/** `ven doctor` */
export const doctorCommand: Command = {
  name: 'ven doctor',
  summary: 'check the configuration and the way to the VTN, with advice',
  help: `
    Looks at the configuration, the certificates, the VTN's name, connection, TLS and clock, one after the other,
    and gives each a verdict: good, warning or BAD, with what to do.

    Nothing is sent that the VTN could take for a message: no poll, no registration, and never the token.
    The exit code is 0 when nothing is bad, 3 when it is the configuration, and 5 when it is the way to the VTN.`,
  options: { ...VEN_OPTIONS, json: { help: 'One JSON object per finding.' } },
  examples: [
    ['ven doctor', 'check with the settings of environment and file'],
    ['ven doctor --json | jq .verdict', 'the verdicts alone'],
  ],
  run: async (given, surroundings) => {
    const configuration = configurationFor(given, surroundings);
    const findings = await examine(configuration, surroundings.now);
    const asJson = given.switches.has('json');
    for (const finding of findings) surroundings.stdout.write(asJson ? `${JSON.stringify(finding)}\n` : lineOf(finding));
    return exitCodeFor(findings);
  },
};
