/** A made day of a load that needs energy by a time each day, or of a car that is away by day, planned anew each hour. */
import { StorageLife } from '../../../src/backtest/lives.ts';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type {
  DeviceTerms,
  FlexibleLoadTerms,
  PlanningProblem,
  PricedSpan,
  StorageTerms,
} from '../../../src/dispatch/planningProblem.ts';
import { type DaySpan, daySpan, hourMs } from '../../../src/programme/calendar.ts';
import { amountOf, differenceOf } from '../../../src/programme/money.ts';
import type { AskedPlan, MeteredHour, ReviewMatter } from '../../../src/review/terms.ts';

const timeZone = 'America/New_York';
const span: DaySpan = daySpan('2026-06-11', timeZone);
const { startAt, endAt } = span;

export const atHour = (hour: number): number => startAt + hour * hourMs;

/** Prices of two days with a cheap night and a dear evening, and noise of a seed. */
const pricesOf = (seed: number): readonly PricedSpan[] => {
  let state = seed >>> 0;
  return Array.from({ length: 48 }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const hour = index % 24;
    const usual = hour < 6 ? 0.04 : hour >= 17 && hour < 21 ? 0.25 : 0.1;
    const usd = (usual + (state / 2 ** 32) * 0.05).toFixed(4);
    return { startAt: atHour(index), endAt: atHour(index + 1), importUsdPerKwh: usd, exportUsdPerKwh: usd };
  });
};

const meteredHour = (resourceID: string, hour: number, watts: number, prices: readonly PricedSpan[]): MeteredHour => ({
  resourceID,
  startAt: atHour(hour),
  endAt: atHour(hour + 1),
  importWattHours: Math.round(Math.max(0, watts)),
  exportWattHours: Math.round(Math.max(0, -watts)),
  cashUsd: differenceOf('0', amountOf(prices[hour]?.importUsdPerKwh ?? '0', Math.round(watts))),
  open: null,
});

const question = (hour: number, prices: readonly PricedSpan[], device: DeviceTerms): PlanningProblem => ({
  fromAt: atHour(hour),
  toAt: atHour(48),
  timeZone,
  moneyScope: 'device',
  site: {},
  prices,
  devices: [device],
  overrides: [],
  constraints: [],
});

const about = { day: span.day, timeZone, startAt, endAt, hasOwnExportPrice: false, left: [], billed: null };

/** What a day of the load is made of. */
export interface MadeLoadDay {
  readonly seed: number;
  /** Each day, by the hour. @unit Wh */
  readonly needWattHours: number;
  readonly doneByHour: number;
  /** From and to which hour it is wished to be still. */
  readonly quiet: readonly [from: number, to: number] | null;
  /** What it draws of what it is told. */
  readonly obeys: number;
  /** From this hour on other prices are known than before. */
  readonly revisedAt: number | null;
}

/** The day of a load. */
export const madeLoadDay = async (given: Partial<MadeLoadDay> = {}): Promise<ReviewMatter> => {
  const { seed = 7, needWattHours = 8_000, doneByHour = 14, quiet = null, obeys = 1, revisedAt = null } = given;
  const prices = pricesOf(seed);
  const cheap = prices.map((price, hour) =>
    hour >= 17 && hour < 24 ? { ...price, importUsdPerKwh: '0.001', exportUsdPerKwh: '0.001' } : price,
  );
  const plans: AskedPlan[] = [];
  const metered: MeteredHour[] = [];
  let drawn = 0;
  for (let hour = 0; hour < 24; hour += 1) {
    if (hour === doneByHour) drawn = 0;
    const load: FlexibleLoadTerms = {
      kind: 'flexibleLoad',
      resourceID: 'load',
      energyWattHours: Math.max(0, needWattHours - drawn),
      deadlineAt: atHour(hour < doneByHour ? doneByHour : doneByHour + 24),
      maxWatts: 2_500,
      ...(quiet === null ? {} : { quietTimes: [{ startAt: atHour(quiet[0]), endAt: atHour(quiet[1]) }] }),
    };
    const problem = question(hour, revisedAt !== null && hour < revisedAt ? cheap : prices, load);
    const { devices } = await optimise(problem);
    plans.push({ planID: `plan ${hour}`, at: atHour(hour), problem, devices });
    const watts = Math.round((devices[0]?.slots[0]?.demandWatts ?? 0) * obeys);
    drawn += watts;
    metered.push(meteredHour('load', hour, watts, prices));
  }
  return { ...about, plans, prices, levels: new Map(), loads: new Set(['load']), metered };
};

/** The day of a car that is away from 08:00 to 17:00 and uses energy meanwhile, wishes to leave full, and sells when it is there. */
export const madeCarDay = async (seed: number, wish: number | null): Promise<ReviewMatter> => {
  const prices = pricesOf(seed);
  const car: StorageTerms = {
    kind: 'storage',
    resourceID: 'car',
    capacityWattHours: 60_000,
    chargeEfficiency: Math.sqrt(0.9),
    dischargeEfficiency: Math.sqrt(0.9),
    maxChargeWatts: 7_200,
    maxDischargeWatts: 7_200,
    stateOfCharge: 0.4,
    wearUsdPerKwh: '0.02',
    available: [
      { startAt, endAt: atHour(8) },
      { startAt: atHour(17), endAt: atHour(32) },
    ],
    trips: [{ startAt: atHour(8), endAt: atHour(17), energyWattHours: 12_000 }],
    ...(wish === null ? {} : { departures: [{ at: atHour(8), stateOfCharge: wish }] }),
  };
  const life = new StorageLife(car, prices);
  const levels = [life.level];
  const plans: AskedPlan[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    const { departures = [], ...terms } = car;
    const ahead = departures.filter(({ at }) => at > atHour(hour));
    const now = { ...terms, stateOfCharge: life.level, ...(ahead.length === 0 ? {} : { departures: ahead }) };
    const problem = question(hour, prices, now);
    const { devices } = await optimise(problem);
    plans.push({ planID: `plan ${hour}`, at: atHour(hour), problem, devices });
    life.follow(devices[0]?.slots ?? [], { startAt: atHour(hour), endAt: atHour(hour + 1) });
    levels.push(life.level);
  }
  const { slots } = life.told();
  const metered = Array.from({ length: 24 }, (_, hour) => {
    const own = slots.filter((slot) => slot.startAt >= atHour(hour) && slot.endAt <= atHour(hour + 1));
    const wattHours = own.reduce((sum, each) => sum + (each.demandWatts * (each.endAt - each.startAt)) / hourMs, 0);
    return meteredHour('car', hour, wattHours, prices);
  });
  // While it is away nobody knows how full it is.
  const levelAt = (at: number): number | null => {
    const hour = Math.round((at - startAt) / hourMs);
    return hour > 8 && hour < 17 ? null : (levels[hour] ?? null);
  };
  const found = { startLevel: levels[0] ?? 0, endLevel: levels[24] ?? 0, levelAt };
  return { ...about, plans, prices, levels: new Map([['car', found]]), loads: new Set(), metered };
};
