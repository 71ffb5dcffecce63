import type { EventLog } from '../../store/eventLog.ts';
import { gather, linesOf, type Story } from '../story.ts';
import { DrEventThread } from '../threads/drEvent.ts';
import { counted, type EntryOf } from '../words.ts';
import type { KnownEntry } from '../../facts/fact.ts';

const isOf =
  <T extends KnownEntry['type']>(type: T) =>
  (entry: KnownEntry): entry is EntryOf<T> =>
    entry.type === type;

/** Where it stands, by the last word on it. */
const standing = (entries: readonly KnownEntry[]): string => {
  const cancelled = entries.findLast(isOf('DrEventCancelled'));
  const status = entries.findLast(isOf('DrEventStatusChanged'));
  const refused = entries.findLast(isOf('DrEventRefused'));
  if (status !== undefined)
    return `It is ${status.data.status} (position ${status.position})${cancelled === undefined || status.data.status !== 'cancelled' ? '' : `, cancelled at position ${cancelled.position}`}.`;
  return refused === undefined
    ? 'Nothing was decided about it.'
    : `It was never taken over: refused with ${refused.data.responseCode} (position ${refused.position}).`;
};

const answered = (entries: readonly KnownEntry[]): string => {
  const answer = entries.findLast(isOf('DrEventAnswered'));
  return answer === undefined
    ? 'No answer was asked for.'
    : `It was last answered with ${answer.data.optType} (position ${answer.position}).`;
};

/** The story of a DR event. */
export const drEventStory = async (log: EventLog, eventID: string): Promise<Story> => {
  const thread = new DrEventThread(eventID);
  const entries = await gather(log, thread);
  const versions = entries.filter(isOf('DrEventAccepted')).length;
  const repeated =
    thread.lastRepeat === null
      ? []
      : [
          `The VTN listed it ${counted(thread.repeats, 'more time')} without a change, last at position ${thread.lastRepeat}.`,
        ];
  return {
    about: `DR event ${eventID}`,
    summary: [`It came in ${counted(versions, 'version')}.`, standing(entries), answered(entries), ...repeated],
    lines: linesOf(entries),
  };
};
