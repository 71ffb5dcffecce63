import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../../src/devices/registry.ts';
import { type Model, SimulatedDevice } from '../../src/devices/simulatedDevice.ts';
import type { GivenSetpoint } from '../../src/devices/simulatedDevice.ts';
import type { MeterRead } from '../../src/facts/input.ts';
import type { Device, Journal } from '../../src/shell/ports.ts';
import {
  deviceKindSchemas,
  deviceSchema,
  deviceSettingsOf,
  isSimulated,
} from '../../src/shell/settings/deviceKinds.ts';

const timeZone = 'America/New_York';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Tuesday, 28 July 2026, midnight in New York. */
const midnight = Date.UTC(2026, 6, 28, 4);
const at = (hour: number): number => midnight + hour * hourMs;

const quiet: Journal = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

interface Rig {
  readonly clock: { now: number };
  readonly device: Device;
}

const open = async (
  configured: Readonly<Record<string, unknown>>,
  resume: { readonly from?: MeterRead; readonly setpoints?: readonly GivenSetpoint[] } = {},
  clock = { now: midnight },
): Promise<Rig> => ({
  clock,
  device: await openDevice({
    device: deviceSchema.parse({ resourceID: 'it', ...configured }),
    timeZone,
    now: () => clock.now,
    resumeFrom: resume.from ?? null,
    resumeSetpoints: resume.setpoints ?? [],
    journal: quiet,
  } as Parameters<typeof openDevice>[0]),
});

const readAt = async ({ clock, device }: Rig, when: number): Promise<MeterRead> => {
  clock.now = Math.max(clock.now, when);
  return device.read(when);
};

const car = {
  kind: 'simulatedEv',
  capacityWattHours: 60_000,
  maxChargeWatts: 7_200,
  maxDischargeWatts: 7_200,
  roundTripEfficiency: 1,
  initialStateOfCharge: 0.5,
  trips: [{ days: ['tue', 'wed'], leaveAt: '07:00', returnAt: '17:00', energyWattHours: 12_000 }],
};

describe('a car by calculation', () => {
  it('drives away, takes nothing meanwhile, and comes back emptier by its trip', async () => {
    const rig = await open(car);
    await rig.device.apply({ demandWatts: 6_000, validUntil: at(48) });
    const leaving = await readAt(rig, at(7));
    expect(leaving).toMatchObject({ importWattHours: 30_000, status: { isAvailable: false, powerWatts: 0 } });
    expect(leaving.status.stateOfCharge).toBe(1);
    expect((await readAt(rig, at(16))).importWattHours).toBe(30_000);
    const back = await readAt(rig, at(17));
    expect(back).toMatchObject({ importWattHours: 30_000, status: { isAvailable: true, powerWatts: 6_000 } });
    expect(back.status.stateOfCharge).toBeCloseTo(0.8, 12);
  });

  it('stays on the days on which it has no trip', async () => {
    const rig = await open(car, {}, { now: at(48) });
    expect((await readAt(rig, at(48 + 12))).status).toMatchObject({ isAvailable: true, stateOfCharge: 0.5 });
  });

  it('never goes below empty, however far it drives', async () => {
    const far = [{ days: ['tue'], leaveAt: '07:00', returnAt: '17:00', energyWattHours: 999_000 }];
    expect((await readAt(await open({ ...car, trips: far }), at(18))).status.stateOfCharge).toBe(0);
  });

  it('drives its trip once, also when the agent was started anew at the hour of its return', async () => {
    const before = await open(car);
    const back = await readAt(before, at(17));
    const after = await open(car, { from: back }, { now: at(17) });
    expect((await readAt(after, at(20))).status.stateOfCharge).toBe(back.status.stateOfCharge);
  });

  it('drives over midnight, and on days when the clocks are moved', async () => {
    const nightly = [{ days: ['sat'], leaveAt: '23:00', returnAt: '03:00', energyWattHours: 6_000 }];
    const saturday = Date.UTC(2026, 9, 31, 4);
    const rig = await open({ ...car, trips: nightly }, {}, { now: saturday });
    const isThereAt = async (when: number) => (await readAt(rig, when)).status.isAvailable;
    const leaves = saturday + 23 * hourMs;
    expect([await isThereAt(leaves - 1), await isThereAt(leaves)]).toEqual([true, false]);
    // The hour from one to two is there twice on the first of November: it is away five hours.
    expect([await isThereAt(leaves + 5 * hourMs - 1), await isThereAt(leaves + 5 * hourMs)]).toEqual([false, true]);
    expect((await readAt(rig, leaves + 6 * hourMs)).status.stateOfCharge).toBeCloseTo(0.4, 12);
  });

  it('is as full however often it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 14 * 24 * 12 }), { maxLength: 20 }),
        fc.integer({ min: -7_200, max: 7_200 }),
        async (steps, demandWatts) => {
          const [often, once] = [await open(car), await open(car)];
          for (const rig of [often, once]) await rig.device.apply({ demandWatts, validUntil: midnight + 9 * dayMs });
          for (const step of [...steps].sort((a, b) => a - b)) await readAt(often, midnight + step * 300_000);
          const end = midnight + 15 * dayMs;
          const [a, b] = [await readAt(often, end), await readAt(once, end)];
          expect(a.status.stateOfCharge).toBeCloseTo(b.status.stateOfCharge ?? Number.NaN, 9);
          expect(Math.abs(a.importWattHours - b.importWattHours)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 40, seed: 71 },
    );
  });
});

