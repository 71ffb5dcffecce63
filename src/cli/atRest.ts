import { localText } from '../programme/calendar.ts';
import type { FactType } from '../facts/fact.ts';
import type { OpenLog } from './control/openLog.ts';
import { distanceText } from './status/streams.ts';
import type { Here } from './when.ts';

/** A log that no agent writes speaks as of its end: what came after, nobody knows. */

/** @limit A shorter rest is no news: an agent is being started, or another one looks after the log. @unit ms */
const shortestRest = 60_000;

/** What a command writes into a log at rest: the agent did not run for it. */
const tending: ReadonlySet<string> = new Set<FactType>(['LogCompacted', 'LogRepaired']);

/** @limit How far from its end a log is read at once. @unit entries */
const stride = 100;

/** Whether an agent writes a log: one on this machine, or a worker somewhere. */
export const isWritten = ({ agent, worker }: Pick<OpenLog, 'agent' | 'worker'>): boolean =>
  agent !== null || (worker ?? null) !== null;

/** When the agent last recorded an entry of a log that none writes; null while one runs, and of a log without entries. */
export const restOf = async (open: Pick<OpenLog, 'log' | 'agent' | 'worker'>): Promise<number | null> => {
  if (isWritten(open)) return null;
  const { log } = open;
  for (let to = log.durableHead.position; to >= 0; to -= stride) {
    let lastAt: number | null = null;
    for await (const { type, recordedAt } of log.read({ from: Math.max(0, to - stride + 1), to }))
      if (!tending.has(type)) lastAt = recordedAt;
    if (lastAt !== null) return lastAt;
  }
  return null;
};

/** That the agent has not run since; empty where there is nothing to say. */
export const restText = (since: number | null, { now, timeZone }: Here): string =>
  since === null || now - since < shortestRest
    ? ''
    : `The agent has not run since ${localText(since, timeZone)} (${distanceText(since, now)}): all of this is as of then.`;
