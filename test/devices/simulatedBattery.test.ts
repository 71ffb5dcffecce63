import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BadQuality, MeterRead } from '../../src/facts/input.ts';
import { advance, type BatteryState, powerAt } from '../../src/devices/batteryModel.ts';
import { DeviceError } from '../../src/devices/deviceError.ts';
import {
  type GivenSetpoint,
  SimulatedBattery,
  type SimulatedBatteryOptions,
} from '../../src/devices/simulatedBattery.ts';

const start = Date.UTC(2026, 6, 28, 4);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (hour: number): number => start + hour * hourMs;

/** A battery, and the clock it lives by. */
const rig = (options: Partial<SimulatedBatteryOptions> = {}, clock = { now: start }) => ({
  clock,
  battery: new SimulatedBattery({
    resourceID: 'battery',
    capacityWattHours: 13_500,
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
    roundTripEfficiency: 0.9,
    now: () => clock.now,
    ...options,
  }),
});

const qualityOf = async (reading: Promise<MeterRead>): Promise<BadQuality> => {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeviceError);
  return (error as DeviceError).quality;
};

describe('a simulated battery', () => {
  it('left alone meters nothing and keeps its charge', async () => {
    const { battery, clock } = rig();
    clock.now = at(24);
    expect(await battery.read(at(24))).toEqual({
      resourceID: 'battery',
      boundaryAt: at(24),
      readAt: at(24),
      importWattHours: 0,
      exportWattHours: 0,
      status: {
        online: true,
        manualOverride: false,
        powerWatts: 0,
        stateOfCharge: 0.5,
        maxChargeWatts: 5_000,
        maxDischargeWatts: 5_000,
      },
    });
  });

  it('told to charge, draws what it was told and stores it less the losses', async () => {
    const { battery, clock } = rig({ roundTripEfficiency: 0.81 });
    await battery.apply({ demandWatts: 3_000, validUntil: at(1) });
    clock.now = at(1);
    const { importWattHours, exportWattHours, status } = await battery.read(at(1));
    expect([importWattHours, exportWattHours]).toEqual([3_000, 0]);
    expect(status.stateOfCharge).toBeCloseTo(0.5 + (3_000 * 0.9) / 13_500, 12);
  });

  it('told to discharge, delivers what it was told and loses more than that', async () => {
    const { battery, clock } = rig({ roundTripEfficiency: 0.81 });
    await battery.apply({ demandWatts: -3_000, validUntil: at(1) });
    clock.now = at(1);
    const { importWattHours, exportWattHours, status } = await battery.read(at(1));
    expect([importWattHours, exportWattHours]).toEqual([0, 3_000]);
    expect(status.stateOfCharge).toBeCloseTo(0.5 - 3_000 / 0.9 / 13_500, 12);
  });

  it('told more than it can, does what it can', async () => {
    const { battery, clock } = rig({ maxDischargeWatts: 2_000 });
    await battery.apply({ demandWatts: 90_000, validUntil: at(0.5) });
    clock.now = at(0.25);
    expect((await battery.read(at(0.25))).status.powerWatts).toBe(5_000);
    clock.now = at(0.5);
    await battery.apply({ demandWatts: -90_000, validUntil: at(1) });
    clock.now = at(0.75);
    expect(await battery.read(at(0.75))).toMatchObject({
      importWattHours: 2_500,
      exportWattHours: 500,
      status: { powerWatts: -2_000 },
    });
  });

  it('stops when it is full, and when it is empty', async () => {
    const { battery, clock } = rig({ roundTripEfficiency: 1 });
    await battery.apply({ demandWatts: 5_000, validUntil: at(10) });
    clock.now = at(10);
    expect(await battery.read(at(5))).toMatchObject({
      importWattHours: 6_750,
      status: { powerWatts: 0, stateOfCharge: 1 },
    });
    await battery.apply({ demandWatts: -5_000, validUntil: at(20) });
    clock.now = at(20);
    expect(await battery.read(at(15))).toMatchObject({
      exportWattHours: 13_500,
      status: { powerWatts: 0, stateOfCharge: 0 },
    });
  });

  it('idles once its setpoint is over, though nobody comes back', async () => {
    const { battery, clock } = rig();
    await battery.apply({ demandWatts: 1_000, validUntil: at(2) });
    clock.now = at(100);
    expect(await battery.read(at(1))).toMatchObject({ importWattHours: 1_000, status: { powerWatts: 1_000 } });
    expect(await battery.read(at(2))).toMatchObject({ importWattHours: 2_000, status: { powerWatts: 0 } });
    expect((await battery.read(at(100))).importWattHours).toBe(2_000);
  });

  it('given a setpoint whose time is over already, idles', async () => {
    const { battery, clock } = rig();
    await battery.apply({ demandWatts: 1_000, validUntil: start });
    clock.now = at(1);
    expect((await battery.read(at(1))).importWattHours).toBe(0);
  });

  it('released, idles at once', async () => {
    const { battery, clock } = rig();
    await battery.apply({ demandWatts: 1_000, validUntil: at(9) });
    clock.now = at(1);
    await battery.release();
    clock.now = at(5);
    expect((await battery.read(at(5))).importWattHours).toBe(1_000);
  });

  it('draws its standby power besides, netted while it delivers', async () => {
    const { battery, clock } = rig({ standbyWatts: 20 });
    await battery.apply({ demandWatts: -1_000, validUntil: at(1) });
    clock.now = at(3);
    expect((await battery.read(at(0.5))).status.powerWatts).toBe(-980);
    expect(await battery.read(at(3))).toMatchObject({
      importWattHours: 40,
      exportWattHours: 980,
      status: { powerWatts: 20 },
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a demand of %d', async (demandWatts) => {
    await expect(rig().battery.apply({ demandWatts, validUntil: at(1) })).rejects.toBeInstanceOf(DeviceError);
  });

  it.each([
    ['capacityWattHours', 0],
    ['maxChargeWatts', -1],
    ['maxDischargeWatts', Number.NaN],
    ['roundTripEfficiency', 1.01],
    ['roundTripEfficiency', 0],
    ['standbyWatts', -1],
    ['stateOfCharge', 1.1],
    ['stateOfCharge', Number.NaN],
  ])('is not built with %s %d', (name, value) => {
    expect(() => rig({ [name]: value })).toThrow(name);
  });
});

describe('its memory', () => {
  it('answers for a boundary that has passed as it would have then', async () => {
    const { battery, clock } = rig();
    const then: MeterRead[] = [];
    for (let hour = 0; hour < 30; hour += 1) {
      clock.now = at(hour);
      then.push(await battery.read(at(hour)));
      await battery.apply({
        demandWatts: [4_000, -3_000, 700, 0][hour % 4] as number,
        validUntil: at(hour + (hour % 3)),
      });
    }
    const afterwards = await Promise.all(then.map(({ boundaryAt }) => battery.read(boundaryAt)));
    expect(afterwards.map(({ status: _, ...registers }) => registers)).toEqual(
      then.map(({ status: _, ...registers }) => registers),
    );
  });

  it('has not happened yet for a boundary to come', async () => {
    const { battery } = rig();
    expect(await qualityOf(battery.read(start + 1))).toBe('Non Specific');
  });

  it('does not reach back before the battery began', async () => {
    const { battery } = rig();
    expect(await qualityOf(battery.read(start - 1))).toBe('Not Connected');
  });

  it('reaches back as far as it is told to, and stays that small', async () => {
    const { battery, clock } = rig({ memoryMs: 2 * dayMs });
    for (let hour = 0; hour < 24 * 10; hour += 1) {
      clock.now = at(hour);
      await battery.apply({ demandWatts: hour % 2 === 0 ? 100 : -100, validUntil: at(hour + 1) });
    }
    await expect(battery.read(clock.now - 2 * dayMs)).resolves.toBeDefined();
    expect(await qualityOf(battery.read(clock.now - 2 * dayMs - hourMs))).toBe('Not Connected');
  });

  it('never answers for a boundary in a silence', async () => {
    const { battery, clock } = rig({ silences: [{ fromAt: at(1), toAt: at(2), quality: 'Comm Failure' }] });
    clock.now = at(9);
    expect(await qualityOf(battery.read(at(1)))).toBe('Comm Failure');
    await expect(battery.read(at(2))).resolves.toBeDefined();
    await expect(battery.read(at(1) - 1)).resolves.toBeDefined();
  });

  it('is not turned back with the clock', async () => {
    const { battery, clock } = rig();
    await battery.apply({ demandWatts: 1_000, validUntil: at(2) });
    clock.now = at(2);
    await battery.release();
    clock.now = at(1);
    await battery.apply({ demandWatts: 0, validUntil: at(5) });
    clock.now = at(3);
    expect((await battery.read(at(3))).importWattHours).toBe(2_000);
  });
});

/** Setpoints one after another: after how many minutes, how much, for how long. */
const anyOrders = fc.array(
  fc.record({
    afterMinutes: fc.nat(180),
    demandWatts: fc.integer({ min: -9_000, max: 9_000 }),
    forMinutes: fc.nat(240),
  }),
  { maxLength: 30 },
);

type Orders = readonly { readonly afterMinutes: number; readonly demandWatts: number; readonly forMinutes: number }[];

const timed = (orders: Orders): GivenSetpoint[] => {
  let now = start;
  return orders.map(({ afterMinutes, demandWatts, forMinutes }) => {
    now += afterMinutes * 60_000;
    return { appliedAt: now, demandWatts, validUntil: now + forMinutes * 60_000 };
  });
};

const applyAll = async (
  battery: SimulatedBattery,
  clock: { now: number },
  setpoints: readonly GivenSetpoint[],
): Promise<void> => {
  for (const setpoint of setpoints) {
    clock.now = setpoint.appliedAt;
    await battery.apply(setpoint);
  }
};

describe('energy', () => {
  it('is conserved: what is stored more is what was drawn less what was delivered and lost', async () => {
    const anyEfficiency = fc.double({ min: 0.5, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        anyOrders,
        anyEfficiency,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (orders, roundTripEfficiency, stateOfCharge) => {
          const { battery, clock } = rig({ roundTripEfficiency, stateOfCharge });
          const setpoints = timed(orders);
          await applyAll(battery, clock, setpoints);
          clock.now += 5 * hourMs;
          const { importWattHours, exportWattHours, status } = await battery.read(clock.now);
          const oneWay = Math.sqrt(roundTripEfficiency);
          const storedMore = ((status.stateOfCharge as number) - stateOfCharge) * 13_500;
          const balance = importWattHours * oneWay - exportWattHours / oneWay;
          expect(Math.abs(storedMore - balance)).toBeLessThan(1 + 1 / oneWay);
        },
      ),
    );
  });

  it('never flows faster than the limits, never backwards, and never beyond full or empty', async () => {
    await fc.assert(
      fc.asyncProperty(anyOrders, async (orders) => {
        const { battery, clock } = rig({ maxDischargeWatts: 3_000 });
        await applyAll(battery, clock, timed(orders));
        const endAt = clock.now + 5 * hourMs;
        clock.now = endAt;
        let last = await battery.read(start);
        for (let boundaryAt = start; boundaryAt <= endAt; boundaryAt += 15 * 60_000) {
          const read = await battery.read(boundaryAt);
          const hours = (boundaryAt - last.boundaryAt) / hourMs;
          expect(read.importWattHours - last.importWattHours).toBeGreaterThanOrEqual(0);
          expect(read.exportWattHours - last.exportWattHours).toBeGreaterThanOrEqual(0);
          expect(read.importWattHours - last.importWattHours).toBeLessThanOrEqual(5_000 * hours + 1);
          expect(read.exportWattHours - last.exportWattHours).toBeLessThanOrEqual(3_000 * hours + 1);
          expect(read.status.stateOfCharge).toBeGreaterThanOrEqual(0);
          expect(read.status.stateOfCharge).toBeLessThanOrEqual(1);
          last = read;
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on how often it is looked at', () => {
    const battery = {
      capacityWattHours: 13_500,
      maxChargeWatts: 5_000,
      maxDischargeWatts: 5_000,
      roundTripEfficiency: 0.9,
      standbyWatts: 15,
    };
    const anyMinutes = fc.array(fc.nat(300), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(anyMinutes, fc.integer({ min: -6_000, max: 6_000 }), (minutes, demandWatts) => {
        const begun: BatteryState = { at: start, storedWattHours: 6_000, importWattHours: 0, exportWattHours: 0 };
        const stepped = minutes.reduce(
          (state, length) => advance(state, state.at + length * 60_000, demandWatts, battery),
          begun,
        );
        const whole = advance(begun, stepped.at, demandWatts, battery);
        expect(stepped.storedWattHours).toBeCloseTo(whole.storedWattHours, 6);
        expect(stepped.importWattHours).toBeCloseTo(whole.importWattHours, 6);
        expect(stepped.exportWattHours).toBeCloseTo(whole.exportWattHours, 6);
        expect(powerAt(stepped, demandWatts, battery)).toBeCloseTo(powerAt(whole, demandWatts, battery), 6);
      }),
    );
  });
});

describe('a battery taken up again', () => {
  it('goes on as one that was never interrupted, to the Wh that its register does not show', async () => {
    await fc.assert(
      fc.asyncProperty(anyOrders, fc.nat(100), async (orders, cutPercent) => {
        const setpoints = timed(orders);
        const { battery, clock } = rig();
        await applyAll(battery, clock, setpoints);
        const endAt = clock.now + 5 * hourMs;
        clock.now = endAt;
        const readAt = start + Math.floor(((endAt - start) * cutPercent) / 100);
        const resumeFrom = await battery.read(readAt);
        const { battery: again } = rig(
          { resumeFrom, resumeSetpoints: setpoints.filter(({ appliedAt }) => appliedAt <= endAt) },
          { now: endAt },
        );
        expect(await again.read(readAt)).toMatchObject({
          importWattHours: resumeFrom.importWattHours,
          exportWattHours: resumeFrom.exportWattHours,
        });
        for (let boundaryAt = readAt; boundaryAt <= endAt; boundaryAt += hourMs) {
          const [one, other] = await Promise.all([battery.read(boundaryAt), again.read(boundaryAt)]);
          expect(Math.abs(one.importWattHours - other.importWattHours)).toBeLessThanOrEqual(1);
          expect(Math.abs(one.exportWattHours - other.exportWattHours)).toBeLessThanOrEqual(1);
          expect(one.status.stateOfCharge).toBeCloseTo(other.status.stateOfCharge as number, 9);
          expect(one.status.powerWatts).toBeCloseTo(other.status.powerWatts as number, 6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has done what it was told until the setpoint was over, while nobody was there', async () => {
    const { battery, clock } = rig();
    clock.now = at(1);
    const resumeFrom = await battery.read(at(1));
    const given = { appliedAt: at(1), demandWatts: 2_000, validUntil: at(2) };
    const { battery: again } = rig({ resumeFrom, resumeSetpoints: [given] }, { now: at(6) });
    expect((await again.read(at(2))).importWattHours).toBe(2_000);
    expect((await again.read(at(6))).importWattHours).toBe(2_000);
    expect(await qualityOf(again.read(at(0)))).toBe('Not Connected');
  });
});
