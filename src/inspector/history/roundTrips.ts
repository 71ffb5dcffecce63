import type { KnownEntry } from '../../facts/fact.ts';
import type { Projection } from '../../store/projection.ts';
import { type Prunable, pruned } from '../../store/projections/pruned.ts';

/** How long the VTN took to answer, sorted into a histogram, as monitoring wants it. */

/** Upper bounds of the histogram; what took longer is beyond the last. @unit s */
export const roundTripBoundsSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** The histogram: how many fell into each part, the last one being beyond all bounds. */
export interface RoundTripsState extends Prunable {
  readonly counts: readonly number[];
  readonly totalMs: number;
}

const partOf = (roundTripMs: number): number => {
  const part = roundTripBoundsSeconds.findIndex((bound) => roundTripMs <= bound * 1_000);
  return part === -1 ? roundTripBoundsSeconds.length : part;
};

const add = (state: RoundTripsState, roundTripMs: number, times: number, totalMs: number): RoundTripsState => {
  const part = partOf(roundTripMs);
  return {
    ...state,
    counts: state.counts.map((count, index) => (index === part ? count + times : count)),
    totalMs: state.totalMs + totalMs,
  };
};

const take = (state: RoundTripsState, entry: KnownEntry): RoundTripsState => {
  switch (entry.type) {
    case 'MessageReceived':
    case 'EmptyReplyReceived':
      return add(state, entry.data.roundTripMs, 1, entry.data.roundTripMs);
    case 'QuietPollsSummarised': {
      // Of a run of quiet polls only the mean is known; the slowest of them is put where it belongs.
      const { count, roundTripTotalMs, roundTripMaxMs } = entry.data;
      const slowest = add(state, roundTripMaxMs, 1, roundTripMaxMs);
      return count === 1
        ? slowest
        : add(slowest, (roundTripTotalMs - roundTripMaxMs) / (count - 1), count - 1, roundTripTotalMs - roundTripMaxMs);
    }
    default:
      return state;
  }
};

/** How long the VTN took to answer. */
export const roundTripsProjection = (): Projection<RoundTripsState> =>
  pruned(
    {
      name: 'roundTrips',
      version: '1',
      initial: { counts: Array<number>(roundTripBoundsSeconds.length + 1).fill(0), totalMs: 0, prunedDay: 0 },
      take,
      prune: (state) => state,
    },
    {},
  );
