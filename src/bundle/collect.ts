import { UnreadableFact, upcast } from '../facts/upcast.ts';
import type { Entry } from '../facts/entry.ts';
import { startafterMs } from '../machines/drEvent/eventTimes.ts';
import { visitData, type TextVisitor } from '../recording/identifiers.ts';
import { Pseudonyms } from './pseudonyms.ts';

/** An eventID from which a random offset was drawn: with another one another offset would be drawn, and nothing after it would be the same. */
const drawnFrom = (entry: Entry): string | null => {
  try {
    const known = upcast(entry);
    return known.type === 'DrEventAccepted' && startafterMs(known.data.event) > 0 ? known.data.eventID : null;
  } catch (error) {
    if (error instanceof UnreadableFact) return null;
    throw error;
  }
};

/** What a log calls parties, things and agreements. */
export interface LogNames {
  readonly identifiers: ReadonlySet<string>;
  /** Those that have to stay as they are. */
  readonly kept: ReadonlySet<string>;
}

/** Looks for identifiers in entries. */
export const identifiersIn = async (entries: AsyncIterable<Entry>): Promise<LogNames> => {
  const identifiers = new Set<string>();
  const kept = new Set<string>();
  const same = (text: string): string => text;
  const visitor: TextVisitor = {
    text: same,
    part: same,
    identifier: (text) => {
      identifiers.add(text);
      return text;
    },
  };
  for await (const entry of entries) {
    visitData(entry.data, visitor);
    const eventID = drawnFrom(entry);
    if (eventID !== null) kept.add(eventID);
  }
  return { identifiers, kept };
};

/** Pseudonyms for everything that is named, and for further names that may stand in texts. */
export const pseudonymsFor = (
  { identifiers, kept }: LogNames,
  further: readonly string[],
  key: Uint8Array,
): Pseudonyms => {
  const pseudonyms = new Pseudonyms(key, kept);
  for (const each of [...identifiers, ...further]) pseudonyms.identifier(each);
  return pseudonyms;
};
