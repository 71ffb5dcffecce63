import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedSchedule, type FixedSchedule, scheduledPlan, usualSchedule } from '../../src/dispatch/fixedSchedule.ts';
import { plannerOf } from '../../src/cli/run/plannerOf.ts';
import type { Planner } from '../../src/dispatch/planner.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { daySpan, hourMs, localText } from '../../src/programme/calendar.ts';
import { type PoweredDevice, type PoweredSlot, withinRoom } from '../../src/programme/connection.ts';
import { settings } from '../store/projections/facts.ts';

const zone = settings.timeZone;
const device = { resourceID: 'battery', maxChargeWatts: 5_000, maxDischargeWatts: 4_000 };
type Horizon = Pick<PlanningProblem, 'fromAt' | 'toAt' | 'timeZone'>;
const request = (fromAt: number, toAt: number): Horizon => ({ fromAt, toAt, timeZone: zone });
const requestOf = (name: string): Horizon => {
  const { startAt, endAt } = daySpan(name, zone);
  return request(startAt, endAt);
};
const told = (plan: ReturnType<typeof scheduledPlan>): string[] =>
  plan.slots.map(({ startAt, demandWatts }) => `${localText(startAt, zone).slice(11)} ${demandWatts}`);

describe('schedules behind one connection', () => {
  const batteryOf = (resourceID: string, maxChargeWatts: number) => ({
    ...device,
    resourceID,
    maxChargeWatts,
    kind: 'storage' as const,
    capacityWattHours: 10_000,
    chargeEfficiency: 1,
    dischargeEfficiency: 1,
    stateOfCharge: null,
    wearUsdPerKwh: '0',
  });
  const problem = {
    ...requestOf('2026-07-28'),
    moneyScope: 'device' as const,
    site: { importLimitWatts: 6_000, exportLimitWatts: 5_000 },
    prices: [],
    devices: [batteryOf('one', 8_000), batteryOf('other', 4_000)],
    overrides: [],
    constraints: [],
  };
  const demandsOf = async (planner: Planner, asked: PlanningProblem, hour: number) =>
    (await planner.plan(asked)).devices.map(
      ({ slots }) =>
        slots.find(
          ({ startAt, endAt }) => startAt <= asked.fromAt + hour * hourMs && asked.fromAt + hour * hourMs < endAt,
        )?.demandWatts,
    );

  it('given two that together are more than the connection takes, then each has its share, and a person’s order goes first', async () => {
    expect(await demandsOf(fixedSchedule(), problem, 2)).toEqual([4_000, 2_000]);
    expect(await demandsOf(fixedSchedule(), problem, 18)).toEqual([-2_500, -2_500]);
    const { startAt } = daySpan('2026-07-28', zone);
    const order = {
      resourceID: 'other',
      startAt: startAt + hourMs,
      endAt: startAt + 3 * hourMs,
      action: 'charge' as const,
    };
    expect(await demandsOf(fixedSchedule(), { ...problem, overrides: [order] }, 2)).toEqual([2_000, 4_000]);
    const home = { loadWatts: 3_000, pvWatts: 0, startAt, endAt: startAt + 4 * hourMs };
    const behindOne = { ...problem, site: { ...problem.site, forecast: [home] } };
    expect(await demandsOf(fixedSchedule(), behindOne, 2)).toEqual([2_000, 1_000]);
    expect(await demandsOf(fixedSchedule(), behindOne, 4)).toEqual([4_000, 2_000]);
  });

  it('given one with a schedule beside one that is planned for its prices, then the schedule goes first, and both keep to the limit', async () => {
    const optimiser: Planner = {
      plan: async ({ fromAt, toAt }) => ({
        devices: [
          {
            resourceID: 'other',
            slots: [{ startAt: fromAt, endAt: toAt, demandWatts: 4_000, stateOfChargeAtEnd: 0.5 }],
          },
        ],
      }),
    };
    const planner = plannerOf(
      () => [{ resourceID: 'one', schedule: usualSchedule }, { resourceID: 'other' }],
      optimiser,
    );
    const asked = { ...problem, devices: [batteryOf('one', 5_000), batteryOf('other', 4_000)] };
    expect(await demandsOf(planner, asked, 2)).toEqual([5_000, 1_000]);
    expect(await demandsOf(planner, asked, 12)).toEqual([0, 4_000]);
  });

  it('given ten thousand devices with slots of their own, then what is too much is shared all the same', () => {
    const slots = Array.from({ length: 15 }, (_, index) => ({ startAt: index, endAt: index + 1, demandWatts: 10 }));
    const devices = Array.from({ length: 10_000 }, (_, index) => ({ resourceID: String(index), slots }));
    const roomAt = () => ({ drawWatts: 50_000, deliverWatts: 0, until: Infinity });
    expect(withinRoom(devices, roomAt, () => false)[9_999]?.slots).toEqual([{ startAt: 0, endAt: 15, demandWatts: 5 }]);
  });

  it('whatever devices do, they never come to more than there is room for, do what they were to do or less, and the same where all fits', () => {
    const slot = fc.record({ length: fc.integer({ min: 1, max: 5 }), demandWatts: fc.integer({ min: -9, max: 9 }) });
    const slotsOf = (parts: readonly { length: number; demandWatts: number }[]) => {
      let at = 0;
      return parts.map(({ length, demandWatts }) => ({ startAt: at, endAt: (at += length), demandWatts }));
    };
    const room = fc.record({ drawWatts: fc.nat(20), deliverWatts: fc.nat(20) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(slot, { minLength: 1, maxLength: 5 }), fc.boolean()), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(room, { minLength: 9, maxLength: 9 }),
        (all, rooms) => {
          const devices = all.map(([parts], index) => ({ resourceID: String(index), slots: slotsOf(parts) }));
          const roomAt = (at: number) => ({ ...rooms[Math.floor(at / 3)]!, until: (Math.floor(at / 3) + 1) * 3 });
          const goesFirst = (resourceID: string) => all[Number(resourceID)]![1];
          const done = withinRoom(devices, roomAt, goesFirst);
          const demandAt = (of: PoweredDevice<PoweredSlot>, at: number) =>
            of.slots.find(({ startAt, endAt }) => startAt <= at && at < endAt)?.demandWatts ?? 0;
          for (let at = 0; at < 25; at += 1) {
            const { drawWatts, deliverWatts } = roomAt(at);
            const [before, after] = [devices, done].map((each) => each.map((of) => demandAt(of, at))) as [
              number[],
              number[],
            ];
            for (const [sign, limit] of [
              [1, drawWatts],
              [-1, deliverWatts],
            ] as const) {
              const sumOf = (watts: readonly number[], isMeant = (_: number) => true) =>
                watts.reduce((sum, each, index) => sum + (isMeant(index) ? Math.max(0, sign * each) : 0), 0);
              expect(sumOf(after)).toBeLessThanOrEqual(limit);
              const first = (index: number) => all[index]![1];
              if (sumOf(before) <= limit) expect(sumOf(after)).toBe(sumOf(before));
              if (sumOf(before, first) <= limit) expect(sumOf(after, first)).toBe(sumOf(before, first));
            }
            after.forEach((watts, index) => {
              expect(Math.abs(watts)).toBeLessThanOrEqual(Math.abs(before[index]!));
              if (watts !== 0) expect(Math.sign(watts)).toBe(Math.sign(before[index]!));
            });
          }
        },
      ),
    );
  });
});

