import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type {
  FlexibleLoadTerms,
  OverrideSpan,
  PlanningProblem,
  PlanSpan,
  StorageTerms,
} from '../../src/dispatch/planningProblem.ts';
import type { DevicePlan, SitePlan } from '../../src/dispatch/sitePlan.ts';
import { hourMs } from '../../src/programme/calendar.ts';
import { anyProblem, part } from './support/anyProblem.ts';
import { battery, evening, evenings, hourly, load, problem } from './support/problems.ts';
import { triesOf } from '../support/leftOut.ts';

/** @limit What whole watts and a solver's tolerance come to. @unit kWh */
const dust = 0.003;

const planOfDevice = (plan: SitePlan, resourceID: string): DevicePlan | undefined =>
  plan.devices.find((device) => device.resourceID === resourceID);

const isIn = (spans: readonly PlanSpan[], at: number): boolean =>
  spans.some(({ startAt, endAt }) => startAt <= at && at < endAt);

/** What all that draw, and all that deliver, come to by themselves at most. @unit W */
const mostOneWay = ({ devices }: SitePlan, signs: readonly (1 | -1)[] = [1, -1]): number => {
  const edges = new Set(devices.flatMap(({ slots }) => slots.map(({ startAt }) => startAt)));
  const powersAt = (at: number): readonly number[] =>
    devices.map(({ slots }) => slots.find((slot) => isIn([slot], at))?.demandWatts ?? 0);
  const sums = [...edges].flatMap((at) =>
    signs.map((sign) => powersAt(at).reduce((sum, watts) => sum + Math.max(0, sign * watts), 0)),
  );
  return Math.max(0, ...sums);
};

/** One after the other from beginning to end, in whole watts. */
const checkSlots = ({ fromAt, toAt }: PlanningProblem, { slots }: DevicePlan): void => {
  expect(slots[0]?.startAt).toBe(fromAt);
  expect(slots.at(-1)?.endAt).toBe(toAt);
  slots.forEach(({ startAt, endAt, demandWatts }, index) => {
    expect(startAt).toBe(index === 0 ? fromAt : slots[index - 1]?.endAt);
    expect(endAt).toBeGreaterThan(startAt);
    expect(Number.isSafeInteger(demandWatts)).toBe(true);
  });
};

/** Within its power, still while it is away, and with a level that is what was drawn and delivered comes to. */
const checkStorage = (terms: StorageTerms, { slots }: DevicePlan): void => {
  const capacity = terms.capacityWattHours / 1_000;
  const least = terms.stateOfChargeMin ?? 0;
  const most = Math.max(least, terms.stateOfChargeMax ?? 1);
  let level = (terms.stateOfCharge ?? 0) * capacity;
  let [low, high] = [Math.min(level, least * capacity), Math.max(level, most * capacity)];
  for (const { startAt, endAt, demandWatts, stateOfChargeAtEnd } of slots) {
    expect(demandWatts).toBeLessThanOrEqual(terms.maxChargeWatts);
    expect(demandWatts).toBeGreaterThanOrEqual(0 - terms.maxDischargeWatts);
    if (terms.available !== undefined && !isIn(terms.available, startAt)) expect(demandWatts).toBe(0);
    const kilowattHours = (demandWatts * (endAt - startAt)) / hourMs / 1_000;
    const trip = (terms.trips ?? []).reduce((sum, each) => {
      const overlap = Math.max(0, Math.min(endAt, each.endAt) - Math.max(startAt, each.startAt));
      return each.endAt > each.startAt
        ? sum + (each.energyWattHours / 1_000) * (overlap / (each.endAt - each.startAt))
        : sum;
    }, 0);
    const moved =
      kilowattHours > 0 ? kilowattHours * terms.chargeEfficiency : kilowattHours / terms.dischargeEfficiency;
    level = Math.max(0, level + moved - trip);
    expect(Math.abs((stateOfChargeAtEnd ?? Number.NaN) * capacity - level)).toBeLessThan(1e-6);
    if (trip > 0) low = Math.min(low, level);
    expect(level).toBeGreaterThanOrEqual(low - 1e-6);
    expect(level).toBeLessThanOrEqual(high + 1e-6);
    // Found outside of a limit it goes no further beyond it, and does not come back to there.
    low = Math.max(low, Math.min(level, least * capacity));
    high = Math.min(high, Math.max(level, most * capacity));
  }
};

