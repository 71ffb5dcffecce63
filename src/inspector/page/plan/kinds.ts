/** Many devices: one row for each kind of them. */
import { sumOfUsd } from './money.ts';
import type { ChartRow, HourEnergy, LevelPoint } from './rows.ts';

/** @limit So many devices have a row each. */
export const rowsLimit = 6;

const together = (hours: readonly HourEnergy[]): HourEnergy => {
  const [first] = hours as readonly [HourEnergy];
  const sum = (of: (hour: HourEnergy) => number): number => hours.reduce((all, hour) => all + of(hour), 0);
  const isKnown = hours.some(({ done }) => done !== null);
  return {
    startAt: first.startAt,
    done: isKnown ? { bought: sum(({ done }) => done?.bought ?? 0), sold: sum(({ done }) => done?.sold ?? 0) } : null,
    planned: { bought: sum(({ planned }) => planned.bought), sold: sum(({ planned }) => planned.sold) },
    isReckoned: first.isReckoned,
  };
};

/** The level of a device at an instant, as far as it is known. */
const levelAt = (points: readonly LevelPoint[], at: number): number | null => {
  const after = points.findIndex((point) => point.at >= at);
  if (after < 0) return null;
  const [before, next] = [points[after - 1], points[after]];
  if (next === undefined || (before === undefined && next.at > at)) return null;
  if (before === undefined || next.at === at) return next.share;
  return before.share + ((next.share - before.share) * (at - before.at)) / (next.at - before.at);
};

/** A value below which a part of them lies. */
const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(part * (sorted.length - 1))))] ?? 0;

interface Spread {
  readonly at: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

const spreadOf = (
  rows: readonly ChartRow[],
  of: (row: ChartRow) => readonly LevelPoint[],
  instants: readonly number[],
): readonly Spread[] =>
  instants.flatMap((at) => {
    const levels = rows.flatMap((row) => levelAt(of(row), at) ?? []).sort((a, b) => a - b);
    return levels.length === 0
      ? []
      : [{ at, low: quantile(levels, 0.1), middle: quantile(levels, 0.5), high: quantile(levels, 0.9) }];
  });

/** An hour of a row as it counts in a sum: nobody does what was planned for a device in shadow. */
const countedHour = ({ hours, isShadow }: ChartRow, place: number): readonly HourEnergy[] => {
  const hour = hours[place];
  return hour === undefined ? [] : [isShadow ? { ...hour, planned: { bought: 0, sold: 0 } } : hour];
};

/** Each DR event once, from where it asks the first of them to where it asks the last. */
const eventsOfAll = (rows: readonly ChartRow[]): ChartRow['drEvents'] => {
  const all = rows.flatMap(({ drEvents }) => drEvents);
  return [...new Set(all.map(({ eventID }) => eventID))].map((eventID) => {
    const own = all.filter((each) => each.eventID === eventID);
    return {
      eventID,
      startAt: Math.min(...own.map(({ startAt }) => startAt)),
      endAt: Math.max(...own.map(({ endAt }) => endAt)),
    };
  });
};

/** The rows of one kind as one: bars are sums, the level is the middle device in a band that holds eight of ten. */
export const kindRow = (name: string, rows: readonly ChartRow[], now: number): ChartRow => {
  const [first] = rows as readonly [ChartRow];
  const hourly = first.hours.map(({ startAt }) => startAt);
  const done = spreadOf(rows, ({ level }) => level, [...hourly.filter((at) => at <= now), now]);
  const ahead = spreadOf(rows, ({ levelPlanned }) => levelPlanned, [now, ...hourly.filter((at) => at > now)]);
  const middle = (spread: readonly Spread[]): readonly LevelPoint[] =>
    spread.map((each) => ({ at: each.at, share: each.middle }));
  return {
    key: name,
    name,
    about: 'bars are sums',
    soFarUsd: sumOfUsd(rows.map(({ soFarUsd }) => soFarUsd)),
    plannedUsd: sumOfUsd(rows.map(({ plannedUsd }) => plannedUsd)),
    hours: first.hours.map((_hour, place) => together(rows.flatMap((row) => countedHour(row, place)))),
    storesEnergy: first.storesEnergy,
    level: middle(done),
    levelPlanned: middle(ahead),
    band: [...done, ...ahead].map(({ at, low, high }) => ({ at, low, high })),
    wished: null,
    drEvents: eventsOfAll(rows),
    outs: [],
    silentSince: null,
    isShadow: rows.every(({ isShadow }) => isShadow),
    note: rows.some(({ isShadow }) => isShadow) ? `${rows.filter(({ isShadow }) => isShadow).length} in shadow` : null,
  };
};

/** All devices as one row, without a level: what they are is too different for one. */
export const siteRow = (rows: readonly ChartRow[], now: number): ChartRow => ({
  ...kindRow('All', rows, now),
  storesEnergy: false,
});