describe('the usual schedule', () => {
  it('charges in the small hours and delivers in the evening', async () => {
    const storage = { ...device, kind: 'storage', capacityWattHours: 10_000, chargeEfficiency: 1 } as const;
    const answer = await fixedSchedule().plan({
      ...requestOf('2026-07-28'),
      moneyScope: 'device',
      site: {},
      prices: [],
      devices: [{ ...storage, dischargeEfficiency: 1, stateOfCharge: null, wearUsdPerKwh: '0' }],
      overrides: [],
      constraints: [],
    });
    expect(answer).toMatchObject({ basis: 'fixed schedule', devices: [{ resourceID: 'battery' }] });
    const plan = answer.devices[0] as ReturnType<typeof scheduledPlan>;
    expect(told(plan)).toEqual([
      '00:00 -04:00 0',
      '01:00 -04:00 5000',
      '05:00 -04:00 0',
      '17:00 -04:00 -4000',
      '21:00 -04:00 0',
    ]);
  });

  it.each([
    [
      '2026-03-08',
      3,
      ['00:00 -05:00 0', '01:00 -05:00 5000', '05:00 -04:00 0', '17:00 -04:00 -4000', '21:00 -04:00 0'],
    ],
    [
      '2026-11-01',
      5,
      ['00:00 -04:00 0', '01:00 -04:00 5000', '05:00 -05:00 0', '17:00 -05:00 -4000', '21:00 -05:00 0'],
    ],
  ])('on %s, when clocks change, charges for %d hours of the same local time', (name, hours, expected) => {
    const plan = scheduledPlan(usualSchedule, requestOf(name), device);
    expect(told(plan)).toEqual(expected);
    const charging = plan.slots.find(({ demandWatts }) => demandWatts > 0);
    expect(((charging?.endAt ?? 0) - (charging?.startAt ?? 0)) / hourMs).toBe(hours);
  });

  it('asked in the middle of a window, begins there', () => {
    const { startAt } = daySpan('2026-07-28', zone);
    const plan = scheduledPlan(usualSchedule, request(startAt + 18.5 * hourMs, startAt + 20 * hourMs), device);
    expect(plan.slots).toEqual([
      {
        startAt: startAt + 18.5 * hourMs,
        endAt: startAt + 20 * hourMs,
        demandWatts: -4_000,
        stateOfChargeAtEnd: null,
      },
    ]);
  });

  it('asked for no time at all, plans nothing', () => {
    expect(scheduledPlan(usualSchedule, request(1_000, 1_000), device).slots).toEqual([]);
  });
});

