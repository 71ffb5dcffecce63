import { printable } from '../../text/printable.ts';
import { TimeLapse } from '../../adapters/time/timeLapse.ts';
import { turnsOf } from '../../bundle/exchanges.ts';
import { localText } from '../../programme/calendar.ts';
import { isPush, isPushedTo, outcomeText, turnName, type RecordedTurn } from '../../recording/recordedExchange.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { rebuild } from '../../store/projection.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { standIns } from '../../vtn/replay/recordedAnswer.ts';
import { createReplayVtn, type Meeting, type ReplayedRequest, type ReplayVtn } from '../../vtn/replay/replayVtn.ts';
import { type KnownVtn } from '../../vtn/replay/knownVtn.ts';
import { startPushing } from '../../vtn/http/pushClient.ts';
import type { ReplayedPush } from '../../vtn/replay/replayedPushes.ts';
import { durationText } from '../../vtn/time.ts';
import { startVtnServer, type VtnServer, type VtnServerOptions } from '../../vtn/http/vtnServer.ts';
import { withLog } from '../control/openLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { differenceLines, normalisationLines } from '../reproduce/differences.ts';
import { isSignedRecording, repeatedUnsigned } from '../reproduce/signedRecording.ts';
import { stopAsked } from '../stopAsked.ts';
import { proseFor, proseWidth } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { defaultPort, portProblem } from './port.ts';
import { numberGiven, pushingGiven, securedGiven, timeZoneGiven } from './vtnOptions.ts';

/** The VTN's half of a recording. */
interface VtnRecording {
  readonly turns: readonly RecordedTurn[];
  readonly known: KnownVtn;
  readonly isSigned: boolean;
}

const knownOf = async (log: EventLog): Promise<KnownVtn> => {
  const { state } = await rebuild(log, registrationProjection());
  return {
    vtnID: state.vtnID ?? 'vtn',
    registrationID: state.registrationID ?? 'registration',
    pollFreq: durationText(state.requestedPollFreqMs ?? 10_000),
  };
};

const recordingOf = (path: string): Promise<VtnRecording> =>
  withLog(path, async ({ log }) => {
    const turns: RecordedTurn[] = [];
    for await (const turn of turnsOf(log)) turns.push(turn);
    if (turns.length === 0) throw new CommandFailure(`There is no message in ${path}, so there is nothing to repeat.`);
    return { turns, known: await knownOf(log), isSigned: await isSignedRecording(log) };
  });

const meetings: Readonly<Record<Meeting, string>> = {
  recorded: 'as recorded',
  early: 'earlier than recorded',
  quiet: 'a poll that brings nothing',
  missing: 'MISSING: it was recorded and never came',
  unexpected: 'UNEXPECTED',
  after: 'after the end of the recording',
};

/** Whether the VEN did something else than the recorded one. */
const departs = ({ meeting, differences }: ReplayedRequest): boolean =>
  meeting === 'missing' || meeting === 'unexpected' || differences.length > 0;

const turnText = ({ meeting, recorded }: ReplayedRequest): string =>
  meeting === 'unexpected' && recorded !== undefined
    ? `: the recording has ${turnName(recorded)} here (position ${recorded.position})`
    : recorded === undefined
      ? ''
      : ` (position ${recorded.position})`;

const answerText = ({ meeting, recorded }: ReplayedRequest): string => {
  if (recorded === undefined || isPush(recorded) || meeting === 'unexpected' || meeting === 'missing') return '';
  const { outcome } = recorded;
  const standIn = outcome.kind === 'failed' && standIns.has(outcome.reason) ? ', played as a closed connection' : '';
  return ` -> ${outcomeText(outcome)}${standIn}`;
};

const linesOf = (request: ReplayedRequest, timeZone: string): readonly string[] => {
  const name =
    request.message?.message ?? (request.recorded === undefined ? 'something unreadable' : turnName(request.recorded));
  const mark = departs(request) && request.differences.length > 0 ? ', DIFFERENT' : '';
  return [
    `${localText(request.at, timeZone)} ${name}${answerText(request)}  ${meetings[request.meeting]}${turnText(request)}${mark}`,
    ...differenceLines(request.differences),
  ];
};

