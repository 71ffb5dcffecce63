/** What is known of prices at a moment. */
import { dayOf, hourMs, hoursOf, nextDay, type DaySpan } from '../../programme/calendar.ts';
import { priceAt, priceSlots, unpriced, type PricedSlot, type TimeSpan } from '../../store/projections/priceSlots.ts';
import type { PricesState } from '../../store/projections/priceState.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { ShownMoment } from '../history/history.ts';

type PricesPart = ApiAnswer<'state'>['prices'];
type PriceStep = ApiAnswer<'prices'>['prices'][number];

const endOrNull = (at: number): number | null => (Number.isFinite(at) ? at : null);

const present = (slot: PricedSlot): NonNullable<PricesPart['now']> => ({
  usdPerKwh: slot.usdPerKwh,
  startAt: slot.startAt,
  endAt: endOrNull(slot.endAt),
  source: slot.source,
  version: slot.version,
  isImplausible: slot.implausible,
});

/** How many of a day's hours have a price in hand. */
export const pricedHours = (prices: PricesState, { startAt, endAt }: DaySpan): number => {
  const missingMs = unpriced(prices, startAt, endAt).reduce((sum, hole) => sum + hole.endAt - hole.startAt, 0);
  return (endAt - startAt - missingMs) / hourMs;
};

const dayPart = (prices: PricesState, span: DaySpan): PricesPart['days'][number] => ({
  ...span,
  hours: hoursOf(span).length,
  pricedHours: pricedHours(prices, span),
});

/** The price that holds, the one that follows, and the days in hand. */
export const pricesPart = ({ views: { prices }, asOf, timeZone }: ShownMoment): PricesPart => {
  const today = dayOf(asOf, timeZone);
  const now = priceAt(prices, asOf);
  const next = now === null || !Number.isFinite(now.endAt) ? null : priceAt(prices, now.endAt);
  return {
    now: now === null ? null : present(now),
    next: next === null ? null : present(next),
    days: [dayPart(prices, today), dayPart(prices, nextDay(today, timeZone))],
  };
};

/** The prices of a stretch of time, step by step. */
export const priceSteps = (prices: PricesState, fromAt: number, toAt: number): PriceStep[] =>
  priceSlots(prices, fromAt, toAt).map(
    ({ startAt, endAt, usdPerKwh, price, source, version, receivedAt, position, implausible }) => ({
      startAt,
      endAt,
      usdPerKwh,
      price,
      source,
      version,
      receivedAt,
      position,
      isImplausible: implausible,
    }),
  );

/** The answer about the prices of some days. */
export const pricesAnswerOf = (
  moment: ShownMoment,
  { startAt: fromAt, endAt: toAt }: TimeSpan,
): Omit<ApiAnswer<'prices'>, 'position' | 'asOf' | 'isLive' | 'timeZone'> => ({
  fromAt,
  toAt,
  prices: priceSteps(moment.views.prices, fromAt, toAt),
  unpriced: unpriced(moment.views.prices, fromAt, toAt),
});
