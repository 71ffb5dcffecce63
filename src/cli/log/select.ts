/** Which entries of a log are meant. */
import type { Entry } from '../../facts/entry.ts';
import { factVersions } from '../../facts/fact.ts';
import { didYouMean } from '../../text/nearest.ts';
import type { EventLog, ReadRange } from '../../store/eventLog.ts';
import { CommandFailure } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { timeNamed, type Here } from '../when.ts';

/** Entries that are meant: where to look, and which of them. */
export interface Selection {
  readonly range: ReadRange;
  readonly matches: (entry: Entry) => boolean;
}

/** The position an operand names. @throws UsageError */
export const positionNamed = (text: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(
    `"${text}" is no position: positions are whole numbers from 0 on, as "ven log list" shows them.`,
  );
};

/** @throws CommandFailure when the log has no such position */
export const mustHold = (log: EventLog, position: number): void => {
  const last = log.durableHead.position;
  if (position <= last) return;
  throw new CommandFailure(
    last < 0 ? 'The log has no entries yet.' : `The log has no position ${position}: its last one is ${last}.`,
  );
};

/** A point of a log: a position or an instant. */
export type LogEdge = { readonly position: number } | { readonly at: number };

/** The point that a text names, or null for none. @throws UsageError */
export const edgeOf = (text: string | undefined, edge: 'start' | 'end', here: Here): LogEdge | null => {
  if (text === undefined) return null;
  return /^\d+$/.test(text) ? { position: positionNamed(text) } : { at: timeNamed(text, edge, here) };
};

const typesGiven = (given: ParsedArguments): readonly string[] => {
  const types = given.texts.get('type') ?? [];
  const names = Object.keys(factVersions);
  const unknown = types.find((type) => !names.includes(type));
  if (unknown === undefined) return types;
  throw new UsageError(
    `There is no fact "${unknown}".${didYouMean(unknown, names)} The facts are listed in docs/facts.md.`,
  );
};

const isOf = (stream: string, wanted: string): boolean => stream === wanted || stream.startsWith(`${wanted}/`);

/** What the options select. @throws UsageError */
export const selectionOf = (given: ParsedArguments, here: Here): Selection => {
  const from = edgeOf(given.text('from'), 'start', here);
  const to = edgeOf(given.text('to'), 'end', here);
  const types = typesGiven(given);
  const streams = given.texts.get('stream') ?? [];
  const fromAt = from !== null && 'at' in from ? from.at : Number.NEGATIVE_INFINITY;
  const toAt = to !== null && 'at' in to ? to.at : Number.POSITIVE_INFINITY;
  return {
    range: {
      ...(from !== null && 'position' in from ? { from: from.position } : {}),
      ...(to !== null && 'position' in to ? { to: to.position } : {}),
    },
    matches: ({ recordedAt, type, stream }) =>
      recordedAt >= fromAt &&
      recordedAt < toAt &&
      (types.length === 0 || types.includes(type)) &&
      (streams.length === 0 || streams.some((wanted) => isOf(stream, wanted))),
  };
};

/** All entries that are meant, in order. */
export async function* selected(log: EventLog, { range, matches }: Selection): AsyncGenerator<Entry> {
  for await (const entry of log.read(range)) if (matches(entry)) yield entry;
}

/** @limit Entries looked through at a time on the way back. */
const backwardChunk = 1_024;

/** The last so many entries that are meant, in order; it looks no further back than it must. */
export const lastSelected = async (
  log: EventLog,
  { range, matches }: Selection,
  count: number,
): Promise<readonly Entry[]> => {
  const first = range.from ?? 0;
  let found: Entry[] = [];
  for (
    let to = Math.min(range.to ?? Number.MAX_SAFE_INTEGER, log.durableHead.position);
    to >= first && found.length < count;
    to -= backwardChunk
  ) {
    const chunk: Entry[] = [];
    for await (const entry of log.read({ from: Math.max(first, to - backwardChunk + 1), to }))
      if (matches(entry)) chunk.push(entry);
    found = [...chunk, ...found];
  }
  return found.slice(-count);
};
