import { printable } from '../../text/printable.ts';
import { configurationOf, type Configuration } from '../../adapters/config/config.ts';
import { readFleetFile } from '../../adapters/config/fleetFile.ts';
import { ConfigurationError } from '../../adapters/configurationError.ts';
import { isSimulated } from '../../shell/settings/deviceKinds.ts';
import { configurationFor } from '../configurationOptions.ts';
import { databaseGiven } from '../control/storedLog.ts';
import { fleetDirectoryOf, fleetPathOf } from '../fleet/place.ts';
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

/** The configuration of one VEN of a fleet, as the fleet's file has it. @throws ConfigurationError */
const configurationInFleet = (venID: string, given: ParsedArguments, surroundings: Surroundings): Configuration => {
  const file = readFleetFile(fleetPathOf(given, surroundings), surroundings.environment);
  const listed = file.vens.find((each) => each.venID === venID);
  if (listed === undefined) throw new ConfigurationError([`The fleet file ${file.path} lists no VEN "${venID}".`]);
  const configuration = configurationOf(listed.layer, fleetDirectoryOf(given, file), surroundings.environment);
  surroundings.hide(configuration.redactor);
  return configuration;
};

/** The configuration; or null, where it cannot be used: then what is wrong with it is said. */
const usableConfiguration = (given: ParsedArguments, surroundings: Surroundings): Configuration | null => {
  try {
    const ven = given.text('ven');
    return ven === undefined ? configurationFor(given, surroundings) : configurationInFleet(ven, given, surroundings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) surroundings.stderr.write(`${proseFor(surroundings.stderr, problem)}\n`);
    return null;
  }
};

/** Devices that are somewhere: whether they answer is for the agent to find out. */
const realDevicesOf = ({ settings }: Configuration): readonly string[] =>
  settings.devices.filter((device) => !isSimulated(device)).map(({ resourceID }) => resourceID);

/** Examines, and writes each finding for a person or for a program; a person is told at the end whether all is ready. */
export const doctor = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { stdout } = surroundings;
  const asJson = given.switches.has('json');
  const configuration = usableConfiguration(given, surroundings);
  if (configuration === null) {
    if (!asJson) stdout.write('Not ready: The configuration cannot be used.\n');
    return EXIT.configuration;
  }
  const ven = given.text('ven');
  const access = databaseGiven(given, surroundings);
  const findings = await examine(configuration, surroundings.now, {
    asks: given.switches.has('ask'),
    ...(ven === undefined ? {} : { ven }),
    ...(access === null ? {} : { access }),
  });
  const width = proseWidth(stdout);
  for (const finding of findings) stdout.write(asJson ? `${JSON.stringify(finding)}\n` : lineOf(finding, width));
  if (!asJson) stdout.write(`\n${proseFor(stdout, printable(verdictOf(findings, realDevicesOf(configuration))))}\n`);
  return exitCodeFor(findings);
};
