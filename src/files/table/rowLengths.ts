import { dayMs, hourMs } from '../../programme/calendar.ts';
import { parseDecimal } from '../../programme/decimal.ts';
import { cellOf, type Columns, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { stepsOfRows } from '../times/pace.ts';
import type { Lost } from '../times/wallClock.ts';
import { type Place, refuseFile, shown } from '../unusableFile.ts';

/** How long rows last: as they say, or by the distance from one to the next. */

/** @throws UnusableFile, always */
export const refuseLength = (place: Place, ms: number): never =>
  refuseFile(
    place,
    ms < 0
      ? 'the interval ends before it begins.'
      : 'the interval ends when it begins, so that its energy belongs to no time; leave it out, or declare what says how long it is.',
  );

/** How long a row says that it lasts; null where it does not. */
export const statedLength = (columns: Columns, row: CsvRow): number | null => {
  for (const [key, ms] of [
    ['minutes', 60_000],
    ['seconds', 1_000],
  ] as const) {
    const text = cellOf(columns, row, key);
    if (text === undefined) continue;
    const number = parseDecimal(text) === undefined ? Number.NaN : Number(text);
    if (number === 0) refuseLength(placeOf(columns, row, key), 0);
    if (!(number > 0 && number * ms <= 32 * dayMs))
      refuseFile(placeOf(columns, row, key), `${shown(text)} is no number of ${key}.`);
    return Math.round(number * ms);
  }
  return null;
};

/** The distance that most neighbours of a series have; of equally frequent ones the shortest. */
export const usualDistance = (
  instants: readonly { readonly series: string | null; readonly at: number }[],
): number | null => {
  const counts = new Map<number, number>();
  const lastOf = new Map<string | null, number>();
  for (const { series, at } of instants.toSorted((a, b) => a.at - b.at)) {
    const last = lastOf.get(series);
    if (last !== undefined && at > last) counts.set(at - last, (counts.get(at - last) ?? 0) + 1);
    lastOf.set(series, at);
  }
  const [usual] = [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || a - b);
  return usual?.[0] ?? null;
};

/** How long the row at each instant holds, where rows may change their pace. */
export const pacesOf = (instants: readonly (number | Lost)[], usualMs: number | null): ReadonlyMap<number, number> => {
  if (usualMs === null || usualMs > dayMs + hourMs) return new Map();
  const certain = instants.filter((at) => typeof at === 'number');
  const steps = stepsOfRows(certain, usualMs);
  return new Map(certain.map((at, index) => [at, steps[index] as number]));
};

/** What intervals of a length are called. */
export const lengthName = (ms: number): string =>
  ms === hourMs
    ? 'hours'
    : ms === 60_000
      ? 'minutes'
      : ms % 60_000 === 0
        ? `intervals of ${ms / 60_000} minutes`
        : 'intervals';
