import { dayOf } from '../../programme/calendar.ts';
import type { DaySpan, LocalDay } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { decimalOf } from '../decimal.ts';
import type { BookDecimal } from '../decimal.ts';
import { usdPerKwh } from './prices.ts';
import type { PriceProvider } from './prices.ts';

/** The prices as they stand now: those of the source, and where a test has changed them, the changed ones. */
export interface PriceBook {
  /** The prices of a day on the wire's unit, whether or not anybody was told. */
  readonly pricesOf: (day: DaySpan) => readonly DecimalText[] | undefined;
  /** The price of an instant. @unit USD/kWh */
  readonly priceAt: (at: number) => BookDecimal | undefined;
  readonly change: (day: LocalDay, prices: readonly DecimalText[]) => void;
}

interface PricedDay {
  readonly day: LocalDay;
  readonly prices: readonly BookDecimal[];
}

/** The prices share the day evenly: hours, or quarters of hours. */
const priceWithin = (day: DaySpan, prices: readonly BookDecimal[], at: number): BookDecimal | undefined =>
  prices[Math.floor((at - day.startAt) / ((day.endAt - day.startAt) / prices.length))];

/** Opens the book over a source of prices. */
export const openPriceBook = (source: PriceProvider, timeZone: string): PriceBook => {
  const changed = new Map<LocalDay, readonly DecimalText[]>();
  let last: PricedDay | undefined;

  const pricesOf = (day: DaySpan): readonly DecimalText[] | undefined => changed.get(day.day) ?? source.pricesOf(day);

  /** Bookings ask hour after hour of the same day. */
  const pricedDay = (day: DaySpan): PricedDay => {
    if (last?.day === day.day) return last;
    last = { day: day.day, prices: (pricesOf(day) ?? []).map((price) => usdPerKwh(decimalOf(price), source.unit)) };
    return last;
  };

  return {
    pricesOf,
    priceAt: (at) => {
      const day = dayOf(at, timeZone);
      return priceWithin(day, pricedDay(day).prices, at);
    },
    change: (day, prices) => {
      changed.set(day, prices);
      last = undefined;
    },
  };
};
