import type { Configuration } from '../../adapters/config/config.ts';
import { printable } from '../../text/printable.ts';
import { createRedactor, secretsOf } from '../../adapters/secrets/redact.ts';
import { parseVtnUrl, VtnUrlError, type VtnUrl } from '../../adapters/secrets/vtnUrl.ts';
import type { Transport } from '../../shell/ports.ts';
import { turnsOf } from '../../bundle/exchanges.ts';
import type { BundleLog } from '../../bundle/openBundle.ts';
import { isPlayedPush, type PlayedPush } from '../../recording/awaitedPushes.ts';
import { isPushedTo, outcomeText, type RecordedTurn } from '../../recording/recordedExchange.ts';
import { Reproduction, type Played, type ReproductionStage } from '../../recording/reproduction.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { configurationFor } from '../configurationOptions.ts';
import { withLog } from '../control/openLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { momentText } from '../log/entryColumns.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { proseWidth, roomOf, say, wrapped } from '../prose.ts';
import { isoText, NOTHING } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { transportFor } from '../transportFor.ts';
import { numberGiven } from '../vtn/vtnOptions.ts';
import { differenceLines, normalisationLines } from './differences.ts';
import { reproductionDoor } from './door.ts';
import { isSignedRecording, playedUnsigned } from './signedRecording.ts';

/** The VTN that was named, and never any other: what the configuration says is not asked. @throws UsageError */
const vtnGiven = (given: ParsedArguments, { hide }: Surroundings): VtnUrl => {
  const text = given.text('vtn');
  if (text === undefined) throw new UsageError('Only to a VTN that is named is anything sent: give it with --vtn URL.');
  try {
    const url = parseVtnUrl(text, { allowPlainHttp: given.switches.has('allow-plain-http') });
    hide(createRedactor(secretsOf(url)));
    return url;
  } catch (error) {
    if (error instanceof VtnUrlError) throw new UsageError(error.message);
    throw error;
  }
};

const stageOf = (transport: Transport, stop: AbortSignal): ReproductionStage => ({
  now: Date.now,
  until: (at, unwanted) =>
    new Promise((resolve) => {
      const ended = unwanted === undefined ? stop : AbortSignal.any([stop, unwanted]);
      const timer = setTimeout(done, Math.max(0, at - Date.now()));
      function done(): void {
        clearTimeout(timer);
        ended.removeEventListener('abort', done);
        resolve();
      }
      ended.addEventListener('abort', done, { once: true });
      if (ended.aborted) done();
    }),
  exchange: async (request) => {
    const outcome = await transport.exchange(request);
    return outcome.kind === 'answered' ? { kind: 'answered', body: outcome.body } : outcome;
  },
});

type AnyPlayed = Played | PlayedPush;

const verdict = (played: AnyPlayed): string => {
  if (!isPlayedPush(played) && played.recorded.outcome.kind === 'unknown') return 'not recorded';
  if (played.differences.length > 0) return 'DIFFERENT';
  return !isPlayedPush(played) && played.isOutOfOrder ? 'other order' : 'the same';
};

/** What was said by whom, and what came back. */
const saidText = (played: AnyPlayed): string =>
  isPlayedPush(played)
    ? `${played.name} pushed -> ${played.said ?? 'never came'}`
    : `${played.recorded.request.message} -> ${outcomeText(played.outcome)}`;

const turnOf = (played: AnyPlayed): RecordedTurn | undefined => (isPlayedPush(played) ? played.push : played.recorded);

const lineOf = (played: AnyPlayed, timeZone: string, room: number): string => {
  const turn = turnOf(played);
  const said = `${momentText(turn?.at ?? Date.now(), timeZone)}  ${saidText(played)}  ${verdict(played)}`;
  const head = `${String(turn?.position ?? NOTHING).padStart(8)}  ${wrapped(said, 10, room)}`;
  const others = differenceLines(played.differences, room).map((line) => `    ${wrapped(line.trimStart(), 4, room)}`);
  return `${[head, ...others].join('\n')}\n`;
};

