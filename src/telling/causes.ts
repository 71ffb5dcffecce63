import type { Entry } from '../facts/entry.ts';
import type { EventLog } from '../store/eventLog.ts';

/** @limit Causes that are followed back. */
const longestChain = 64;

/** The entry at a position, or undefined where the log holds none. */
export const entryAt = async (log: EventLog, position: number): Promise<Entry | undefined> => {
  for await (const entry of log.read({ from: position, to: position })) return entry;
  return undefined;
};

/** What led to the entry, the first cause first. */
export const causesOf = async (log: EventLog, entry: Pick<Entry, 'cause'>): Promise<readonly Entry[]> => {
  const chain: Entry[] = [];
  for (let at = entry.cause; at !== null && chain.length < longestChain;) {
    const cause = await entryAt(log, at);
    if (cause === undefined) break;
    chain.unshift(cause);
    at = cause.cause;
  }
  return chain;
};
