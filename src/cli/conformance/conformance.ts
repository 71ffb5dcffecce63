/** The body of `ven conformance`. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportJson } from '../../conformance/reports/asJson.ts';
import { conclusion, isGreen, remarkOn, type ConformanceReport } from '../../conformance/reports/report.ts';
import { reasonIn, runCase, type CaseResult } from '../../conformance/runCase.ts';
import { skippedCases, testCases } from '../../conformance/suite.ts';
import type { SkippedCase, TestCase } from '../../conformance/testCase.ts';
import { saidBy } from '../../conformance/traffic.ts';
import type { Configuration } from '../../adapters/config/config.ts';
import { isThisMachine } from '../../adapters/secrets/vtnUrl.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { proseFor, proseWidth, roomOf, wrapped } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { VERSION } from '../version.ts';
import { writeUnsigned } from '../settle/outputFile.ts';
import { openEmbeddedWorld, type OpenedWorld } from './embeddedWorld.ts';
import { openUrlWorld } from './urlWorld.ts';
import { validateTexts, type Validation } from './schemas.ts';

const notPushedTo = 'the configuration does not say where this VTN shall push: set push and transportAddress';

/** What a case is chosen by. */
type ChosenCase = Pick<SkippedCase, 'name' | 'isPushed'>;

/** Whether a case is among those that were asked for. */
const chooser = (given: ParsedArguments): ((test: ChosenCase) => boolean) => {
  const isPulled = given.switches.has('pull') || !given.switches.has('push');
  const isPushed = given.switches.has('push') || !given.switches.has('pull');
  const isOfModel = (test: ChosenCase): boolean => (test.isPushed === true ? isPushed : isPulled);
  const only = (given.texts.get('only') ?? []).flatMap((each) => each.split(',')).map((each) => each.trim());
  if (only.length === 0) return isOfModel;
  const names = [...testCases, ...skippedCases].map(({ name }) => name);
  const strange = only.find((each) => !names.some((name) => name.startsWith(each)));
  if (strange !== undefined)
    throw new UsageError(
      `There is no test case "${strange}": they are called N1_0030, A_E1_0040, E1_1020, P1_2010, R1_3010, G1_4015 and so on; with a VTN that pushes N0_5030, A_E0_0040, E0_6020, P0_7010, R0_8010, G0_9010.`,
    );
  return (test) => isOfModel(test) && only.some((each) => test.name.startsWith(each));
};

/** The VTN of the run: the embedded one, or somebody else's with what is needed to reach it. */
type Counterpart = { readonly configuration: Configuration; readonly stop: AbortSignal } | null;

/** Whom the run is with. @throws CommandFailure @throws UsageError @throws ConfigurationError */
const counterpartGiven = (given: ParsedArguments, surroundings: Surroundings, stop: AbortSignal): Counterpart => {
  const vtn = given.text('vtn') ?? 'embedded';
  if (vtn === 'embedded') return null;
  const text = (name: string): string | undefined =>
    name === 'vtn-url' && vtn !== 'url' ? vtn : name === 'data' ? undefined : given.text(name);
  // Which cases are run is no setting, though one has its name.
  const switches = new Set([...given.switches].filter((name) => name !== 'push'));
  const configuration = configurationFor({ ...given, text, switches }, surroundings);
  const isElsewhere = !isThisMachine(new URL(configuration.vtnUrl.origin).hostname);
  if (isElsewhere && !given.switches.has('simulate'))
    throw new CommandFailure(
      `The VEN under test reports usage that was never used to ${configuration.vtnUrl.alias}, which is not on this machine: say --simulate where that is meant, and never do it to a VTN that bills.`,
      EXIT.configuration,
    );
  return { configuration, stop };
};

const worldOf = (
  test: TestCase,
  directory: string,
  now: number,
  counterpart: Counterpart,
  say: (sentence: string) => void,
): Promise<OpenedWorld> => {
  if (counterpart === null) return openEmbeddedWorld(test, { directory, now });
  say(`${test.name}: ${test.title}.`);
  if (test.byHand !== undefined) say(`  ${test.byHand}`);
  return Promise.resolve(
    openUrlWorld(test, { directory, ...counterpart, tellPerson: (sentence) => say(`  ${sentence}`) }),
  );
};

const inItsWorld = async (
  test: TestCase,
  scratch: string,
  now: number,
  counterpart: Counterpart,
  say: (sentence: string) => void,
): Promise<CaseResult> => {
  const directory = join(scratch, test.name);
  mkdirSync(directory, { mode: 0o700 });
  const world = await worldOf(test, directory, now, counterpart, say);
  try {
    return await runCase(test, world);
  } finally {
    await world.close();
  }
};

const unlooked =
  (verdict: 'skipped' | 'not run') =>
  ({ name, title, because }: SkippedCase): CaseResult => ({
    name,
    title,
    rows: [],
    verdict,
    because,
    steps: [],
    findings: [],
    exchanges: [],
  });

/** Why a case cannot be run with the VTN of the run; null when it can. */
const hindrance = (
  { isEncrypted = false, isPushed = false }: TestCase,
  counterpart: Counterpart,
): { readonly verdict: 'skipped' | 'not run'; readonly because: string } | null => {
  if (counterpart === null) return null;
  const { settings, vtnUrl } = counterpart.configuration;
  if (isEncrypted && !vtnUrl.origin.startsWith('https:'))
    return { verdict: 'skipped', because: 'this VTN is not reached over https' };
  return isPushed && settings.transportAddress === undefined ? { verdict: 'not run', because: notPushedTo } : null;
};

