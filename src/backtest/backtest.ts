import { scripts, type ScriptName } from './scripts.ts';
import { siteLimits } from '../dispatch/model/siteRows.ts';
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

/** Prices that are foreseen at once, and those behind them that are foreseen as well and planned anew next. */
interface Foresight {
  readonly slots: number;
  readonly overlapping: number;
}

/** @limit As much as is solved in seconds. */
const farForesight: Foresight = { slots: 9_000, overlapping: 8_000 };

/** @limit As much as is solved exactly where prices far below nothing ask for a choice in every slot, by the storages it is for. */
const nearForesight = (storages: number): Foresight => {
  const slots = Math.max(12, Math.floor(130 / Math.max(1, storages)));
  return { slots, overlapping: slots };
};

/** @limit A plan that may be so far from the best is looked for once more. @unit USD */
const toldGapUsd = 0.01;

/** How far ahead what happens may still change what is best now: no battery waits longer. @unit ms */
const overlappingMs = 10 * dayMs;

/** Stretches that are planned at once, each with the end of what is foreseen for it. */
const foreseenStretches = (
  { prices, startAt, endAt }: BacktestTerms,
  { slots, overlapping }: Foresight,
): readonly (PlanSpan & { readonly horizonAt: number })[] => {
  const count = Math.max(1, Math.ceil(prices.length / slots));
  return Array.from({ length: count }, (_, index) => {
    const nextAt = index + 1 === count ? endAt : (prices[(index + 1) * slots] as PricedSpan).startAt;
    const last = prices[Math.min((index + 1) * slots + overlapping, prices.length) - 1];
    return {
      startAt: index === 0 ? startAt : (prices[index * slots] as PricedSpan).startAt,
      endAt: nextAt,
      horizonAt: Math.min(nextAt + overlappingMs, last?.endAt ?? endAt, endAt),
    };
  });
};

/** What was lived with all prices known, and by how much another life could be better at most. */
interface Foreseen {
  readonly lives: readonly DeviceLife[];
  /** @unit USD */
  readonly gapUsd: number;
}

/** Lives through the time with all prices known. */
const foreseen = async (
  terms: BacktestTerms,
  planning: Planning,
  stockUsdPerKwh: DecimalText,
  foresight: Foresight,
): Promise<Foreseen> => {
  const lives = livesAtStart(terms);
  let gapUsd = 0;
  for (const span of foreseenStretches(terms, foresight)) {
    const { startAt: fromAt, horizonAt: toAt } = span;
    const site = terms.siteAt({ startAt: fromAt, endAt: toAt }, levelsOf(lives));
    const prices = terms.prices.filter(({ startAt, endAt }) => startAt < toAt && endAt > fromAt);
    const problem: PlanningProblem = { ...site, fromAt, toAt, prices, devices: valuedAt(site.devices, stockUsdPerKwh) };
    const plan = await planning.plan(problem);
    gapUsd += Number(plan.gapUsd ?? '0');
    followed(lives, plan.devices, span);
  }
  return { lives: lives.map((life) => life.told()), gapUsd };
};

const greaterOf = (a: Decimal, b: Decimal): Decimal => (compare(a, b) < 0 ? b : a);

/** What could be earned with all prices known: where the whole is too much to be solved exactly, part by part as well. */
const possibleWorth = async (
  terms: BacktestTerms,
  planning: Planning,
  stockUsdPerKwh: DecimalText,
  outcome: (lives: readonly DeviceLife[]) => LifeWorth,
): Promise<Decimal> => {
  const far = await foreseen(terms, planning, stockUsdPerKwh, farForesight);
  const { earnedUsd } = outcome(far.lives);
  if (far.gapUsd < toldGapUsd) return earnedUsd;
  const storages = storagesOf(terms.siteAt(terms, terms.levels).devices).length;
  const near = await foreseen(terms, planning, stockUsdPerKwh, nearForesight(storages));
  return greaterOf(earnedUsd, outcome(near.lives).earnedUsd);
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
    exportLimitWatts: siteLimits(site).sold * 1_000,
    stockUsdPerKwh,
  };
  const outcome = (lives: readonly DeviceLife[]): LifeWorth => outcomeOf(lives, books);
  const earned = outcome(await rolling(terms, planning, stockUsdPerKwh, onPlanned));
  onForeseeing();
  const possibleUsd = await possibleWorth(terms, planning, stockUsdPerKwh, outcome);
  return {
    startAt: terms.startAt,
    endAt: terms.endAt,
    timeZone: terms.timeZone,
    publishedAt: terms.publishedAt,
    earned,
    // What was earned was possible: the two differ by whole watts where the planner reached the optimum.
    possibleUsd: greaterOf(possibleUsd, earned.earnedUsd),
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
