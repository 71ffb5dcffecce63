/** The time that the plan room shows: from the midnight before the moment to the end of the last priced day. */
import type { Prices, State } from '../server/answers.ts';

const hourMs = 3_600_000;

/** The time shown; its days may have 23 or 25 hours. */
export interface ShownWindow {
  readonly fromAt: number;
  readonly toAt: number;
  /** The present of the moment. */
  readonly now: number;
  readonly timeZone: string;
  /** Midnights in it, the first one being its beginning. */
  readonly midnights: readonly number[];
}

/** The window of a moment: as many days as have prices, at least one; or one of them. */
export const windowOf = ({ asOf, timeZone, prices: { days } }: State, only: number | null): ShownWindow => {
  const last = days.findLastIndex(({ pricedHours }) => pricedHours > 0);
  const shown = days.slice(0, Math.max(1, last + 1));
  const wanted = only === null ? shown : shown.slice(Math.min(only, shown.length - 1)).slice(0, 1);
  const fromAt = wanted[0]?.startAt ?? asOf;
  return {
    fromAt,
    toAt: wanted.at(-1)?.endAt ?? fromAt + 24 * hourMs,
    now: asOf,
    timeZone,
    midnights: wanted.map(({ startAt }) => startAt),
  };
};

/** The hours of the window, by their beginnings. */
export const hoursIn = ({ fromAt, toAt }: Pick<ShownWindow, 'fromAt' | 'toAt'>): readonly number[] =>
  Array.from({ length: Math.round((toAt - fromAt) / hourMs) }, (_, hour) => fromAt + hour * hourMs);

/** The price of an hour, at its beginning; null where none is known. */
export const priceOfHour = ({ prices }: Prices, at: number): string | null =>
  prices.find(({ startAt, endAt }) => startAt <= at && at < endAt)?.usdPerKwh ?? null;
