/** A made day of one battery: prices, plans each hour, and a battery that does as the plans and persons say. */
import { StorageLife } from '../../../src/backtest/lives.ts';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type { OverrideSpan, PlanningProblem, PricedSpan, StorageTerms } from '../../../src/dispatch/planningProblem.ts';
import { daySpan, hourMs } from '../../../src/programme/calendar.ts';
import { amountOf, differenceOf } from '../../../src/programme/money.ts';
import type { AskedPlan, MeteredHour, ReviewMatter } from '../../../src/review/terms.ts';

const timeZone = 'America/New_York';
const resourceID = 'battery';

/** What is put in the way of the day. */
export interface MadeDay {
  readonly seed: number;
  readonly startLevel: number;
  readonly wishes: Partial<StorageTerms>;
  /** From this hour on they hold. */
  readonly wishedFrom: number;
  readonly overrides: readonly {
    readonly action: OverrideSpan['action'];
    readonly fromHour: number;
    readonly toHour: number;
  }[];
  /** In which it may neither draw nor deliver, because a DR event asks for that. */
  readonly stopped: { readonly fromHour: number; readonly toHour: number } | null;
  /** From this hour on other prices are known than before. */
  readonly revisedAt: number | null;
  /** By how much the battery says to be fuller than it is, until 08:00. */
  readonly lie: number;
  /** Hours that are not metered. */
  readonly lost: readonly number[];
}

/** Prices of two days with a cheap night and a dear evening, and noise. */
const pricesOf = (seed: number, startAt: number): readonly PricedSpan[] => {
  let state = seed >>> 0;
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: 48 }, (_, index) => {
    const hour = index % 24;
    const usual = hour < 6 ? 0.04 : hour >= 17 && hour < 21 ? 0.25 : 0.1;
    const usd = (usual + noise() * 0.05).toFixed(4);
    return {
      startAt: startAt + index * hourMs,
      endAt: startAt + (index + 1) * hourMs,
      importUsdPerKwh: usd,
      exportUsdPerKwh: usd,
    };
  });
};

/** What was known before the prices were revised: the evening was to be cheap. */
const before = (prices: readonly PricedSpan[]): readonly PricedSpan[] =>
  prices.map((price, hour) =>
    hour >= 17 && hour < 21 ? { ...price, importUsdPerKwh: '0.03', exportUsdPerKwh: '0.03' } : price,
  );

/** The day as a review is given it. */
export const madeDay = async (given: Partial<MadeDay> = {}): Promise<ReviewMatter> => {
  const {
    seed = 7,
    startLevel = 0.4,
    wishes = {},
    wishedFrom = 0,
    overrides = [],
    stopped = null,
    revisedAt = null,
    lie = 0,
    lost = [],
  } = given;
  const span = daySpan('2026-06-11', timeZone);
  const { startAt, endAt } = span;
  const atHour = (hour: number): number => startAt + hour * hourMs;
  const prices = pricesOf(seed, startAt);
  const bare: StorageTerms = {
    kind: 'storage',
    resourceID,
    capacityWattHours: 13_500,
    chargeEfficiency: Math.sqrt(0.9),
    dischargeEfficiency: Math.sqrt(0.9),
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
    stateOfCharge: startLevel,
    wearUsdPerKwh: '0.02',
  };
  const storage: StorageTerms = {
    ...bare,
    ...(wishes.cyclesPerDay === undefined ? {} : { deliveredTodayWattHours: 0 }),
    ...wishes,
  };
  const life = new StorageLife(storage, prices);
  const levels = [life.level];
  const plans: AskedPlan[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    const believed = Math.min(1, Math.max(0, life.level + (hour < 8 ? lie : 0)));
    const problem: PlanningProblem = {
      fromAt: atHour(hour),
      toAt: atHour(48),
      timeZone,
      moneyScope: 'device',
      site: {},
      prices: revisedAt !== null && hour < revisedAt ? before(prices) : prices,
      devices: [
        {
          ...(hour < wishedFrom ? bare : storage),
          stateOfCharge: believed,
          ...(wishes.cyclesPerDay === undefined ? {} : { deliveredTodayWattHours: life.deliveredSince(startAt) }),
        },
      ],
      overrides: overrides
        .filter(({ fromHour, toHour }) => fromHour <= hour && hour < toHour)
        .map(({ action, fromHour, toHour }) => ({
          resourceID,
          action,
          startAt: atHour(fromHour),
          endAt: atHour(toHour),
        })),
      constraints:
        stopped === null || stopped.toHour <= hour
          ? []
          : [
              {
                kind: 'power',
                eventID: 'dr-event',
                resourceID,
                atLeastWatts: 0,
                atMostWatts: 0,
                startAt: atHour(stopped.fromHour),
                endAt: atHour(stopped.toHour),
              },
            ],
    };
    const { devices } = await optimise(problem);
    plans.push({ planID: `plan ${hour}`, at: atHour(hour), problem, devices });
    life.follow(devices[0]?.slots ?? [], { startAt: atHour(hour), endAt: atHour(hour + 1) });
    levels.push(life.level);
  }
  const { slots } = life.told();
  const metered = Array.from({ length: 24 }, (_, hour): MeteredHour => {
    const open = lost.includes(hour) ? ('notMetered' as const) : null;
    const own = slots.filter((slot) => slot.startAt >= atHour(hour) && slot.endAt <= atHour(hour + 1));
    const wattHours = (sign: number): number =>
      Math.round(
        own.reduce(
          (sum, each) => sum + Math.max(0, sign * each.demandWatts) * ((each.endAt - each.startAt) / hourMs),
          0,
        ),
      );
    const [importWattHours, exportWattHours] = open === null ? [wattHours(1), wattHours(-1)] : [null, null];
    return {
      resourceID,
      startAt: atHour(hour),
      endAt: atHour(hour + 1),
      importWattHours,
      exportWattHours,
      cashUsd:
        open === null
          ? differenceOf(
              '0',
              amountOf(prices[hour]?.importUsdPerKwh ?? '0', (importWattHours ?? 0) - (exportWattHours ?? 0)),
            )
          : null,
      open,
    };
  });
  return {
    day: span.day,
    timeZone,
    startAt,
    endAt,
    plans,
    prices,
    hasOwnExportPrice: false,
    levels: new Map([
      [
        resourceID,
        {
          startLevel,
          endLevel: levels[24] ?? 0,
          levelAt: (at) => levels[Math.round((at - startAt) / hourMs)] ?? null,
        },
      ],
    ]),
    loads: new Set(),
    left: [],
    metered,
    billed: null,
  };
};
