/** What could have been done with all prices known. */
import { siteLimits } from '../dispatch/model/siteRows.ts';
import type { PlanningProblem, PlanSpan, PricedSpan } from '../dispatch/planningProblem.ts';
import type { DevicePlan } from '../dispatch/sitePlan.ts';
import { dayMs, dayOf, nextDay } from '../programme/calendar.ts';
import { compare } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { LifeWorth } from './books.ts';
import { levelsOf, type Orders } from './lives.ts';
import type { LoadLife } from './loadLife.ts';
import type { LoadNeed } from './needs.ts';
import { followed, livesAtStart, loadLivesOf, type Planning, storagesOf, valuedAt } from './rolling.ts';
import type { BacktestTerms, DeviceLife } from './terms.ts';

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

/** A stretch that is planned at once, with the end of what is foreseen for it. */
interface ForeseenStretch extends PlanSpan {
  readonly horizonAt: number;
}

const foreseenStretches = (
  { prices, startAt, endAt }: BacktestTerms,
  { slots, overlapping }: Foresight,
): readonly ForeseenStretch[] => {
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

/** @limit How far behind a day is foreseen where loads and storages share a connection: whole programs are solved exactly. @unit ms */
const sharedOverlapMs = 3 * dayMs;

/** Local days, each with what is foreseen behind it: every need that begins in one ends in that. */
const dayStretches = ({ startAt, endAt, timeZone }: BacktestTerms): readonly ForeseenStretch[] => {
  const stretches: ForeseenStretch[] = [];
  for (let day = dayOf(startAt, timeZone); day.startAt < endAt; day = nextDay(day, timeZone))
    stretches.push({
      startAt: Math.max(startAt, day.startAt),
      endAt: Math.min(endAt, day.endAt),
      horizonAt: Math.min(endAt, day.endAt + sharedOverlapMs),
    });
  return stretches;
};

/** Whether what one device draws is another one's concern: they share a bill, or a connection with a limit. */
const isShared = ({ siteAt, levels, ...span }: BacktestTerms): boolean => {
  const { moneyScope, site } = siteAt(span, levels);
  const { bought, sold } = siteLimits(site);
  return moneyScope === 'site' || bought < Infinity || sold < Infinity;
};

const pricesIn = ({ prices }: BacktestTerms, fromAt: number, toAt: number): readonly PricedSpan[] =>
  prices.filter(({ startAt, endAt }) => startAt < toAt && endAt > fromAt);

/** A need as a load of its own: of these the planner takes several at once, each with its beginning. */
const asLoad = (life: LoadLife, { startAt, endAt, terms, energyWattHours }: LoadNeed, fromAt: number) => ({
  ...terms,
  resourceID: `${terms.resourceID}/${startAt}`,
  available: [{ startAt, endAt }],
  energyWattHours: startAt <= fromAt ? life.neededAt(fromAt) : energyWattHours,
});

const needsIn = ({ load }: LoadLife, { startAt, horizonAt }: ForeseenStretch): readonly LoadNeed[] =>
  load.needs.filter((need) => need.endAt > startAt && need.endAt <= horizonAt);

/** What the plans of its needs have a load do, one after the other. */
const ordersOf = (plans: readonly DevicePlan[], { resourceID, load }: LoadLife): Orders =>
  load.needs.flatMap(({ startAt, endAt }) =>
    (plans.find((each) => each.resourceID === `${resourceID}/${startAt}`)?.slots ?? []).filter(
      (slot) => slot.startAt >= startAt && slot.endAt <= endAt,
    ),
  );

/** Lives through the time with all prices known, storages and loads together. */
const foreseen = async (
  terms: BacktestTerms,
  planning: Planning,
  stockUsdPerKwh: DecimalText,
  stretches: readonly ForeseenStretch[],
  loads: readonly LoadLife[],
): Promise<Foreseen> => {
  const storages = livesAtStart(terms);
  let gapUsd = 0;
  for (const span of stretches) {
    const { startAt: fromAt, horizonAt: toAt } = span;
    const site = terms.siteAt({ startAt: fromAt, endAt: toAt }, levelsOf(storages));
    const needs = loads.flatMap((life) => needsIn(life, span).map((need) => asLoad(life, need, fromAt)));
    const devices = [...valuedAt(site.devices, stockUsdPerKwh), ...needs];
    const problem: PlanningProblem = { ...site, fromAt, toAt, prices: pricesIn(terms, fromAt, toAt), devices };
    const plan = await planning.plan(problem);
    gapUsd += Number(plan.gapUsd ?? '0');
    followed(storages, plan.devices, span);
    for (const life of loads) life.follow(ordersOf(plan.devices, life), span);
  }
  return { lives: [...storages, ...loads].map((life) => life.told()), gapUsd };
};

/** Loads whose needs are nobody else's concern: each need is met by itself. */
const loadsForeseen = async (terms: BacktestTerms, planning: Planning): Promise<readonly DeviceLife[]> => {
  const lives = loadLivesOf(terms);
  for (const life of lives) {
    for (const need of life.load.needs) {
      const { startAt: fromAt, endAt: toAt } = need;
      const site = terms.siteAt(need, terms.levels);
      const prices = pricesIn(terms, fromAt, toAt);
      const plan = await planning.plan({ ...site, fromAt, toAt, prices, devices: [need.terms] });
      followed([life], plan.devices, need);
    }
  }
  return lives.map((life) => life.told());
};

/** The best life that was found with all prices known. */
export interface Possible {
  readonly lives: readonly DeviceLife[];
  readonly worth: LifeWorth;
}

/** What could be earned with all prices known: where the whole is too much to be solved exactly, part by part as well. */
export const possibleLife = async (
  terms: BacktestTerms,
  planning: Planning,
  stockUsdPerKwh: DecimalText,
  outcome: (lives: readonly DeviceLife[]) => LifeWorth,
): Promise<Possible> => {
  const withWorth = (lives: readonly DeviceLife[]): Possible => ({ lives, worth: outcome(lives) });
  const { loads = [] } = terms;
  if (loads.length > 0 && isShared(terms))
    return withWorth((await foreseen(terms, planning, stockUsdPerKwh, dayStretches(terms), loadLivesOf(terms))).lives);
  const alone = await loadsForeseen(terms, planning);
  const storages = (foresight: Foresight): Promise<Foreseen> =>
    foreseen(terms, planning, stockUsdPerKwh, foreseenStretches(terms, foresight), []);
  const far = await storages(farForesight);
  const best = withWorth([...far.lives, ...alone]);
  if (far.gapUsd < toldGapUsd) return best;
  const near = await storages(nearForesight(storagesOf(terms.siteAt(terms, terms.levels).devices).length));
  const other = withWorth([...near.lives, ...alone]);
  return compare(best.worth.earnedUsd, other.worth.earnedUsd) < 0 ? other : best;
};
