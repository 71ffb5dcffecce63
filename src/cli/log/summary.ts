import { upcast } from '../../facts/upcast.ts';
import type { Entry } from '../../facts/entry.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import { narrate } from '../run/narrator.ts';

/** @limit What is shown of data that no sentence tells. @unit characters */
const shortData = 160;

const dataText = (data: unknown): string => {
  const text = JSON.stringify(data) ?? '';
  return text.length <= shortData ? text : `${text.slice(0, shortData)}…`;
};

const ofKnown = (entry: KnownEntry): string | null => {
  switch (entry.type) {
    case 'MessageReceived':
      return `${entry.data.message.message} received after ${Math.round(entry.data.roundTripMs)} ms.`;
    case 'SendRequested':
      return `${entry.data.message.message} to be sent to ${entry.data.service} (${entry.data.purpose}).`;
    case 'TimerFired':
      return `${entry.data.timer.replace(/^xstate\.after\./, '')} came due.`;
    case 'QuietPollsSummarised':
      return `${entry.data.count} polls brought nothing.`;
    case 'AlarmRaised':
      return `${entry.data.alarm}: ${entry.data.text}`;
    default:
      return null;
  }
};

/** An entry in one line, for people; it never fails on an entry it does not know. */
export const summaryOf = (entry: Entry, timeZone: string): string => {
  try {
    const known = upcast(entry);
    return ofKnown(known) ?? narrate(known, timeZone)?.text ?? dataText(entry.data);
  } catch {
    return dataText(entry.data);
  }
};
