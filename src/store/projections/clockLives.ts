import type { ReadingsDisowned } from '../../facts/output.ts';

/**
 * The clocks that the record was dated by, one after the other: a life begins with a start, or when the clock is set.
 *
 * By itself a clock never knows that it is wrong. The VTN's Date says how far the two are apart, and a clock that is set says
 * how far it was from the next one; so once clock and VTN agree, it is known which lives before were dated wrongly.
 */
export interface ClockLife {
  /** The position of the entry that it began with. */
  readonly since: number;
  /** By how much the clock was set then; null when it began with a start, before which anything may have been done. @unit ms */
  readonly setMs: number | null;
  /** The VTN's clock less ours; null when they were not compared, nor follow from what was. @unit ms */
  readonly offsetMs: number | null;
}

/** @limit Two clocks that differ by less tell the same hour: each is as good as the other. @unit ms */
export const clocksAgreeMs = 15 * 60_000;

/** @limit Lives since the clocks agreed last that are remembered. */
const heldAtOnce = 16;

/** Whether a clock is known to agree with the VTN's. */
const isRight = ({ offsetMs }: ClockLife): boolean => offsetMs !== null && Math.abs(offsetMs) <= clocksAgreeMs;

/** Whether a clock is known not to. */
const isWrong = ({ offsetMs }: ClockLife): boolean => offsetMs !== null && Math.abs(offsetMs) > clocksAgreeMs;

/** The lives, when another begins: after a start, or with a clock that was set by so much. */
export const lifeBegun = (lives: readonly ClockLife[], since: number, setMs: number | null): readonly ClockLife[] => {
  const before = lives.at(-1)?.offsetMs ?? null;
  const offsetMs = setMs === null || before === null ? null : before - setMs;
  return [...lives, { since, setMs, offsetMs }].slice(-heldAtOnce);
};

/** The lives, when the clock of now was compared with the VTN's: what was set meanwhile says how wrong it was before. */
export const livesCompared = (lives: readonly ClockLife[], offsetMs: number): readonly ClockLife[] => {
  let known: number | null = offsetMs;
  return lives
    .toReversed()
    .map((life, index) => {
      const compared: ClockLife = { ...life, offsetMs: index === 0 ? offsetMs : (life.offsetMs ?? known) };
      known = compared.offsetMs === null || life.setMs === null ? null : compared.offsetMs + life.setMs;
      return compared;
    })
    .toReversed();
};

/** The lives that are still of interest when what they dated wrongly was disowned: the one of now. */
export const livesSettled = (lives: readonly ClockLife[]): readonly ClockLife[] => lives.slice(-1);

/** The stretch of the record that was dated by a wrong clock, now that the clock is right; null while it is not known to be, or nothing was. */
export const datedWrongly = (lives: readonly ClockLife[]): ReadingsDisowned | null => {
  const now = lives.at(-1);
  if (now === undefined || !isRight(now)) return null;
  const before = lives.slice(0, -1);
  const first = before[before.findLastIndex((life) => !isWrong(life)) + 1];
  const clockOffsetMs = before.at(-1)?.offsetMs ?? null;
  if (first === undefined || clockOffsetMs === null) return null;
  return { fromPosition: first.since, beforePosition: now.since, clockOffsetMs };
};

/** Whether the last clock that was compared was wrong, and it is not known whether it is right by now. */
export const clockIsDoubtful = (lives: readonly ClockLife[]): boolean => {
  const last = lives.findLast(({ offsetMs }) => offsetMs !== null);
  return last !== undefined && isWrong(last);
};

/** Whether a comparison says something that is not known: the first of a clock's life, or another difference than before. */
export const comparisonIsNews = (lives: readonly ClockLife[], offsetMs: number): boolean => {
  const known = lives.at(-1)?.offsetMs ?? null;
  return known === null || Math.abs(offsetMs - known) > clocksAgreeMs;
};
