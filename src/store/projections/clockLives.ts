import type { ReadingsDisowned } from '../../facts/output.ts';
import { dayMs, hourMs } from '../../programme/calendar.ts';

/**
 * The clocks that the record was dated by, one after the other: a life begins with a start, or when the clock is set.
 *
 * By itself a clock never knows that it is wrong. The VTN's Date says how far the two are apart, and either may be the wrong
 * one. Ours was, when setting it ended the difference: by what it was set, or by what the record leaps over at a start. When
 * the difference ends by itself, the VTN's was; then what we have read stands.
 */
export interface ClockLife {
  /** The position of the entry that it began with. */
  readonly since: number;
  /** By how much the clock was set then; null when it began with a start, before which anything may have been done. @unit ms */
  readonly setMs: number | null;
  /** From the last entry before a start to it, by the record; null where the clock was set. @unit ms */
  readonly leapMs: number | null;
  /** The VTN's clock less ours; null when they were not compared, nor follow from what was. @unit ms */
  readonly offsetMs: number | null;
  /** Whether they were compared in this life. */
  readonly isCompared: boolean;
}

/** @limit Two clocks that differ by less tell the same hour: each is as good as the other. @unit ms */
export const clocksAgreeMs = 15 * 60_000;

/** @limit A clock that is off by more dates what is read to other hours. @unit ms */
const wrongHourMs = hourMs;

/** @limit A start leaps over time as it is; only a leap of this much can be told from a clock that was set. @unit ms */
const farLeapMs = dayMs;

/** Lives since the clocks agreed last that are remembered. */
const heldAtOnce = 16;

/** Whether a clock is known to agree with the VTN's. */
const isRight = ({ offsetMs }: ClockLife): boolean => offsetMs !== null && Math.abs(offsetMs) <= clocksAgreeMs;

/** Whether a clock is known to date what is read to other hours than the VTN would. */
const isWrong = ({ offsetMs }: ClockLife): boolean => offsetMs !== null && Math.abs(offsetMs) > wrongHourMs;

/** How a life begins: with a clock that was set by so much, or with a start that leaps over so much. @unit ms */
export type LifeBeginning = { readonly setMs: number } | { readonly leapMs: number };

/** The lives, when another begins. */
export const lifeBegun = (lives: readonly ClockLife[], since: number, begun: LifeBeginning): readonly ClockLife[] => {
  const before = lives.at(-1)?.offsetMs ?? null;
  const life: ClockLife =
    'setMs' in begun
      ? {
          since,
          setMs: begun.setMs,
          leapMs: null,
          offsetMs: before === null ? null : before - begun.setMs,
          isCompared: false,
        }
      : { since, setMs: null, leapMs: begun.leapMs, offsetMs: null, isCompared: false };
  return [...lives, life].slice(-heldAtOnce);
};

/** What a clock must have been off by, if the next one is off by so much and was set. */
const offsetBefore = (life: ClockLife, next: ClockLife | undefined): number | null =>
  life.offsetMs ??
  (next === undefined || next.offsetMs === null || next.setMs === null ? null : next.offsetMs + next.setMs);

/**
 * The lives, when the clock of now was compared with the VTN's: what was set meanwhile says how wrong it was before. Where a
 * comparison in the same life said something else, the VTN's clock was set, and says nothing of ours before.
 */
export const livesCompared = (lives: readonly ClockLife[], offsetMs: number): readonly ClockLife[] => {
  const now = lives.at(-1);
  if (now === undefined) return lives;
  const compared: ClockLife = { ...now, offsetMs, isCompared: true };
  if (now.isCompared && Math.abs(offsetMs - (now.offsetMs ?? offsetMs)) > clocksAgreeMs) return [compared];
  return lives
    .slice(0, -1)
    .reduceRight<readonly ClockLife[]>(
      (later, life) => [{ ...life, offsetMs: offsetBefore(life, later[0]) }, ...later],
      [compared],
    );
};

/** The lives that are still of interest when what they dated wrongly was disowned: the one of now. */
export const livesSettled = (lives: readonly ClockLife[]): readonly ClockLife[] => lives.slice(-1);

/** Whether it was our clock that changed from one life to the next, as far as the two differ in what they are off by. */
const isOurs = (life: ClockLife, next: ClockLife): boolean => {
  if (life.offsetMs === null || next.offsetMs === null) return false;
  const movedMs = life.offsetMs - next.offsetMs;
  if (Math.abs(movedMs) <= clocksAgreeMs) return true;
  if (next.setMs !== null) return Math.abs(movedMs - next.setMs) <= clocksAgreeMs;
  const leapMs = next.leapMs ?? 0;
  return movedMs > 0 ? movedMs >= farLeapMs && leapMs >= movedMs - wrongHourMs : leapMs < -clocksAgreeMs;
};

/** The stretch of the record that was dated by a wrong clock, now that the clock is right; null while it is not known to be, or nothing was. */
export const datedWrongly = (lives: readonly ClockLife[]): ReadingsDisowned | null => {
  const now = lives.at(-1);
  if (now === undefined || !isRight(now)) return null;
  const right = lives.findLastIndex((life, index) => {
    const next = lives[index + 1];
    return next !== undefined && !(isWrong(life) && isOurs(life, next));
  });
  const first = lives[right + 1];
  const clockOffsetMs = lives.at(-2)?.offsetMs ?? null;
  if (first === undefined || first === now || clockOffsetMs === null) return null;
  return { fromPosition: first.since, beforePosition: now.since, clockOffsetMs };
};

/** Whether the last clock that was compared was wrong, or the VTN's, and it is not known what it is by now. */
export const clockIsDoubtful = (lives: readonly ClockLife[]): boolean => {
  const last = lives.findLast(({ offsetMs }) => offsetMs !== null);
  return last !== undefined && isWrong(last);
};

/** Whether the clock of now is not known to be off: it agrees with the VTN's, or they were never compared. */
export const clockMayBeRight = (lives: readonly ClockLife[]): boolean => {
  const now = lives.at(-1);
  return now === undefined || now.offsetMs === null || isRight(now);
};

/** Whether what the clock of now is was in doubt until it was compared just now. */
export const doubtIsOver = (lives: readonly ClockLife[]): boolean => clockIsDoubtful(lives.slice(0, -1));

/** Whether a comparison says something that is not known: the first of a clock's life, or another difference than before. */
export const comparisonIsNews = (lives: readonly ClockLife[], offsetMs: number): boolean => {
  const known = lives.at(-1)?.offsetMs ?? null;
  return known === null || Math.abs(offsetMs - known) > clocksAgreeMs;
};
