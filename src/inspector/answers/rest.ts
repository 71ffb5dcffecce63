/** Where no agent runs, nothing is told as if it were now: it is said since when nobody knows. */
import { localText } from '../../programme/calendar.ts';
import type { History } from '../history/history.ts';

/** Since when no agent has run, as a sentence. */
export const restText = async (history: History): Promise<string> => {
  const { log } = history.inspected;
  const { position } = log.durableHead;
  if (position >= 0)
    for await (const { recordedAt } of log.read({ from: position, to: position }))
      return `The agent has not run since ${localText(recordedAt, await history.timeZone())}.`;
  return 'No agent has run on this log yet.';
};
