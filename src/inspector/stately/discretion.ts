/** What is told of contexts and events: to programs on this machine all of it, to a third party nothing that is somebody's own. */
import type { Stream } from '../../facts/entry.ts';
import { addressOf } from '../../machines/machines.ts';
import { plain, type PlainJson } from '../answers/plain.ts';
import type { Discretion, EventTold } from './messages.ts';

/** The moment goes along with every event; the settings in it are the same each time. */
const withoutMoment = ({
  settings: _settings,
  ...event
}: {
  readonly type: string;
  readonly settings?: unknown;
}): EventTold => plain(event) as EventTold;

/** For programs on this machine. */
export const inFull: Discretion = { context: plain, event: withoutMoment, session: (stream) => stream };

/** What stands for a value: its kind, and nothing of it. */
const kindOf = (value: unknown): PlainJson => {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (Array.isArray(value)) return `‹${value.length} ${value.length === 1 ? 'item' : 'items'}›`;
  if (typeof value !== 'object') return `‹${typeof value === 'string' ? 'text' : typeof value}›`;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? '‹object›' : kindOf(inner),
    ]),
  );
};

/** @limit Streams that keep their number; when there are more, the oldest numbers are given anew. */
const numbersKept = 2_000;

/** For a third party: states, names of events and of fields. Identifiers of the VTN become numbers in the order in which they appear. */
export const forThirdParty = (): Discretion => {
  const numbers = new Map<Stream, number>();
  let next = 1;
  const numberOf = (stream: Stream): number => {
    const known = numbers.get(stream);
    if (known !== undefined) return known;
    if (numbers.size >= numbersKept) numbers.delete(numbers.keys().next().value as Stream);
    numbers.set(stream, next);
    return next++;
  };
  return {
    context: kindOf,
    event: ({ type }) => ({ type }),
    session: (stream) => {
      const address = addressOf(stream);
      return address === null || address.id === '' ? stream : `${address.machine}/${numberOf(stream)}`;
    },
  };
};
