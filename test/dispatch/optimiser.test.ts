import { describe, expect, it } from 'vitest';
import { missedSentence } from '../../src/cli/plan/sentences.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type {
  DispatchConstraint,
  OverrideSpan,
  PlanningProblem,
  StorageTerms,
} from '../../src/dispatch/planningProblem.ts';
import type { DeviceSlot, UnmetWish } from '../../src/dispatch/sitePlan.ts';
import { hourMs } from '../../src/programme/calendar.ts';
import { levels, powers } from './support/reading.ts';
import { battery, evening, evenings, hourly, hours, load, problem } from './support/problems.ts';

const kinds = (unmet: readonly UnmetWish[]): readonly string[] => unmet.map(({ kind }) => kind);

const peak = evenings.indexOf(1.33);

const overridden = (...overrides: readonly Omit<OverrideSpan, 'resourceID'>[]): Partial<PlanningProblem> => ({
  overrides: overrides.map((each) => ({ resourceID: 'battery', ...each })),
});

describe('a plan', () => {
  it('buys where it is cheap, sells where it is dear, and is worth what its parts add up to', async () => {
    const plan = await optimise(problem());
    expect(powers(plan)[peak]).toBe(-5_000);
    expect(
      powers(plan)
        .slice(5, 12)
        .some((watts) => watts > 0),
    ).toBe(true);
    expect(plan.unmet).toEqual([]);
    expect(plan.solvedBy).toBe('lp');
    const [value, cash, wear, stock] = [plan.valueUsd, plan.cashUsd, plan.wearUsd, plan.stockUsd].map(Number);
    expect(value).toBeCloseTo((cash as number) - (wear as number) + (stock as number), 6);
    expect(value).toBeGreaterThan(6);
  });

  it('is the same for the same problem', async () => {
    expect(await optimise(problem())).toEqual(await optimise(problem()));
  });

  it('does not trade where no price is known, but serves a departure there', async () => {
    const prices = hourly(evenings.map((usd, hour) => (hour >= 4 && hour < 16 ? null : usd)));
    const still = await optimise(problem([battery()], { prices }));
    expect(new Set(powers(still).slice(4, 16))).toEqual(new Set([0]));
    const full = battery({ stateOfCharge: 0, departures: [{ at: evening + 12 * hourMs, stateOfCharge: 1 }] });
    const plan = await optimise(problem([full], { prices }));
    expect(levels(plan)[11]).toBeGreaterThan(0.999);
    expect(plan.unmet).toEqual([]);
  });

  it('never sells the reserve', async () => {
    const plan = await optimise(problem([battery({ reserve: 0.4 })]));
    expect(Math.min(...levels(plan))).toBeGreaterThanOrEqual(0.4 - 1e-9);
    expect(powers(plan).some((watts) => watts < 0)).toBe(true);
  });

  it('delivers no more in a local day than its cycles, and counts what was delivered before', async () => {
    const most = 0.5 * 13_500 * Math.sqrt(0.9);
    const dear = hourly(evenings.map((usd, hour) => (hour < 7 ? 1 - hour / 100 : usd)));
    const spent = async (deliveredTodayWattHours: number) =>
      powers(
        await optimise(
          problem([battery({ stateOfCharge: 1, cyclesPerDay: 0.5, deliveredTodayWattHours })], { prices: dear }),
        ),
      )
        // The evening's day is over after seven hours.
        .slice(0, 7)
        .reduce((sum, watts) => sum + Math.max(0, -watts), 0);
    expect(await spent(0)).toBeGreaterThan(most - 5);
    expect(await spent(0)).toBeLessThanOrEqual(most + 1);
    expect(await spent(4_000)).toBeLessThanOrEqual(most - 4_000 + 1);
    expect(await spent(4_000)).toBeGreaterThan(most - 4_000 - 5);
    expect(await spent(9_000)).toBe(0);
  });

  it('leaves what it does not know alone', async () => {
    const plan = await optimise(problem([battery({ stateOfCharge: null })]));
    expect(plan).toMatchObject({ devices: [], solvedBy: 'rest', valueUsd: '0' });
  });
});

