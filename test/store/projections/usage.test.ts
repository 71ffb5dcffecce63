import * as fc from 'fast-check';
import type { AgentStarted } from '../../../src/facts/input.ts';
import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../../src/programme/calendar.ts';
import {
  boundaryIsKnown,
  boundaryToleranceMs,
  firstReadingAt,
  hoursOfUsage,
  importExport,
  latestReading,
  netUsage,
  readingAt,
  usageProjection,
} from '../../../src/store/projections/usage.ts';
import { agentStarted, dayMs, entryOf, hourMs, meterRead, settings, throughJson, type Told, told } from './facts.ts';
import { crowdGet } from '../../../src/store/projections/crowd.ts';

const zone = 'America/New_York';
const day = daySpan('2026-07-28', zone);
const at = (hour: number): number => day.startAt + hour * hourMs;
const usage = usageProjection();
const failed = (boundaryAt: number, quality: 'Comm Failure' | 'Out of Service', resourceID = 'battery'): Told => [
  boundaryAt + 1,
  'MeterReadFailed',
  { resourceID, boundaryAt, quality, detail: 'no answer' },
];

describe('usage of an interval', () => {
  it('is import less export between the readings of its boundaries', () => {
    const state = told(usage, [meterRead(at(0), 1_000, 500), meterRead(at(1), 4_000, 700)]);
    expect(netUsage(state, 'battery', at(0), hourMs)).toEqual({
      startAt: at(0),
      durationMs: hourMs,
      energyWattHours: 2_800,
    });
    expect(importExport(state, 'battery', at(0), hourMs)).toMatchObject({
      importWattHours: 3_000,
      exportWattHours: 200,
    });
  });

  it('is negative when more is exported than imported', () => {
    const state = told(usage, [meterRead(at(17), 9_000, 100), meterRead(at(18), 9_000, 5_100)]);
    expect(netUsage(state, 'battery', at(17), hourMs).energyWattHours).toBe(-5_000);
  });

  it('is zero, and measured, when nothing flowed', () => {
    const state = told(usage, [meterRead(at(2), 9, 9), meterRead(at(3), 9, 9)]);
    expect(netUsage(state, 'battery', at(2), hourMs)).toEqual({
      startAt: at(2),
      durationMs: hourMs,
      energyWattHours: 0,
    });
  });

  it('given a boundary that was never read, is missing and not zero', () => {
    const state = told(usage, [meterRead(at(0), 1_000), meterRead(at(2), 3_000)]);
    expect(netUsage(state, 'battery', at(0), hourMs)).toEqual({
      startAt: at(0),
      durationMs: hourMs,
      energyWattHours: null,
      bad: 'Not Connected',
    });
    expect(netUsage(state, 'battery', at(1), hourMs).bad).toBe('Not Connected');
    expect(netUsage(state, 'battery', at(0), 2 * hourMs).energyWattHours).toBe(2_000);
  });

  it('given a reading that failed, says why', () => {
    const state = told(usage, [meterRead(at(0), 1_000), failed(at(1), 'Comm Failure'), meterRead(at(2), 2_000)]);
    expect(netUsage(state, 'battery', at(0), hourMs).bad).toBe('Comm Failure');
    expect(netUsage(state, 'battery', at(1), hourMs).bad).toBe('Comm Failure');
  });

  it('when the device answers from its memory after a failure, is measured after all', () => {
    const state = told(usage, [meterRead(at(0), 1_000), failed(at(1), 'Comm Failure'), meterRead(at(1), 1_500)]);
    expect(netUsage(state, 'battery', at(0), hourMs).energyWattHours).toBe(500);
  });

  it('when a boundary is read twice or fails after it was read, keeps the first reading', () => {
    const first = told(usage, [meterRead(at(0), 1_000), meterRead(at(1), 2_000)]);
    const later = told(
      usage,
      [meterRead(at(1), 2_400, 0, { readAt: at(1) - 1 }), failed(at(1), 'Out of Service')],
      first,
      2,
    );
    expect(netUsage(later, 'battery', at(0), hourMs).energyWattHours).toBe(1_000);
    expect(later).toBe(first);
  });

  it('when a register goes backwards, is a failure of the device', () => {
    const imports = told(usage, [meterRead(at(0), 1_000), meterRead(at(1), 10)]);
    const exports = told(usage, [meterRead(at(0), 1_000, 5), meterRead(at(1), 1_400, 4)]);
    for (const state of [imports, exports])
      expect(netUsage(state, 'battery', at(0), hourMs)).toMatchObject({ energyWattHours: null, bad: 'Device Failure' });
  });

  it('when a register fell between the boundaries and outgrew its start again, is a failure of the device', () => {
    const state = told(usage, [meterRead(at(0), 100), meterRead(at(0.25), 0), meterRead(at(1), 4_000)]);
    expect(netUsage(state, 'battery', at(0), hourMs).bad).toBe('Device Failure');
  });

  it('when it is more than the device can have had, is a failure of the sensor', () => {
    const over = (wattHours: number) =>
      told(usage, [agentStarted(at(0)), meterRead(at(0), 0), meterRead(at(1), wattHours)]);
    expect(netUsage(over(5_252), 'battery', at(0), hourMs).energyWattHours).toBe(5_252);
    expect(netUsage(over(5_253), 'battery', at(0), hourMs)).toMatchObject({
      energyWattHours: null,
      bad: 'Sensor Failure',
    });
  });

  it('measures import against the greatest charge and export against the greatest discharge', () => {
    const device = { resourceID: 'battery', maxChargeWatts: 7_000, maxDischargeWatts: 1_000 };
    const start = agentStarted(at(0), { devices: [device] });
    const imported = told(usage, [start, meterRead(at(0), 0), meterRead(at(1), 6_900)]);
    const exported = told(usage, [start, meterRead(at(0), 0), meterRead(at(1), 0, 1_100)]);
    expect(netUsage(imported, 'battery', at(0), hourMs).energyWattHours).toBe(6_900);
    expect(netUsage(exported, 'battery', at(0), hourMs).bad).toBe('Sensor Failure');
  });

  it('given short intervals, does not take the rounding of whole Wh for a failure', () => {
    const twelveSecondsMs = 12_000;
    const state = told(usage, [agentStarted(at(0)), meterRead(at(0), 0), meterRead(at(0) + twelveSecondsMs, 18)]);
    expect(netUsage(state, 'battery', at(0), twelveSecondsMs).energyWattHours).toBe(18);
  });

  it('given a reading taken too far from its boundary, does not count it', () => {
    const near = told(usage, [meterRead(at(0), 1), meterRead(at(1), 5, 0, { readAt: at(1) + boundaryToleranceMs })]);
    const far = told(usage, [meterRead(at(0), 1), meterRead(at(1), 5, 0, { readAt: at(1) + boundaryToleranceMs + 1 })]);
    expect(netUsage(near, 'battery', at(0), hourMs).energyWattHours).toBe(4);
    expect(netUsage(far, 'battery', at(0), hourMs)).toMatchObject({ energyWattHours: null, bad: 'Not Connected' });
    expect(latestReading(far, 'battery')).toMatchObject({ importWattHours: 5 });
  });

  it.each([Number.NaN, 1.5, -1, 2 ** 60])(
    'given a register of %d, takes it for a failure of the device',
    (register) => {
      const state = told(usage, [meterRead(at(0), 0), meterRead(at(1), register)]);
      expect(netUsage(state, 'battery', at(0), hourMs).bad).toBe('Device Failure');
    },
  );

  it('keeps devices apart, whatever their names', () => {
    const state = told(usage, [
      meterRead(at(0), 0, 0, { resourceID: '__proto__' }),
      meterRead(at(1), 7, 0, { resourceID: '__proto__' }),
      failed(at(1), 'Out of Service', 'constructor'),
    ]);
    expect(netUsage(throughJson(state), '__proto__', at(0), hourMs).energyWattHours).toBe(7);
    expect(netUsage(state, 'battery', at(0), hourMs).bad).toBe('Not Connected');
    expect(netUsage(state, 'toString', at(0), hourMs).bad).toBe('Not Connected');
  });
});

