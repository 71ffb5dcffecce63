import { scripts, type ScriptName } from './scripts.ts';
import { siteLimits } from '../dispatch/model/siteRows.ts';
import type { PricedSpan } from '../dispatch/planningProblem.ts';
import { type DaySpan, dayOf, nextDay } from '../programme/calendar.ts';
import { compare, type Decimal } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { outcomeOf, type BookTerms, type LifeWorth } from './books.ts';
import { possibleLife } from './foreseen.ts';
import { loadsTold, type LoadTold } from './lacking.ts';
import { followed, livesAtStart, rolling, storagesOf, type Planning } from './rolling.ts';
import type { BacktestTerms, DeviceLife } from './terms.ts';
import { unplannedLoads } from './unplanned.ts';

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
  readonly loads: readonly LoadTold[];
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

/** Lives through the time by a script, which moves storages alone. */
const scripted = (terms: BacktestTerms, name: ScriptName, loads: readonly DeviceLife[]): readonly DeviceLife[] => {
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
  return [...lives.map((life) => life.told()), ...loads];
};

const resting = (terms: BacktestTerms, loads: readonly DeviceLife[]): readonly DeviceLife[] => {
  const lives = livesAtStart(terms);
  followed(lives, [], terms);
  return [...lives.map((life) => life.told()), ...loads];
};

const usableOf = (terms: BacktestTerms): number =>
  storagesOf(terms.siteAt(terms, terms.levels).devices).reduce(
    (sum, { capacityWattHours, stateOfChargeMin = 0, stateOfChargeMax = 1 }) =>
      sum + (capacityWattHours * Math.max(0, stateOfChargeMax - stateOfChargeMin)) / 1_000,
    0,
  );

/**
 * What was earned was possible: the two differ by whole watts where the planner reached the optimum. But whoever draws less than is
 * needed has not earned that.
 */
const possibleUsdOf = (possible: LifeWorth, earned: LifeWorth, loads: readonly LoadTold[]): Decimal => {
  const isLacking = loads.some(({ lackedWattHours }) => lackedWattHours.earned > lackedWattHours.possible);
  const isGreater = compare(possible.earnedUsd, earned.earnedUsd) < 0 && !isLacking;
  return isGreater ? earned.earnedUsd : possible.earnedUsd;
};

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
  const planned = await rolling(terms, planning, stockUsdPerKwh, onPlanned);
  onForeseeing();
  const possible = await possibleLife(terms, planning, stockUsdPerKwh, outcome);
  const unplanned = unplannedLoads(terms);
  const loads = loadsTold(terms, { earned: planned, possible: possible.lives, nothing: unplanned });
  const earned = outcome(planned);
  return {
    startAt: terms.startAt,
    endAt: terms.endAt,
    timeZone: terms.timeZone,
    publishedAt: terms.publishedAt,
    earned,
    possibleUsd: possibleUsdOf(possible.worth, earned, loads),
    nothing: outcome(resting(terms, unplanned)),
    scripts: {
      fourHours: outcome(scripted(terms, 'fourHours', unplanned)),
      fourHoursIfItPays: outcome(scripted(terms, 'fourHoursIfItPays', unplanned)),
      fixedHours: outcome(scripted(terms, 'fixedHours', unplanned)),
    },
    usableKilowattHours: usableOf(terms),
    stockUsdPerKwh,
    slots: terms.prices.length,
    loads,
  };
};
