import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { following } from '../../src/devices/following.ts';
import type { Driver, DriverSetpoint, DeviceSample } from '../../src/devices/live/driver.ts';
import { LiveDevice, type LiveDeviceOptions } from '../../src/devices/live/liveDevice.ts';
import { ToldTime } from '../../src/devices/live/toldTime.ts';
import { Registers, type RegistersOptions } from '../../src/devices/live/registers.ts';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import type { SimulatedFault } from '../../src/devices/simulatedDevice.ts';
import type { MeterRead } from '../../src/facts/input.ts';
import { usageProjection, netUsage } from '../../src/store/projections/usage.ts';
import { usagePayload } from '../../src/reactions/reports/payloads.ts';
import type { KnownEntry } from '../../src/facts/fact.ts';

const start = Date.UTC(2026, 6, 28, 4);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const silentJournal = (lines: string[] = []) => {
  const write = (text: string): void => void lines.push(text);
  return { info: write, warn: write, error: write, debug: write };
};

const registers = (options: Partial<RegistersOptions> = {}, lines: string[] = []) =>
  new Registers({
    resourceID: 'it',
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
    longestGapMs: 2 * minuteMs,
    resumeFrom: null,
    journal: silentJournal(lines),
    ...options,
  });

describe('registers', () => {
  it('go on round their end, and count every Wh once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 100 }),
        fc.integer({ min: 0, max: 999 }),
        (steps, first) => {
          const counting = registers({ rolloverWattHours: 1_000 });
          let total = first;
          let at = start;
          counting.take({ at, importWattHours: first, exportWattHours: 0 });
          for (const step of steps) {
            total += step;
            at += minuteMs;
            expect(counting.take({ at, importWattHours: total % 1_000, exportWattHours: 0 })).toMatchObject({
              importWattHours: total,
            });
          }
        },
      ),
      { seed: 72, numRuns: 100 },
    );
  });

  it('go on round their end over a restart, by the last reading alone', () => {
    const resumeFrom = readingOf({ readAt: start, importWattHours: 2_990, exportWattHours: 0 });
    const counting = registers({ rolloverWattHours: 1_000, resumeFrom });
    expect(counting.take({ at: start + minuteMs, importWattHours: 15, exportWattHours: 0 })).toMatchObject({
      importWattHours: 3_015,
    });
  });

  it('that were reset begin anew, and that is told', () => {
    const lines: string[] = [];
    const counting = registers({}, lines);
    counting.take({ at: start, importWattHours: 5_000, exportWattHours: 700 });
    expect(counting.take({ at: start + minuteMs, importWattHours: 3, exportWattHours: 0 })).toEqual({
      at: start + minuteMs,
      powerWatts: 0,
      importWattHours: 3,
      exportWattHours: 0,
      registersSince: start + minuteMs,
    });
    expect(lines).toEqual([expect.stringContaining('The registers of it do not go on from where they stood')]);
  });

  it('that were read wrong once go on from where they stood, and no energy is made or lost of it', () => {
    for (const mistaken of [0, 3, 9_999_999]) {
      const lines: string[] = [];
      const counting = registers({}, lines);
      counting.take({ at: start, importWattHours: 123_456, exportWattHours: 700 });
      const odd = counting.take({ at: start + 15 * minuteMs, importWattHours: mistaken, exportWattHours: 700 });
      expect(odd).toMatchObject({ registersSince: start + 15 * minuteMs });
      const next = counting.take({ at: start + 30 * minuteMs, importWattHours: 124_456, exportWattHours: 700 });
      expect([next.importWattHours, next.registersSince]).toEqual([124_456, undefined]);
      expect(lines).toEqual([
        expect.stringContaining('do not go on from where they stood'),
        expect.stringContaining('what was read between was mistaken'),
      ]);
    }
  });

  it('that were changed and leap up later are not taken for the old ones: no energy is made of a leap', () => {
    const counting = registers();
    counting.take({ at: start, importWattHours: 123_456, exportWattHours: 0 });
    const fresh = counting.take({ at: start + minuteMs, importWattHours: 10, exportWattHours: 0 });
    counting.take({ at: start + 25 * hourMs, importWattHours: 9_000, exportWattHours: 0 });
    const later = counting.take({ at: start + 26 * hourMs, importWattHours: 123_460, exportWattHours: 0 });
    expect(fresh.registersSince).toBe(start + minuteMs);
    expect(later.registersSince).toBe(start + 26 * hourMs);
  });

  it('that grew while nobody looked are believed, however long that was', () => {
    const counting = registers();
    counting.take({ at: start, importWattHours: 1_000, exportWattHours: 0 });
    const after = counting.take({ at: start + 30 * 24 * hourMs, importWattHours: 900_000, exportWattHours: 0 });
    expect(after).toMatchObject({ importWattHours: 900_000 });
    expect(after.registersSince).toBeUndefined();
  });

  it('are added up from power where there are none, and begin anew after a silence', () => {
    const counting = registers();
    for (let minute = 0; minute <= 60; minute += 1)
      counting.take({ at: start + minute * minuteMs, powerWatts: -1_200 });
    const hour = counting.take({ at: start + 61 * minuteMs, powerWatts: -1_200 });
    expect(hour.exportWattHours).toBeCloseTo(1_220, 6);
    expect(hour).toMatchObject({ isIntegrated: true, registersSince: start, importWattHours: 0 });
    expect(counting.take({ at: start + 70 * minuteMs, powerWatts: -1_200 })).toMatchObject({
      exportWattHours: 0,
      registersSince: start + 70 * minuteMs,
    });
  });
});

