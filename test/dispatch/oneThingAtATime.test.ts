import { describe, expect, it } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { hourMs } from '../../src/programme/calendar.ts';
import { battery, evening, evenings, hourly, hours, load, problem } from './support/problems.ts';
import { powers } from './support/reading.ts';

/** The evenings' prices, far below nothing for four hours of the night. */
const belowNothing = evenings.map((usd, hour) => (hour >= 9 && hour < 13 ? -0.4 : usd));

describe('far below nothing', () => {
  it('a battery without wear charges and delivers in turns, and is worth no more than that', async () => {
    const plan = await optimise(problem([battery({ wearUsdPerKwh: '0' })], { prices: hourly(belowNothing) }));
    expect(plan.solvedBy).toBe('milp');
    expect(Number(plan.gapUsd)).toBeLessThan(0.002);
    // What whole hours can hold: it is filled, emptied for what that costs, and filled again.
    const night = powers(plan).slice(9, 13);
    expect(Math.min(...night)).toBeLessThan(0);
    expect(Math.max(...night)).toBe(5_000);
    expect(Number(plan.valueUsd)).toBeCloseTo(Number(plan.cashUsd) - Number(plan.wearUsd) + Number(plan.stockUsd), 6);
  });

  it('twenty batteries in slots of five minutes are planned in time, none of them does both at once, and the gap is told', async () => {
    const slots = 288;
    const prices = Array.from({ length: slots }, (_none, slot) => {
      // Two valleys below nothing, a peak, and no two slots alike: each battery can be filled, emptied and filled again.
      const usd =
        0.08 - 0.5 * Math.max(0, Math.sin((slot * 4 * Math.PI) / slots)) + (slot > 200 && slot < 215 ? 1.2 : 0);
      const startAt = evening + (slot * hourMs) / 12;
      const text = (usd + (slot % 7) * 0.001).toFixed(5);
      return { startAt, endAt: startAt + hourMs / 12, importUsdPerKwh: text, exportUsdPerKwh: text };
    });
    const devices = Array.from({ length: 20 }, (_none, index) =>
      battery({ resourceID: `battery-${index}`, wearUsdPerKwh: '0', stateOfCharge: (index + 1) / 21 }),
    );
    const plan = await optimise(
      problem(devices, { prices, site: { importLimitWatts: 60_000, exportLimitWatts: 60_000 } }),
    );
    // A plan has one power a slot for each battery: what was both at once is netted, and its worth is of what is done.
    expect(plan.solvedBy).toBe('penalised lp');
    expect(plan.unmet).toEqual([]);
    const gap = Number(plan.gapUsd);
    expect(gap).toBeGreaterThan(0);
    expect(gap).toBeLessThan(0.1 * Number(plan.valueUsd));
    expect(Number(plan.valueUsd)).toBeCloseTo(Number(plan.cashUsd) + Number(plan.stockUsd), 6);
    for (const { slots: own } of plan.devices) {
      expect(own).toHaveLength(slots);
      for (const { stateOfChargeAtEnd } of own) {
        expect(stateOfChargeAtEnd).toBeGreaterThanOrEqual(-1e-9);
        expect(stateOfChargeAtEnd).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
    for (let slot = 0; slot < slots; slot += 1)
      expect(
        Math.abs(plan.devices.reduce((sum, device) => sum + (device.slots[slot]?.demandWatts ?? 0), 0)),
      ).toBeLessThanOrEqual(60_001);
  });

  it('more batteries than switches can be had for are netted, and the plan says how far it may be from the best', async () => {
    const many = Array.from({ length: 100 }, (_none, index) =>
      battery({ resourceID: `battery-${index}`, wearUsdPerKwh: '0', stateOfCharge: (index + 1) / 101 }),
    );
    const plan = await optimise(problem(many, { prices: hourly(belowNothing.slice(0, 14)) }));
    expect(plan.solvedBy).toBe('penalised lp');
    expect(Number(plan.gapUsd)).toBeGreaterThan(0);
    expect(Number(plan.gapUsd)).toBeLessThan(0.2 * Number(plan.valueUsd));
    expect(plan.unmet).toEqual([]);
  });
});

it('a site that could sell dearer than it buys does not do both at once', async () => {
  const bought = evenings.map((usd) => usd / 2);
  const plan = await optimise(
    problem([battery()], {
      moneyScope: 'site',
      prices: hourly(bought, evenings),
      site: {
        importLimitWatts: 6_000,
        exportLimitWatts: 6_000,
        forecast: [{ ...hours(0, 31), loadWatts: 1_000, pvWatts: 0 }],
      },
    }),
  );
  expect(plan.solvedBy).toBe('milp');
  expect(Number(plan.valueUsd)).toBeLessThan(10);
  expect(powers(plan).every((watts) => watts >= -5_000 && watts <= 5_000)).toBe(true);
});

it('nor does one whose connection has no limit: then there would be no end of it', async () => {
  const plan = await optimise(
    problem([battery()], {
      moneyScope: 'site',
      prices: hourly([0, ...evenings.slice(1)], [0.001, ...evenings.slice(1)]),
    }),
  );
  expect(plan.solvedBy).toBe('milp');
  expect(powers(plan).every((watts) => watts >= -5_000 && watts <= 5_000)).toBe(true);
  // As much as with both at the same price, and a tenth of a cent for each kWh that is delivered in the first hour.
  const alike = await optimise(problem([battery()], { moneyScope: 'site', prices: hourly([0, ...evenings.slice(1)]) }));
  expect(Number(plan.valueUsd)).toBeGreaterThanOrEqual(Number(alike.valueUsd) - 1e-4);
  expect(Number(plan.valueUsd)).toBeLessThan(Number(alike.valueUsd) + 0.005 + 1e-4);
});

it('a load that cannot run slower runs with that at least, or not at all', async () => {
  const slow = load({ energyWattHours: 6_700, minWatts: 1_500, available: [hours(0, 3)] });
  const plan = await optimise(problem([slow]));
  const run = powers(plan, 'load').filter((watts) => watts > 0);
  expect(run.length).toBeGreaterThan(0);
  expect(Math.min(...run)).toBeGreaterThanOrEqual(1_500);
  expect(run.reduce((sum, watts) => sum + watts, 0)).toBeGreaterThanOrEqual(6_700);
  expect(plan.unmet).toEqual([]);
});

describe('among plans that are as good', () => {
  const flat = (price: number): Partial<PlanningProblem> => ({ prices: hourly(evenings.map(() => price)) });

  it('the one that moves nothing is taken where nothing is gained', async () => {
    const plan = await optimise(problem([battery()], flat(0.1)));
    expect(new Set(powers(plan))).toEqual(new Set([0]));
    expect(plan.throughputWattHours).toBe(0);
  });

  it('the same is taken again an hour later, when all went as planned', async () => {
    const tied = evenings.map((usd) => Math.round(usd * 20) / 20);
    const first = await optimise(problem([battery()], { prices: hourly(tied) }));
    const level = first.devices[0]?.slots[0]?.stateOfChargeAtEnd ?? Number.NaN;
    const next = await optimise(
      problem([battery({ stateOfCharge: level })], { prices: hourly(tied), fromAt: evening + hourMs }),
    );
    expect(powers(next)).toEqual(powers(first).slice(1));
  });

  it('two batteries that are alike share alike each time', async () => {
    const twins = [battery({ resourceID: 'a' }), battery({ resourceID: 'b' })];
    const [one, other] = [await optimise(problem(twins)), await optimise(problem(twins))];
    expect(one).toEqual(other);
  });
});

describe('the plan that runs', () => {
  const running = async (more: Partial<PlanningProblem> = {}) => {
    const plan = await optimise(problem([battery()], more));
    return { plan, running: Object.fromEntries(plan.devices.map(({ resourceID, slots }) => [resourceID, slots])) };
  };

  it('stays while another would earn less than half a cent more', async () => {
    const before = await running();
    // The two cheapest hours change places by a hair.
    const moved = evenings.map((usd, hour) => usd + (hour === 8 ? 0.0004 : 0));
    const fresh = await optimise(problem([battery()], { prices: hourly(moved) }));
    const kept = await optimise(problem([battery()], { prices: hourly(moved), running: before.running }));
    expect(powers(kept).map(Math.sign)).toEqual(powers(before.plan).map(Math.sign));
    expect(Number(fresh.valueUsd) - Number(kept.valueUsd)).toBeLessThan(0.005);
  });

  it('changes where that earns more', async () => {
    const before = await running();
    const turned = evenings.toReversed();
    const plan = await optimise(problem([battery()], { prices: hourly(turned), running: before.running }));
    expect(plan.isKept).toBe(false);
    expect(plan).toMatchObject({
      valueUsd: (await optimise(problem([battery()], { prices: hourly(turned) }))).valueUsd,
    });
  });

  it('says that it was kept, when another would earn a little more', async () => {
    const rest = { battery: [{ ...hours(0, 31), demandWatts: 0 }] };
    const hardly = evenings.map((_usd, hour) => (hour === 3 ? 0.1 : 0.1345));
    const tight = battery({ capacityWattHours: 200, stateOfCharge: 0, terminalUsdPerKwh: '0' });
    const free = await optimise(problem([tight], { prices: hourly(hardly) }));
    expect(Number(free.valueUsd)).toBeGreaterThan(0);
    const kept = await optimise(problem([tight], { prices: hourly(hardly), running: rest }));
    expect(kept).toMatchObject({ isKept: true, valueUsd: '0' });
  });

  it('is not flapped out of by a level that is read a little differently', async () => {
    const before = await running();
    for (const noise of [-0.004, 0.004]) {
      const plan = await optimise(problem([battery({ stateOfCharge: 0.5 + noise })], { running: before.running }));
      expect(powers(plan).map(Math.sign)).toEqual(powers(before.plan).map(Math.sign));
    }
  });
});
