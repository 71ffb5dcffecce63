import type { Agent } from '../../shell/agent.ts';
import { pendingTimers } from '../../core/state.ts';
import type { Answerer, Question } from '../../adapters/control/controlSocket.ts';
import type { Entry } from '../../facts/entry.ts';
import { diskUseOf } from '../../store/diskLog.ts';
import type { Checkpoint, EventLog, ReadRange } from '../../store/eventLog.ts';
import { operatorArrival } from '../../shell/operatorCommands.ts';
import type { LiveProjections } from '../../store/live/liveProjections.ts';
import { grant } from './operator.ts';
import { entriesPerLine, type Granted, type Greeting, type LiveAnswer, type LiveTimer } from './questions.ts';

/** What the answers are made from. */
export interface AnswererOptions {
  readonly agent: Agent;
  readonly log: EventLog;
  readonly projections: LiveProjections;
  readonly runID: string;
  readonly version: string;
  readonly now: () => number;
  readonly lastContactAt: () => number | null;
  /** Reads the configuration again; absent where there is none to read. */
  readonly reload?: () => Promise<unknown>;
}

/** A question that makes no sense to this release. */
class StrangeQuestion extends Error {
  override readonly name = 'StrangeQuestion';
}

const positionOf = (question: Question, name: string): number | undefined => {
  const value = question[name];
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= -1)) return value;
  throw new StrangeQuestion(
    `The question "${question.op}" came with ${name} ${JSON.stringify(value)}, which is no position.`,
  );
};

const rangeOf = (question: Question): ReadRange => {
  const from = positionOf(question, 'from');
  const to = positionOf(question, 'to');
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
};

async function* inBundles(entries: AsyncIterable<Entry>): AsyncGenerator<readonly Entry[]> {
  let bundle: Entry[] = [];
  for await (const entry of entries) {
    bundle.push(entry);
    if (bundle.length < entriesPerLine) continue;
    yield bundle;
    bundle = [];
  }
  if (bundle.length > 0) yield bundle;
}

/** Entries from a position on, without end: those that are there, then each as it is added. It reads them from disk, so none has to wait in memory. */
async function* following(
  { log, projections }: Pick<AnswererOptions, 'log' | 'projections'>,
  from: number,
  noLonger: AbortSignal,
  closing: AbortSignal,
): AsyncGenerator<readonly Entry[]> {
  const over = AbortSignal.any([noLonger, closing]);
  let next = from;
  while (!noLonger.aborted) {
    const isLast = closing.aborted;
    for await (const bundle of inBundles(log.read({ from: next }))) {
      if (noLonger.aborted) return;
      yield bundle;
      next = (bundle.at(-1)?.position ?? next) + 1;
    }
    if (isLast) return;
    await projections.grown(next - 1, over);
  }
}

const streamsOf = ({ state }: Agent): LiveAnswer['streams'] =>
  Object.fromEntries([...state.streams].map(([stream, { value }]) => [stream, value]));

const timersOf = ({ state }: Agent): readonly LiveTimer[] =>
  pendingTimers(state).map(({ stream, timer, dueAt }) => ({ stream, timer, dueAt }));

/** Hands the wish to the agent, and resolves when it is on disk. */
const granted = async (options: AnswererOptions, question: Question): Promise<Granted> =>
  grant(options, operatorArrival(options.agent.state, options.now(), question, 'ven'));

/** What a fold can be taken up from: of a projection that lives here its present state, so that a command need not read the log again. */
const checkpointNamed = async ({ log, projections }: AnswererOptions, name: string): Promise<Checkpoint | null> =>
  (await projections.checkpointOf(name)) ?? (await log.loadCheckpoint(name)) ?? null;

/** Answers what commands ask. Nothing but a wish changes anything, and a wish goes the way of every input. */
export const answererFor = (options: AnswererOptions): Answerer =>
  async function* (question, noLonger, closing) {
    const { agent, log, runID, version, now, lastContactAt } = options;
    switch (question.op) {
      case 'hello':
        yield {
          pid: process.pid,
          runID,
          version,
          now: now(),
          base: log.base,
          head: log.head,
          durableHead: log.durableHead,
        } satisfies Greeting;
        return;
      case 'live':
        yield {
          pid: process.pid,
          runID,
          now: now(),
          lastContactAt: lastContactAt(),
          streams: streamsOf(agent),
          timers: timersOf(agent),
        } satisfies LiveAnswer;
        return;
      case 'read':
        yield* inBundles(log.read(rangeOf(question)));
        return;
      case 'follow':
        yield* following(options, positionOf(question, 'from') ?? log.durableHead.position + 1, noLonger, closing);
        return;
      case 'wire':
        yield (await log.wire(positionOf(question, 'position') ?? -1)) ?? null;
        return;
      case 'loadCheckpoint':
        yield await checkpointNamed(options, String(question['name']));
        return;
      case 'stats':
        yield { ...(await log.stats()), ...(await diskUseOf(log, { parts: question['parts'] === true })) };
        return;
      case 'verify':
        yield await log.verify(positionOf(question, 'from') ?? 0);
        return;
      case 'reload':
        if (options.reload === undefined) throw new StrangeQuestion('This agent has no configuration to read again.');
        yield await options.reload();
        return;
      case 'ask':
        yield await granted(options, question);
        return;
      default:
        throw new StrangeQuestion(
          `The agent does not know the question "${question.op}": use a "ven" of the same release as the agent.`,
        );
    }
  };
