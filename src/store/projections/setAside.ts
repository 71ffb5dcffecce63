import type { MeterRead } from '../../facts/input.ts';
import type { SeriesItem } from './series.ts';

/**
 * Readings of time that lies ahead, by a clock that was set back.
 *
 * Either the clock ran ahead before, and time that never passed was read: then it will be read again when it passes. Or the
 * clock is wrong now: then it is set forward again, and what was read before is true. Nobody can tell which on the day; so
 * nothing is forgotten, and what has been read since, or is read anew, goes before it.
 */
export interface SetAside<B extends { readonly receivedAt: number }> {
  /** How far the clock had been set in all when it was right about them. @unit ms */
  readonly clockMs: number;
  /** By how much it was set back. @unit ms */
  readonly jumpMs: number;
  readonly boundaries: readonly SeriesItem<B>[];
  readonly firstReadingAt: number | null;
  readonly latest: MeterRead | null;
}

/** @limit Times that a clock was set back of which the readings are still held. */
const heldAtOnce = 4;

/** @limit A clock is the former one again when it differs from it by less than this, and by little of what it was set. @unit ms */
const sameClockMs = 15 * 60_000;

/** What is set aside, with one more. */
export const aheadOf = <Aside>(all: readonly Aside[] = [], more: Aside): readonly Aside[] =>
  [...all, more].slice(-heldAtOnce);

/** Whether the clock is again the one by which the readings were taken. */
export const isOfClock = ({ clockMs, jumpMs }: Pick<SetAside<never>, 'clockMs' | 'jumpMs'>, nowMs: number): boolean =>
  Math.abs(nowMs - clockMs) <= Math.min(sameClockMs, Math.abs(jumpMs) / 10);

/** Whether all of it was recorded before an instant. */
export const wasBefore = <B extends { readonly receivedAt: number }>(
  { boundaries }: SetAside<B>,
  at: number,
): boolean => boundaries.every(({ value: { receivedAt } }) => receivedAt <= at);

/** What is still ahead when a boundary is read: what lies before it has passed, and was or was not read then. */
export const stillAhead = <B extends { readonly receivedAt: number }>(
  all: readonly SetAside<B>[],
  at: number,
): readonly SetAside<B>[] =>
  all
    .map((aside) => ({ ...aside, boundaries: aside.boundaries.filter((item) => item.at > at) }))
    .filter(({ boundaries }) => boundaries.length > 0);