const textsIn = (results: readonly CaseResult[]): ReadonlySet<string> =>
  new Set(
    results.flatMap(({ exchanges }) =>
      exchanges.flatMap(({ asked, answer }) => [
        asked.xml,
        ...(answer === undefined || answer.xml === '' ? [] : [answer.xml]),
      ]),
    ),
  );

/** A case with what the schemas have to say against its messages. */
const heldAgainst =
  (validation: Validation, breaksRules: (name: string) => boolean) =>
  (result: CaseResult): CaseResult => {
    if (validation.kind === 'not run') return result;
    const sides = breaksRules(result.name) ? (['VEN'] as const) : (['VEN', 'VTN'] as const);
    const found = result.exchanges.flatMap((exchange, place) =>
      sides.flatMap((of) =>
        (validation.faults.get(saidBy(of, exchange)?.xml ?? '') ?? []).map((fault) => ({
          of,
          place,
          text: `XSD: ${fault}`,
        })),
      ),
    );
    if (found.length === 0) return result;
    const findings = [...result.findings, ...found];
    const because = reasonIn({ steps: result.steps, findings });
    return { ...result, findings, verdict: 'failed', ...(because === undefined ? {} : { because }) };
  };

/** Cases of a family that are not run for one reason stand in one line; the reports have each of them. */
const rowsOf = (results: readonly CaseResult[]): readonly (readonly string[])[] => {
  const looked = results.filter(({ verdict }) => verdict === 'passed' || verdict === 'failed');
  const groups = new Map<string, CaseResult[]>();
  for (const result of results.filter((each) => !looked.includes(each))) {
    const key = `${result.name.slice(0, result.name.lastIndexOf('_'))} ${result.verdict} ${result.because ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [
    ...looked.map((result) => [result.name, result.verdict, result.title, remarkOn(result)]),
    ...[...groups.values()].map((group) => {
      const [first, last] = [group[0] as CaseResult, group.at(-1) as CaseResult];
      const name = group.length === 1 ? first.name : `${first.name} … ${last.name}`;
      return [name, first.verdict, group.length === 1 ? first.title : `${group.length} cases`, remarkOn(first)];
    }),
  ];
};

const table = ({ results }: ConformanceReport, width: number): string =>
  tableText(['case', 'verdict', 'what it is about', 'what was seen'], rowsOf(results), {
    width,
    columns: [{ gives: 'words' }, {}, { gives: 'words' }, { gives: 'words', goes: 1 }],
  });

/** Writes what was asked for. */
const handOut = async (
  report: ConformanceReport,
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<void> => {
  const { stdout } = surroundings;
  const [page, junit] = [given.text('html'), given.text('junit')];
  const write = (option: string, file: string, text: string): void => {
    writeUnsigned({ option, file, text }, surroundings);
    surroundings.stderr.write(`Written to ${file}.\n`);
  };
  if (page !== undefined) write('html', page, (await import('../../conformance/reports/page.ts')).reportPage(report));
  if (junit !== undefined)
    write('junit', junit, (await import('../../conformance/reports/junit.ts')).junitText(report));
  if (given.switches.has('json')) {
    stdout.write(`${JSON.stringify(reportJson(report))}\n`);
    return;
  }
  stdout.write(table(report, stdout.isTTY ? roomOf(stdout) : 80));
  stdout.write(`\n${wrapped(conclusion(report), 0, proseWidth(stdout))}\n`);
};

/** Runs the suite, or the part of it that was asked for. */
export const conformance = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { stderr } = surroundings;
  const isChosen = chooser(given);
  const stop = surroundings.stopSignal();
  const counterpart = counterpartGiven(given, surroundings, stop);
  const say = (sentence: string): void => stderr.write(`${proseFor(stderr, sentence)}\n`);
  const scratch = mkdtempSync(join(tmpdir(), 'ven-conformance-'));
  const startedAt = surroundings.now();
  try {
    const results: CaseResult[] = [];
    for (const test of testCases.filter(isChosen)) {
      if (stop.aborted) break;
      const why = hindrance(test, counterpart);
      if (why !== null) {
        results.push(unlooked(why.verdict)({ ...test, because: why.because }));
        continue;
      }
      if (stderr.isTTY && counterpart === null) stderr.write(`\r${test.name}\u0020\u0020`);
      results.push(await inItsWorld(test, scratch, startedAt, counterpart, say));
    }
    if (stderr.isTTY) stderr.write('\r');
    const validation = await validateTexts(textsIn(results), given.text('schemas'), scratch);
    const breaksRules = (name: string): boolean =>
      counterpart !== null || testCases.some((each) => each.name === name && each.vtnBreaksRules === true);
    const report: ConformanceReport = {
      version: VERSION,
      startedAt,
      durationMs: surroundings.now() - startedAt,
      vtn: counterpart?.configuration.vtnUrl.origin ?? 'embedded',
      schemas: validation,
      results: [
        ...results.map(heldAgainst(validation, breaksRules)),
        ...skippedCases.filter(isChosen).map(unlooked('skipped')),
      ],
    };
    await handOut(report, given, surroundings);
    return isGreen(report) ? EXIT.success : EXIT.failure;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
