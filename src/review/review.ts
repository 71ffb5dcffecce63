import { StorageLife } from '../backtest/lives.ts';
import { LoadLife } from '../backtest/loadLife.ts';
import type { Planning } from '../backtest/rolling.ts';
import type { DeviceLife, LivedSlot } from '../backtest/terms.ts';
import { withoutWishes } from '../dispatch/explain/storageWishes.ts';
import { siteLimits } from '../dispatch/model/siteRows.ts';
import type { OverrideSpan, PlanSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import { dayOf, hourMs, nextDay } from '../programme/calendar.ts';
import { add, decimalOf, decimalOfInteger, decimalText, multiply, shift, zero } from '../programme/decimal.ts';
import { differenceOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import {
  errorAt,
  firstPlan,
  foreseenLives,
  replayedLives,
  type Causes,
  type DayReplayed,
  reviewedIn,
} from './replays.ts';
import { stockPriceOf } from './stockPrice.ts';
import type {
  DayReview,
  DrEventCost,
  OverrideCost,
  ReviewMatter,
  ReviewStep,
  ReviewStepName,
  ReviewWorth,
} from './terms.ts';
import { reviewedLoads } from './needs.ts';
import { type ReviewBooks, stocksOf, worthOfLives, worthOfParts } from './worth.ts';

/**
 * What a day earned, what its plan expected, and what was possible; and the difference of the last and the first, cause by cause.
 *
 * The planner is asked again, with one cause after the other in its way, and what comes of it is valued at the prices that hold now,
 * less wear, with one price for what is stored at both ends. Each line is what the day is worth with one cause more; nothing is left over
 * between them, for each is the difference of two such days. The order is always the same, because a cause can hide another.
 */

/** The storages as the day found them. */
const storagesAt = (matter: ReviewMatter): readonly StorageTerms[] =>
  reviewedIn(matter, firstPlan(matter).problem).map((storage) => ({
    ...storage,
    stateOfCharge: matter.levels.get(storage.resourceID)?.startLevel ?? null,
    ...(storage.deliveredTodayWattHours === undefined ? {} : { deliveredTodayWattHours: 0 }),
  }));

const stockPrices = async (
  matter: ReviewMatter,
  storages: readonly StorageTerms[],
  planning: Planning,
): Promise<ReadonlyMap<string, DecimalText>> => {
  const { problem } = firstPlan(matter);
  const next = nextDay(dayOf(matter.startAt, matter.timeZone), matter.timeZone);
  const found = new Map<string, DecimalText>();
  for (const storage of storages) {
    const bare = (span: PlanSpan, terminalUsdPerKwh: DecimalText | null) => ({
      ...problem,
      fromAt: span.startAt,
      toAt: span.endAt,
      // What was usual before is known from the prices of then, and what came after from those that hold.
      prices: [...problem.prices.filter(({ endAt }) => endAt <= matter.startAt), ...matter.prices],
      devices: [{ ...withoutWishes(storage), ...(terminalUsdPerKwh === null ? {} : { terminalUsdPerKwh }) }],
      overrides: [],
      constraints: [],
      running: {},
    });
    found.set(storage.resourceID, await stockPriceOf(storage, matter, next.endAt, matter.prices, bare, planning));
  }
  return found;
};

const within = <Span extends PlanSpan>(spans: readonly Span[], { startAt, endAt }: PlanSpan): readonly Span[] =>
  spans
    .filter((span) => span.startAt < endAt && span.endAt > startAt)
    .map((span) => ({ ...span, startAt: Math.max(startAt, span.startAt), endAt: Math.min(endAt, span.endAt) }));

const meteredLife = (matter: ReviewMatter, resourceID: string, capacityWattHours: number): DeviceLife => {
  const slots = matter.metered
    .filter((hour) => hour.resourceID === resourceID)
    .map(({ startAt, endAt, importWattHours, exportWattHours }): LivedSlot => {
      const net = (importWattHours ?? 0) - (exportWattHours ?? 0);
      return { startAt, endAt, demandWatts: Math.round((net * hourMs) / (endAt - startAt)) };
    });
  const { startLevel = 0, endLevel = 0 } = matter.levels.get(resourceID) ?? {};
  return {
    resourceID,
    slots,
    startWattHours: startLevel * capacityWattHours,
    endWattHours: endLevel * capacityWattHours,
  };
};

/** What the meters say: of a site that is one bill, the home is as it was foreseen. */
const meteredWorth = (matter: ReviewMatter, books: ReviewBooks): ReviewWorth => {
  const lives = [
    ...books.storages.map((storage) => meteredLife(matter, storage.resourceID, storage.capacityWattHours)),
    ...(books.loads ?? []).map(({ resourceID }) => meteredLife(matter, resourceID, 0)),
  ];
  const { cashUsd } =
    books.moneyScope === 'site' || matter.hasOwnExportPrice
      ? worthOfLives(lives, matter.prices, books)
      : { cashUsd: sumOf(matter.metered.flatMap((hour) => hour.cashUsd ?? [])) };
  const wears = books.storages.map(({ resourceID, wearUsdPerKwh }) => {
    const delivered = matter.metered
      .filter((hour) => hour.resourceID === resourceID)
      .reduce((sum, { exportWattHours }) => sum + (exportWattHours ?? 0), 0);
    return multiply(shift(decimalOfInteger(delivered), -3), decimalOf(wearUsdPerKwh));
  });
  return worthOfParts(cashUsd, decimalText(wears.reduce(add, zero)), stocksOf(lives, books));
};

/** What the plan that was in force when the time began expected of it, at the prices it was made with. */
const plannedWorth = (matter: ReviewMatter, books: ReviewBooks): ReviewWorth => {
  const first = firstPlan(matter);
  const lives = books.storages.map((storage) => {
    const { resourceID, stateOfCharge } = storage;
    const error = errorAt(matter, first, resourceID) ?? 0;
    const level = stateOfCharge === null ? null : Math.min(1, Math.max(0, stateOfCharge + error));
    const life = new StorageLife({ ...storage, stateOfCharge: level }, first.problem.prices);
    const plan = first.devices.find((each) => each.resourceID === resourceID);
    life.follow(plan?.slots ?? [], matter);
    return life.told();
  });
  const loads = (books.loads ?? []).map((load) => {
    const life = new LoadLife(load, first.problem.prices);
    life.follow(first.devices.find(({ resourceID }) => resourceID === load.resourceID)?.slots ?? [], matter);
    return life.told();
  });
  return worthOfLives([...lives, ...loads], first.problem.prices, books);
};

const keyOf = ({ resourceID, startAt, action }: OverrideSpan): string => `${resourceID} ${startAt} ${action}`;

/** Each override of the day once, as it stood last. */
const overridesOf = ({ plans, startAt, endAt }: ReviewMatter): readonly OverrideSpan[] => {
  const found = new Map<string, OverrideSpan>();
  for (const { problem } of plans)
    for (const override of problem.overrides)
      if (override.startAt < endAt && override.endAt > startAt) found.set(keyOf(override), override);
  return [...found.values()];
};

/** Each DR event of the day that asked anything once, from where it began to ask to where it ceased. */
const drEventsOf = ({ plans, startAt, endAt }: ReviewMatter): readonly Omit<DrEventCost, 'costUsd'>[] => {
  const found = new Map<string, Omit<DrEventCost, 'costUsd'>>();
  for (const { eventID, ...asked } of plans.flatMap(({ problem }) => problem.constraints)) {
    if (eventID === undefined || asked.startAt >= endAt || asked.endAt <= startAt) continue;
    const before = found.get(eventID) ?? asked;
    found.set(eventID, {
      eventID,
      startAt: Math.max(startAt, Math.min(before.startAt, asked.startAt)),
      endAt: Math.min(endAt, Math.max(before.endAt, asked.endAt)),
    });
  }
  return [...found.values()];
};

/** Nobody told the devices anything, and everybody who did. */
const nothingTold: Pick<Causes, 'overrides' | 'constraints'> = { overrides: () => false, constraints: () => false };
const allTold: Causes = { isBelieved: true, overrides: () => true, constraints: () => true };

const steps = (worths: readonly (readonly [ReviewStepName, ReviewWorth])[]): readonly ReviewStep[] =>
  worths.map(([step, worth], index) => {
    const before = worths[index - 1]?.[1];
    return {
      step,
      ...worth,
      differenceUsd: before === undefined ? '0' : differenceOf(worth.valueUsd, before.valueUsd),
    };
  });

/** Looks back upon a day. */
export const reviewDay = async (matter: ReviewMatter, planning: Planning): Promise<DayReview> => {
  const storages = storagesAt(matter);
  const stockUsdPerKwh = await stockPrices(matter, storages, planning);
  const loads = reviewedLoads(matter);
  const replayed: DayReplayed = { matter, storages, stockUsdPerKwh, loads };
  const { problem } = firstPlan(matter);
  const books: ReviewBooks = {
    startAt: matter.startAt,
    endAt: matter.endAt,
    storages,
    moneyScope: problem.moneyScope,
    forecast: within(problem.site.forecast ?? [], matter),
    exportLimitWatts: siteLimits(problem.site).sold * 1_000,
    stockUsdPerKwh,
    loads,
  };
  const worth = (lives: readonly DeviceLife[]): ReviewWorth => worthOfLives(lives, matter.prices, books);
  const replay = async (causes: Causes): Promise<ReviewWorth> => worth(await replayedLives(replayed, planning, causes));

  const possible = worth(await foreseenLives(replayed, planning, false));
  const wishes = worth(await foreseenLives(replayed, planning, true));
  const prices = await replay({ isBelieved: false, ...nothingTold });
  // What was not in the way changes nothing, and is not asked again.
  const isMisled = matter.plans.some((plan) =>
    storages.some(({ resourceID }) => errorAt(matter, plan, resourceID) !== 0),
  );
  const believed = isMisled ? await replay({ isBelieved: true, ...nothingTold }) : prices;
  const overrides = overridesOf(matter);
  const isTold = overrides.length > 0 || matter.plans.some((plan) => plan.problem.constraints.length > 0);
  const told = isTold ? await replay(allTold) : believed;
  const metered = meteredWorth(matter, books);
  const costOf = async (without: Partial<Causes>): Promise<DecimalText> =>
    differenceOf((await replay({ ...allTold, ...without })).valueUsd, told.valueUsd);
  const overrideCosts: OverrideCost[] = [];
  for (const override of overrides) {
    const { resourceID, startAt, endAt, action } = override;
    const costUsd = await costOf({ overrides: (each) => keyOf(each) !== keyOf(override) });
    overrideCosts.push({ resourceID, startAt, endAt, action, costUsd });
  }
  const drEventCosts: DrEventCost[] = [];
  for (const { eventID, ...span } of drEventsOf(matter)) {
    const costUsd = await costOf({ constraints: (each) => each.eventID !== eventID });
    drEventCosts.push({ eventID, ...span, costUsd });
  }
  return {
    day: matter.day,
    timeZone: matter.timeZone,
    startAt: matter.startAt,
    endAt: matter.endAt,
    steps: steps([
      ['possible', possible],
      ['wishes', wishes],
      ['prices', prices],
      ['stateOfCharge', believed],
      ['overrides', told],
      ['metered', metered],
      ...(matter.billed === null
        ? []
        : [['billed', worthOfParts(matter.billed.cashUsd, metered.wearUsd, metered.stockUsd)] as const]),
    ]),
    planned: plannedWorth(matter, books),
    overrides: overrideCosts,
    drEvents: drEventCosts,
    openHours: matter.metered.flatMap(({ resourceID, startAt, endAt, open }) =>
      open === null ? [] : [{ resourceID, startAt, endAt, open }],
    ),
    unbilled: matter.billed?.missing ?? [],
    left: matter.left,
    stockUsdPerKwh: Object.fromEntries(stockUsdPerKwh),
  };
};