const readingOf = (changes: Partial<MeterRead>): MeterRead => ({
  resourceID: 'it',
  boundaryAt: changes.readAt ?? start,
  readAt: start,
  importWattHours: 0,
  exportWattHours: 0,
  status: { online: true, manualOverride: false, powerWatts: 0, maxChargeWatts: 5_000, maxDischargeWatts: 5_000 },
  ...changes,
});

describe('an hour', () => {
  const hourOf = (...reads: readonly MeterRead[]) => {
    const { initial, apply } = usageProjection();
    const state = reads.reduce(
      (known, data, position) =>
        apply(known, { type: 'MeterRead', data, position, recordedAt: data.readAt } as unknown as KnownEntry),
      initial,
    );
    return netUsage(state, 'it', start, hourMs);
  };
  const point = { rID: 'it/energyReal', resourceID: 'it', measure: 'energyReal' } as const;

  it('in which the registers were reset is not measured, though they may have grown past where they stood', () => {
    const hour = hourOf(
      readingOf({ importWattHours: 10 }),
      readingOf({ readAt: start + hourMs, importWattHours: 900, registersSince: start + 5 * minuteMs }),
    );
    expect(hour).toMatchObject({ energyWattHours: null, bad: 'Device Failure' });
  });

  it('of added up power is told as uncertain', () => {
    const since = { registersSince: start - hourMs, isIntegrated: true };
    const hour = hourOf(
      readingOf({ importWattHours: 10, ...since }),
      readingOf({ readAt: start + hourMs, importWattHours: 900, ...since }),
    );
    expect(hour).toMatchObject({ energyWattHours: 890, isIntegrated: true });
    expect(usagePayload(point, hour).oadrDataQuality).toBe('Quality Uncertain - Non Specific');
  });
});

/** A device that says and does what the test has it say and do. */
const rig = (options: Partial<LiveDeviceOptions> = {}) => {
  const clock = { now: start };
  const lines: string[] = [];
  const written: (DriverSetpoint | 'free')[] = [];
  let sample: DeviceSample | Error = {
    at: start,
    powerWatts: 0,
    stateOfCharge: 0.5,
    importWattHours: 0,
    exportWattHours: 0,
  };
  const driver: Driver = {
    sample: async () => {
      if (sample instanceof Error) throw sample;
      return sample;
    },
    write: async (setpoint) => void written.push(setpoint),
    free: async () => void written.push('free'),
    close: async () => undefined,
  };
  const device = new LiveDevice({
    resourceID: 'it',
    maxChargeWatts: 5_000,
    maxDischargeWatts: 4_000,
    maxAgeMs: minuteMs,
    leastPauseMs: 0,
    isReadOnly: false,
    driver,
    resumeFrom: null,
    now: () => clock.now,
    timeZone: 'America/New_York',
    journal: silentJournal(lines),
    ...options,
  });
  return { clock, lines, written, device, says: (next: DeviceSample | Error) => (sample = next) };
};

