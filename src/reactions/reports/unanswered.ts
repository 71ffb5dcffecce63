import { snapshotOf, type AgentState } from '../../core/state.ts';
import type { QueuedReport } from '../../machines/signals.ts';

/** Reports that are with the VTN or wait for the line. */
export const unansweredReports = (state: AgentState): readonly QueuedReport[] => {
  const { reports = [], inHand = null } = snapshotOf(state, 'ven', 'ven')?.context ?? {};
  return inHand === null ? reports : [inHand, ...reports];
};
