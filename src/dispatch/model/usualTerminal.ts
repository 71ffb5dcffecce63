import { hourMs } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { PlanningProblem, PlanSpan, PricedSpan } from '../planningProblem.ts';
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

/** A stretch of time whose price is known, in numbers. */
interface NumberedSpan extends PlanSpan {
  readonly usd: number;
}

/** The prices of a day, the cheapest first of those to buy at and the dearest first of those to sell at. */
interface UsualDay {
  readonly bought: readonly KnownPrice[];
  readonly sold: readonly KnownPrice[];
}

/** The known days before the last price that is known: read once for all stores of a problem, for it takes longer than to solve it. */
export interface UsualDays {
  readonly forSale: readonly UsualDay[];
  /** What is delivered saves the home what it would buy. */
  readonly forHome: readonly UsualDay[];
}

const numbered = (prices: readonly PricedSpan[], of: (price: PricedSpan) => DecimalText | null): NumberedSpan[] =>
  prices.flatMap((price) => {
    const text = of(price);
    const usd = text === null ? Number.NaN : floatOf(text, Number.NaN);
    return Number.isNaN(usd) ? [] : [{ startAt: price.startAt, endAt: price.endAt, usd }];
  });

const knownIn = (prices: readonly NumberedSpan[], startAt: number, endAt: number): readonly KnownPrice[] =>
  prices.flatMap((price) => {
    const lastsMs = Math.min(price.endAt, endAt) - Math.max(price.startAt, startAt);
    return lastsMs > 0 ? [{ usd: price.usd, lastsMs }] : [];
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

const knownMs = (each: readonly KnownPrice[]): number => each.reduce((sum, { lastsMs }) => sum + lastsMs, 0);

/** The days before the last known price; those of which too little is known say nothing. */
export const usualDaysOf = ({ prices }: Pick<PlanningProblem, 'prices'>): UsualDays => {
  const [imports, exports] = [
    numbered(prices, ({ importUsdPerKwh }) => importUsdPerKwh),
    numbered(prices, ({ exportUsdPerKwh }) => exportUsdPerKwh),
  ];
  const toAt = prices.reduce(
    (last, { endAt, exportUsdPerKwh }) => (exportUsdPerKwh === null ? last : Math.max(last, endAt)),
    -Infinity,
  );
  const [forSale, forHome]: [UsualDay[], UsualDay[]] = [[], []];
  for (let endAt = toAt; endAt > toAt - lookedBackMs; endAt -= dayMs) {
    const bought = knownIn(imports, endAt - dayMs, endAt).toSorted((a, b) => a.usd - b.usd);
    if (knownMs(bought) < leastKnownMs) continue;
    forHome.push({ bought, sold: bought.toReversed() });
    const sold = knownIn(exports, endAt - dayMs, endAt).toSorted((a, b) => b.usd - a.usd);
    if (knownMs(sold) >= leastKnownMs) forSale.push({ bought, sold });
  }
  return { forSale, forHome };
};

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/**
 * What a kWh stored is worth when the plan ends, by the last days of known prices, and never less than nothing.
 *
 * Where usual days are worth a round trip, it saves the purchase of the next cheap hours. Where they are not, it waits for a
 * better day, and is worth something between what it would cost and what it would bring on a usual one. Null: nothing is known.
 */
export const usualTerminal = (
  days: UsualDays,
  { capacity, maxCharge, maxDischarge, chargeEfficiency, dischargeEfficiency, worn }: ValuedStore,
  isForHome: boolean,
): number | null => {
  const known = isForHome ? days.forHome : days.forSale;
  if (known.length === 0) return null;
  const hours = (energy: number, power: number): number =>
    power > 0 ? clamped(energy / power, fewestHours, mostHours) : mostHours;
  const fillHours = hours(capacity / chargeEfficiency, maxCharge);
  const emptyHours = hours(capacity * dischargeEfficiency, maxDischarge);
  const costs = mean(known.map(({ bought }) => meanOfFirst(bought, fillHours))) / chargeEfficiency;
  const brings = (mean(known.map(({ sold }) => meanOfFirst(sold, emptyHours))) - worn) * dischargeEfficiency;
  return Math.max(0, costs < brings ? costs : costs + (brings - costs) * trustInBetterDays);
};