const checkLoad = (terms: FlexibleLoadTerms, told: readonly OverrideSpan[], { slots }: DevicePlan): void => {
  const least = Math.min(terms.minWatts ?? 0, terms.maxWatts);
  for (const { startAt, demandWatts } of slots) {
    expect(demandWatts).toBeGreaterThanOrEqual(0);
    expect(demandWatts).toBeLessThanOrEqual(terms.maxWatts);
    if (isIn(told, startAt)) continue;
    if (demandWatts !== 0) expect(demandWatts).toBeGreaterThanOrEqual(least);
    if (startAt >= terms.deadlineAt) expect(demandWatts).toBe(0);
  }
};

describe('whatever is asked', () => {
  it('there is a plan, within what devices are, whose figures add up', async () => {
    await fc.assert(
      fc.asyncProperty(anyProblem, async (asked) => {
        const plan = await optimise(asked);
        for (const device of asked.devices) {
          const own = planOfDevice(plan, device.resourceID);
          if (device.kind === 'storage' && device.stateOfCharge === null) {
            expect(own).toBeUndefined();
            continue;
          }
          if (own === undefined) throw new Error(`There is no plan of ${device.resourceID}.`);
          checkSlots(asked, own);
          if (device.kind === 'storage') checkStorage(device, own);
          else
            checkLoad(
              device,
              asked.overrides.filter(({ resourceID }) => resourceID === device.resourceID),
              own,
            );
        }
        const { valueUsd, cashUsd, wearUsd, stockUsd, gapUsd, unmet } = plan;
        expect(Number(valueUsd)).toBeCloseTo(Number(cashUsd) - Number(wearUsd) + Number(stockUsd), 6);
        expect(Number(gapUsd)).toBeGreaterThanOrEqual(0);
        const unknown = asked.devices.flatMap((device) =>
          device.kind === 'storage' && device.stateOfCharge === null ? [device.resourceID] : [],
        );
        for (const { resourceID, wished, reached } of unmet) {
          expect(reached === null).toBe(unknown.includes(resourceID ?? ''));
          expect([wished, reached ?? 0].every(Number.isFinite)).toBe(true);
        }
      }),
      { seed: 2026, numRuns: triesOf(150) },
    );
  });

  it('the connection of the site is kept, or it is told that it is not', async () => {
    await fc.assert(
      fc.asyncProperty(anyProblem, fc.constantFrom(0, 3_000, 6_000), async (given, limit) => {
        const plan = await optimise({ ...given, site: { importLimitWatts: limit, exportLimitWatts: limit } });
        const isKept = mostOneWay(plan) <= limit + 2;
        expect(isKept || plan.unmet.some(({ kind }) => kind === 'siteLimit')).toBe(true);
      }),
      { seed: 2027, numRuns: triesOf(40) },
    );
  });

  it('the connection of the site is kept whoever does as planned and whoever does not', async () => {
    // One that has more to sell than the connection takes, and others in a hurry that would draw in the room it gives.
    const rivals = fc.record({
      moneyScope: fc.constantFrom('device' as const, 'site' as const),
      limit: fc.integer({ min: 1_000, max: 6_000 }),
      way: fc.constantFrom('importLimitWatts', 'exportLimitWatts'),
      level: fc.integer({ min: 0, max: 30 }).map((percent) => percent / 100),
      hurry: fc.integer({ min: 1, max: 4 }),
      needed: fc.constantFrom(0, 9_000),
    });
    await fc.assert(
      fc.asyncProperty(rivals, async ({ moneyScope, limit, way, level, hurry, needed }) => {
        const at = evening + hurry * hourMs;
        const car = battery({
          resourceID: 'car',
          capacityWattHours: 60_000,
          maxChargeWatts: 11_000,
          stateOfCharge: level,
          departures: [{ at, stateOfCharge: 0.9 }],
        });
        const devices = [battery({ stateOfCharge: 1 }), car, load({ energyWattHours: needed, deadlineAt: at })];
        const prices = hourly(evenings.map((usd, hour) => (hour < hurry ? 1.9 : usd)));
        const plan = await optimise(problem(devices, { moneyScope, prices, site: { [way]: limit } }));
        expect(mostOneWay(plan, way === 'importLimitWatts' ? [1] : [-1])).toBeLessThanOrEqual(limit + 2);
      }),
      { seed: 2029, numRuns: triesOf(25) },
    );
  });

  it('what is nonsense is no reason to have none', async () => {
    const nonsense = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 1e300, 5);
    await fc.assert(
      fc.asyncProperty(
        anyProblem,
        fc.array(nonsense, { minLength: 12, maxLength: 12 }),
        fc.nat(11),
        async (given, odd, which) => {
          const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = odd;
          const twisted = battery({
            ...(which % 2 === 0 ? { capacityWattHours: a } : {}),
            ...(which % 3 === 0 ? { chargeEfficiency: b, dischargeEfficiency: c } : {}),
            ...(which % 4 === 0 ? { maxChargeWatts: d, maxDischargeWatts: e } : {}),
            stateOfCharge: f,
            stateOfChargeMin: a,
            stateOfChargeMax: b,
            reserve: c,
            wearUsdPerKwh: 'much',
            terminalUsdPerKwh: '-3e20',
            cyclesPerDay: d,
            trips: [{ startAt: e, endAt: f, energyWattHours: a }],
            departures: [{ at: given.fromAt + hourMs, stateOfCharge: c }],
          });
          const plan = await optimise({ ...given, devices: [...given.devices, twisted, twisted] });
          expect(Number.isFinite(Number(plan.valueUsd))).toBe(true);
          for (const { slots } of plan.devices)
            for (const { demandWatts } of slots) expect(Number.isSafeInteger(demandWatts)).toBe(true);
        },
      ),
      { seed: 2028, numRuns: triesOf(60) },
    );
    expect((await optimise(problem([battery()], { fromAt: Number.NaN }))).devices).toEqual([]);
    expect((await optimise(problem([battery()], { toAt: 0 }))).devices).toEqual([]);
  });
});

