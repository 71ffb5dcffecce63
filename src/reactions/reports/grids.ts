import type { Grid } from '../../machines/device/boundaries.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { reportRequestsOf, type AgentState } from '../../core/state.ts';

/** The boundaries at which a report request needs readings, if it needs any beside those the devices are sampled at. */
export const gridOf = (terms: Terms | null): readonly Grid[] => {
  if (terms === null || terms.kind !== 'usage' || terms.reportBackMs === 0 || terms.granularityMs === 0) return [];
  const everyMs = terms.granularityMs;
  // Where a grid begins does not matter, only where its boundaries lie.
  const originAt = terms.aligned === 'start' ? ((terms.startAt % everyMs) + everyMs) % everyMs : 0;
  return [{ originAt, everyMs }];
};

/** The same for grids with the same boundaries. */
export const gridKey = ({ originAt, everyMs }: Grid): string => `${originAt}/${everyMs}`;

/** The boundaries at which the report requests in force need readings, each grid once. */
export const gridsOf = (state: AgentState): readonly Grid[] => {
  const grids = reportRequestsOf(state).flatMap(([, { terms }]) => gridOf(terms));
  return [...new Map(grids.map((grid) => [gridKey(grid), grid])).values()];
};
