import { scripts, type ScriptName } from './scripts.ts';
import type { PlanningProblem, PlanSpan, PricedSpan } from '../dispatch/planningProblem.ts';
import { type DaySpan, dayMs, dayOf, nextDay } from '../programme/calendar.ts';
import { compare, type Decimal } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { levelsOf } from './lives.ts';
import { outcomeOf, type BookTerms, type LifeWorth } from './books.ts';
import { followed, livesAtStart, rolling, storagesOf, valuedAt, type Planning } from './rolling.ts';
import type { BacktestTerms, DeviceLife } from './terms.ts';

/** What a backtest found. */
export interface Backtest extends Pick<BacktestTerms, 'startAt' | 'endAt' | 'timeZone' | 'publishedAt'> {
  /** The planner, with the prices that were known each time. */
  readonly earned: LifeWorth;
  /** The optimum with all prices known, under the same settings. */
  readonly possibleUsd: Decimal;
  readonly nothing: LifeWorth;
  readonly scripts: Readonly<Record<ScriptName, LifeWorth>>;
  /** What can be delivered of all storages together, once. @unit kWh */
  readonly usableKilowattHours: number;
  /** What a stored kWh is worth at both ends: the middle one of all prices. @unit USD/kWh */
  readonly stockUsdPerKwh: DecimalText;
  readonly slots: number;
}

/** The price below which half of the time lies; never below nothing. */
const middlePrice = (prices: readonly PricedSpan[]): DecimalText => {
  const ranking = prices
    .flatMap(({ startAt, endAt, exportUsdPerKwh }) =>
      exportUsdPerKwh === null ? [] : [{ lastsMs: endAt - startAt, exportUsdPerKwh }],
    )
    .sort((a, b) => Number(a.exportUsdPerKwh) - Number(b.exportUsdPerKwh));
  let leftMs = ranking.reduce((sum, { lastsMs }) => sum + lastsMs, 0) / 2;
  const middle = ranking.find(({ lastsMs }) => (leftMs -= lastsMs) <= 0)?.exportUsdPerKwh ?? '0';
  return Number(middle) > 0 ? middle : '0';
};

const daysOf = ({ startAt, endAt, timeZone }: BacktestTerms): readonly DaySpan[] => {
  const days = [dayOf(startAt, timeZone)];
  while ((days.at(-1) as DaySpan).endAt < endAt) days.push(nextDay(days.at(-1) as DaySpan, timeZone));
  return days;
};

/** Lives through the time by a script. */
const scripted = (terms: BacktestTerms, name: ScriptName): readonly DeviceLife[] => {
  const storages = storagesOf(terms.siteAt(terms, terms.levels).devices);
  const lives = livesAtStart(terms);
  const { prices, timeZone } = terms;
  let first = 0;
  for (const day of daysOf(terms)) {
    while (first < prices.length && (prices[first] as PricedSpan).startAt < day.startAt) first += 1;
    let last = first;
    while (last < prices.length && (prices[last] as PricedSpan).startAt < day.endAt) last += 1;
    const today = prices.slice(first, last);
    const span = { startAt: Math.max(day.startAt, terms.startAt), endAt: Math.min(day.endAt, terms.endAt) };
    for (const [index, life] of lives.entries()) {
      const storage = storages[index];
      if (storage !== undefined) life.follow(scripts[name](day, today, storage, timeZone), span);
    }
  }
  return lives.map((life) => life.told());
};

/** @limit Prices that are foreseen at once, and those behind them that are foreseen as well and planned anew next. */
const foreseenSlots = 9_000;
const overlappingSlots = 8_000;

/** How far ahead what happens may still change what is best now: no battery waits longer. @unit ms */
const overlappingMs = 10 * dayMs;

