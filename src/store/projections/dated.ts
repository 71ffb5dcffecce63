/**
 * Settings as they were: what held from when on. A start with other settings judges what comes after it, and nothing before.
 */

/** A value and the instant it holds from. */
export interface DatedValue<T> {
  /** UTC ms. */
  readonly fromAt: number;
  readonly value: T;
}

/** What held when, oldest first. */
export type Dated<T> = readonly DatedValue<T>[];

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What held at the instant; of the time before the first value nothing else is known than that. */
export const datedAt = <T>(dated: Dated<T>, at: number): T | undefined =>
  (dated.findLast(({ fromAt }) => fromAt <= at) ?? dated[0])?.value;

/** What holds at last. */
export const datedNow = <T>(dated: Dated<T>): T | undefined => dated.at(-1)?.value;

/** Everything that held at some instant of [fromAt, toAt). */
export const datedWithin = <T>(dated: Dated<T>, fromAt: number, toAt: number): readonly T[] => {
  const during = dated.filter(
    (each, index) => each.fromAt < toAt && (dated[index + 1]?.fromAt ?? Number.POSITIVE_INFINITY) > fromAt,
  );
  return (during.length === 0 ? dated.slice(0, 1) : during).map(({ value }) => value);
};

/**
 * What held when, after a value is said to hold from an instant on; the same list when that is no news.
 *
 * What a clock that ran ahead had hold from later on is forgotten.
 */
export const datedPut = <T>(dated: Dated<T>, fromAt: number, value: T): Dated<T> => {
  const before = dated.filter((each) => each.fromAt < fromAt || (each.fromAt === fromAt && isSame(each.value, value)));
  const last = before.at(-1);
  if (last !== undefined && isSame(last.value, value)) return before.length === dated.length ? dated : before;
  return [...before, { fromAt, value }];
};

/** What still matters of the time from an instant on. */
export const datedFrom = <T>(dated: Dated<T>, at: number): Dated<T> => {
  const present = dated.findLastIndex(({ fromAt }) => fromAt <= at);
  return present <= 0 ? dated : dated.slice(present);
};
