import { type Keyed, lookUp } from './keyed.ts';

/**
 * Values by instant, as nested plain records: about a month, a UTC day, a UTC hour, the instant.
 *
 * Setting one value copies four small records whatever the length of the series, and leaves the former series as it was.
 */
export type Series<T> = Keyed<Keyed<Keyed<Keyed<T>>>>;

/** One value of a series and its instant. */
export interface SeriesItem<T> {
  /** UTC ms. */
  readonly at: number;
  readonly value: T;
}

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const blockMs = 32 * dayMs;

/** The number of the UTC day an instant falls in. */
export const utcDay = (at: number): number => Math.floor(at / dayMs);

const keyOf = (at: number, widthMs: number): string => String(Math.floor(at / widthMs));

const nothing: Keyed<never> = {};
const child = <T>(record: Keyed<Keyed<T>>, key: string): Keyed<T> => lookUp(record, key) ?? nothing;

/** The value at exactly this instant. */
export const seriesGet = <T>(series: Series<T>, at: number): T | undefined =>
  lookUp(child(child(child(series, keyOf(at, blockMs)), keyOf(at, dayMs)), keyOf(at, hourMs)), String(at));

/** A series with the value at the instant. */
export const seriesPut = <T>(series: Series<T>, at: number, value: T): Series<T> => {
  const blockKey = keyOf(at, blockMs);
  const dayKey = keyOf(at, dayMs);
  const hourKey = keyOf(at, hourMs);
  const block = child(series, blockKey);
  const day = child(block, dayKey);
  const hour = child(day, hourKey);
  return { ...series, [blockKey]: { ...block, [dayKey]: { ...day, [hourKey]: { ...hour, [String(at)]: value } } } };
};

/** The children of a level that can hold instants in [fromAt, toAt), oldest first. */
const within = <T>(level: Keyed<T>, widthMs: number, fromAt: number, toAt: number): T[] => {
  const first = Math.floor(fromAt / widthMs);
  const last = Math.ceil(toAt / widthMs) - 1;
  if (first === last) {
    const only = lookUp(level, String(first));
    return only === undefined ? [] : [only];
  }
  return Object.keys(level)
    .map(Number)
    .filter((index) => index >= first && index <= last)
    .sort((a, b) => a - b)
    .map((index) => level[String(index)] as T);
};

/** The items with `fromAt <= at < toAt`, oldest first. */
export const seriesRange = <T>(series: Series<T>, fromAt: number, toAt: number): SeriesItem<T>[] => {
  const items: SeriesItem<T>[] = [];
  for (const block of within(series, blockMs, fromAt, toAt))
    for (const day of within(block, dayMs, fromAt, toAt))
      for (const hour of within(day, hourMs, fromAt, toAt)) {
        const found = Object.entries(hour).map(([key, value]) => ({ at: Number(key), value }));
        items.push(...found.filter(({ at }) => at >= fromAt && at < toAt).sort((a, b) => a.at - b.at));
      }
  return items;
};

/** The series without the UTC days that ended by the instant; what is left may begin up to a day before it. */
export const seriesPrune = <T>(series: Series<T>, beforeAt: number): Series<T> => {
  const firstDay = utcDay(beforeAt);
  const firstBlock = Math.floor(beforeAt / blockMs);
  const kept: Record<string, Keyed<Keyed<Keyed<T>>>> = {};
  for (const [blockKey, block] of Object.entries(series)) {
    if (Number(blockKey) < firstBlock) continue;
    const days = Object.entries(block).filter(([dayKey]) => Number(dayKey) >= firstDay);
    if (days.length > 0) kept[blockKey] = Object.fromEntries(days);
  }
  return kept;
};
