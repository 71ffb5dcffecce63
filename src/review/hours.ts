/** What the hours of a day came to, and the prices that hold now. */
import type { PricedSpan, PlanSpan } from '../dispatch/planningProblem.ts';
import { hourMs } from '../programme/calendar.ts';
import { differenceOf } from '../programme/money.ts';
import { type PriceSeries } from '../settlement/ledgerState.ts';
import { registersOf } from '../settlement/meter.ts';
import { type HourPrices, hourPrices, settledHour } from '../settlement/settledHour.ts';
import type { PricesState } from '../store/projections/priceState.ts';
import type { UsageState } from '../store/projections/usageState.ts';
import type { MeteredHour } from './terms.ts';

/** All that is known of prices and registers. */
export interface HoursKnown {
  readonly prices: PricesState;
  readonly usage: UsageState;
  readonly series?: PriceSeries;
}

const usdAt = (slots: HourPrices['import'], at: number): string | null =>
  slots.find(({ startAt, endAt }) => startAt <= at && at < endAt)?.usdPerKwh ?? null;

/** The prices that hours are settled by: none where listed events contradict one another. */
export const pricesNow = ({ prices, series = {} }: HoursKnown, { startAt, endAt }: PlanSpan): readonly PricedSpan[] => {
  const spans: PricedSpan[] = [];
  for (let at = startAt; at < endAt; at += hourMs) {
    const found = hourPrices(prices, at, series);
    if (!found.isPriced || found.contradicting.length > 0) continue;
    const cuts = [...new Set([...found.import, ...found.export].map((slot) => Math.max(at, slot.startAt)))].toSorted(
      (a, b) => a - b,
    );
    for (const [index, cut] of cuts.entries())
      spans.push({
        startAt: cut,
        endAt: Math.min(endAt, cuts[index + 1] ?? at + hourMs),
        importUsdPerKwh: usdAt(found.import, cut),
        exportUsdPerKwh: usdAt(found.export, cut),
      });
  }
  return spans;
};

/** The hours of a device as metered, and what each comes to. */
export const meteredHours = (
  { prices, usage, series = {} }: HoursKnown,
  resourceID: string,
  { startAt, endAt }: PlanSpan,
): readonly MeteredHour[] => {
  const meter = registersOf(usage);
  const hours: MeteredHour[] = [];
  for (let at = startAt; at < endAt; at += hourMs) {
    const { reading, money } = settledHour({ prices, sources: {} }, meter, resourceID, at, series);
    const { importWattHours, exportWattHours } = reading;
    hours.push({
      resourceID,
      startAt: at,
      endAt: at + hourMs,
      importWattHours,
      exportWattHours,
      cashUsd: money === null ? null : differenceOf('0', money.amountUsd),
      open: money !== null ? null : importWattHours === null ? 'notMetered' : 'notPriced',
    });
  }
  return hours;
};
