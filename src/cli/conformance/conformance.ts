/** The body of `ven conformance`. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlannerProcess } from '../../adapters/planning/plannerProcess.ts';
import { reportJson } from '../../conformance/reports/asJson.ts';
import { conclusion, isGreen, remarkOn, type ConformanceReport } from '../../conformance/reports/report.ts';
import { reasonIn, runCase, type CaseResult } from '../../conformance/runCase.ts';
import { skippedCases, testCases } from '../../conformance/suite.ts';
import { brokenOff, type SkippedCase, type TestCase } from '../../conformance/testCase.ts';
import { saidBy } from '../../conformance/traffic.ts';
import type { Planner } from '../../dispatch/planner.ts';
import { counted } from '../../telling/words.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { proseWidth, roomOf, wrapped } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { VERSION } from '../version.ts';
import { writeUnsigned } from '../settle/outputFile.ts';
import { openEmbeddedWorld, type OpenedWorld } from './embeddedWorld.ts';
import { openUrlWorld } from './urlWorld.ts';
import { listOf } from './caseList.ts';
import type { Person } from './person.ts';
import { validateTexts, type Validation } from './schemas.ts';
import { strangerGiven, type Stranger } from './stranger.ts';

const nobodyThere = 'nobody is there to have the VTN do what it takes';

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

/** What cases are run with. */
interface Runner extends Pick<Surroundings, 'stderr'> {
  readonly stranger: Stranger | null;
  readonly stop: AbortSignal;
  readonly optimiser: Planner;
}

const worldOf = (
  test: TestCase,
  directory: string,
  now: number,
  { stranger, optimiser }: Runner,
): Promise<OpenedWorld> => {
  if (stranger === null) return openEmbeddedWorld(test, { directory, now, optimiser });
  const { person } = stranger;
  person.turn();
  person.say(`${test.name}: ${test.title}.`);
  if (test.byHand !== undefined) person.say(`  ${test.byHand}`);
  return Promise.resolve(openUrlWorld(test, { directory, optimiser, ...stranger }));
};

const inItsWorld = async (test: TestCase, scratch: string, now: number, runner: Runner): Promise<CaseResult> => {
  const directory = join(scratch, test.name);
  mkdirSync(directory, { mode: 0o700 });
  const world = await worldOf(test, directory, now, runner);
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
  { tlsProfile, isPushed = false, isUnaided = false }: TestCase,
  stranger: Stranger | null,
): { readonly verdict: 'skipped' | 'not run'; readonly because: string } | null => {
  if (stranger === null) return null;
  const { settings, vtnUrl } = stranger.configuration;
  if (tlsProfile === 'RSA')
    return { verdict: 'skipped', because: 'of which profile certificates are is the VTN’s to choose: see G1_4010' };
  if (tlsProfile !== undefined && !vtnUrl.origin.startsWith('https:'))
    return { verdict: 'skipped', because: 'this VTN is not reached over https' };
  if (isPushed && settings.transportAddress === undefined) return { verdict: 'not run', because: notPushedTo };
  return isUnaided || stranger.person.hand !== null ? null : { verdict: 'not run', because: nobodyThere };
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

/** What is to be known before the first case is run with somebody else's VTN. */
const foreword = (tests: readonly TestCase[], { hand }: Person): string => {
  const aided = tests.filter(({ isUnaided }) => isUnaided !== true).length;
  const wanted = `${counted(tests.length, 'case')}; for ${aided} of them somebody has to have the VTN do something`;
  if (aided === 0) return `${counted(tests.length, 'case')}, of which none takes somebody at the VTN.`;
  return hand === null
    ? `${wanted}, and nobody is there: they are left out. Run it at a terminal, or say how long somebody is to be waited for: --patience 10m.`
    : `${wanted}: each says what. Press s to pass over a case, q to end; what was seen until then is reported all the same.`;
};

/** Runs cases one after the other, until all are run or the person ends it. */
const inTurn = async (
  tests: readonly TestCase[],
  scratch: string,
  startedAt: number,
  runner: Runner,
): Promise<readonly CaseResult[]> => {
  const { stranger, stderr, stop } = runner;
  if (stranger !== null && tests.length > 0) stranger.person.say(foreword(tests, stranger.person));
  const results: CaseResult[] = [];
  for (const test of tests) {
    const isEnded = stop.aborted || stranger?.person.endsRun() === true;
    const why = isEnded ? { verdict: 'not run' as const, because: brokenOff } : hindrance(test, stranger);
    if (why !== null) {
      results.push(unlooked(why.verdict)({ ...test, because: why.because }));
      continue;
    }
    if (stderr.isTTY && stranger === null) stderr.write(`\r${test.name}\u0020\u0020`);
    results.push(await inItsWorld(test, scratch, startedAt, runner));
  }
  if (stderr.isTTY && stranger === null) stderr.write('\r');
  return results;
};

/** Runs the suite, or the part of it that was asked for. */
export const conformance = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { stderr } = surroundings;
  const tests = testCases.filter(chooser(given));
  const skipped = skippedCases.filter(chooser(given));
  if (given.switches.has('list')) {
    surroundings.stdout.write(listOf(tests, skipped, surroundings.stdout));
    return EXIT.success;
  }
  const stop = surroundings.stopSignal();
  const stranger = await strangerGiven(given, surroundings, stop);
  const scratch = mkdtempSync(join(tmpdir(), 'ven-conformance-'));
  const startedAt = surroundings.now();
  const optimiser = new PlannerProcess();
  try {
    const results = await inTurn(tests, scratch, startedAt, { stranger, stderr, stop, optimiser });
    const validation = await validateTexts(textsIn(results), given.text('schemas'), scratch);
    const breaksRules = (name: string): boolean =>
      stranger !== null || testCases.some((each) => each.name === name && each.vtnBreaksRules === true);
    const report: ConformanceReport = {
      version: VERSION,
      startedAt,
      durationMs: surroundings.now() - startedAt,
      vtn: stranger?.configuration.vtnUrl.origin ?? 'embedded',
      schemas: validation,
      results: [...results.map(heldAgainst(validation, breaksRules)), ...skipped.map(unlooked('skipped'))],
    };
    await handOut(report, given, surroundings);
    return isGreen(report) ? EXIT.success : EXIT.failure;
  } finally {
    stranger?.person.goes();
    await optimiser.close();
    rmSync(scratch, { recursive: true, force: true });
  }
};
