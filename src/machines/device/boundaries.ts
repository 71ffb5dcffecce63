/** When a device's registers are read: at boundaries, and those that passed unread. */
import { dayMs, hourMs } from '../../programme/calendar.ts';
import type { Moment } from '../moment.ts';

/** Boundaries at `originAt + n × everyMs`. */
export interface Grid {
  readonly originAt: number;
  readonly everyMs: number;
}

/** Boundaries after `fromAt`, up to `toAt`: whole hours, and from `closeFrom` on all of them. UTC ms. */
export interface Missed {
  readonly fromAt: number;
  readonly toAt: number;
  readonly closeFrom: number;
}

/** What is sampled beside our own grid. */
export interface Sampled {
  readonly grids: readonly Grid[];
}

/** @limit How far back missed boundaries are asked for. @unit ms */
export const backfillMs = 35 * 86_400_000;

/** @limit Boundaries of a device that are asked for at a time. */
export const readingsAtOnce = 24;

/** @limit Boundaries of all devices together that are asked for when time has passed over them, as after a start. */
export const readingsOfAllAtOnce = 960;

/** @limit Boundaries of all devices together that are asked for in a pause, one of each at the least. */
export const backfillOfAllAtOnce = 96;

/** The grid that is sampled whoever asks. */
export const ownGrid = (moment: Moment): Grid => ({ originAt: 0, everyMs: moment.settings.sampleEveryMs });

/** The first boundary of a grid after an instant. */
export const nextOn = (grid: Grid, after: number): number =>
  grid.originAt + (Math.floor((after - grid.originAt) / grid.everyMs) + 1) * grid.everyMs;

/** The first boundary after an instant, on any grid. */
export const nextBoundary = ({ grids }: Sampled, moment: Moment, after: number): number =>
  Math.min(...[ownGrid(moment), ...grids].map((grid) => nextOn(grid, after)));

const missedBoundaries = (sampled: Sampled, moment: Moment, { fromAt, toAt, closeFrom }: Missed): readonly number[] => {
  const boundaries: number[] = [];
  let after = Math.max(fromAt, moment.at - backfillMs);
  while (boundaries.length < 10_000) {
    const next =
      after >= closeFrom ? nextBoundary(sampled, moment, after) : nextOn({ originAt: 0, everyMs: hourMs }, after);
    if (next > toAt) return boundaries;
    boundaries.push(next);
    after = next;
  }
  return boundaries;
};

/** A device's share of what all devices are asked for at once: however many there are, the log takes only so much a minute. */
export const shareOf = (ofAll: number, { settings }: Moment): number =>
  Math.max(1, Math.min(readingsAtOnce, Math.floor(ofAll / Math.max(1, settings.devices.length))));

/** The newest of what was missed, as much as is asked for at a time, and the rest. */
export const newestMissed = (
  sampled: Sampled,
  moment: Moment,
  all: Missed,
  atOnce: number,
): { readonly boundaries: readonly number[]; readonly missed: Missed | null } => {
  const boundaries = missedBoundaries(sampled, moment, all);
  const restUntil = boundaries.at(-1 - atOnce);
  return {
    boundaries: boundaries.slice(-atOnce),
    missed: restUntil === undefined ? null : { ...all, toAt: restUntil },
  };
};

/** Two stretches as one; what lies between them was asked for, and asking again does no harm. */
export const joined = (a: Missed | null, b: Missed | null): Missed | null =>
  a === null || b === null
    ? (a ?? b)
    : {
        fromAt: Math.min(a.fromAt, b.fromAt),
        toAt: Math.max(a.toAt, b.toAt),
        closeFrom: Math.min(a.closeFrom, b.closeFrom),
      };

/** Which boundaries of a device were asked for and answered. */
export interface AskedBoundaries {
  /** UTC ms. */
  readonly askedAt: number | null;
  readonly readAt: number | null;
  readonly missed: Missed | null;
}

/** What was asked for, by a clock that was set: boundaries that lie ahead were not, and what it has passed over is still to be. */
export const askedByTheClockOfNow = (
  { askedAt, readAt, missed }: AskedBoundaries,
  { unreadFrom, knownUntil }: { readonly unreadFrom: number | null; readonly knownUntil?: number | null },
  moment: Moment,
): AskedBoundaries => {
  const { at } = moment;
  const unread = unreadFrom === null ? null : { fromAt: unreadFrom - 1, toAt: at, closeFrom: at - dayMs };
  if (knownUntil !== undefined) {
    const { everyMs } = ownGrid(moment);
    return {
      askedAt: knownUntil ?? Math.floor(at / everyMs) * everyMs,
      readAt: knownUntil === null || unreadFrom === null ? knownUntil : Math.min(knownUntil, unreadFrom - 1),
      missed: unread,
    };
  }
  const stillMissed = missed === null || missed.fromAt >= at ? null : { ...missed, toAt: Math.min(missed.toAt, at) };
  return {
    askedAt: askedAt === null ? null : Math.min(askedAt, at),
    readAt: readAt === null ? null : Math.min(readAt, unreadFrom === null ? at : unreadFrom - 1),
    missed: joined(stillMissed, unread),
  };
};