const documentOf = (played: AnyPlayed): object => {
  const turn = turnOf(played);
  const place = turn === undefined ? {} : { position: turn.position, recordedAt: isoText(turn.at) };
  const { differences } = played;
  return isPlayedPush(played)
    ? { ...place, pushed: played.name, reply: played.said, differences }
    : {
        ...place,
        request: played.recorded.request.message,
        recorded: outcomeText(played.recorded.outcome),
        now: outcomeText(played.outcome),
        isOutOfOrder: played.isOutOfOrder,
        differences,
      };
};

const timeZoneOf = (log: EventLog, { settings }: Configuration): string =>
  'manifest' in log ? (log as BundleLog).manifest.timeZone : settings.timeZone;

/** How it went, counted. */
interface Score {
  played: number;
  pushed: number;
  different: number;
}

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const verdictText = ({ played, pushed, different }: Score): string => {
  const all =
    pushed === 0
      ? `${played} requests`
      : `${countOf(played, 'request')} and ${countOf(pushed, 'push').replace(/pushs$/, 'pushes')}`;
  return different === 0
    ? `All ${all} were ${pushed === 0 ? 'answered ' : ''}as recorded.`
    : `${different} of ${all} were ${pushed === 0 ? 'answered differently' : 'different'} than recorded.`;
};

/** All turns of a recording; refuses one of a VEN that is pushed to when nothing is said of where. @throws CommandFailure */
const turnsIn = async (log: EventLog, isDoorGiven: boolean): Promise<readonly RecordedTurn[]> => {
  const turns: RecordedTurn[] = [];
  for await (const turn of turnsOf(log)) turns.push(turn);
  if (turns.length === 0)
    throw new CommandFailure('There is no message in the recording, so there is nothing to play.');
  if (isPushedTo(turns) && !isDoorGiven)
    throw new CommandFailure(
      'The recorded VEN is pushed to. Say where the VTN is to push now: --push ADDRESS:PORT listens, and --transport-address URL is what the VTN is told. The recorded address is told to nobody.',
    );
  return turns;
};

/** The body of `ven reproduce`. */
export const reproduce = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { stdout } = surroundings;
  const vtnUrl = vtnGiven(given, surroundings);
  const configuration = { ...configurationFor(given, surroundings), vtnUrl };
  const speed = numberGiven(given, 'speed', 1, 1_000_000, 1);
  const isJson = given.switches.has('json');
  const stop = surroundings.stopSignal();
  const door = reproductionDoor(given, configuration, isJson ? surroundings.stderr : stdout);
  // What is repeated was never signed by whom we would have to believe.
  const transport = transportFor({ ...configuration, redactor: surroundings.redactor }, undefined, null);
  const score: Score = { played: 0, pushed: 0, different: 0 };
  const tell = (played: AnyPlayed, timeZone: string): void => {
    if (played.differences.length > 0) score.different += 1;
    stdout.write(
      isJson ? `${JSON.stringify(documentOf(played))}\n` : printable(lineOf(played, timeZone, roomOf(stdout))),
    );
  };
  try {
    await withLog(given.operands[0] ?? '', async ({ log }) => {
      const timeZone = timeZoneOf(log, configuration);
      if (await isSignedRecording(log)) say(isJson ? surroundings.stderr : stdout, `${playedUnsigned}\n`);
      const turns = await turnsIn(log, door !== null);
      const reproduction = new Reproduction(stageOf(transport, stop), {
        turns,
        speed,
        pushedTo: door?.transportAddress ?? null,
      });
      await door?.open((body) => reproduction.answer(body));
      for (const turn of turns) {
        if (stop.aborted) throw new CommandFailure(`Stopped after ${score.played} requests: ${verdictText(score)}`);
        for (const played of await reproduction.play(turn)) {
          if (isPlayedPush(played)) score.pushed += 1;
          else score.played += 1;
          tell(played, timeZone);
        }
      }
      for (const played of reproduction.finish()) tell(played, timeZone);
    });
  } finally {
    await transport.close();
    await door?.close();
  }
  if (!isJson) stdout.write(`\n${verdictText(score)}\n${normalisationLines(proseWidth(stdout)).join('\n')}\n`);
  return score.different === 0 ? EXIT.success : EXIT.failure;
};