describe('wishes', () => {
  const dayPrices = fc
    .array(fc.integer({ min: -300, max: 1_400 }), { minLength: 24, maxLength: 24 })
    .map((milli) => hourly(milli.map((each) => each / 1_000)));

  it('a reserve that is there is never sold', async () => {
    await fc.assert(
      fc.asyncProperty(dayPrices, part, part, async (prices, level, reserve) => {
        const kept = Math.min(level, reserve);
        const plan = await optimise(problem([battery({ stateOfCharge: level, reserve: kept })], { prices }));
        const lowest = Math.min(...(plan.devices[0]?.slots ?? []).map((slot) => slot.stateOfChargeAtEnd ?? Number.NaN));
        expect(lowest * 13.5).toBeGreaterThanOrEqual(kept * 13.5 - dust);
        expect(plan.unmet).toEqual([]);
      }),
      { seed: 5, numRuns: triesOf(25) },
    );
  });

  it('a departure is missed by no more than physics demands, whatever it costs', async () => {
    await fc.assert(
      fc.asyncProperty(dayPrices, part, part, fc.integer({ min: 1, max: 24 }), async (prices, level, wish, hour) => {
        const leaving = battery({
          stateOfCharge: level,
          departures: [{ at: (prices[0]?.startAt ?? 0) + hour * hourMs, stateOfCharge: wish }],
        });
        const plan = await optimise(problem([leaving], { prices }));
        const most = Math.min(1, level + (5 * Math.sqrt(0.9) * hour) / 13.5);
        const reached =
          (plan.devices[0]?.slots ?? []).findLast(({ endAt }) => endAt <= (prices[0]?.startAt ?? 0) + hour * hourMs)
            ?.stateOfChargeAtEnd ?? Number.NaN;
        expect(reached).toBeGreaterThanOrEqual(Math.min(wish, most) - 0.0005);
        expect(plan.unmet.map(({ kind }) => kind)).toEqual(most < wish - 0.0005 ? ['departure'] : []);
      }),
      { seed: 6, numRuns: triesOf(25) },
    );
  });
});
