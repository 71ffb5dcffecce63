import type { EventLog } from './eventLog.ts';

/** When the first entry at a position, or after it, was recorded. UTC ms; null where there is none. */
const recordedFrom = async (log: Pick<EventLog, 'read'>, from: number): Promise<number | null> => {
  for await (const { recordedAt } of log.read({ from })) return recordedAt;
  return null;
};

/**
 * The position from which on everything stands that was recorded since an instant (UTC ms), found by halving: a log is long.
 * Where a clock was set back meanwhile it may be a later one by as much.
 */
export const positionSince = async (
  log: Pick<EventLog, 'read' | 'base' | 'durableHead'>,
  at: number,
): Promise<number> => {
  let [first, end] = [log.base.position + 1, log.durableHead.position + 1];
  while (first < end) {
    const middle = Math.floor((first + end) / 2);
    const recordedAt = await recordedFrom(log, middle);
    if (recordedAt !== null && recordedAt < at) first = middle + 1;
    else end = middle;
  }
  return first;
};