describe('a schedule', () => {
  it('may have a window over midnight', () => {
    const overnight: FixedSchedule = [{ from: '22:00', to: '02:00', powerWatts: 3_000 }];
    expect(told(scheduledPlan(overnight, requestOf('2026-07-28'), device))).toEqual([
      '00:00 -04:00 3000',
      '02:00 -04:00 0',
      '22:00 -04:00 3000',
    ]);
  });

  it('asks no more of the device than it can', () => {
    const greedy: FixedSchedule = [
      { from: '01:00', to: '02:00', powerWatts: 9_000 },
      { from: '02:00', to: '03:00', powerWatts: -9_000 },
    ];
    expect(told(scheduledPlan(greedy, requestOf('2026-07-28'), device))).toEqual([
      '00:00 -04:00 0',
      '01:00 -04:00 5000',
      '02:00 -04:00 -4000',
      '03:00 -04:00 0',
    ]);
  });

  it('where two entries say something, follows the later one in the list, over midnight too', () => {
    const both: FixedSchedule = [
      { from: '00:00', to: '12:00', powerWatts: 5_000 },
      { from: '06:00', to: '07:00', powerWatts: -4_000 },
    ];
    expect(told(scheduledPlan(both, requestOf('2026-07-28'), device))).toEqual([
      '00:00 -04:00 5000',
      '06:00 -04:00 -4000',
      '07:00 -04:00 5000',
      '12:00 -04:00 0',
    ]);
    const night: FixedSchedule = [
      { from: '00:00', to: '06:00', powerWatts: 1_000 },
      { from: '22:00', to: '02:00', powerWatts: -1_000 },
    ];
    expect(told(scheduledPlan(night, requestOf('2026-07-28'), device))).toEqual([
      '00:00 -04:00 -1000',
      '02:00 -04:00 1000',
      '06:00 -04:00 0',
      '22:00 -04:00 -1000',
    ]);
  });

  it('of a window that clocks skip moves it forward', () => {
    const skipped: FixedSchedule = [{ from: '02:30', to: '04:00', powerWatts: 5_000 }];
    expect(told(scheduledPlan(skipped, requestOf('2026-03-08'), device))).toEqual([
      '00:00 -05:00 0',
      '03:30 -04:00 5000',
      '04:00 -04:00 0',
    ]);
  });

  it.each([[[]], [[{ from: '01:00', to: '02:00', powerWatts: -1_000 }]]])(
    'that rests, or is for a device that cannot deliver, is one slot of nothing',
    (schedule: FixedSchedule) => {
      const plan = scheduledPlan(schedule, requestOf('2026-07-28'), { ...device, maxDischargeWatts: 0 });
      expect(plan.slots).toMatchObject([{ demandWatts: 0 }]);
      expect(Object.is(plan.slots[0]?.demandWatts, 0)).toBe(true);
    },
  );

  it('is not followed for more than its limit at once', () => {
    expect(() => scheduledPlan(usualSchedule, request(0, 500 * 24 * hourMs), device)).toThrow(RangeError);
  });

  const anyTime = fc
    .tuple(fc.nat(23), fc.constantFrom('00', '15', '30'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const anySchedule = fc.array(
    fc.record({ from: anyTime, to: anyTime, powerWatts: fc.integer({ min: -9_000, max: 9_000 }) }),
    { maxLength: 5 },
  );
  const anyFrom = fc
    .constantFrom('2026-03-07', '2026-03-08', '2026-07-28', '2026-10-31', '2026-11-01')
    .chain((name) => {
      const { startAt } = daySpan(name, zone);
      return fc.nat(36 * 60).map((minutes) => startAt + minutes * 60_000);
    });

  it('fills the whole time without a hole, within the limits, and no two neighbours alike', () => {
    fc.assert(
      fc.property(anySchedule, anyFrom, fc.integer({ min: 1, max: 72 * 60 }), (schedule, fromAt, minutes) => {
        const toAt = fromAt + minutes * 60_000;
        const { slots } = scheduledPlan(schedule, request(fromAt, toAt), device);
        expect(slots[0]?.startAt).toBe(fromAt);
        expect(slots.at(-1)?.endAt).toBe(toAt);
        slots.forEach(({ startAt, endAt, demandWatts }, index) => {
          expect(endAt).toBeGreaterThan(startAt);
          expect(demandWatts).toBeLessThanOrEqual(5_000);
          expect(demandWatts).toBeGreaterThanOrEqual(-4_000);
          if (index > 0) expect(slots[index - 1]).toMatchObject({ endAt: startAt });
          if (index > 0) expect(slots[index - 1]?.demandWatts).not.toBe(demandWatts);
        });
      }),
    );
  });

  it('away from changes of the clock, agrees with the wall clock at every instant', () => {
    const isIn = (time: string, { from, to }: { from: string; to: string }): boolean =>
      from < to ? time >= from && time < to : time >= from || time < to;
    fc.assert(
      fc.property(anySchedule, fc.nat(24 * 60 - 1), (schedule, minutes) => {
        const { startAt } = daySpan('2026-07-28', zone);
        const instant = startAt + minutes * 60_000;
        const { slots } = scheduledPlan(schedule, request(startAt, startAt + 24 * hourMs), device);
        const slot = slots.find((one) => one.startAt <= instant && instant < one.endAt);
        const time = localText(instant, zone).slice(11, 16);
        const wanted = schedule.findLast((entry) => isIn(time, entry))?.powerWatts ?? 0;
        expect(slot?.demandWatts).toBe(Math.min(5_000, Math.max(-4_000, wanted)));
      }),
    );
  });
});