describe('a real device', () => {
  it('answers for a boundary with what it said nearest to it, and says when that was', async () => {
    const { device, clock, says } = rig();
    says({ at: start - 20_000, powerWatts: 10, importWattHours: 7, exportWattHours: 0 });
    await device.read(start);
    clock.now = start + 40_000;
    says({ at: start + 40_000, powerWatts: 20, importWattHours: 8, exportWattHours: 0 });
    expect(await device.read(start)).toMatchObject({ boundaryAt: start, readAt: start - 20_000, importWattHours: 7 });
  });

  it('that said nothing lately has no reading, and neither has one for long ago', async () => {
    const { device, clock, says } = rig();
    clock.now = start + 10 * minuteMs;
    says({ at: start, powerWatts: 10, importWattHours: 7, exportWattHours: 0 });
    await expect(device.read(clock.now)).rejects.toMatchObject({ quality: 'Comm Failure' });
    await expect(device.read(start)).rejects.toMatchObject({ quality: 'Not Connected' });
  });

  it('is told nothing beyond its limits', async () => {
    const { device, written } = rig();
    await device.apply({ demandWatts: -9_000, validUntil: start + hourMs });
    await device.apply({ demandWatts: 9_000, validUntil: start + hourMs });
    expect(written).toMatchObject([{ demandWatts: -4_000 }, { demandWatts: 5_000 }]);
  });

  it('is told nothing beyond what it says that it can, and a limit that is no number is none', async () => {
    const { device, written, says } = rig();
    says({ at: start, powerWatts: 0, chargeLimitWatts: Number.NaN, dischargeLimitWatts: 1_500 });
    const { status } = await device.read(start);
    expect(status).toMatchObject({ maxChargeWatts: 5_000, maxDischargeWatts: 1_500 });
    await device.apply({ demandWatts: -9_000, validUntil: start + hourMs });
    await device.apply({ demandWatts: 9_000, validUntil: start + hourMs });
    expect(written).toMatchObject([{ demandWatts: -1_500 }, { demandWatts: 5_000 }]);
  });

  it('that is only read is told nothing, not even to be free', async () => {
    const { device, written } = rig({ isReadOnly: true });
    await expect(device.apply({ demandWatts: 1, validUntil: start })).rejects.toThrow('only read');
    await device.release();
    expect(written).toEqual([]);
  });

  it('is released only when it was told something', async () => {
    const { device, written } = rig();
    await device.release();
    await device.apply({ demandWatts: 1_000, validUntil: start + hourMs });
    await device.release();
    await device.release();
    expect(written).toEqual([{ demandWatts: 1_000, validUntil: start + hourMs }, 'free']);
  });

  it('is told things with a pause between, and of those that are overtaken only the last', async () => {
    const { device, written } = rig({ leastPauseMs: 30 });
    const told = [1_000, 2_000, 3_000].map((demandWatts) => device.apply({ demandWatts, validUntil: start + hourMs }));
    const outcomes = await Promise.allSettled(told);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(written).toMatchObject([{ demandWatts: 3_000 }]);
  });

  it('whose level or power cannot be is taken to know neither, and that is told once, and when it is over', async () => {
    const { device, clock, lines, says } = rig();
    const reads: (readonly [number | undefined, number | undefined])[] = [];
    const disbelieved: unknown[] = [];
    for (const [minute, stateOfCharge, powerWatts] of [
      [0, 1.01, 100],
      [1, 2.5, 100],
      [2, -0.05, 2e9],
      [3, Number.NaN, Number.NaN],
      [4, -0.01, 200],
    ] as const) {
      clock.now = start + minute * minuteMs;
      says({ at: clock.now, powerWatts, stateOfCharge, importWattHours: 0, exportWattHours: 0 });
      const { status } = await device.read(clock.now);
      reads.push([status.stateOfCharge, status.powerWatts]);
      disbelieved.push((status.disbelieved ?? []).map(({ value, said }) => [value, said]));
    }
    expect(reads).toEqual([
      [1, 100],
      [undefined, 100],
      [undefined, undefined],
      [undefined, undefined],
      [0, 200],
    ]);
    expect(disbelieved).toEqual([
      [],
      [['stateOfCharge', 2.5]],
      [
        ['stateOfCharge', -0.05],
        ['powerWatts', 2e9],
      ],
      [
        ['stateOfCharge', null],
        ['powerWatts', null],
      ],
      [],
    ]);
    expect(lines).toEqual([
      expect.stringContaining('it is 250 % full, which cannot be'),
      expect.stringContaining('its power is 2000000000 W, which cannot be'),
      expect.stringContaining('The level of it is one again'),
    ]);
  });

  it('that tells its registers and no power is not taken for one that does not follow', async () => {
    const { device, clock, says } = rig();
    const followed = following(device, () => clock.now);
    for (const minute of [0, 2, 4]) {
      clock.now = start + minute * minuteMs;
      says({ at: clock.now, stateOfCharge: 0.5, importWattHours: 1_000, exportWattHours: 0 });
      await followed.apply({ demandWatts: 3_000, validUntil: clock.now + hourMs });
    }
    expect((await device.read(clock.now)).status).not.toHaveProperty('powerWatts');
  });

  it('without registers whose power cannot be has no reading: no energy is made of a mistake', async () => {
    const { device, clock, says } = rig();
    for (const minute of [0, 1]) {
      clock.now = start + minute * minuteMs;
      says({ at: clock.now, powerWatts: 1_200 });
      await device.read(clock.now);
    }
    clock.now = start + 2 * minuteMs;
    says({ at: clock.now, powerWatts: 5e8 });
    await expect(device.read(clock.now)).rejects.toMatchObject({
      quality: 'Sensor Failure',
      message: 'it has no registers, and says that its power is 500000000 W, which cannot be.',
    });
    clock.now = start + 3 * minuteMs;
    says({ at: clock.now, powerWatts: 1_200 });
    expect((await device.read(clock.now)).importWattHours).toBe(60);
  });

  it('whose clock is off by a day is read by ours, and that is told', async () => {
    for (const offMs of [24 * hourMs, -24 * hourMs]) {
      const { device, clock, lines, says } = rig();
      says({ at: clock.now, powerWatts: 7, importWattHours: 0, exportWattHours: 0, clockAt: clock.now + offMs });
      expect(await device.read(clock.now)).toMatchObject({ readAt: start, status: { clockOffsetMs: offMs } });
      expect(lines).toEqual([expect.stringContaining(`is 1 d ${offMs > 0 ? 'ahead of' : 'behind'} ours`)]);
    }
  });

  it('whose clock is off is told once, and once when it is right again', async () => {
    const { device, clock, lines, says } = rig();
    for (const [minute, offMs] of [
      [0, 0],
      [1, 90_000],
      [2, 90_000],
      [3, 500],
    ] as const) {
      clock.now = start + minute * minuteMs;
      says({ at: clock.now, powerWatts: 0, importWattHours: 0, exportWattHours: 0, clockAt: clock.now + offMs });
      await device.read(clock.now);
    }
    expect(lines).toEqual([
      expect.stringContaining('is 1 min 30 s ahead of ours'),
      expect.stringContaining('right again'),
    ]);
  });
});