const heater = {
  kind: 'simulatedFlexibleLoad',
  maxChargeWatts: 4_500,
  need: { energyWattHours: 9_000, doneBy: '06:00', minWatts: 1_000 },
};

describe('a flexible load by calculation', () => {
  it('takes what it needs and no more, until it begins anew', async () => {
    const rig = await open(heater);
    await rig.device.apply({ demandWatts: 3_000, validUntil: at(30) });
    expect(await readAt(rig, at(2))).toMatchObject({ importWattHours: 6_000, status: { powerWatts: 3_000 } });
    expect(await readAt(rig, at(5))).toMatchObject({
      importWattHours: 9_000,
      status: { powerWatts: 0, stateOfCharge: 1 },
    });
    expect(await readAt(rig, at(7))).toMatchObject({ importWattHours: 12_000 });
  });

  it('does not work below its least power, and delivers nothing', async () => {
    const rig = await open(heater);
    await rig.device.apply({ demandWatts: 900, validUntil: at(2) });
    expect(await readAt(rig, at(2))).toMatchObject({ importWattHours: 0, status: { powerWatts: 0 } });
    await rig.device.apply({ demandWatts: -3_000, validUntil: at(4) });
    expect(await readAt(rig, at(4))).toMatchObject({ importWattHours: 0, exportWattHours: 0 });
  });
});

describe('a meter by calculation', () => {
  const hourlyWatts = Array.from({ length: 24 }, (_, hour) => (hour === 12 ? -2_000 : hour * 100));
  const house = { kind: 'simulatedMeter', hourlyWatts };

  it('counts what each local hour draws and delivers, whatever it is told', async () => {
    const rig = await open(house);
    await rig.device.apply({ demandWatts: 5_000, validUntil: at(48) });
    const day = await readAt(rig, at(24));
    expect(day.exportWattHours).toBe(2_000);
    expect(day.importWattHours).toBe(hourlyWatts.filter((watts) => watts > 0).reduce((a, b) => a + b));
  });

  it('keeps to the local hour on days when the clocks are moved', async () => {
    const sunday = Date.UTC(2026, 10, 1, 4);
    const rig = await open(house, {}, { now: sunday });
    const hours = [];
    for (let hour = 0; hour < 25; hour += 1)
      hours.push(((await readAt(rig, sunday + hour * hourMs)).status.powerWatts as number) / 100);
    expect(hours.slice(0, 5)).toEqual([0, 1, 1, 2, 3]);
    expect(hours.at(-1)).toBe(23);
  });

  it('is only read', () => {
    expect(deviceSettingsOf(deviceSchema.parse({ resourceID: 'house', ...house }))).toMatchObject({
      role: 'meter',
      isReadOnly: true,
    });
  });
});

