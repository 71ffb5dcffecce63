import type { Entry } from '../facts/entry.ts';
import { upcast } from '../facts/upcast.ts';
import { sentenceOf } from './sentence.ts';

/** @limit What is shown of data that no sentence tells. @unit characters */
const shortData = 160;

const dataText = (data: unknown): string => {
  const text = JSON.stringify(data) ?? '';
  return text.length <= shortData ? text : `${text.slice(0, shortData)}…`;
};

/** An entry in one line, for people; it never fails on an entry it does not know. */
export const summaryOf = (entry: Entry, timeZone: string): string => {
  try {
    return sentenceOf(upcast(entry), timeZone);
  } catch {
    return dataText(entry.data);
  }
};
