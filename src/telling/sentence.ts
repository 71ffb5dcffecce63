import type { KnownEntry } from '../facts/fact.ts';
import { inputSentences } from './inputSentences.ts';
import { outputSentences } from './outputSentences.ts';

/** One sentence for every fact there is. */
const sentences = { ...inputSentences, ...outputSentences };

/** What an entry says, in a plain sentence. Days and times are told in the time zone given. */
export const sentenceOf = (entry: KnownEntry, timeZone: string): string => {
  const tell = sentences[entry.type] as (entry: KnownEntry, timeZone: string) => string;
  return tell(entry, timeZone);
};
