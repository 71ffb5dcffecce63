import type { Grid } from '../../machines/device/boundaries.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { reportRequestsOf, type AgentState } from '../../core/state.ts';
import { leftIn } from './left.ts';

const phaseOf = (originAt: number, everyMs: number): number => ((originAt % everyMs) + everyMs) % everyMs;

/** The boundaries at which a report request needs readings, if it needs any beside those the devices are sampled at. */
export const gridOf = (terms: Terms | null): readonly Grid[] => {
  if (terms === null || terms.kind !== 'usage' || terms.reportBackMs === 0 || terms.granularityMs === 0) return [];
  const everyMs = terms.granularityMs;
  // Where a grid begins does not matter, only where its boundaries lie.
  return [{ originAt: terms.aligned === 'start' ? phaseOf(terms.startAt, everyMs) : 0, everyMs }];
};

/** The same for grids with the same boundaries. */
export const gridKey = ({ originAt, everyMs }: Grid): string => `${originAt}/${everyMs}`;

/**
 * The boundaries at which the report requests in force need readings, each grid once; and those of what void ones left:
 * until the next one comes they are read on, because a boundary that has passed cannot be read later.
 */
export const gridsOf = (state: AgentState): readonly Grid[] => {
  const inForce = reportRequestsOf(state).flatMap(([, { terms }]) => gridOf(terms));
  const left = leftIn(state)
    .filter(({ isOver }) => isOver !== true)
    .map(({ originAt, everyMs }) => ({ originAt: phaseOf(originAt, everyMs), everyMs }));
  const grids = [...inForce, ...left];
  return [...new Map(grids.map((grid) => [gridKey(grid), grid])).values()];
};
