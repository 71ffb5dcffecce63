import type { KnownEntry } from '../../facts/fact.ts';
import { upcast } from '../../facts/upcast.ts';
import type { Projection } from '../projection.ts';
import { utcDay } from './series.ts';

/** How much of the past a projection keeps. */
export interface Keep {
  /** What is older than this before the entry's `recordedAt` is dropped, by whole UTC days; without it everything is kept. @unit ms */
  readonly keepMs?: number;
}

/** A state that knows when its past was last dropped. */
export interface Prunable {
  /** A UTC day, counted from the epoch. */
  readonly prunedDay: number;
  /** The UTC day onto which the time leapt since, if it did. */
  readonly leaptDay?: number;
}

/** The parts of a projection whose past can be dropped. */
export interface PrunableFold<State extends Prunable> {
  readonly name: string;
  readonly version: string;
  readonly initial: State;
  /** The state after the fact; the same reference when it does not concern it. */
  take(state: State, entry: KnownEntry): State;
  /** The state without what is older than the instant. */
  prune(state: State, beforeAt: number, entry: KnownEntry): State;
}

/** More days than this at once are a leap. */
const leapDays = 2;

/** How many days are waited after one before anything is dropped again. */
const patienceDays = 7;

/**
 * A projection over facts in their present versions.
 *
 * It drops the past with the first change of each UTC day, so that keeping it short costs next to nothing per entry. After a
 * leap of days it waits: a clock may have leapt, and nothing is to be lost on the word of a clock that nobody has agreed with.
 * @throws UnreadableFact for a fact that this version does not know.
 */
export const pruned = <State extends Prunable>(fold: PrunableFold<State>, { keepMs }: Keep): Projection<State> => ({
  name: fold.name,
  version: keepMs === undefined ? fold.version : `${fold.version} keeping ${keepMs} ms`,
  initial: fold.initial,
  apply: (state, entry) => {
    const known = upcast(entry);
    const next = fold.take(state, known);
    if (keepMs === undefined || next === state) return next;
    const day = utcDay(known.recordedAt);
    if (day <= next.prunedDay) return next;
    if (next.prunedDay > 0 && day - next.prunedDay > leapDays) {
      const leaptDay = Math.min(next.leaptDay ?? day, day);
      if (day - leaptDay < patienceDays) return leaptDay === next.leaptDay ? next : { ...next, leaptDay };
    }
    const { leaptDay: _leaptDay, ...kept } = fold.prune(next, known.recordedAt - keepMs, known);
    return { ...(kept as State), prunedDay: day };
  },
});
