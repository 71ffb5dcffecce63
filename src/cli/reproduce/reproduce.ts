import type { Configuration } from '../../adapters/config.ts';
import { printable } from '../../text/printable.ts';
import { createRedactor, secretsOf } from '../../adapters/redact.ts';
import { parseVtnUrl, VtnUrlError, type VtnUrl } from '../../adapters/vtnUrl.ts';
import type { Transport } from '../../shell/ports.ts';
import { exchangesOf } from '../../bundle/exchanges.ts';
import type { BundleLog } from '../../bundle/openBundle.ts';
import { outcomeText } from '../../recording/recordedExchange.ts';
import { Reproduction, type Played, type ReproductionStage } from '../../recording/reproduction.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { configurationFor } from '../configurationOptions.ts';
import { withLog } from '../control/openLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { momentText } from '../log/entryColumns.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { proseWidth, roomOf, say, wrapped } from '../prose.ts';
import { isoText } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { transportFor } from '../transportFor.ts';
import { numberGiven } from '../vtn/vtnOptions.ts';
import { differenceLines, normalisationLines } from './differences.ts';
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
  until: (at) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, Math.max(0, at - Date.now()));
      function done(): void {
        clearTimeout(timer);
        stop.removeEventListener('abort', done);
        resolve();
      }
      stop.addEventListener('abort', done, { once: true });
      if (stop.aborted) done();
    }),
  exchange: async (request) => {
    const outcome = await transport.exchange(request);
    return outcome.kind === 'answered' ? { kind: 'answered', body: outcome.body } : outcome;
  },
});

const verdict = ({ differences, isOutOfOrder, recorded }: Played): string => {
  if (recorded.outcome.kind === 'unknown') return 'not recorded';
  if (differences.length > 0) return 'DIFFERENT';
  return isOutOfOrder ? 'other order' : 'the same';
};

const lineOf = (played: Played, timeZone: string, room: number): string => {
  const { recorded, outcome, differences } = played;
  const said = `${momentText(recorded.at, timeZone)}  ${recorded.request.message} -> ${outcomeText(outcome)}  ${verdict(played)}`;
  const head = `${String(recorded.position).padStart(8)}  ${wrapped(said, 10, room)}`;
  const others = differenceLines(differences, room).map((line) => `    ${wrapped(line.trimStart(), 4, room)}`);
  return `${[head, ...others].join('\n')}\n`;
};

const documentOf = ({ recorded, outcome, differences, isOutOfOrder }: Played): object => ({
  position: recorded.position,
  recordedAt: isoText(recorded.at),
  request: recorded.request.message,
  recorded: outcomeText(recorded.outcome),
  now: outcomeText(outcome),
  isOutOfOrder,
  differences,
});

const timeZoneOf = (log: EventLog, { settings }: Configuration): string =>
  'manifest' in log ? (log as BundleLog).manifest.timeZone : settings.timeZone;

/** How it went, counted. */
interface Score {
  played: number;
  different: number;
}

const verdictText = ({ played, different }: Score): string =>
  different === 0
    ? `All ${played} requests were answered as recorded.`
    : `${different} of ${played} requests were answered differently than recorded.`;

/** The body of `ven reproduce`. */
export const reproduce = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { stdout } = surroundings;
  const vtnUrl = vtnGiven(given, surroundings);
  const configuration = configurationFor(given, surroundings);
  const speed = numberGiven(given, 'speed', 1, 1_000_000, 1);
  const isJson = given.switches.has('json');
  const stop = surroundings.stopSignal();
  // What is repeated was never signed by whom we would have to believe.
  const transport = transportFor({ ...configuration, vtnUrl, redactor: surroundings.redactor }, undefined, null);
  const score: Score = { played: 0, different: 0 };
  const tell = (played: Played, timeZone: string): void => {
    if (played.differences.length > 0) score.different += 1;
    stdout.write(
      isJson ? `${JSON.stringify(documentOf(played))}\n` : printable(lineOf(played, timeZone, roomOf(stdout))),
    );
  };
  try {
    await withLog(given.operands[0] ?? '', async ({ log }) => {
      const timeZone = timeZoneOf(log, configuration);
      if (await isSignedRecording(log)) say(isJson ? surroundings.stderr : stdout, `${playedUnsigned}\n`);
      const reproduction = new Reproduction(stageOf(transport, stop), speed);
      for await (const exchange of exchangesOf(log)) {
        if (stop.aborted) throw new CommandFailure(`Stopped after ${score.played} requests: ${verdictText(score)}`);
        const played = await reproduction.play(exchange);
        score.played += 1;
        tell(played, timeZone);
      }
      for (const played of reproduction.finish()) tell(played, timeZone);
    });
  } finally {
    await transport.close();
  }
  if (score.played === 0)
    throw new CommandFailure('There is no message in the recording, so there is nothing to play.');
  if (!isJson) stdout.write(`\n${verdictText(score)}\n${normalisationLines(proseWidth(stdout)).join('\n')}\n`);
  return score.different === 0 ? EXIT.success : EXIT.failure;
};
