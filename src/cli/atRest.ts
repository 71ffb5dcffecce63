import { localText } from '../programme/calendar.ts';
import type { OpenLog } from './control/openLog.ts';
import { distanceText } from './status/streams.ts';
import type { Here } from './when.ts';

/** A log that no agent writes speaks as of its end: what came after, nobody knows. */

/** @limit A shorter rest is no news: an agent is being started, or another one looks after the log. @unit ms */
const shortestRest = 60_000;

/** When the last entry of a log that no agent writes was recorded; null while one runs, and of a log without entries. */
export const restOf = async ({ log, agent }: Pick<OpenLog, 'log' | 'agent'>): Promise<number | null> => {
  const { position } = log.durableHead;
  if (agent !== null || position < 0) return null;
  for await (const { recordedAt } of log.read({ from: position, to: position })) return recordedAt;
  return null;
};

/** That the agent has not run since; empty where there is nothing to say. */
export const restText = (since: number | null, { now, timeZone }: Here): string =>
  since === null || now - since < shortestRest
    ? ''
    : `The agent has not run since ${localText(since, timeZone)} (${distanceText(since, now)}): all of this is as of then.`;
