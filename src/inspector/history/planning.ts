import type { KnownEntry } from '../../facts/fact.ts';
import type { Projection } from '../../store/projection.ts';
import { type Keyed, lookUp, withKey } from '../../store/projections/keyed.ts';
import { type Prunable, pruned } from '../../store/projections/pruned.ts';

/** How long plans took, what came of asking for them, and how often devices did other than told, as monitoring wants it. */

/** Upper bounds of the histogram; what took longer is beyond the last. @unit s */
export const planningBoundsSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** What monitoring knows of planning. */
export interface PlanningState extends Prunable {
  /** The plan that was asked for last, and when; null once it is answered. */
  readonly asked: { readonly planID: string; readonly at: number } | null;
  /** How many fell into each part of the histogram, the last one being beyond all bounds. */
  readonly counts: readonly number[];
  readonly totalMs: number;
  readonly failed: number;
  /** By device, setpoints that it did not take, or took and did not follow. */
  readonly departures: Keyed<number>;
}

const answered = (state: PlanningState, planID: string, at: number): PlanningState => {
  if (state.asked === null || state.asked.planID !== planID) return state;
  const tookMs = Math.max(0, at - state.asked.at);
  const found = planningBoundsSeconds.findIndex((bound) => tookMs <= bound * 1_000);
  const part = found === -1 ? planningBoundsSeconds.length : found;
  return {
    ...state,
    asked: null,
    counts: state.counts.map((count, index) => (index === part ? count + 1 : count)),
    totalMs: state.totalMs + tookMs,
  };
};

const take = (state: PlanningState, entry: KnownEntry): PlanningState => {
  switch (entry.type) {
    case 'PlanRequested':
      return { ...state, asked: { planID: entry.data.planID ?? '', at: entry.recordedAt } };
    case 'PlanMade':
      return answered(state, entry.data.planID ?? '', entry.recordedAt);
    case 'PlanFailed':
      return { ...state, asked: null, failed: state.failed + 1 };
    case 'SetpointFailed': {
      const { resourceID } = entry.data;
      const before = lookUp(state.departures, resourceID) ?? 0;
      return { ...state, departures: withKey(state.departures, resourceID, before + 1) };
    }
    default:
      return state;
  }
};

/** What monitoring knows of planning. */
export const planningProjection = (): Projection<PlanningState> =>
  pruned(
    {
      name: 'planning',
      version: '1',
      initial: {
        asked: null,
        counts: Array<number>(planningBoundsSeconds.length + 1).fill(0),
        totalMs: 0,
        failed: 0,
        departures: {},
        prunedDay: 0,
      },
      take,
      prune: (state) => state,
    },
    {},
  );