describe('a level outside of its limits', () => {
  it.each([
    ['the reserve', { stateOfCharge: 0.1, reserve: 0.5 }],
    ['the least level', { stateOfCharge: 0.1, stateOfChargeMin: 0.5 }],
  ])('below %s comes back without haste, sells nothing until then, and is not left again', async (_name, terms) => {
    const plan = await optimise(problem([battery(terms)]));
    const path = levels(plan);
    const back = path.findIndex((level) => level >= 0.5 - 1e-6);
    expect(back).toBeGreaterThan(0);
    expect(path.slice(0, back + 1)).toEqual(path.slice(0, back + 1).toSorted((a, b) => a - b));
    expect(Math.min(...path.slice(back))).toBeGreaterThanOrEqual(0.5 - 1e-6);
    expect(powers(plan)[0]).toBe(0);
  });

  it('above the greatest is not charged, and comes back below by selling where it pays', async () => {
    const plan = await optimise(problem([battery({ stateOfCharge: 0.9, stateOfChargeMax: 0.5 })]));
    const path = levels(plan);
    const back = path.findIndex((level) => level <= 0.5 + 1e-6);
    expect(
      powers(plan)
        .slice(0, back + 1)
        .every((watts) => watts <= 0),
    ).toBe(true);
    expect(Math.max(...path.slice(back))).toBeLessThanOrEqual(0.5 + 1e-6);
  });
});

