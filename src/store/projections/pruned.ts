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
  /** The UTC day onto which the time leapt since, if it did, and the last day that it has come to from there. */
  readonly leaptDay?: number;
  readonly seenDay?: number;
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

const withoutLeap = <State extends Prunable>({ leaptDay: _leaptDay, seenDay: _seenDay, ...kept }: State): State =>
  kept as State;

/**
 * A projection over facts in their present versions.
 *
 * It drops the past with the first change of each UTC day, so that keeping it short costs next to nothing per entry. After a
 * leap of days it waits for some more: a clock may have leapt, and nothing is to be lost on the word of a clock that nobody has
 * agreed with. One that leaps farther than that, or back, is waited for anew; where it was ahead from the beginning, the next
 * leap is measured from the day that it was set back to.
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
    const { prunedDay, leaptDay = day, seenDay = leaptDay } = next;
    if (day < prunedDay) return { ...withoutLeap(next), prunedDay: day };
    if (day === prunedDay) return next.leaptDay === undefined ? next : withoutLeap(next);
    if (prunedDay > 0 && day - prunedDay > leapDays) {
      const leapt = Math.abs(day - seenDay) > patienceDays ? day : Math.min(leaptDay, day);
      if (day - leapt < patienceDays)
        return leapt === next.leaptDay && day === next.seenDay ? next : { ...next, leaptDay: leapt, seenDay: day };
    }
    return { ...withoutLeap(fold.prune(next, known.recordedAt - keepMs, known)), prunedDay: day };
  },
});