const pushLinesOf = ({ at, push, said, differences }: ReplayedPush, timeZone: string): readonly string[] => {
  const meeting = said === null ? 'MISSING: it was recorded and could not be pushed' : 'as recorded';
  const mark = said !== null && differences.length > 0 ? ', DIFFERENT' : '';
  return [
    `${localText(at, timeZone)} ${turnName(push)} pushed -> ${said ?? 'nothing'}  ${meeting} (position ${push.position})${mark}`,
    ...differenceLines(differences),
  ];
};

/** Tells each request and each push, and once that the recording is at its end. */
const narrator = (print: (line: string) => void, timeZone: string, printsPolls: boolean) => {
  let departures = 0;
  let isOver = false;
  return {
    departures: (): number => departures,
    tellPush: (push: ReplayedPush): void => {
      if (push.differences.length > 0) departures += 1;
      for (const line of pushLinesOf(push, timeZone)) print(line);
    },
    tell: (request: ReplayedRequest): void => {
      if (departs(request)) departures += 1;
      if (request.meeting === 'after' && !isOver)
        print('The recording is at its end: from here on everything is answered as if all were well.');
      isOver ||= request.meeting === 'after';
      const isQuiet =
        request.message?.message === 'oadrPoll' && (request.meeting === 'quiet' || request.meeting === 'after');
      if (!isQuiet || printsPolls) for (const line of linesOf(request, timeZone)) print(line);
    },
  };
};

const ending = (vtn: ReplayVtn, departures: number, width: number): readonly string[] => [
  departures === 0
    ? 'What the VEN said is what the recorded one said.'
    : `The VEN departed from the recording ${departures === 1 ? 'once' : `${departures} times`}.`,
  ...(vtn.left().length === 0
    ? ['All of the recording was played.']
    : [
        `The VEN did not get to the end: ${vtn.left().length} recorded ${vtn.left().some(isPush) ? 'requests and pushes' : 'requests'} were still to come.`,
      ]),
  ...vtn.complaints.map(({ rule, text }) => `Complaint (rule ${rule}): ${text}`),
  ...normalisationLines(width),
];

const exchangesText = (turns: readonly RecordedTurn[]): string => {
  const pushes = turns.filter(isPush).length;
  return `${turns.length} exchanges${pushes === 0 ? '' : `, ${pushes} of them pushed`}`;
};

const start = async (vtn: ReplayVtn, port: number, options: VtnServerOptions): Promise<VtnServer> => {
  try {
    return await startVtnServer(vtn, { port, ...options });
  } catch (error) {
    throw portProblem(port, error);
  }
};

/** The body of `ven vtn --replay`: repeats the VTN of a recording until a signal ends it. */
export const replayVtn = async (
  path: string,
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const print = (line: string): void =>
    surroundings.stdout.write(`${proseFor(surroundings.stdout, printable(line))}\n`);
  const stop = surroundings.stopSignal();
  const lapse = numberGiven(given, 'lapse', 1, 100_000, 1);
  const clock = lapse === 1 ? { now: surroundings.now } : new TimeLapse(surroundings.now(), lapse);
  const [pushing, secured] = [pushingGiven(given), securedGiven(given)];
  const { tell, tellPush, departures } = narrator(print, timeZoneGiven(given), given.switches.has('polls'));
  const { turns, known, isSigned } = await recordingOf(path);
  const vtn = createReplayVtn({ turns, known, now: () => clock.now(), onRequest: tell, onPush: tellPush });
  const token = given.text('token');
  const server = await start(vtn, numberGiven(given, 'port', 0, 65_535, defaultPort), {
    timeLapse: lapse,
    ...secured,
    ...(token === undefined ? {} : { token }),
  });
  print(
    `VTN "${known.vtnID}" of ${path} is repeated at ${token === undefined ? server.url : server.printableUrl}: ${exchangesText(turns)}.`,
  );
  if (isSigned) print(repeatedUnsigned);
  if (isPushedTo(turns))
    print(
      'The recorded VEN is pushed to: let the VEN register with an oadrTransportAddress that is reached from here.',
    );
  const client = startPushing(vtn, pushing);
  await stopAsked(stop);
  client.close();
  await server.close();
  for (const line of ending(vtn, departures(), proseWidth(surroundings.stdout))) print(line);
  return departures() === 0 ? EXIT.success : EXIT.failure;
};
