/**
 * Whose turn it is to make reports.
 *
 * Every piece of a report takes a turn. Turns follow one another at a pace, and none is given while many reports wait for the
 * line: so whatever is asked for, and however much of it, the reports that are made a second and those that wait are few,
 * and polls go on beside them. It costs nothing that is owed, only time.
 */
import { reportRequestsOf, type AgentState } from '../../core/state.ts';
import type { Moment } from '../../machines/moment.ts';
import { unansweredReports } from './unanswered.ts';

/** @limit Between two turns of all report requests in force. @unit ms */
export const turnMs = 250;

/** @limit Reports that may wait for the line before turns are withheld. */
export const waitingLimit = 8;

/** @limit Between two tries of all report requests while the line takes nothing. @unit ms */
export const blockedMs = 10_000;

/** Go now, or wait and say why. */
export interface Turn {
  readonly waitMs: number;
  readonly because: string;
}

/** The turn of a report request. */
export const turnOf = (state: AgentState, moment: Moment, reportRequestID: string): Turn => {
  const requests = reportRequestsOf(state);
  const standing = requests.filter(([id, , value]) => id !== reportRequestID && value === 'standingBack').length;
  const waiting = unansweredReports(state).length;
  if (waiting >= waitingLimit)
    return { waitMs: (standing + 1) * blockedMs, because: `${waiting} reports wait for the line` };
  // A turn that lies ahead was taken by a clock that was wrong.
  const isPaced = requests.some(
    ([, { turnAt }]) => turnAt !== null && turnAt <= moment.at && moment.at - turnAt < turnMs,
  );
  const isBehind = standing > 0 && !(requests.find(([id]) => id === reportRequestID)?.[1].hasStoodBack ?? false);
  return isPaced || isBehind
    ? { waitMs: (standing + 1) * turnMs, because: `${standing} report requests have their turn before it` }
    : { waitMs: 0, because: '' };
};