describe('readings', () => {
  it('are found by their boundary', () => {
    const state = told(usage, [meterRead(at(0), 1, 2, { readAt: at(0) + 5 }), failed(at(1), 'Comm Failure')]);
    expect(readingAt(state, 'battery', at(0))).toEqual({
      importWattHours: 1,
      exportWattHours: 2,
      readAt: at(0) + 5,
      position: 0,
      receivedAt: at(0) + 5,
    });
    expect(readingAt(state, 'battery', at(1))).toBeNull();
    expect(readingAt(state, 'battery', at(2))).toBeNull();
    expect([0, 1, 2].map((hour) => boundaryIsKnown(state, 'battery', at(hour)))).toEqual([true, true, false]);
  });

  it('know the first and the latest, also when an older one comes afterwards', () => {
    const state = told(usage, [meterRead(at(3), 30), meterRead(at(4), 40), meterRead(at(1), 10)]);
    expect(firstReadingAt(state, 'battery')).toBe(at(1));
    expect(latestReading(state, 'battery')).toMatchObject({ boundaryAt: at(4) });
    expect(firstReadingAt(state, 'other')).toBeNull();
    expect(latestReading(state, 'other')).toBeNull();
  });
});

describe('what a device can do, by settings', () => {
  const limited = (watts: number) => ({
    devices: [{ resourceID: 'battery', maxChargeWatts: watts, maxDischargeWatts: watts, capacityWattHours: 13_500 }],
  });
  const changed = (recordedAt: number, watts: number): Told => {
    return [
      recordedAt,
      'SettingsChanged',
      { settings: { ...settings, ...limited(watts) }, changed: [], reopened: [], isOfferAnother: false },
    ];
  };
  const startedAgain = (recordedAt: number): Told => {
    const { settings: _, ...named } = agentStarted(recordedAt)[2] as AgentStarted;
    return [recordedAt, 'AgentStarted', { ...named, settingsHash: 'those in force' }];
  };
  const drawnAfter = (...facts: readonly Told[]): number | null =>
    netUsage(told(usage, [...facts, meterRead(at(6), 0), meterRead(at(7), 9_000)]), 'battery', at(6), hourMs)
      .energyWattHours;

  it('given limits that are raised while it runs, then what the device does is believed at once', () => {
    expect(drawnAfter(agentStarted(at(0), limited(5_000)))).toBeNull();
    expect(drawnAfter(agentStarted(at(0), limited(5_000)), changed(at(2), 10_000))).toBe(9_000);
  });

  it('given limits that are lowered while it runs, then no energy is withdrawn', () => {
    expect(drawnAfter(agentStarted(at(0), limited(10_000)), changed(at(2), 5_000))).toBe(9_000);
  });

  it('given a start that only names its settings, then those in force hold on', () => {
    expect(drawnAfter(agentStarted(at(0), limited(5_000)), startedAgain(at(3)))).toBeNull();
    expect(drawnAfter(agentStarted(at(0), limited(10_000)), startedAgain(at(3)))).toBe(9_000);
    expect(drawnAfter(agentStarted(at(0), limited(5_000)), changed(at(2), 10_000), startedAgain(at(3)))).toBe(9_000);
  });

  it('given a start that only names its settings by a clock that was set back, then they hold from there on', () => {
    const again = [agentStarted(at(0), limited(5_000)), agentStarted(at(9), limited(10_000)), startedAgain(at(3))];
    expect(drawnAfter(...again)).toBe(9_000);
  });
});