describe('the time that a device tells', () => {
  const told = (lagOf: (minute: number) => number, minutes: number) => {
    const lines: string[] = [];
    const clock = { now: start };
    const time = new ToldTime({
      device: { resourceID: 'it' },
      timeField: 'time',
      maxAgeMs: minuteMs,
      timeZone: 'America/New_York',
      now: () => clock.now,
      journal: silentJournal(lines),
    });
    const answers = Array.from({ length: minutes }, (_, minute) => {
      clock.now = start + minute * minuteMs;
      return time.of(JSON.stringify({ time: new Date(clock.now - lagOf(minute)).toISOString() }));
    });
    const why = answers.map((answer) => (answer !== null && 'tooOld' in answer ? answer.tooOld : ''));
    return { lines, answers, why };
  };

  it('given it is a day behind and goes on with ours, then that is its clock, and told once', () => {
    const { lines, why } = told((minute) => 24 * hourMs + (minute % 2) * 20_000, 9);
    expect(why[0]).toContain('either it has measured nothing since, or its clock is 1 d behind ours.');
    expect(why.at(-1)).toContain('its clock is 1 d behind ours and goes on with it.');
    expect(lines).toEqual([expect.stringContaining('The clock of it (time) is 1 d behind ours and goes on with it')]);
  });

  it('given it is behind by the offset of the zone, then it tells local time as UTC', () => {
    const { lines } = told(() => 4 * hourMs, 5);
    expect(lines).toEqual([expect.stringContaining('as if it told the local time of America/New_York as UTC')]);
  });

  it('given it stands still, then nothing is measured, and its clock is not blamed', () => {
    const { lines, why } = told((minute) => 24 * hourMs + minute * minuteMs, 9);
    expect(lines).toEqual([]);
    expect(why.at(-1)).toContain('either it has measured nothing since');
  });

  it('given it is right again, then it is a reading', () => {
    const { answers } = told((minute) => (minute < 5 ? 24 * hourMs : 20_000), 6);
    expect(answers.at(-1)).toEqual({ at: start + 5 * minuteMs - 20_000 });
  });
});

