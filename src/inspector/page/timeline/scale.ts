/** Time along the scrubber: which instants stand where, and which position of the log an instant means. */
import type { Timeline } from '../server/answers.ts';
import { clockText, offsetAt, shortDayText } from '../../../text/times.ts';

/** A tick with its words. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  readonly isDay: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const tickSteps = [
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  dayMs,
  2 * dayMs,
  7 * dayMs,
  14 * dayMs,
  28 * dayMs,
];

/** @limit Ticks that are drawn. */
const mostTicks = 60;

/** The instant of a local time, given as if it were UTC. */
const instantOf = (local: number, timeZone: string): number => {
  const guess = local - offsetAt(local, timeZone);
  return local - offsetAt(guess, timeZone);
};

/** The tick after one. Hours and less pass as they are lived, so an hour that comes twice is there twice; longer steps go by the local clock. */
const nextTick = (at: number, step: number, timeZone: string): number =>
  step <= hourMs ? at + step : instantOf(at + offsetAt(at, timeZone) + step, timeZone);

/** Local times that divide a range into about as many parts as there is room for. */
export const ticksOf = (fromAt: number, toAt: number, room: number, timeZone: string): readonly Tick[] => {
  const step = tickSteps.find((each) => (toAt - fromAt) / each <= Math.max(1, room)) ?? 28 * dayMs;
  const ticks: Tick[] = [];
  let at = instantOf(Math.ceil((fromAt + offsetAt(fromAt, timeZone)) / step) * step, timeZone);
  for (; at < toAt && ticks.length < mostTicks; at = nextTick(at, step, timeZone)) {
    const isDay = clockText(at, timeZone) === '00:00';
    ticks.push({ at, isDay, text: isDay ? shortDayText(at, timeZone) : clockText(at, timeZone) });
  }
  return ticks;
};

/** For each part of the range the last position recorded up to its end; -1 before the first. */
export const positionsOf = ({ lanes, fromAt, toAt, bucketMs }: Timeline): Int32Array => {
  const last = new Int32Array(Math.max(1, Math.ceil((toAt - fromAt) / bucketMs))).fill(-1);
  for (const { buckets } of lanes)
    for (const bucket of buckets) last[bucket.index] = Math.max(last[bucket.index] ?? -1, bucket.last);
  for (let place = 1; place < last.length; place += 1) last[place] = Math.max(last[place] ?? -1, last[place - 1] ?? -1);
  return last;
};

/** The position an instant means; null when the range knows none up to there. */
export const positionAt = (positions: Int32Array, { fromAt, bucketMs }: Timeline, at: number): number | null => {
  const place = Math.max(0, Math.min(positions.length - 1, Math.floor((at - fromAt) / bucketMs)));
  const position = positions[place] ?? -1;
  return position < 0 ? null : position;
};

/** The ranges there are to look at. */
export const spans = [
  { id: 'all', name: 'All', ms: Number.POSITIVE_INFINITY },
  { id: 'week', name: 'Week', ms: 7 * dayMs },
  { id: 'day', name: 'Day', ms: dayMs },
  { id: 'hour', name: 'Hour', ms: hourMs },
] as const;

/** A range of time. */
export interface ShownRange {
  readonly from: number;
  readonly to: number;
}

/** How much of a range lies ahead of the moment when it follows. */
const ahead = 0.06;

/** The range to look at: the one in force while the moment lies well within it, else one around the moment. */
export const rangeFor = (
  spanMs: number,
  shownAt: number,
  isLive: boolean,
  before: ShownRange | null,
): ShownRange | null => {
  if (!Number.isFinite(spanMs)) return null;
  const isWithin =
    before !== null &&
    before.to - before.from === spanMs &&
    shownAt >= before.from &&
    shownAt <= before.to - (isLive ? spanMs * 0.01 : 0);
  if (isWithin) return before;
  const from = Math.round(isLive ? shownAt - spanMs * (1 - ahead * 4) : shownAt - spanMs / 2);
  return { from, to: from + spanMs };
};
