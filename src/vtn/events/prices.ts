import { hoursOf, localText } from '../../programme/calendar.ts';
import type { DaySpan } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { decimalText, shifted } from '../decimal.ts';
import type { BookDecimal } from '../decimal.ts';
import { createRandom } from '../random.ts';
import type { Random, Seed } from '../random.ts';

/** What one unit of a price on the wire is. */
export type QuotedUnit = 'usd_per_kwh' | 'cents_per_kwh' | 'usd_per_mwh';

/** How many tens a price on the wire is above dollars per kilowatt-hour. */
const tensAboveUsdPerKwh: Record<QuotedUnit, number> = { usd_per_kwh: 0, cents_per_kwh: 2, usd_per_mwh: 3 };

/** A price on the wire as dollars per kilowatt-hour. */
export const usdPerKwh = (price: BookDecimal, unit: QuotedUnit): BookDecimal =>
  shifted(price, -tensAboveUsdPerKwh[unit]);

/** The prices of a programme's days. */
export interface PriceProvider {
  readonly unit: QuotedUnit;
  /** The prices of a day's hours, oldest first, as they stand on the wire; nothing when there are none for that day. */
  readonly pricesOf: (day: DaySpan) => readonly DecimalText[] | undefined;
}

/** What the spiky generator is told. */
export interface SpikyPriceOptions {
  readonly seed: Seed;
  readonly timeZone: string;
  readonly unit?: QuotedUnit;
}

/** Hundredths of a cent: the step in which prices are drawn. */
const hundredthsOfCent = (units: number): BookDecimal => ({ units: BigInt(units), places: 4 });

const localHour = (at: number, timeZone: string): number => Number(localText(at, timeZone).slice(11, 13));

/** Nights are cheap, evenings dear: 5 to 15 cents. */
const baseUnits = (hour: number, random: Random): number => {
  const evening = hour >= 16 && hour <= 20 ? 350 : 0;
  const day = hour >= 7 && hour <= 21 ? 250 : 0;
  return 500 + day + evening + random.integer(0, 400);
};

interface Spike {
  readonly firstHour: number;
  readonly lastHour: number;
}

/** About one day in twelve has one to three hours, mostly in the evening, that are worth more than the rest of the month. */
const spikeOf = (random: Random): Spike | undefined => {
  if (!random.chance(0.085)) return undefined;
  const firstHour = random.chance(0.8) ? random.integer(16, 19) : random.integer(6, 8);
  return { firstHour, lastHour: firstHour + random.integer(0, 2) };
};

const priceUnits = (hour: number, spike: Spike | undefined, random: Random): number => {
  const base = baseUnits(hour, random);
  const spiked = random.integer(10_000, 50_000);
  const isNegative = random.chance(0.012) && hour >= 1 && hour <= 14;
  if (spike !== undefined && hour >= spike.firstHour && hour <= spike.lastHour) return spiked;
  return isNegative ? -random.integer(10, 600) : base;
};

/**
 * Prices in the likeness of the programme: a few dear hours earn most of the year, now and then an hour is negative.
 *
 * A day's prices depend on the seed and the day alone.
 */
export const spikyPrices = ({ seed, timeZone, unit = 'usd_per_kwh' }: SpikyPriceOptions): PriceProvider => ({
  unit,
  pricesOf: (day) => {
    const random = createRandom(seed, 'prices', day.day);
    const spike = spikeOf(random);
    return hoursOf(day).map((at) =>
      decimalText(
        shifted(hundredthsOfCent(priceUnits(localHour(at, timeZone), spike, random)), tensAboveUsdPerKwh[unit]),
      ),
    );
  },
});
