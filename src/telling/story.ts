/**
 * Stories: all entries about one thing, in order, each with its sentence.
 *
 * A log is read step by step: an input, and the outputs it led to. A thread says which entries of a step belong to its
 * thing, and may learn from them what to look for later: the exchange that carries a report, the delivery of a request.
 */
import type { KnownEntry } from '../facts/fact.ts';
import { upcast } from '../facts/upcast.ts';
import type { EventLog } from '../store/eventLog.ts';

/** An input and the outputs it led to. */
export type ToldStep = readonly KnownEntry[];

/** Follows one thing through the log. */
export interface Thread {
  /** The entries of the step that are about the thing; steps come in order. */
  take(step: ToldStep): readonly KnownEntry[];
}

/** An entry in a story. */
export interface StoryLine {
  readonly entry: KnownEntry;
  /** How far below what it follows from; 0 where that is not told. */
  readonly depth: number;
  /** What it means for the thing told of, beside its sentence. */
  readonly remark: string | null;
}

/** What is told of one thing. */
export interface Story {
  /** `DR event X`, `the usage of device Y from … to …` */
  readonly about: string;
  /** What it came to, in whole sentences. */
  readonly summary: readonly string[];
  readonly lines: readonly StoryLine[];
}

/** Whether an entry is of the step: where a log was compacted, outputs may stand without their input. */
const isOf = (step: ToldStep, { direction, cause }: KnownEntry): boolean => {
  const [first] = step;
  return (
    first === undefined || (direction === 'out' && cause === (first.direction === 'in' ? first.position : first.cause))
  );
};

/** The log's steps from a position on, oldest first. */
export async function* stepsOf(log: EventLog, from = 0): AsyncGenerator<ToldStep> {
  let step: KnownEntry[] = [];
  for await (const recorded of log.read({ from })) {
    const entry = upcast(recorded);
    if (!isOf(step, entry)) {
      yield step;
      step = [];
    }
    step.push(entry);
  }
  if (step.length > 0) yield step;
}

/** Inputs that explain what was concluded from them; timers and readings only say when. */
const explaining: ReadonlySet<KnownEntry['type']> = new Set([
  'AgentStarted',
  'AgentStopped',
  'MessageReceived',
  'MessageRejected',
  'RequestReceived',
  'RequestRejected',
  'SignatureRefused',
  'EmptyReplyReceived',
  'ExchangeFailed',
  'OperatorAsked',
  'OperatorOpted',
  'OperatorInstructed',
  'OperatorReleased',
  'OptGiven',
  'OptTakenBack',
]);

/** The entries together with the input they follow from, where it explains them. */
export const withInput = (step: ToldStep, chosen: ReadonlySet<KnownEntry>): readonly KnownEntry[] => {
  const [input] = step;
  return step.filter(
    (entry) =>
      chosen.has(entry) ||
      (chosen.size > 0 && entry === input && entry.direction === 'in' && explaining.has(entry.type)),
  );
};

/** Everything a thread finds in the log, from a position on. */
export const gather = async (log: EventLog, thread: Thread, from = 0): Promise<readonly KnownEntry[]> => {
  const found: KnownEntry[] = [];
  for await (const step of stepsOf(log, from)) found.push(...thread.take(step));
  return found;
};

/** Entries as lines of a story: what follows from a told entry stands below it. */
export const linesOf = (
  entries: readonly KnownEntry[],
  remarkOn: (entry: KnownEntry) => string | null = () => null,
): readonly StoryLine[] => {
  const inputs = new Set(entries.filter(({ direction }) => direction === 'in').map(({ position }) => position));
  return entries.map((entry) => ({
    entry,
    depth: entry.direction === 'out' && entry.cause !== null && inputs.has(entry.cause) ? 1 : 0,
    remark: remarkOn(entry),
  }));
};
