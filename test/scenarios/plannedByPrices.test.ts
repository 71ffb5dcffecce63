import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../src/devices/deviceError.ts';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import { highsSolver } from '../../src/dispatch/highsSolver.ts';
import type { Planner } from '../../src/dispatch/planner.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { Preferences } from '../../src/facts/preferences.ts';
import type { FactType, KnownEntry } from '../../src/facts/fact.ts';
import { daySpan } from '../../src/programme/calendar.ts';
import type { Device } from '../../src/shell/ports.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { at, resourceID, timeZone } from './support/day.ts';

const limits = { capacityWattHours: 13_500, maxChargeWatts: 5_000, maxDischargeWatts: 5_000, roundTripEfficiency: 0.9 };

const worldWith = (planner: Planner, preferences?: Preferences): AgentWorld => {
  const startAt = at('2026-06-10', 16);
  return new AgentWorld({
    startAt,
    vtn: { pollFreq: 'PT5M', status: 'never' },
    settings: { devices: [{ resourceID, ...limits }], ...(preferences === undefined ? {} : { preferences }) },
    planner,
    devices: (time) => [new SimulatedBattery({ resourceID, now: () => time.now(), ...limits, stateOfCharge: 0.5 })],
  });
};

const inThisProcess: Planner = { plan: optimise };

/** The entries of a type, in order. */
const ofType = <Type extends FactType>(entries: readonly Entry[], wanted: Type) =>
  (entries as readonly KnownEntry[]).filter(
    (entry): entry is Extract<KnownEntry, { readonly type: Type }> => entry.type === wanted,
  );

const lifeOf = async (
  world: AgentWorld,
  untilAt: number,
  meanwhile?: () => Promise<void>,
): Promise<readonly Entry[]> => {
  // It is loaded before time passes as it likes.
  await highsSolver();
  await world.start();
  await meanwhile?.();
  await world.runTo(untilAt);
  await world.stop();
  return world.entries();
};

