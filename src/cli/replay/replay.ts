import type { EventLog } from '../../store/eventLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { hereOf, logTimeZone, reading, tellFaults, type OpenReading } from '../reading.ts';
import { isoText } from '../rows.ts';
import { statusAfter, type Status } from '../status/status.ts';
import type { Surroundings } from '../surroundings.ts';
import { traced, type TracedDivergence } from './divergence.ts';
import { roomOf } from '../prose.ts';
import { divergencesText, shownOf, standText, verdictText } from './replayText.ts';
import { replayLog, type Replayed, type ReplayOptions } from './run.ts';
import { spanGiven } from './span.ts';

/** The log that is named beside the options takes the place of the configured one. */
const withOperand = (given: ParsedArguments): ParsedArguments => {
  const [log] = given.operands;
  if (log === undefined) return given;
  if (given.text('data') !== undefined) throw new UsageError(`Both ${log} and --data name a log: give one of them.`);
  const texts = new Map([...given.texts, ['data', [log]] as const]);
  return { ...given, texts, text: (name) => texts.get(name)?.at(-1) };
};

const optionsGiven = async (given: ParsedArguments, opened: OpenReading): Promise<ReplayOptions> => {
  const namesTime = given.text('until') !== undefined || given.text('from') !== undefined;
  const here = namesTime ? await hereOf(opened) : opened.here;
  return {
    span: spanGiven(given, opened.log, here),
    verify: given.switches.has('verify'),
    fromWire: given.switches.has('from-wire'),
  };
};

/** How everything stood at the end of the replay, told at that moment. */
const standOf = ({ state, position, at }: Replayed, opened: OpenReading): Promise<Status> =>
  statusAfter(opened.log, state, { timeZone: logTimeZone(state, opened), now: at }, { until: position });

const documentOf = (result: Replayed, divergences: readonly TracedDivergence[], { document }: Status) => {
  const { state, position, from, entries, elapsedMs, uncompared, unstepped, foundation, decoded, forgotten } = result;
  return {
    position,
    from,
    at: isoText(result.at),
    entries,
    elapsedMs: Math.round(elapsedMs),
    uncompared,
    unstepped,
    foundation,
    decoded,
    forgotten,
    divergences: divergences.map(({ causes, ...divergence }) => ({
      ...divergence,
      causes: causes.map((cause) => cause.position),
    })),
    streams: Object.fromEntries([...state.streams].map(([stream, { value }]) => [stream, value])),
    timers: [...state.timers.values()].map(({ stream, timer, dueAt }) => ({ stream, timer, dueAt: isoText(dueAt) })),
    alarms: state.alarms,
    registration: document.registration,
    prices: document.prices,
    drEvents: document.drEvents,
    reportRequests: document.reportRequests,
    devices: document.devices,
    hours: document.hours,
  };
};

const tracedAll = async (log: EventLog, divergences: Replayed['divergences']): Promise<readonly TracedDivergence[]> => {
  const all: TracedDivergence[] = [];
  for (const divergence of divergences) all.push(await traced(log, divergence));
  return all;
};

const tell = async (
  result: Replayed,
  options: ReplayOptions,
  opened: OpenReading,
  surroundings: Surroundings,
): Promise<void> => {
  const { stdout } = surroundings;
  const divergences = await tracedAll(opened.log, shownOf(result));
  stdout.write(verdictText(result, options, roomOf(stdout)));
  if (divergences.length > 0) {
    stdout.write(
      divergencesText(
        divergences,
        result.divergences.length,
        logTimeZone(result.state, opened),
        stdout.isTTY ? stdout.columns : 120,
      ),
    );
    return;
  }
  const status = await standOf(result, opened);
  tellFaults(status.faults, surroundings);
  stdout.write(standText(result, status, roomOf(stdout)));
};

/** The body of `ven replay`: the same steps that led to the log, once more. */
export const replay = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(withOperand(given), surroundings, async (opened) => {
    const { log } = opened;
    if (log.durableHead.position < 0)
      throw new CommandFailure('The log has no entries yet, so there is nothing to replay.');
    const options = await optionsGiven(given, opened);
    const result = await replayLog(log, options);
    if (result.entries === 0 && result.position < 0)
      throw new CommandFailure(
        'The log has nothing before that time: "ven log stats" shows from when to when it tells.',
      );
    if (given.switches.has('json')) {
      const divergences = await tracedAll(log, result.divergences);
      surroundings.stdout.write(`${JSON.stringify(documentOf(result, divergences, await standOf(result, opened)))}\n`);
    } else {
      await tell(result, options, opened, surroundings);
    }
    return result.divergences.length > 0 ? EXIT.failure : EXIT.success;
  });