describe('what is wrong with a device by calculation', () => {
  const faulty = (fault: string) => ({ kind: 'simulatedBattery', faults: [{ from: '02:00', to: '03:00', fault }] });

  it('silent: its meter does not answer for a while, and counts on meanwhile', async () => {
    const rig = await open(faulty('silent'));
    await rig.device.apply({ demandWatts: 1_000, validUntil: at(4) });
    await expect(readAt(rig, at(2.5))).rejects.toMatchObject({ quality: 'Comm Failure' });
    expect((await readAt(rig, at(3))).importWattHours).toBe(3_000);
  });

  it('deaf: it refuses what it is set to', async () => {
    const rig = await open(faulty('deaf'), {}, { now: at(2) });
    await expect(rig.device.apply({ demandWatts: 1_000, validUntil: at(4) })).rejects.toThrow('does not take');
    expect((await readAt(rig, at(2.5))).status.powerWatts).toBe(0);
  });

  it('stuck: it takes what it is set to, and does not follow', async () => {
    const rig = await open(faulty('stuck'), {}, { now: at(2) });
    await rig.device.apply({ demandWatts: 1_000, validUntil: at(4) });
    expect((await readAt(rig, at(2.5))).status.powerWatts).toBe(0);
  });

  it('noise: its power is off by no more than that, and its registers are not', async () => {
    const rig = await open({ kind: 'simulatedBattery', noiseWatts: 50 });
    await rig.device.apply({ demandWatts: 1_000, validUntil: at(4) });
    const powers = [];
    for (let minute = 0; minute < 60; minute += 1)
      powers.push((await readAt(rig, midnight + minute * 60_000)).status.powerWatts ?? Number.NaN);
    expect(new Set(powers).size).toBeGreaterThan(30);
    expect(powers.every((watts) => Math.abs(watts - 1_000) <= 50)).toBe(true);
    expect((await readAt(rig, at(1))).importWattHours).toBe(1_000);
  });
});

describe('every kind', () => {
  it('that is simulated opens with nothing but its name, and is told to be simulated', async () => {
    for (const schema of deviceKindSchemas) {
      const kind = schema.shape.kind.value;
      if (!isSimulated({ kind })) continue;
      const rig = await open({ kind });
      expect((await readAt(rig, midnight)).resourceID, kind).toBe('it');
      expect(deviceSettingsOf(deviceSchema.parse({ kind, resourceID: 'it' })), kind).toMatchObject({
        kind,
        isSimulated: true,
      });
    }
  });

  it('is reckoned from yesterday at the earliest, however long it has been there', async () => {
    const clock = { now: midnight };
    const stretches: number[] = [];
    const model: Model = {
      advance: (state, toAt) => {
        stretches.push(toAt - state.at);
        return { ...state, at: Math.max(state.at, toAt) };
      },
      statusOf: () => ({ online: true, manualOverride: false, powerWatts: 0, maxChargeWatts: 0, maxDischargeWatts: 0 }),
    };
    const beginning = { at: midnight, storedWattHours: 0, importWattHours: 0, exportWattHours: 0 };
    const device = new SimulatedDevice(model, beginning, { resourceID: 'it', now: () => clock.now });
    for (let hour = 1; hour <= 365 * 24; hour += 1) await readAt({ clock, device }, midnight + hour * hourMs);
    expect(Math.max(...stretches)).toBeLessThanOrEqual(dayMs + hourMs);
  });
});
