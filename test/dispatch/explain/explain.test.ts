import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainPlan, moneyAlone } from '../../../src/dispatch/explain/explain.ts';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type { FlexibleLoadTerms, PlanningProblem, StorageTerms } from '../../../src/dispatch/planningProblem.ts';
import { daySpan, hourMs } from '../../../src/programme/calendar.ts';
import { triesOf } from '../../support/leftOut.ts';

const timeZone = 'America/New_York';
const fromAt = daySpan('2026-11-24', timeZone).startAt;
const root = Math.sqrt(0.9);

const battery: StorageTerms = {
  kind: 'storage',
  resourceID: 'battery',
  capacityWattHours: 13_500,
  chargeEfficiency: root,
  dischargeEfficiency: root,
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
  stateOfCharge: 0.5,
  wearUsdPerKwh: '0.02',
};

const problemOf = (prices: readonly (string | null)[], change: Partial<PlanningProblem> = {}): PlanningProblem => ({
  fromAt,
  toAt: fromAt + prices.length * hourMs,
  timeZone,
  moneyScope: 'device',
  site: {},
  prices: prices.map((price, hour) => ({
    startAt: fromAt + hour * hourMs,
    endAt: fromAt + (hour + 1) * hourMs,
    importUsdPerKwh: price,
    exportUsdPerKwh: price,
  })),
  devices: [battery],
  overrides: [],
  constraints: [],
  ...change,
});

/** Cheap at night and at noon, dear in the evening. */
const usualDay: readonly string[] = Array.from({ length: 24 }, (_, hour) =>
  hour < 5
    ? '0.04'
    : hour === 12 || hour === 13
      ? '0.05'
      : hour >= 17 && hour < 20
        ? hour === 18
          ? '1.20'
          : '0.45'
        : '0.11',
);

const told = async (problem: PlanningProblem) => {
  const plan = await optimise(problem);
  const explanation = await explainPlan(problem, plan);
  return { plan, explanation, device: explanation.devices[0]! };
};

const sumOf = (usd: readonly string[]): number => usd.reduce((sum, each) => sum + Number(each), 0);