describe('a local day of usage', () => {
  const wholeDay = (name: string) => {
    const span = daySpan(name, zone);
    const boundaries = [...hoursOf(span), span.endAt];
    return {
      span,
      state: told(
        usage,
        boundaries.map((boundaryAt, hour) => meterRead(boundaryAt, hour * 100)),
      ),
    };
  };

  it.each([
    ['2026-07-28', 24],
    ['2026-03-08', 23],
    ['2026-11-01', 25],
  ])('%s has %d hours and no gap', (name, count) => {
    const { span, state } = wholeDay(name);
    const { hours, gaps, energyWattHours } = hoursOfUsage(state, 'battery', span);
    expect(hours).toHaveLength(count);
    expect(gaps).toEqual([]);
    expect(energyWattHours).toBe(count * 100);
  });

  it('joins neighbouring hours that were not measured for the same reason into one gap', () => {
    const read = [0, 1, 6, 7, 8].map((hour) => meterRead(at(hour), hour));
    const { gaps, energyWattHours, hours } = hoursOfUsage(
      told(usage, [...read, failed(at(9), 'Comm Failure')]),
      'battery',
      day,
    );
    expect(gaps).toEqual([
      { startAt: at(1), endAt: at(6), bad: 'Not Connected' },
      { startAt: at(8), endAt: at(10), bad: 'Comm Failure' },
      { startAt: at(10), endAt: at(24), bad: 'Not Connected' },
    ]);
    expect(energyWattHours).toBe(3);
    expect(hours[1]).toMatchObject({ energyWattHours: null });
  });

  it('of which nothing was measured has no energy, rather than none', () => {
    expect(hoursOfUsage(usage.initial, 'battery', day).energyWattHours).toBeNull();
  });

  it('adds up to the difference of the registers, whatever was drawn and delivered', () => {
    const steps = fc.array(fc.tuple(fc.nat(5_000), fc.nat(5_000)), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(steps, fc.constantFrom('2026-07-28', '2026-03-08', '2026-11-01'), (energies, name) => {
        const span = daySpan(name, zone);
        const registers = energies.reduce<[number, number][]>(
          (sums, [drawn, delivered]) => {
            const [imported, exported] = sums[sums.length - 1] as [number, number];
            return [...sums, [imported + drawn, exported + delivered]];
          },
          [[3, 4]],
        );
        const boundaries = [...hoursOf(span), span.endAt];
        const facts = boundaries.map((boundaryAt, index) =>
          meterRead(boundaryAt, ...(registers[index] as [number, number])),
        );
        const state = told(usage, [agentStarted(span.startAt), ...facts]);
        const [imported, exported] = registers[boundaries.length - 1] as [number, number];
        expect(hoursOfUsage(state, 'battery', span)).toMatchObject({
          energyWattHours: imported - 3 - (exported - 4),
          gaps: [],
        });
      }),
    );
  });
});

