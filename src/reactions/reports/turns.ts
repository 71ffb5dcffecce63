/**
 * Whose turn it is to make reports.
 *
 * Every piece of a report takes a turn. Turns follow one another at a pace, and none is given while many reports wait for the
 * line: so whatever is asked for, and however much of it, the reports that are made a second and those that wait are few,
 * and polls go on beside them. A turn that asked the devices for many readings lasts as long as those are worth, and nobody
 * else has one until it is through with them: what is read a minute is as bounded. It costs nothing that is owed, only time.
 */
import { reportRequestsOf, snapshotOf, type AgentState } from '../../core/state.ts';
import type { Moment } from '../../machines/moment.ts';
import { readingMs } from '../../machines/reportRequest.ts';
import { unansweredReports } from './unanswered.ts';

/** @limit Between two turns of all report requests in force. @unit ms */
export const turnMs = 250;

/** @limit Reports that may wait for the line before turns are withheld. */
export const waitingLimit = 8;

/** @limit Between two tries of all report requests while the line takes nothing. @unit ms */
export const blockedMs = 10_000;

/** @limit Between a registration of our metadata and the next one that is asked for. @unit ms */
export const metadataPauseMs = 3_000;

/** Go now, or wait and say why. */
export interface ReportTurn {
  readonly waitMs: number;
  readonly because: string;
}

/** The turn of a report request. */
export const turnOf = (state: AgentState, moment: Moment, reportRequestID: string): ReportTurn => {
  const requests = reportRequestsOf(state);
  const own = requests.find(([id]) => id === reportRequestID)?.[1];
  const standing = requests.filter(([id, , value]) => id !== reportRequestID && value === 'standingBack').length;
  const waiting = unansweredReports(state).length;
  if (waiting >= waitingLimit)
    return { waitMs: (standing + 1) * blockedMs, because: `${waiting} reports wait for the line` };
  // A VTN that asks for metadata whenever it gets them would be told them without end.
  const registeredAt = snapshotOf(state, 'ven', 'ven')?.context.requestsFreshSince ?? null;
  const sinceMs = registeredAt === null ? Infinity : Math.abs(moment.at - registeredAt);
  if (own?.terms?.kind === 'metadata' && sinceMs < metadataPauseMs)
    return { waitMs: metadataPauseMs - sinceMs, because: 'the metadata have just been told' };
  const heldMs = Math.max(
    0,
    ...requests.map(([id, { turnAt, askedInTurn = 0 }, value]) => {
      // A turn that lies ahead was taken by a clock that was wrong.
      if (turnAt === null || turnAt > moment.at) return 0;
      const leftMs = Math.max(turnMs, askedInTurn * readingMs) - (moment.at - turnAt);
      return id !== reportRequestID && value === 'betweenReadings' ? Math.max(turnMs, leftMs) : leftMs;
    }),
  );
  const isBehind = standing > 0 && !(own?.hasStoodBack ?? false);
  return heldMs > 0 || isBehind
    ? {
        waitMs: Math.max(0, heldMs - turnMs) + (standing + 1) * turnMs,
        because:
          heldMs > turnMs
            ? 'the devices are asked for the readings of another report, so many a minute'
            : `${standing} report requests have their turn before it`,
      }
    : { waitMs: 0, because: '' };
};