/** Stretches that are planned at once, each with the end of what is foreseen for it. */
const foreseenStretches = ({
  prices,
  startAt,
  endAt,
}: BacktestTerms): readonly (PlanSpan & { readonly horizonAt: number })[] => {
  const count = Math.max(1, Math.ceil(prices.length / foreseenSlots));
  return Array.from({ length: count }, (_, index) => {
    const nextAt = index + 1 === count ? endAt : (prices[(index + 1) * foreseenSlots] as PricedSpan).startAt;
    const last = prices[Math.min((index + 1) * foreseenSlots + overlappingSlots, prices.length) - 1];
    return {
      startAt: index === 0 ? startAt : (prices[index * foreseenSlots] as PricedSpan).startAt,
      endAt: nextAt,
      horizonAt: Math.min(nextAt + overlappingMs, last?.endAt ?? endAt, endAt),
    };
  });
};

/** Lives through the time with all prices known. */
const foreseen = async (
  terms: BacktestTerms,
  planning: Planning,
  stockUsdPerKwh: DecimalText,
): Promise<readonly DeviceLife[]> => {
  const lives = livesAtStart(terms);
  for (const span of foreseenStretches(terms)) {
    const { startAt: fromAt, horizonAt: toAt } = span;
    const site = terms.siteAt({ startAt: fromAt, endAt: toAt }, levelsOf(lives));
    const prices = terms.prices.filter(({ startAt, endAt }) => startAt < toAt && endAt > fromAt);
    const problem: PlanningProblem = { ...site, fromAt, toAt, prices, devices: valuedAt(site.devices, stockUsdPerKwh) };
    followed(lives, (await planning.plan(problem)).devices, span);
  }
  return lives.map((life) => life.told());
};

const resting = (terms: BacktestTerms): readonly DeviceLife[] => {
  const lives = livesAtStart(terms);
  followed(lives, [], terms);
  return lives.map((life) => life.told());
};

const usableOf = (terms: BacktestTerms): number =>
  storagesOf(terms.siteAt(terms, terms.levels).devices).reduce(
    (sum, { capacityWattHours, stateOfChargeMin = 0, stateOfChargeMax = 1 }) =>
      sum + (capacityWattHours * Math.max(0, stateOfChargeMax - stateOfChargeMin)) / 1_000,
    0,
  );

/** Says how far it is. */
export interface BacktestProgress {
  /** The part that is done of the rolling plan, 0 to 1. */
  readonly onPlanned?: (part: number) => void;
  /** Now the optimum with all prices known is looked for. */
  readonly onForeseeing?: () => void;
}

/** What devices would have earned in a time, by the planner, by foresight and by what people write. */
export const backtest = async (
  terms: BacktestTerms,
  planning: Planning,
  { onPlanned = () => undefined, onForeseeing = () => undefined }: BacktestProgress = {},
): Promise<Backtest> => {
  const stockUsdPerKwh = middlePrice(terms.prices);
  const { devices, moneyScope, site } = terms.siteAt(terms, terms.levels);
  const books: BookTerms = {
    startAt: terms.startAt,
    endAt: terms.endAt,
    prices: terms.prices,
    storages: storagesOf(devices),
    moneyScope,
    forecast: site.forecast ?? [],
    stockUsdPerKwh,
  };
  const outcome = (lives: readonly DeviceLife[]): LifeWorth => outcomeOf(lives, books);
  const earned = outcome(await rolling(terms, planning, stockUsdPerKwh, onPlanned));
  onForeseeing();
  const possible = outcome(await foreseen(terms, planning, stockUsdPerKwh));
  return {
    startAt: terms.startAt,
    endAt: terms.endAt,
    timeZone: terms.timeZone,
    publishedAt: terms.publishedAt,
    earned,
    // What was earned was possible: the two differ by whole watts where the planner reached the optimum.
    possibleUsd: compare(possible.earnedUsd, earned.earnedUsd) < 0 ? earned.earnedUsd : possible.earnedUsd,
    nothing: outcome(resting(terms)),
    scripts: {
      fourHours: outcome(scripted(terms, 'fourHours')),
      fourHoursIfItPays: outcome(scripted(terms, 'fourHoursIfItPays')),
      fixedHours: outcome(scripted(terms, 'fixedHours')),
    },
    usableKilowattHours: usableOf(terms),
    stockUsdPerKwh,
    slots: terms.prices.length,
  };
};