describe('a device that is looked after', () => {
  const looked = (fault: (at: number) => SimulatedFault, stateOfCharge = 0.5) => {
    const clock = { now: start };
    const battery = new SimulatedBattery({
      resourceID: 'it',
      capacityWattHours: 13_500,
      maxChargeWatts: 5_000,
      maxDischargeWatts: 5_000,
      roundTripEfficiency: 0.9,
      stateOfCharge,
      now: () => clock.now,
      faultAt: fault,
    });
    return { clock, device: following(battery, () => clock.now) };
  };
  /** Told the same every five minutes, as renewals do; when it was said that it does not follow. UTC ms after the start. */
  const complaints = async (rigged: ReturnType<typeof looked>, demandWatts: number): Promise<readonly number[]> => {
    const said: number[] = [];
    for (let minute = 0; minute <= 60; minute += 5) {
      rigged.clock.now = start + minute * minuteMs;
      await rigged.device
        .apply({ demandWatts, validUntil: rigged.clock.now + 10 * minuteMs })
        .catch(() => void said.push(minute));
    }
    return said;
  };

  it('and follows, is not complained about', async () => {
    expect(
      await complaints(
        looked(() => null),
        -2_000,
      ),
    ).toEqual([]);
  });

  it('and takes its setpoint but does not follow, is found out at the next renewal, and is well once it follows', async () => {
    const stuckFor = (at: number): SimulatedFault => (at < start + 20 * minuteMs ? 'stuck' : null);
    expect(await complaints(looked(stuckFor), 2_000)).toEqual([5, 10, 15, 20]);
  });

  it('and is full or empty, is excused', async () => {
    expect(
      await complaints(
        looked(() => null, 0.99),
        5_000,
      ),
    ).toEqual([]);
    expect(
      await complaints(
        looked(() => null, 0.02),
        -5_000,
      ),
    ).toEqual([]);
  });
});

describe('a device that says nothing by itself and has no registers', () => {
  it('is asked between boundaries, so that its power is added up; one with registers is not', async () => {
    const asked = async (
      sample: Omit<DeviceSample, 'at'>,
      isAsked: (samples: () => number) => Promise<void>,
    ): Promise<{ readonly samples: number; readonly read: MeterRead }> => {
      let samples = 0;
      // Each time that it is asked, half a minute has passed.
      const now = (): number => start + samples * 30_000;
      const driver: Driver = {
        sample: async () => {
          samples += 1;
          return { at: now(), ...sample };
        },
        write: async () => undefined,
        free: async () => undefined,
        close: async () => undefined,
      };
      const device = new LiveDevice({
        resourceID: 'it',
        maxChargeWatts: 5_000,
        maxDischargeWatts: 5_000,
        maxAgeMs: minuteMs,
        leastPauseMs: 0,
        timeZone: 'America/New_York',
        lookEveryMs: 2,
        isReadOnly: false,
        driver,
        resumeFrom: null,
        now,
        journal: silentJournal(),
      });
      await device.read(now());
      await isAsked(() => samples);
      const read = await device.read(now());
      await device.close();
      return { samples, read };
    };
    const added = await asked({ powerWatts: 1_200 }, (samples) => expect.poll(samples).toBeGreaterThan(3));
    // 1200 W since the first sample: 10 Wh in each half minute.
    expect(added.read.importWattHours).toBe((added.read.readAt - (start + 30_000)) / 3_000);
    expect(added.read.isIntegrated).toBe(true);
    const registers = { powerWatts: 1_200, importWattHours: 7, exportWattHours: 0 };
    const left = await asked(registers, () => new Promise((resolve) => setTimeout(resolve, 100)));
    expect(left.samples).toBe(2);
  });
});
