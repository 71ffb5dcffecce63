import { dayMs, type IndexedSeries, seriesGet, seriesPrune, seriesPut, seriesRange } from './series.ts';

/**
 * Things by the time they cover: each stands in every bucket that it shares time with, in buckets as wide as its time asks for.
 *
 * What covers a stretch of time is found in the buckets of that stretch, however much there is before and after it.
 */
export interface TimeIndex<T> {
  /** By the start of the bucket; one series for each width. */
  readonly levels: readonly IndexedSeries<readonly Indexed<T>[]>[];
  /** What is too long for any bucket, or has no end. */
  readonly open: readonly Indexed<T>[];
}

interface Indexed<T> {
  readonly key: string;
  readonly value: T;
}

/** The time a thing covers. */
export interface Covered {
  readonly startAt: number;
  /** Null when it has no end. */
  readonly endAt: number | null;
}

const widths: readonly number[] = [dayMs, 32 * dayMs, 1_024 * dayMs];

/** @limit Buckets that one thing may stand in; what needs more stands in wider ones. */
const bucketsEach = 40;

/** An index of nothing. */
export const emptyIndex: TimeIndex<never> = { levels: widths.map(() => []), open: [] };

const startsOf = ({ startAt, endAt }: Covered, widthMs: number): readonly number[] | null => {
  if (endAt === null) return null;
  const first = Math.floor(startAt / widthMs);
  const count = Math.ceil(endAt / widthMs) - first;
  return count > bucketsEach ? null : Array.from({ length: count }, (_, index) => (first + index) * widthMs);
};

const changed = <T>(
  index: TimeIndex<T>,
  covered: Covered,
  change: (bucket: readonly Indexed<T>[]) => readonly Indexed<T>[],
): TimeIndex<T> => {
  const level = widths.findIndex((widthMs) => startsOf(covered, widthMs) !== null);
  if (level === -1) return { ...index, open: change(index.open) };
  const starts = startsOf(covered, widths[level] as number) ?? [];
  const levels = index.levels.map((series, place) =>
    place === level
      ? starts.reduce((next, startAt) => seriesPut(next, startAt, change(seriesGet(next, startAt) ?? [])), series)
      : series,
  );
  return { ...index, levels };
};

/** An index with the thing in it. */
export const indexPut = <T>(index: TimeIndex<T>, key: string, covered: Covered, value: T): TimeIndex<T> =>
  changed(index, covered, (bucket) => [...bucket, { key, value }]);

/** An index without the thing, whose time must be the one that it was put in with. */
export const indexDrop = <T>(index: TimeIndex<T>, key: string, covered: Covered): TimeIndex<T> =>
  changed(index, covered, (bucket) => bucket.filter((each) => each.key !== key));

/** What may cover some of [fromAt, toAt): everything that does, and its neighbours in the buckets. */
export const indexFind = <T>(index: TimeIndex<T>, fromAt: number, toAt: number): readonly T[] => {
  const found = new Map(index.open.map(({ key, value }) => [key, value]));
  index.levels.forEach((series, level) => {
    const widthMs = widths[level] as number;
    for (const { value: bucket } of seriesRange(series, Math.floor(fromAt / widthMs) * widthMs, toAt))
      for (const { key, value } of bucket) found.set(key, value);
  });
  return [...found.values()];
};

/** An index without buckets that ended by the instant, and without open things that are not kept. */
export const indexPrune = <T>(
  { levels, open }: TimeIndex<T>,
  beforeAt: number,
  isKept: (value: T) => boolean,
): TimeIndex<T> => ({
  levels: levels.map((series, level) => seriesPrune(series, beforeAt - (widths[level] as number))),
  open: open.filter(({ value }) => isKept(value)),
});