describe('a day that the optimiser plans', () => {
  it('is planned when its prices come and each hour; what is told the battery is what the plan in force says, and it earns', async () => {
    const world = worldWith(inThisProcess);
    const entries = await lifeOf(world, at('2026-06-12', 0, 5));
    const plans = ofType(entries, 'PlanMade');
    expect(ofType(entries, 'PlanFailed')).toEqual([]);
    expect(plans.length).toBeGreaterThanOrEqual(30);
    expect(plans.every(({ data }) => data.basis === 'prices')).toBe(true);
    const told = ofType(entries, 'SetpointRequested');
    expect(told.some(({ data }) => data.demandWatts > 0)).toBe(true);
    expect(told.some(({ data }) => data.demandWatts < 0)).toBe(true);
    for (const { data, position, recordedAt } of told) {
      expect(Math.abs(data.demandWatts)).toBeLessThanOrEqual(5_000);
      const inForce = plans.findLast((plan) => plan.position < position);
      const slots = inForce?.data.devices.find((device) => device.resourceID === resourceID)?.slots ?? [];
      const slot = slots.find(({ startAt, endAt }) => startAt <= recordedAt && recordedAt < endAt);
      expect(slot?.demandWatts ?? 0).toBe(data.demandWatts);
    }
    const worth = plans.find(({ data }) => Number(data.worth?.valueUsd) > 0);
    expect(worth).toBeDefined();
  });

  it('leaves out a battery that falls silent within a minute, and plans with it as soon as it answers again', async () => {
    let isSilent = false;
    const startAt = at('2026-06-10', 16);
    const world = new AgentWorld({
      startAt,
      vtn: { pollFreq: 'PT5M', status: 'never' },
      settings: { devices: [{ resourceID, ...limits }] },
      planner: inThisProcess,
      devices: (time) => {
        const battery = new SimulatedBattery({ resourceID, now: () => time.now(), ...limits, stateOfCharge: 0.5 });
        const read: Device['read'] = (boundaryAt) =>
          isSilent ? Promise.reject(new DeviceError('Comm Failure', 'no answer')) : battery.read(boundaryAt);
        return [{ resourceID, read, apply: (given) => battery.apply(given), release: () => battery.release() }];
      },
    });
    const silentAt = at('2026-06-11', 1, 50);
    const answersAt = at('2026-06-11', 3, 0) + 10_000;
    const entries = await lifeOf(world, at('2026-06-11', 5), async () => {
      await world.runTo(silentAt);
      isSilent = true;
      await world.runTo(answersAt);
      isSilent = false;
    });
    const plans = ofType(entries, 'PlanRequested');
    const without = plans.find(({ data }) => data.because === `${resourceID} does not answer`);
    expect((without?.recordedAt ?? Infinity) - at('2026-06-11', 2)).toBeLessThanOrEqual(60_000);
    const made = ofType(entries, 'PlanMade').find(({ data }) => data.planID === without?.data.planID);
    const moved = made?.data.devices.flatMap(({ slots }) => slots.filter(({ demandWatts }) => demandWatts !== 0));
    expect(moved).toEqual([]);
    const anew = plans.find(({ data }) => data.because.includes(`${resourceID} answers again`));
    expect(anew?.recordedAt).toBeGreaterThan(answersAt);
    expect((anew?.recordedAt ?? Infinity) - answersAt).toBeLessThanOrEqual(60_000);

    // The full hour at which it came back was asked for once more: the hour after it is measured.
    const reads = ofType(entries, 'MeterRead').filter(({ data }) => data.boundaryAt === at('2026-06-11', 3));
    expect(reads).toHaveLength(1);
  });

  it('goes on after the planner fails for hours, with an alarm that ends by itself', async () => {
    let isBroken = false;
    const planner: Planner = {
      plan: (problem) =>
        isBroken ? Promise.reject(new Error('the planner’s process ended with SIGKILL')) : optimise(problem),
    };
    const world = worldWith(planner);
    const entries = await lifeOf(world, at('2026-06-11', 12), async () => {
      await world.runTo(at('2026-06-11', 1));
      isBroken = true;
      await world.runTo(at('2026-06-11', 4));
      isBroken = false;
    });
    const failed = ofType(entries, 'PlanFailed');
    expect(failed.length).toBeGreaterThan(3);
    expect(failed[0]?.data.detail).toContain('SIGKILL');
    const alarms = entries.filter(
      ({ type, data }) =>
        (type === 'AlarmRaised' || type === 'AlarmCleared') &&
        (data as { readonly alarm: string }).alarm === 'planFailed',
    );
    expect(alarms.map(({ type }) => type)).toEqual(['AlarmRaised', 'AlarmCleared']);
  });

  it('keeps to the cycles of the day, however often it is planned', async () => {
    const world = worldWith(inThisProcess, { cyclesPerDay: 0.5 });
    const entries = await lifeOf(world, at('2026-06-12', 0, 5));
    const day = daySpan('2026-06-11', timeZone);
    const registers = ofType(entries, 'MeterRead')
      .filter(({ data }) => data.boundaryAt >= day.startAt && data.boundaryAt <= day.endAt)
      .map(({ data }) => data.exportWattHours);
    const delivered = Math.max(...registers) - Math.min(...registers);
    const most = 0.5 * limits.capacityWattHours * Math.sqrt(limits.roundTripEfficiency);
    expect(delivered).toBeGreaterThan(most / 2);
    // The seconds between the full hour and the plan that follows it count twice at most.
    expect(delivered).toBeLessThan(most * 1.03);
  });

  it('is planned anew after a crash, upon what is on disk', async () => {
    const world = worldWith(inThisProcess);
    const entries = await lifeOf(world, at('2026-06-11', 20), async () => {
      await world.runTo(at('2026-06-11', 3));
      world.crashFor(10 * 60_000);
    });
    const restart = ofType(entries, 'AgentStarted')[1];
    const next = ofType(entries, 'PlanMade').find(({ position }) => position > (restart?.position ?? Infinity));
    expect(next).toBeDefined();
    const told = ofType(entries, 'SetpointRequested').filter(({ position }) => position > (restart?.position ?? 0));
    expect(told.every(({ position }) => position > (next?.position ?? 0))).toBe(true);
  });
});
