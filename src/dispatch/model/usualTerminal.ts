import { hourMs } from '../../programme/calendar.ts';
import type { PlanningProblem, PricedSpan } from '../planningProblem.ts';
import { clamped, floatOf } from './figures.ts';

/** What a store is valued by when its plan ends. kWh, kW, USD per kWh. */
export interface ValuedStore {
  readonly capacity: number;
  readonly maxCharge: number;
  readonly maxDischarge: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  /** What a kWh delivered costs beside its price. */
  readonly worn: number;
}

/** How far back prices say what is usual, and how long a day of them is. @unit ms */
const lookedBackMs = 14 * 24 * hourMs;
const dayMs = 24 * hourMs;

/** @limit A day of which less is known says nothing. @unit ms */
const leastKnownMs = 12 * hourMs;

/** @limit The hours in which a store is supposed to be filled or emptied. */
const fewestHours = 1;
const mostHours = 10;

/** How much a day on which nothing would be bought tells of a better day to come. */
const trustInBetterDays = 0.25;

interface KnownPrice {
  readonly usd: number;
  readonly lastsMs: number;
}

const knownIn = (
  prices: readonly PricedSpan[],
  startAt: number,
  endAt: number,
  of: 'importUsdPerKwh' | 'exportUsdPerKwh',
): readonly KnownPrice[] =>
  prices.flatMap((price) => {
    const lastsMs = Math.min(price.endAt, endAt) - Math.max(price.startAt, startAt);
    const text = price[of];
    const usd = text === null ? Number.NaN : floatOf(text, Number.NaN);
    return lastsMs > 0 && !Number.isNaN(usd) ? [{ usd, lastsMs }] : [];
  });

/** The mean of the first of a ranking, as far as so many hours reach. */
const meanOfFirst = (ranking: readonly KnownPrice[], hours: number): number => {
  let leftMs = hours * hourMs;
  let [sum, all] = [0, 0];
  for (const { usd, lastsMs } of ranking) {
    const counted = Math.min(leftMs, lastsMs);
    sum += usd * counted;
    all += counted;
    leftMs -= counted;
    if (leftMs <= 0) break;
  }
  return sum / all;
};

/** What filling costs, and emptying brings, on the known days before an instant. */
const usualDays = (
  prices: readonly PricedSpan[],
  toAt: number,
  {
    fillHours,
    emptyHours,
    sold,
  }: { fillHours: number; emptyHours: number; sold: 'importUsdPerKwh' | 'exportUsdPerKwh' },
): readonly (readonly [low: number, high: number])[] => {
  const days: [number, number][] = [];
  for (let endAt = toAt; endAt > toAt - lookedBackMs; endAt -= dayMs) {
    const [bought, brought] = [
      knownIn(prices, endAt - dayMs, endAt, 'importUsdPerKwh'),
      knownIn(prices, endAt - dayMs, endAt, sold),
    ];
    const known = (each: readonly KnownPrice[]): number => each.reduce((sum, { lastsMs }) => sum + lastsMs, 0);
    if (known(bought) < leastKnownMs || known(brought) < leastKnownMs) continue;
    days.push([
      meanOfFirst(
        bought.toSorted((a, b) => a.usd - b.usd),
        fillHours,
      ),
      meanOfFirst(
        brought.toSorted((a, b) => b.usd - a.usd),
        emptyHours,
      ),
    ]);
  }
  return days;
};

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/**
 * What a kWh stored is worth when the plan ends, by the last days of known prices, and never less than nothing.
 *
 * Where usual days are worth a round trip, it saves the purchase of the next cheap hours. Where they are not, it waits for a
 * better day, and is worth something between what it would cost and what it would bring on a usual one. Null: nothing is known.
 */
export const usualTerminal = (
  { prices }: Pick<PlanningProblem, 'prices'>,
  { capacity, maxCharge, maxDischarge, chargeEfficiency, dischargeEfficiency, worn }: ValuedStore,
  isForHome: boolean,
): number | null => {
  const lastAt = prices.reduce(
    (last, { endAt, exportUsdPerKwh }) => (exportUsdPerKwh === null ? last : Math.max(last, endAt)),
    -Infinity,
  );
  const hours = (energy: number, power: number): number =>
    power > 0 ? clamped(energy / power, fewestHours, mostHours) : mostHours;
  const days = usualDays(prices, lastAt, {
    fillHours: hours(capacity / chargeEfficiency, maxCharge),
    emptyHours: hours(capacity * dischargeEfficiency, maxDischarge),
    sold: isForHome ? 'importUsdPerKwh' : 'exportUsdPerKwh',
  });
  if (days.length === 0) return null;
  const costs = mean(days.map(([low]) => low)) / chargeEfficiency;
  const brings = (mean(days.map(([, high]) => high)) - worn) * dischargeEfficiency;
  return Math.max(0, costs < brings ? costs : costs + (brings - costs) * trustInBetterDays);
};