describe('the explanation of a plan', () => {
  it('says what is bought for what, and what each hour does', async () => {
    const { device } = await told(problemOf(usualDay));
    const [night] = device.pairs.filter(({ bought, sold }) => bought !== null && sold !== null);
    expect(night).toMatchObject({ from: 'grid', to: 'grid' });
    expect(Number(night?.gainUsd)).toBeGreaterThan(0);
    const at = (hour: number) => device.slots[hour]!;
    expect(at(18)).toMatchObject({ does: 'sells', limit: 'power', importUsdPerKwh: '1.2' });
    expect(Number(at(18).limitUsdPerKwh)).toBeGreaterThan(0.5);
    expect(at(9)).toMatchObject({ does: 'rests' });
    // And the prices at which it would do otherwise lie around the price of an hour in which the price alone decides
    for (const { does, limit, importUsdPerKwh, buyBelowUsdPerKwh, sellAboveUsdPerKwh } of device.slots) {
      if (does !== 'rests' || limit !== 'price') continue;
      if (buyBelowUsdPerKwh !== null)
        expect(Number(buyBelowUsdPerKwh)).toBeLessThanOrEqual(Number(importUsdPerKwh) + 1e-4);
      if (sellAboveUsdPerKwh !== null)
        expect(Number(sellAboveUsdPerKwh)).toBeGreaterThanOrEqual(Number(importUsdPerKwh) - 1e-4);
    }
  });

  it('names a DR event where it lets a device go no further, and what else binds where it does not', async () => {
    const span = (from: number, to: number) => ({ startAt: fromAt + from * hourMs, endAt: fromAt + to * hourMs });
    const event = { kind: 'level', eventID: 'evening', resourceID: 'battery' } as const;
    const constraints = [
      { ...event, level: 1, ...span(1, 2) },
      { ...event, level: 0, ...span(4, 5) },
      { ...event, level: 2, ...span(12, 19) },
    ] as const;
    const { device } = await told(problemOf(usualDay, { constraints }));
    const at = (hour: number) => device.slots[hour]!;
    expect(at(12)).toMatchObject({ does: 'rests', limit: 'constraint', eventIDs: ['evening'] });
    // It sells all it can, which a level that forbids to draw does not mind; and a level of 0 asks nothing.
    expect(at(18)).toMatchObject({ does: 'sells', limit: 'power' });
    expect(at(4).limit).not.toBe('constraint');
  });

  it('says what each DR event costs, in all of its intervals together, as if it alone were lifted', async () => {
    const stop = (eventID: string, from: number, to: number) =>
      ({
        kind: 'power',
        eventID,
        resourceID: 'battery',
        atLeastWatts: 0,
        atMostWatts: 0,
        startAt: fromAt + from * hourMs,
        endAt: fromAt + to * hourMs,
      }) as const;
    const constraints = [stop('dear', 17, 18), stop('dear', 18, 19), stop('dull', 9, 10)];
    const worth = async (left: typeof constraints): Promise<number> =>
      Number((await optimise(problemOf(usualDay, { constraints: left }))).valueUsd);
    const { explanation } = await told(problemOf(usualDay, { constraints }));
    expect(explanation.wishes).toMatchObject([
      { kind: 'constraint', eventID: 'dear', resourceID: 'battery', span: { startAt: fromAt + 17 * hourMs } },
      { kind: 'constraint', eventID: 'dull', costUsd: '0' },
    ]);
    const [dear] = explanation.wishes;
    expect(dear?.span?.endAt).toBe(fromAt + 19 * hourMs);
    expect(Number(dear?.costUsd)).toBeGreaterThan(1);
    expect(Number(dear?.costUsd)).toBeCloseTo((await worth(constraints.slice(2))) - (await worth(constraints)), 5);
  });

  it('tells of slots that are asked about what it tells of them among all', async () => {
    const problem = problemOf(usualDay, {
      devices: [battery, { ...battery, resourceID: 'other', stateOfCharge: 0.2 }],
    });
    const plan = await optimise(problem);
    const [all, evening, limits] = await Promise.all([
      explainPlan(problem, plan),
      explainPlan(problem, plan, { slots: ({ startAt }) => startAt === fromAt + 18 * hourMs, wishes: false }),
      explainPlan(problem, plan, { thresholds: false }),
    ]);
    for (const [device, { slots }] of all.devices.entries()) {
      expect(evening.devices[device]?.slots[18]).toEqual(slots[18]);
      expect(limits.devices[device]?.slots.map(({ limit, limitUsdPerKwh }) => ({ limit, limitUsdPerKwh }))).toEqual(
        slots.map(({ limit, limitUsdPerKwh }) => ({ limit, limitUsdPerKwh })),
      );
    }
    // And the rest is not asked
    expect(evening.devices[0]?.slots[9]).toMatchObject({ buyBelowUsdPerKwh: null, sellAboveUsdPerKwh: null });
    expect(limits.devices[0]?.slots[9]).toMatchObject({ buyBelowUsdPerKwh: null, sellAboveUsdPerKwh: null });
    expect(all.devices[0]?.slots[9]?.buyBelowUsdPerKwh).not.toBeNull();
  });

  it('names prices that really change what is done', async () => {
    const { device } = await told(problemOf(usualDay));
    const rest = device.slots.findIndex(({ does, limit }, hour) => does === 'rests' && limit === 'price' && hour > 8);
    const { buyBelowUsdPerKwh, sellAboveUsdPerKwh } = device.slots[rest]!;
    for (const [threshold, by, does] of [
      [buyBelowUsdPerKwh, -0.002, 'buys'],
      [sellAboveUsdPerKwh, 0.002, 'sells'],
    ] as const) {
      const other = await told(problemOf(usualDay.with(rest, (Number(threshold) + by).toFixed(6))));
      expect(other.device.slots[rest]?.does).toBe(does);
      const same = await told(problemOf(usualDay.with(rest, (Number(threshold) - by).toFixed(6))));
      expect(same.device.slots[rest]?.does).not.toBe(does);
    }
  });

  describe('of several devices that share a connection', () => {
    // What is left is worth the same whatever the prices, or an asked price would change that, too.
    const one = { ...battery, terminalUsdPerKwh: '0.05' };
    const twins = [one, { ...one, resourceID: 'other', capacityWattHours: 8_000, stateOfCharge: 0.2 }];

    /** What all devices come to in an hour of a plan, with another price in it. @unit W */
    const netWith = async (problem: PlanningProblem, hour: number, usd: number): Promise<number> => {
      const prices = problem.prices.map((price, index) =>
        index === hour ? { ...price, importUsdPerKwh: usd.toFixed(6), exportUsdPerKwh: usd.toFixed(6) } : price,
      );
      const { devices } = await optimise({ ...problem, prices });
      return devices.reduce((sum, { slots }) => sum + (slots[hour]?.demandWatts ?? 0), 0);
    };

    it('names the prices at which all of them together do otherwise, where one does what another leaves', async () => {
      let asked = 0;
      for (const seed of [1, 2, 3]) {
        const prices = usualDay.map((usd, hour) => (Number(usd) + ((hour * 7 * seed) % 11) * 0.004).toFixed(5));
        const problem = problemOf(prices, {
          devices: twins,
          site: { importLimitWatts: 6_000, exportLimitWatts: 5_500 },
        });
        const { explanation } = await told(problem);
        for (const hour of prices.keys()) {
          const [first, other] = explanation.devices.map(({ slots }) => slots[hour]!);
          if (first?.thresholdsOf !== 'site') continue;
          // It is one pair of prices, whoever is asked.
          expect(other).toMatchObject({ thresholdsOf: 'site', buyBelowUsdPerKwh: first.buyBelowUsdPerKwh });
          const [buy, sell] = [first.buyBelowUsdPerKwh, first.sellAboveUsdPerKwh].map(Number) as [number, number];
          if (first.buyBelowUsdPerKwh !== null) {
            expect(await netWith(problem, hour, buy - 0.002)).toBeGreaterThan(0);
            expect(await netWith(problem, hour, buy + 0.002)).toBeLessThanOrEqual(2);
          }
          if (first.sellAboveUsdPerKwh !== null) {
            expect(await netWith(problem, hour, sell + 0.002)).toBeLessThan(0);
            expect(await netWith(problem, hour, sell - 0.002)).toBeGreaterThanOrEqual(-2);
          }
          asked += 1;
        }
      }
      expect(asked).toBeGreaterThan(8);
    });

    it('says so of each whom it keeps from more, and what one kWh more through it would bring', async () => {
      // Given one cheap hour, in which both could draw more than the connection lets them
      const prices = usualDay.map((usd, hour) => (hour === 3 ? '0.01' : hour < 17 ? '0.40' : usd));
      for (const moneyScope of ['device', 'site'] as const) {
        const at = (importLimitWatts: number) =>
          problemOf(prices, { devices: twins, site: { importLimitWatts }, moneyScope });
        const { explanation, plan } = await told(at(6_000));
        const cheap = explanation.devices.map(({ slots }) => slots[3]!);
        expect(cheap.reduce((sum, { demandWatts }) => sum + demandWatts, 0)).toBeGreaterThan(5_990);
        expect(cheap.map(({ limit }) => limit)).toEqual(['siteLimit', 'siteLimit']);
        // Then a wider connection brings what was said
        const wider = await optimise(at(6_100));
        const brings = (Number(wider.valueUsd) - Number(plan.valueUsd)) / 0.1;
        for (const { limitUsdPerKwh } of cheap) expect(Number(limitUsdPerKwh)).toBeCloseTo(brings, 2);
        // And it is not spoken of where there is room
        const free = await told(at(40_000));
        expect(free.explanation.devices.flatMap(({ slots }) => slots.map(({ limit }) => limit))).not.toContain(
          'siteLimit',
        );
      }
    });

    it('speaks of one device where the connection leaves each of them free', async () => {
      const { explanation } = await told(problemOf(usualDay, { devices: twins, site: { importLimitWatts: 40_000 } }));
      expect(new Set(explanation.devices.flatMap(({ slots }) => slots.map((slot) => slot.thresholdsOf)))).toEqual(
        new Set(['device']),
      );
    });
  });

  describe('of a load that needs energy by a time', () => {
    const heater: FlexibleLoadTerms = {
      kind: 'flexibleLoad',
      resourceID: 'heater',
      energyWattHours: 9_000,
      deadlineAt: fromAt + 6 * hourMs,
      maxWatts: 4_500,
    };
    const prices = usualDay.map((usd, hour) => (hour === 1 ? '0.02' : hour === 2 ? '0.03' : usd));
    const limits = async (change: Partial<PlanningProblem> = {}) =>
      (await told(problemOf(prices, { devices: [heater], ...change }))).device.slots.map(({ limit }) => limit);

    it('says what keeps it from drawing more: its power, its need, or the price', async () => {
      const found = await limits();
      // More in the cheapest hour would be less in the next; more in that one is not needed
      expect(found.slice(0, 4)).toEqual(['price', 'power', 'deadline', 'price']);
      expect(new Set(found.slice(6))).toEqual(new Set(['deadline']));
    });

    it('says that it is the connection, a person, or that it is away', async () => {
      expect((await limits({ site: { importLimitWatts: 4_000 } })).slice(1, 4)).toEqual([
        'siteLimit',
        'siteLimit',
        'price',
      ]);
      const hold = {
        resourceID: 'heater',
        startAt: fromAt + hourMs,
        endAt: fromAt + 2 * hourMs,
        action: 'hold',
      } as const;
      expect((await limits({ overrides: [hold] }))[1]).toBe('override');
      const later = { ...heater, available: [{ startAt: fromAt + 2 * hourMs, endAt: fromAt + 6 * hourMs }] };
      expect((await limits({ devices: [later] })).slice(0, 3)).toEqual(['away', 'away', 'power']);
    });

    it('says that it is to be quiet then', async () => {
      const quiet = { ...heater, quietTimes: [{ startAt: fromAt + hourMs, endAt: fromAt + 2 * hourMs }] };
      expect((await limits({ devices: [quiet] })).slice(1, 3)).toEqual(['quietTime', 'power']);
    });
  });

  it('of a load says below which price it would draw', async () => {
    const heater: FlexibleLoadTerms = {
      kind: 'flexibleLoad',
      resourceID: 'heater',
      energyWattHours: 5_000,
      deadlineAt: fromAt + 6 * hourMs,
      maxWatts: 3_000,
    };
    const prices = ['0.09', '0.05', '0.07', '0.08', '0.11', '0.10'];
    const drawn = async (hour: number, usd: number) =>
      (await told(problemOf(prices.with(hour, usd.toFixed(6)), { devices: [heater] }))).device.slots[hour]!.demandWatts;
    const { device } = await told(problemOf(prices, { devices: [heater] }));
    for (const [hour, { buyBelowUsdPerKwh, sellAboveUsdPerKwh }] of device.slots.entries()) {
      expect(sellAboveUsdPerKwh).toBeNull();
      expect(await drawn(hour, Number(buyBelowUsdPerKwh) - 0.002)).toBeGreaterThan(0);
      expect(await drawn(hour, Number(buyBelowUsdPerKwh) + 0.002)).toBe(0);
    }
  });

  describe('of a plan that had to choose', () => {
    const steady: StorageTerms = { ...battery, terminalUsdPerKwh: '0.06' };

    /** What binds and which prices hold agree with what each slot does, and the pairs are the plan's value to the cent. */
    const expectToldTruly = async (problem: PlanningProblem) => {
      const { plan, explanation } = await told(problem);
      expect(plan.solvedBy).toBe('milp');
      expect(sumOf(explanation.devices.map(({ gainUsd }) => gainUsd))).toBeCloseTo(Number(plan.valueUsd), 4);
      for (const { slots, pairs, gainUsd, resourceID } of explanation.devices) {
        if (resourceID !== 'heater') expect(sumOf(pairs.map((pair) => pair.gainUsd))).toBeCloseTo(Number(gainUsd), 4);
        for (const { does, importUsdPerKwh, buyBelowUsdPerKwh: buy, sellAboveUsdPerKwh: sell, thresholdsOf } of slots) {
          if (thresholdsOf === 'site') continue;
          const usd = Number(importUsdPerKwh);
          if (does === 'buys' && buy !== null) expect(Number(buy)).toBeGreaterThanOrEqual(usd - 2e-4);
          if (does === 'sells' && sell !== null) expect(Number(sell)).toBeLessThanOrEqual(usd + 2e-4);
          if (does !== 'rests') continue;
          if (buy !== null) expect(Number(buy)).toBeLessThanOrEqual(usd + 2e-4);
          if (sell !== null) expect(Number(sell)).toBeGreaterThanOrEqual(usd - 2e-4);
        }
      }
      return explanation.devices;
    };

    it('says what binds at prices far below nothing, where it empties itself to be filled again', async () => {
      const prices = usualDay.map((usd, hour) => (hour >= 9 && hour < 13 ? (-0.4 + hour / 1_000).toFixed(3) : usd));
      const [device] = await expectToldTruly(
        problemOf(prices, { devices: [{ ...steady, wearUsdPerKwh: '0', stateOfCharge: 0.8 }] }),
      );
      const below = device!.slots.slice(9, 13);
      expect(below.map(({ does }) => does)).toContain('sells');
      const buys = below.filter(({ does }) => does === 'buys');
      expect(buys.some(({ limit, limitUsdPerKwh }) => limit === 'power' && Number(limitUsdPerKwh) > 0)).toBe(true);
      expect(device!.slots.filter(({ limit }) => limit === 'full' || limit === 'empty').length).toBeGreaterThan(4);
    });

    it('says what binds beside a load that cannot run slower', async () => {
      const heater: FlexibleLoadTerms = {
        kind: 'flexibleLoad',
        resourceID: 'heater',
        energyWattHours: 9_000,
        deadlineAt: fromAt + 12 * hourMs,
        maxWatts: 2_500,
        minWatts: 2_000,
      };
      const prices = usualDay.map((usd, hour) => (Number(usd) + ((hour * 7) % 11) * 0.003).toFixed(3));
      const [device, load] = await expectToldTruly(
        problemOf(prices, { devices: [steady, heater], site: { importLimitWatts: 6_000 } }),
      );
      expect(device!.slots.map(({ limit }) => limit)).toContain('siteLimit');
      expect(load!.slots.map(({ limit }) => limit)).toContain('deadline');
      expect(device!.slots.some(({ sellAboveUsdPerKwh }) => sellAboveUsdPerKwh !== null)).toBe(true);
    });
  });

  it('at a site that is one bill names the price of what is moved: what the home draws, or what the panels sell', async () => {
    const home = (loadWatts: number, pvWatts: number): PlanningProblem['site'] => ({
      forecast: [{ startAt: fromAt, endAt: fromAt + 24 * hourMs, loadWatts, pvWatts }],
    });
    const given = (site: PlanningProblem['site'], bought: readonly string[], sold: readonly string[]) => ({
      ...problemOf(bought, { moneyScope: 'site', site }),
      prices: bought.map((importUsdPerKwh, hour) => ({
        startAt: fromAt + hour * hourMs,
        endAt: fromAt + (hour + 1) * hourMs,
        importUsdPerKwh,
        exportUsdPerKwh: sold[hour] ?? null,
      })),
    });
    const sold = usualDay.map(() => '0.01');
    for (const [site, moves] of [
      [home(3_000, 0), 'importUsdPerKwh'],
      [home(0, 3_000), 'exportUsdPerKwh'],
    ] as const) {
      const problem = given(
        site,
        moves === 'importUsdPerKwh' ? usualDay : usualDay.map(() => '1.50'),
        moves === 'importUsdPerKwh' ? sold : usualDay,
      );
      const { device } = await told(problem);
      let asked = 0;
      for (const [hour, { does, limit, buyBelowUsdPerKwh, sellAboveUsdPerKwh }] of device.slots.entries()) {
        if (does !== 'rests' || limit !== 'price') continue;
        for (const [threshold, by, then] of [
          [buyBelowUsdPerKwh, -0.002, 'buys'],
          [sellAboveUsdPerKwh, 0.002, 'sells'],
        ] as const) {
          if (threshold === null) continue;
          const at = (usd: number): PlanningProblem => ({
            ...problem,
            prices: problem.prices.map((price, index) =>
              index === hour ? { ...price, [moves]: usd.toFixed(6) } : price,
            ),
          });
          expect((await told(at(Number(threshold) + by))).device.slots[hour]?.does).toBe(then);
          expect((await told(at(Number(threshold) - by))).device.slots[hour]?.does).not.toBe(then);
          asked += 1;
        }
        if (asked >= 4) break;
      }
      expect(asked).toBeGreaterThan(1);
    }
  });

  it('says that it is full, empty, or that only the reserve is left', async () => {
    const falling = Array.from({ length: 12 }, (_, hour) => (0.3 - hour * 0.02).toFixed(2));
    const full = await told(
      problemOf(['0.01', '0.01', '0.01', '0.02', '0.05', '0.9', '0.9', '0.9'], {
        devices: [{ ...battery, stateOfCharge: 1 }],
      }),
    );
    expect(full.device.slots[3]).toMatchObject({ does: 'rests', limit: 'full' });
    const empty = await told(
      problemOf(falling, { devices: [{ ...battery, stateOfCharge: 0, terminalUsdPerKwh: '0' }] }),
    );
    expect(empty.device.slots[0]).toMatchObject({ does: 'rests', limit: 'empty' });
    const kept = await told(problemOf(falling, { devices: [{ ...battery, reserve: 0.5, terminalUsdPerKwh: '0' }] }));
    expect(kept.device.slots[0]).toMatchObject({ does: 'rests', limit: 'reserve' });
    // And the reserve costs what the plan without it would earn
    expect(kept.explanation.wishes).toMatchObject([{ kind: 'reserve', resourceID: 'battery' }]);
    expect(Number(kept.explanation.wishes[0]?.costUsd)).toBeCloseTo(
      5 * (0.3 - 0.02) + (6.75 * root - 5) * (0.28 - 0.02),
      3,
    );
  });

  it('says what an override costs, and that it is one', async () => {
    const override = {
      resourceID: 'battery',
      action: 'hold' as const,
      startAt: fromAt + 17 * hourMs,
      endAt: fromAt + 20 * hourMs,
    };
    const { device, explanation, plan } = await told(problemOf(usualDay, { overrides: [override] }));
    const free = await optimise(problemOf(usualDay));
    expect(device.slots[18]).toMatchObject({ does: 'rests', limit: 'override' });
    expect(explanation.wishes).toMatchObject([{ kind: 'override', span: { startAt: override.startAt } }]);
    expect(Number(explanation.wishes[0]?.costUsd)).toBeCloseTo(Number(free.valueUsd) - Number(plan.valueUsd), 5);
  });

  it('adds up, whatever the prices, devices and wishes: pairs, home and stock are the value of the plan', async () => {
    const price = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -5_000, max: 60_000 }).map((ten) => (ten / 1e5).toFixed(5)) },
      { weight: 1, arbitrary: fc.constantFrom('4.78', '0', '-0.3') },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    const share = fc.integer({ min: 0, max: 100 }).map((each) => each / 100);
    const storage = fc.record({
      kind: fc.constant('storage' as const),
      capacityWattHours: fc.integer({ min: 1_000, max: 80_000 }),
      chargeEfficiency: fc.constantFrom(1, root, 0.85),
      dischargeEfficiency: fc.constantFrom(1, root, 0.9),
      maxChargeWatts: fc.integer({ min: 500, max: 11_000 }),
      maxDischargeWatts: fc.integer({ min: 0, max: 11_000 }),
      stateOfCharge: share,
      reserve: fc.constantFrom(0, 0, 0.3),
      wearUsdPerKwh: fc.constantFrom('0', '0.02', '0.1'),
    });
    const made = fc.record({
      prices: fc.array(price, { minLength: 2, maxLength: 30 }),
      storages: fc.array(storage, { minLength: 1, maxLength: 3 }),
      isSite: fc.boolean(),
      load: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 30, maxLength: 30 }),
      pv: fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 30, maxLength: 30 }),
      exportLimitWatts: fc.constantFrom(undefined, 3_000),
      importLimitWatts: fc.constantFrom(undefined, 9_000),
      loadWattHours: fc.constantFrom(0, 5_000),
      trip: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(made, async (given) => {
        const { prices, storages, isSite, load, pv, exportLimitWatts, importLimitWatts, loadWattHours, trip } = given;
        const devices = storages.map((each, index): StorageTerms => ({
          ...each,
          resourceID: `device ${index}`,
          ...(trip && index === 0
            ? {
                available: [{ startAt: fromAt + 2 * hourMs, endAt: fromAt + 90 * hourMs }],
                trips: [{ startAt: fromAt, endAt: fromAt + 2 * hourMs, energyWattHours: 500 }],
              }
            : {}),
        }));
        const flexible: FlexibleLoadTerms = {
          kind: 'flexibleLoad',
          resourceID: 'load',
          energyWattHours: loadWattHours,
          deadlineAt: fromAt + prices.length * hourMs,
          maxWatts: 2_500,
        };
        const problem = problemOf(prices, {
          devices: loadWattHours > 0 ? [...devices, flexible] : devices,
          moneyScope: isSite ? 'site' : 'device',
          site: {
            ...(exportLimitWatts === undefined ? {} : { exportLimitWatts }),
            ...(importLimitWatts === undefined ? {} : { importLimitWatts }),
            forecast: isSite
              ? prices.map((_price, hour) => ({
                  startAt: fromAt + hour * hourMs,
                  endAt: fromAt + (hour + 1) * hourMs,
                  loadWatts: load[hour] ?? 0,
                  pvWatts: pv[hour] ?? 0,
                }))
              : [],
          },
        });
        const plan = await optimise(problem);
        const explanation = await explainPlan(problem, plan, moneyAlone);
        const near = (a: string | number, b: string | number) =>
          expect(Math.abs(Number(a) - Number(b))).toBeLessThan(0.0005);
        for (const part of ['valueUsd', 'cashUsd', 'wearUsd', 'stockUsd'] as const) near(explanation[part], plan[part]);
        near(sumOf(explanation.devices.map(({ gainUsd }) => gainUsd)) + Number(explanation.homeUsd), plan.valueUsd);
        for (const { slots, pairs, gainUsd, resourceID } of explanation.devices) {
          if (resourceID === 'load') {
            // What stores nothing has no pairs: it gains what it costs.
            near(sumOf(slots.map(({ cashUsd }) => cashUsd)), gainUsd);
            continue;
          }
          near(sumOf(pairs.map((pair) => pair.gainUsd)), gainUsd);
          const kept = pairs.filter(({ sold }) => sold === null).map((pair) => pair.gainUsd);
          near(sumOf(slots.map((slot) => slot.gainUsd)) + sumOf(kept), gainUsd);
        }
      }),
      { numRuns: triesOf(150) },
    );
  });
});
