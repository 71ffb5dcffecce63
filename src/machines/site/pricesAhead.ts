/** Prices ahead as far as a plan rests on them, and where two views of them part. */

/** A stretch of time and what a kWh costs in it and brings in it. UTC ms. */
export interface PriceAhead {
  readonly startAt: number;
  readonly endAt: number;
  /** Exact; null where no price is known. @unit USD/kWh */
  readonly importUsdPerKwh: string | null;
  readonly exportUsdPerKwh: string | null;
}

const at = (prices: readonly PriceAhead[], instant: number): string => {
  const found = prices.find(({ startAt, endAt }) => startAt <= instant && instant < endAt);
  return `${found?.importUsdPerKwh ?? '-'} ${found?.exportUsdPerKwh ?? '-'}`;
};

/** The first instant from `fromAt` on for which the two say something different; null when they agree about all that is ahead. */
export const firstDifference = (
  one: readonly PriceAhead[],
  other: readonly PriceAhead[],
  fromAt: number,
): number | null => {
  if (one === other) return null;
  const edges = [...one, ...other].flatMap(({ startAt, endAt }) => [startAt, endAt]);
  const instants = [...new Set([fromAt, ...edges.filter((edge) => edge > fromAt)])].sort((a, b) => a - b);
  return instants.find((instant) => at(one, instant) !== at(other, instant)) ?? null;
};
