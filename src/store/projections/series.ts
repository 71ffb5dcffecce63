import { type PackedValues, packValues, unpackValues } from './packedValues.ts';

/**
 * Values by instant, in order: about a month, a UTC day, a UTC hour, the instant; each level a short sorted list of pairs.
 *
 * Setting one value copies four short lists whatever the length of the series, and leaves the former series as it was.
 * Lists and not records, because V8 copies a list of this length some twenty times faster. Days that are over can be written small.
 */
export type IndexedSeries<T> = Level<Level<Day<T>>>;

/** A UTC day: its hours, or all of it written small, once it is not added to any more. */
type Day<T> = Level<Level<T>> | PackedValues;

/** Pairs of a number and what stands under it, ascending. */
type Level<T> = readonly (readonly [index: number, value: T])[];

/** One value of a series and its instant. */
export interface SeriesItem<T> {
  /** UTC ms. */
  readonly at: number;
  readonly value: T;
}

const hourMs = 3_600_000;
/** A day of UTC. @unit ms */
export const dayMs = 24 * hourMs;
const blockMs = 32 * dayMs;

/** The number of the UTC day an instant falls in. */
export const utcDay = (at: number): number => Math.floor(at / dayMs);

/** Where the index stands, or would stand; looked for from the end, where most of what is new belongs. */
const placeOf = <T>(level: Level<T>, index: number): number => {
  let low = 0;
  let high = level.length;
  if (high > 0 && (level[high - 1] as readonly [number, T])[0] < index) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((level[middle] as readonly [number, T])[0] < index) low = middle + 1;
    else high = middle;
  }
  return low;
};

const find = <T>(level: Level<T>, index: number): T | undefined => {
  const pair = level[placeOf(level, index)];
  return pair !== undefined && pair[0] === index ? pair[1] : undefined;
};

const put = <T>(level: Level<T>, index: number, value: T): Level<T> => {
  const place = placeOf(level, index);
  const after = level[place]?.[0] === index ? place + 1 : place;
  // Joined, for a list that grows is given room for more of the same, and of these there are millions that never grow again.
  return level.slice(0, place).concat([[index, value]], level.slice(after));
};

const indexOf = (at: number, widthMs: number): number => Math.floor(at / widthMs);

const isPacked = <T>(day: Day<T>): day is PackedValues => !Array.isArray(day);

/** @limit Days that were read lately, and are not read anew at once. */
const unpackedKept = 128;
const unpacked = new Map<PackedValues, Level<Level<unknown>>>();

/** The hours of a day. */
const hoursIn = <T>(day: Day<T>): Level<Level<T>> => {
  if (!isPacked(day)) return day;
  const known = unpacked.get(day);
  if (known !== undefined) return known as Level<Level<T>>;
  const hours: [number, (readonly [number, T])[]][] = [];
  for (const { at, value } of unpackValues<T>(day)) {
    const hour = indexOf(at, hourMs);
    const last = hours.at(-1);
    if (last?.[0] === hour) last[1].push([at, value]);
    else hours.push([hour, [[at, value]]]);
  }
  if (unpacked.size >= unpackedKept) unpacked.clear();
  unpacked.set(day, hours);
  return hours;
};

const valuesIn = <T>(hours: Level<Level<T>>): SeriesItem<T>[] =>
  hours.flatMap(([, values]) => values.map(([at, value]) => ({ at, value })));

/** @limit A day of fewer values is left as it is: there is nothing to save. */
const worthPacking = 4;

const packedDay = <T>(day: Day<T>): Day<T> => {
  if (isPacked(day)) return day;
  const values = valuesIn(day);
  return values.length < worthPacking ? day : packValues(values);
};

/** The series with each UTC day before this one written small; itself where none is to be. */
export const seriesPacked = <T>(series: IndexedSeries<T>, beforeDay: number): IndexedSeries<T> => {
  let isSame = true;
  const blocks = series.map(([index, block]) => {
    let isSameBlock = true;
    const days = block.map((pair) => {
      const [number, day] = pair;
      const packed = number < beforeDay ? packedDay(day) : day;
      if (packed === day) return pair;
      isSameBlock = false;
      return [number, packed] as const;
    });
    if (isSameBlock) return [index, block] as const;
    isSame = false;
    return [index, days] as const;
  });
  return isSame ? series : blocks;
};

/** The value at exactly this instant. */
export const seriesGet = <T>(series: IndexedSeries<T>, at: number): T | undefined => {
  const block = find(series, indexOf(at, blockMs));
  const day = block && find(block, indexOf(at, dayMs));
  const hour = day && find(hoursIn(day), indexOf(at, hourMs));
  return hour && find(hour, at);
};

/** A series with the value at the instant. */
export const seriesPut = <T>(series: IndexedSeries<T>, at: number, value: T): IndexedSeries<T> => {
  const [blockIndex, dayIndex, hourIndex] = [indexOf(at, blockMs), indexOf(at, dayMs), indexOf(at, hourMs)];
  const block = find(series, blockIndex) ?? [];
  const day = hoursIn(find(block, dayIndex) ?? []);
  const hour = find(day, hourIndex) ?? [];
  return put(series, blockIndex, put(block, dayIndex, put(day, hourIndex, put(hour, at, value))));
};

/** The instant of the last value before another; null when there is none. */
export const seriesLastBefore = <T>(series: IndexedSeries<T>, beforeAt: number): number | null => {
  for (const [, block] of within(series, blockMs, 0, beforeAt).toReversed())
    for (const [, day] of within(block, dayMs, 0, beforeAt).toReversed())
      for (const [, hour] of within(hoursIn(day), hourMs, 0, beforeAt).toReversed()) {
        const last = within(hour, 1, 0, beforeAt).at(-1);
        if (last !== undefined) return last[0];
      }
  return null;
};

/** The part of a series that holds a UTC day, as it stands: the same as long as nothing in it changes. */
export const seriesDay = <T>(series: IndexedSeries<T>, day: number): object | undefined => {
  const block = find(series, Math.floor((day * dayMs) / blockMs));
  return block && find(block, day);
};

/** What stands under the indices that can hold instants in [fromAt, toAt), oldest first. */
const within = <T>(level: Level<T>, widthMs: number, fromAt: number, toAt: number): Level<T> =>
  level.slice(placeOf(level, Math.floor(fromAt / widthMs)), placeOf(level, Math.ceil(toAt / widthMs)));

/** The items with `fromAt <= at < toAt`, oldest first. */
export const seriesRange = <T>(series: IndexedSeries<T>, fromAt: number, toAt: number): SeriesItem<T>[] => {
  const items: SeriesItem<T>[] = [];
  for (const [, block] of within(series, blockMs, fromAt, toAt))
    for (const [, day] of within(block, dayMs, fromAt, toAt))
      for (const [, hour] of within(hoursIn(day), hourMs, fromAt, toAt))
        for (const [at, value] of within(hour, 1, fromAt, toAt)) items.push({ at, value });
  return items;
};

/** The series without the UTC days that ended by the instant; what is left may begin up to a day before it. */
export const seriesPrune = <T>(series: IndexedSeries<T>, beforeAt: number): IndexedSeries<T> =>
  within(series, blockMs, beforeAt, Number.MAX_SAFE_INTEGER)
    .map(([index, block]) => [index, within(block, dayMs, beforeAt, Number.MAX_SAFE_INTEGER)] as const)
    .filter(([, block]) => block.length > 0);