describe('an order of a person', () => {
  it('is carried out whatever it costs, until the battery is full', async () => {
    const plan = await optimise(
      problem([battery()], overridden({ ...hours(0, 4), action: 'charge', powerWatts: 3_000 })),
    );
    const slots = plan.devices[0]?.slots ?? [];
    expect(powers(plan).slice(0, 2)).toEqual([3_000, 3_000]);
    const full = slots.findIndex(({ stateOfChargeAtEnd }) => (stateOfChargeAtEnd ?? 0) > 0.9999);
    expect(slots.slice(0, full + 1).every(({ demandWatts }) => demandWatts === 3_000)).toBe(true);
    expect(plan.unmet).toEqual([]);
  });

  it('is nothing that is prepared for: the plan before it is as if the battery was left alone then', async () => {
    const held = await optimise(problem([battery()], overridden({ ...hours(8, 10), action: 'hold' })));
    for (const action of ['charge', 'discharge'] as const) {
      const plan = await optimise(problem([battery()], overridden({ ...hours(8, 10), action })));
      expect(powers(plan).slice(0, 8)).toEqual(powers(held).slice(0, 8));
      expect(powers(plan)[8]).toBe(action === 'charge' ? 5_000 : -5_000);
    }
  });

  it('to hold goes before a departure, which is told to be missed', async () => {
    const leaving = battery({ departures: [{ at: evening + 4 * hourMs, stateOfCharge: 1 }] });
    const plan = await optimise(problem([leaving], overridden({ ...hours(0, 4), action: 'hold' })));
    expect(powers(plan).slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(plan.unmet).toMatchObject([{ kind: 'departure', wished: 1, reached: 0.5, unit: 'stateOfCharge' }]);
  });

  it('stays within the limit of the site, and that is told', async () => {
    const plan = await optimise(
      problem([battery()], { ...overridden({ ...hours(0, 1), action: 'charge' }), site: { importLimitWatts: 2_000 } }),
    );
    expect(powers(plan)[0]).toBeLessThanOrEqual(2_000);
    expect(powers(plan)[0]).toBeGreaterThan(1_900);
    expect(plan.unmet).toMatchObject([{ kind: 'override', wished: 5_000, unit: 'watts' }]);
  });

  it('given a battery that a person empties within the hour, then the connection is kept until it is empty, and used by others from then on', async () => {
    const ordered = battery({ dischargeEfficiency: 1, stateOfCharge: 3_000 / 13_500 });
    const other = battery({ resourceID: 'other', stateOfCharge: 1, dischargeEfficiency: 1 });
    const plan = await optimise(
      problem([ordered, other], {
        prices: hourly([0.9, ...evenings.slice(1)]),
        site: { exportLimitWatts: 6_000 },
        ...overridden({ ...hours(0, 2), action: 'discharge' }),
      }),
    );
    const [first, second] = plan.devices[0]?.slots ?? [];
    expect([first?.endAt, second?.endAt]).toEqual([hours(0, 0.6).endAt, hours(0, 1).endAt]);
    expect(powers(plan).slice(0, 2)).toEqual([-5_000, 0]);
    const [beside = 0, after = 0] = powers(plan, 'other');
    expect(beside).toBeGreaterThanOrEqual(-1_000);
    expect(beside).toBeLessThan(-900);
    expect(after).toBe(-5_000);
  });

  it('gives the others no room that is gone when the battery is empty or full before its level says so', async () => {
    const large = (stateOfCharge: number) =>
      battery({
        resourceID: 'other',
        stateOfCharge,
        capacityWattHours: 60_000,
        maxChargeWatts: 11_000,
        maxDischargeWatts: 11_000,
      });
    const home = [{ ...hours(0, 31), loadWatts: 1_000, pvWatts: 0 }];
    for (const moneyScope of ['device', 'site'] as const) {
      const buying = await optimise(
        problem([battery({ stateOfCharge: 1 }), large(0)], {
          moneyScope,
          prices: hourly([0.01, 0.01, ...evenings.slice(2)]),
          site: { importLimitWatts: 6_000, forecast: home },
          ...overridden({ ...hours(0, 3), action: 'discharge' }),
        }),
      );
      expect(powers(buying)[0]).toBe(-5_000);
      expect(Math.max(...powers(buying, 'other').slice(0, 2))).toBeLessThanOrEqual(5_000);
      expect(powers(buying, 'other')[0]).toBeGreaterThan(4_900);
      const selling = await optimise(
        problem([battery({ stateOfCharge: 0 }), large(1)], {
          moneyScope,
          prices: hourly([1.9, 1.9, ...evenings.slice(2)]),
          site: { exportLimitWatts: 6_000, forecast: home },
          ...overridden({ ...hours(0, 3), action: 'charge' }),
        }),
      );
      expect(powers(selling)[0]).toBe(5_000);
      expect(Math.min(...powers(selling, 'other').slice(0, 2))).toBeGreaterThanOrEqual(-7_000);
      expect(powers(selling, 'other')[0]).toBeLessThan(-6_900);
      expect([...buying.unmet, ...selling.unmet]).toEqual([]);
    }
  });

  it('that the connection slows down, and that ends within an hour, leaves the others what is left of the connection at every moment', async () => {
    const plan = await optimise(
      problem([battery({ stateOfCharge: 0.5 }), battery({ resourceID: 'other', stateOfCharge: 1 })], {
        prices: hourly([1.9, 1.9, 1.9, ...evenings.slice(3)]),
        site: { exportLimitWatts: 4_000 },
        ...overridden({ ...hours(0, 3), action: 'discharge' }),
      }),
    );
    const [own, other] = plan.devices.map(({ slots }) => slots) as [readonly DeviceSlot[], readonly DeviceSlot[]];
    const at = (slots: readonly DeviceSlot[], instant: number): number =>
      slots.find(({ startAt, endAt }) => startAt <= instant && instant < endAt)?.demandWatts ?? 0;
    const instants = [...own, ...other].map(({ startAt }) => startAt);
    expect(Math.min(...instants.map((instant) => at(own, instant) + at(other, instant)))).toBeGreaterThanOrEqual(
      -4_000,
    );
    expect(plan.unmet.map(({ kind }) => kind)).not.toContain('siteLimit');
  });
});

describe('the limit of a site', () => {
  const car = (terms: Partial<StorageTerms>) =>
    battery({
      resourceID: 'car',
      capacityWattHours: 60_000,
      maxChargeWatts: 11_000,
      maxDischargeWatts: 11_000,
      stateOfCharge: 0,
      ...terms,
    });
  const inAHurry = [{ at: hours(3, 3).startAt, stateOfCharge: 0.5 }];

  it.each(['device', 'site'] as const)(
    'is not kept by another device that may not follow: not by what it sells, nor by what it draws (%s)',
    async (moneyScope) => {
      const prices = hourly([1.9, 1.9, 1.9, ...evenings.slice(3)]);
      const drawing = await optimise(
        problem([battery({ stateOfCharge: 1 }), car({ departures: inAHurry })], {
          moneyScope,
          prices,
          site: { importLimitWatts: 6_000 },
        }),
      );
      expect(Math.min(...powers(drawing).slice(0, 3))).toBeLessThan(-4_000);
      expect(Math.max(...powers(drawing, 'car').slice(0, 3))).toBeLessThanOrEqual(6_000);
      const selling = await optimise(
        problem([battery({ stateOfCharge: 1 }), car({ departures: inAHurry, stateOfCharge: 0.2 })], {
          moneyScope,
          prices,
          site: { exportLimitWatts: 2_000 },
        }),
      );
      expect(Math.max(...powers(selling, 'car').slice(0, 3))).toBeGreaterThan(4_000);
      expect(Math.min(...powers(selling).slice(0, 3))).toBeGreaterThanOrEqual(-2_000);
    },
  );
});

describe('a wish that cannot be met', () => {
  it('of a departure is met as far as the battery can, and told', async () => {
    const leaving = battery({ stateOfCharge: 0, departures: [{ at: evening + hourMs, stateOfCharge: 0.8 }] });
    const plan = await optimise(problem([leaving]));
    const most = (5 * Math.sqrt(0.9)) / 13.5;
    expect(levels(plan)[0]).toBeCloseTo(most, 4);
    expect(plan.unmet).toMatchObject([{ kind: 'departure', wished: 0.8, at: evening + hourMs }]);
    expect(plan.unmet[0]?.reached).toBeCloseTo(most, 3);
  });

  it('of a departure is told as not known where nobody knows how full the car is, and not while it is away', async () => {
    const departures = [{ at: evening + 4 * hourMs, stateOfCharge: 0.8 }];
    const car = battery({ resourceID: 'car', stateOfCharge: null, departures });
    for (const devices of [[car], [battery(), car]]) {
      const { unmet } = await optimise(problem(devices));
      expect(unmet).toEqual([expect.objectContaining({ kind: 'departure', resourceID: 'car', reached: null })]);
      expect(missedSentence(unmet[0] as UnmetWish, 'America/New_York')).toBe(
        'The departure of car is not planned for, 2026-06-01 21:00, 80 %: nobody knows how full it is.',
      );
    }
    expect((await optimise(problem([{ ...car, available: [hours(1, 31)] }]))).unmet).toEqual([]);
  });

  it('of a reserve is told as not known where nobody knows how full the battery is, each level from when it is wished', async () => {
    const span = { startAt: evening + 2 * hourMs, endAt: evening + 4 * hourMs };
    const silent = battery({ stateOfCharge: null, reserve: 0.2, reserveSpans: [{ ...span, stateOfCharge: 0.6 }] });
    const { unmet } = await optimise(problem([silent]));
    expect(unmet.map(({ kind, at, wished, reached }) => [kind, (at - evening) / hourMs, wished, reached])).toEqual([
      ['reserve', 0, 0.2, null],
      ['reserve', 2, 0.6, null],
      ['reserve', 4, 0.2, null],
    ]);
    // No more is wished than what is never left anyway.
    expect((await optimise(problem([{ ...silent, stateOfChargeMin: 0.6 }]))).unmet).toEqual([]);
  });

  it('of higher rank goes first: a departure before the quiet of the night, which is told', async () => {
    const leaving = battery({
      stateOfCharge: 0,
      departures: [{ at: evening + 2 * hourMs, stateOfCharge: 0.3 }],
      quietTimes: [hours(0, 2)],
    });
    const plan = await optimise(problem([leaving]));
    expect(levels(plan)[1]).toBeGreaterThanOrEqual(0.2995);
    expect(kinds(plan.unmet)).toEqual(['quietTime']);
  });

  it('of a deadline is met as far as the load can, and told', async () => {
    const plan = await optimise(problem([load({ deadlineAt: evening + hourMs })]));
    expect(powers(plan, 'load')[0]).toBe(3_000);
    expect(plan.unmet).toMatchObject([{ kind: 'deadline', wished: 6_000, reached: 3_000, unit: 'wattHours' }]);
  });

  it.each([
    ['the connection', { site: { importLimitWatts: 1_500 } }],
    ['a DR event', { constraints: [{ ...hours(0, 10), kind: 'power', resourceID: 'load', atMostWatts: 1_500 }] }],
  ] as const)(
    'of a deadline has a load run that runs with no less than 2 kW where %s leaves 1.5 kW: never',
    async (_what, more) => {
      const plan = await optimise(problem([battery(), load({ minWatts: 2_000 })], more));
      expect(new Set(powers(plan, 'load'))).toEqual(new Set([0]));
      expect(plan.unmet).toMatchObject([{ kind: 'deadline', wished: 6_000, reached: 0 }]);
    },
  );

  it.each([
    ['that leaves before it is full', { available: [hours(0, 2), hours(8, 31)] }, 2],
    ['that comes home late', { available: [hours(3, 31)] }, 1],
    ['that came home emptier than was believed', { stateOfCharge: 0 }, 4],
  ] as const)(
    'of a car %s is missed by what the time leaves, and told with what it will have',
    async (_which, terms, there) => {
      const car = { resourceID: 'car', capacityWattHours: 60_000, maxChargeWatts: 7_200, stateOfCharge: 0.2, ...terms };
      const departures = [{ at: evening + 4 * hourMs, stateOfCharge: 0.8 }];
      const plan = await optimise(problem([battery({ ...car, departures })]));
      const most = car.stateOfCharge + (there * 7.2 * Math.sqrt(0.9)) / 60;
      expect(plan.unmet).toMatchObject([{ kind: 'departure', resourceID: 'car', wished: 0.8 }]);
      expect(plan.unmet[0]?.reached).toBeCloseTo(most, 3);
    },
  );

  it('of two cars under one limit is missed by what the connection leaves of both, whatever a battery has', async () => {
    const car = { capacityWattHours: 60_000, maxChargeWatts: 7_200, stateOfCharge: 0.2 };
    const departures = [{ at: evening + 4 * hourMs, stateOfCharge: 0.8 }];
    const cars = ['car', 'other'].map((resourceID) => battery({ ...car, resourceID, departures }));
    const plan = await optimise(
      problem([battery({ stateOfCharge: 1 }), ...cars], { site: { importLimitWatts: 9_000 } }),
    );
    const stored = cars.reduce((sum, { resourceID }) => sum + (levels(plan, resourceID)[3] ?? 0) - 0.2, 0) * 60;
    expect(stored).toBeCloseTo(4 * 9 * Math.sqrt(0.9), 1);
    expect(new Set(kinds(plan.unmet))).toEqual(new Set(['departure']));
  });
});

describe('a DR event', () => {
  const asked = (constraint: Partial<DispatchConstraint>) =>
    problem([battery()], { constraints: [{ ...hours(8, 10), ...constraint } as DispatchConstraint] });

  it.each([
    [1, 2_500],
    [2, 0],
  ] as const)('of level %i lets the battery draw %i W at most', async (level, most) => {
    const free = powers(await optimise(problem()));
    expect(Math.max(...free.slice(8, 10))).toBeGreaterThan(most);
    const plan = await optimise(asked({ kind: 'level', level }));
    expect(Math.max(...powers(plan).slice(8, 10))).toBeLessThanOrEqual(most);
  });

  it('of level 3 has the battery deliver what it has', async () => {
    const plan = await optimise(asked({ kind: 'level', level: 3 }));
    expect(powers(plan).slice(8, 10)).toEqual([-5_000, -5_000]);
    expect(plan.unmet).toEqual([]);
  });

  it('that asks for more than there is gets what there is, and the rest is told', async () => {
    const plan = await optimise(asked({ kind: 'power', atMostWatts: -9_000 }));
    expect(powers(plan)[8]).toBe(-5_000);
    expect(plan.unmet).toMatchObject([{ kind: 'delivery', wished: -9_000 }]);
  });
});
