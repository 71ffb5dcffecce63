import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedSchedule, type FixedSchedule, scheduledPlan, usualSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { daySpan, hourMs, localText } from '../../src/programme/calendar.ts';
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