describe('the projection of usage', () => {
  it('returns the same state for facts that do not concern it', () => {
    const state = told(usage, [agentStarted(at(0)), meterRead(at(0), 1)]);
    const idle: Told[] = [
      [at(0), 'TimerFired', { timer: 'poll', dueAt: at(0) }],
      [at(0), 'AlarmCleared', { alarm: 'meterSilent' }],
    ];
    expect(told(usage, idle, state, 2)).toBe(state);
  });

  it('skips no fact that it cannot read: one from a later version stops it', () => {
    const later = { ...entryOf(meterRead(at(0), 1), 7), version: 99 };
    expect(() => usage.apply(usage.initial, later)).toThrow(/Entry 7/);
    expect(() => usage.apply(usage.initial, { ...later, type: 'NeverHeardOf' } as never)).toThrow(/NeverHeardOf/);
  });

  it('goes on from a checkpoint to the same state as from the beginning', () => {
    const facts = Array.from({ length: 60 }, (_, hour) =>
      hour % 7 === 3 ? failed(at(hour), 'Comm Failure') : meterRead(at(hour), hour),
    );
    const whole = told(usage, facts);
    for (const cut of [0, 1, 25, 59]) {
      const checkpoint = throughJson(told(usage, facts.slice(0, cut)));
      expect(told(usage, facts.slice(cut), checkpoint, cut)).toEqual(whole);
    }
  });

  it('told to keep two days, stays small for ever and still answers for those two days', () => {
    const bounded = usageProjection({ keepMs: 2 * dayMs });
    let state = bounded.initial;
    const sizes: number[] = [];
    for (let hour = 0; hour <= 24 * 120; hour += 1) {
      state = bounded.apply(state, entryOf(meterRead(at(hour), hour * 10), hour));
      if (hour % 24 === 0) sizes.push(JSON.stringify(state).length);
    }
    expect(Math.max(...sizes.slice(5))).toBeLessThan(1.1 * (sizes[5] as number));
    expect(netUsage(state, 'battery', at(24 * 118), hourMs).energyWattHours).toBe(10);
    expect(netUsage(state, 'battery', at(24 * 110), hourMs).energyWattHours).toBeNull();
    expect(firstReadingAt(state, 'battery')).toBe(at(0));
  });

  it('shares what did not change: an hour adds no copy of the day before', () => {
    const before = told(usage, [meterRead(at(0), 0), meterRead(at(30), 1)]);
    const after = told(usage, [meterRead(at(31), 2)], before, 2);
    const daysOf = (state: typeof before) =>
      (crowdGet(state.meters, 'battery')?.boundaries ?? []).flatMap(([, block]) => block);
    expect(daysOf(after)[0]).toBe(daysOf(before)[0]);
    expect(daysOf(after)[1]).not.toBe(daysOf(before)[1]);
  });
});

describe('a clock that was set back', () => {
  it('given readings of boundaries that had not come, then they are forgotten, and the true ones count when they come', () => {
    const back: Told = [at(1), 'ClockJumped', { jumpMs: -8 * hourMs }];
    const after = told(usage, [meterRead(at(0), 100), meterRead(at(9), 150), back]);
    expect(readingAt(after, 'battery', at(0))?.importWattHours).toBe(100);
    expect(readingAt(after, 'battery', at(9))).toBeNull();
    expect(latestReading(after, 'battery')).toBeNull();
    expect(readingAt(told(usage, [meterRead(at(9), 900)], after), 'battery', at(9))?.importWattHours).toBe(900);
  });
});
