import type { Grid } from '../../machines/device.ts';
import { reportRequestsOf, type AgentState } from '../../core/state.ts';

/** The boundaries at which the report requests in force need readings, beside those the devices are sampled at anyway. */
export const gridsOf = (state: AgentState): readonly Grid[] =>
  reportRequestsOf(state).flatMap(([, { terms }]) => {
    if (terms === null || terms.kind !== 'usage' || terms.reportBackMs === 0 || terms.granularityMs === 0) return [];
    return [{ originAt: terms.aligned === 'start' ? terms.startAt : 0, everyMs: terms.granularityMs }];
  });
