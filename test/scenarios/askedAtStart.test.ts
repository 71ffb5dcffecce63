import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../src/core/state.ts';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import type { KnownEntry } from '../../src/facts/fact.ts';
import type { MeterRead } from '../../src/facts/input.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { statesAtOnce } from '../../src/reactions/deviceStates.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { levelAt } from '../../src/shell/planQuestion.ts';
import { readingAt } from '../../src/store/projections/usage.ts';
import { AgentWorld, memoryStorage, settingsFor } from '../support/agentWorld.ts';
import { at } from './support/day.ts';

const today = '2026-06-10';
const minuteMs = 60_000;

/** How the devices of a world behave: `mute` never answers, `refusing` fails at once, for what is asked before the instant. */
interface Behaviour {
  readonly names: readonly string[];
  readonly startAt: number;
  readonly mute?: readonly string[];
  readonly refusing?: readonly string[];
  readonly until?: number;
  readonly settings?: Partial<VenSettings>;
  /** The planner leaves out whose level nobody knows, as the optimiser does. */
  readonly leavesOut?: boolean;
}

const worldWith = ({
  names,
  startAt,
  mute = [],
  refusing = [],
  until = Infinity,
  settings = {},
  leavesOut = false,
}: Behaviour) => {
  const asked: PlanningProblem[] = [];
  const schedule = fixedSchedule([{ from: '00:00', to: '00:00', powerWatts: 4_000 }]);
  const running = { now: 0, most: 0 };
  const world = new AgentWorld({
    startAt,
    vtn: { pollFreq: 'PT1M', status: 'never' },
    settings: {
      askDevicesAtStart: true,
      devices: names.map((resourceID) => ({ ...settingsFor().devices[0]!, resourceID })),
      ...settings,
    },
    planner: {
      plan: (problem) => {
        asked.push(problem);
        const isKnown = (each: PlanningProblem['devices'][number]): boolean =>
          each.kind !== 'storage' || each.stateOfCharge !== null;
        return schedule.plan(leavesOut ? { ...problem, devices: problem.devices.filter(isKnown) } : problem);
      },
    },
    storage: memoryStorage(),
    devices: (time) =>
      names.map((resourceID) => {
        const battery = new SimulatedBattery({
          resourceID,
          now: () => time.now(),
          capacityWattHours: 100_000,
          maxChargeWatts: 5_000,
          maxDischargeWatts: 5_000,
          roundTripEfficiency: 0.9,
        });
        const read = async (boundaryAt: number): Promise<MeterRead> => {
          if (time.now() < until && mute.includes(resourceID)) return new Promise<MeterRead>(() => undefined);
          if (time.now() < until && refusing.includes(resourceID)) throw new Error('the line is busy');
          running.most = Math.max(running.most, (running.now += 1));
          await time.sleep(100);
          running.now -= 1;
          return battery.read(boundaryAt);
        };
        return {
          resourceID,
          read,
          apply: (setpoint: { readonly demandWatts: number; readonly validUntil: number }) => battery.apply(setpoint),
          release: () => battery.release(),
        };
      }),
  });
  return { world, asked, running };
};

const entriesOf = async (world: AgentWorld): Promise<readonly KnownEntry[]> => (await world.entries()).map(upcast);
const levelOf = (world: AgentWorld, resourceID: string): number | null => {
  const state = world.agent!.state;
  const device = world.settings.devices.find((each) => each.resourceID === resourceID)!;
  return levelAt(state, device, world.time.now());
};
const powerTold = (world: AgentWorld, resourceID: string): number | undefined =>
  snapshotOf(world.agent!.state, `device/${resourceID}`, 'device')?.context.order?.demandWatts;
const countOf = async (world: AgentWorld, type: KnownEntry['type']): Promise<number> =>
  (await entriesOf(world)).filter((entry) => entry.type === type).length;
const plansForLevels = async (world: AgentWorld): Promise<number> =>
  (await entriesOf(world)).filter((entry) => entry.type === 'PlanRequested' && /how full/.test(entry.data.because))
    .length;
const isInOrder = async (world: AgentWorld): Promise<void> =>
  expect((await foldLog(world.log, { verify: true })).divergences).toEqual([]);

describe('a device is asked at a start how it stands', () => {
  it('given a battery that was just started, then its level is known and planned with within seconds, and no hour is metered by it', async () => {
    const startAt = at(today, 10, 3) + 17_000;
    const { world, asked } = worldWith({ names: ['battery'], startAt });
    await world.start();
    await world.runTo(startAt + 5_000);
    expect(levelOf(world, 'battery')).not.toBeNull();
    expect(asked.at(-1)?.devices[0]).toMatchObject({
      resourceID: 'battery',
      stateOfCharge: expect.any(Number) as number,
    });
    expect(await plansForLevels(world)).toBe(1);
    expect(await countOf(world, 'MeterRead')).toBe(0);
    const [read] = (await entriesOf(world)).filter(({ type }) => type === 'DeviceStateRead');
    expect(readingAt(world.agent!.state.views.usage, 'battery', startAt)).toBeNull();
    expect(read?.stream).toBe('device/battery');
    await world.runTo(at(today, 11, 1));
    expect(readingAt(world.agent!.state.views.usage, 'battery', at(today, 11))).not.toBeNull();
    await isInOrder(world);
  });

  it('given a start at a boundary, then its registers are read as those of the boundary as well', async () => {
    const { world } = worldWith({ names: ['battery'], startAt: at(today, 10) });
    await world.start();
    await world.runTo(at(today, 10) + 5_000);
    expect(readingAt(world.agent!.state.views.usage, 'battery', at(today, 10))).not.toBeNull();
    await isInOrder(world);
  });

  it('given a set-point in force, when the agent is started again at 17:59 after an hour away, then it is followed again before the hour', async () => {
    const { world } = worldWith({ names: ['battery'], startAt: at(today, 16) });
    await world.start();
    world.vtn.events.add({
      startAt: at(today, 17),
      lengthMs: 2 * 60 * minuteMs,
      signals: [{ signalName: 'LOAD_DISPATCH', signalType: 'setpoint', values: ['2'] }],
    });
    await world.runTo(at(today, 16, 40));
    world.crash();
    await world.runTo(at(today, 17, 59));
    await world.start();
    expect(levelOf(world, 'battery')).toBeNull();
    await world.runTo(at(today, 17, 59) + 5_000);
    expect(levelOf(world, 'battery')).not.toBeNull();
    expect(powerTold(world, 'battery')).toBe(2_000);
    await isInOrder(world);
  });

  it.each([
    ['refusing', { refusing: ['battery'] }],
    ['mute', { mute: ['battery'] }],
  ] as const)(
    'given a device that is %s at the start, then that is told, and it is waited for until its next reading',
    async (_how, how) => {
      const startAt = at(today, 10, 3);
      const { world } = worldWith({ names: ['battery', 'garage'], startAt, until: at(today, 10, 10), ...how });
      await world.start();
      await world.runTo(at(today, 10, 4));
      expect(levelOf(world, 'battery')).toBeNull();
      expect(levelOf(world, 'garage')).not.toBeNull();
      expect(await countOf(world, 'DeviceStateUnread')).toBe(1);
      await world.runTo(at(today, 10, 16));
      expect(levelOf(world, 'battery')).not.toBeNull();
      await isInOrder(world);
    },
  );

  it('given a device that says nothing at the start, then it is planned for as soon as a reading tells how full it is', async () => {
    const { world, asked } = worldWith({
      names: ['battery', 'garage'],
      startAt: at(today, 10, 3),
      refusing: ['battery'],
      until: at(today, 10, 10),
      leavesOut: true,
    });
    await world.start();
    await world.runTo(at(today, 10, 14));
    expect(powerTold(world, 'battery')).toBeUndefined();
    const plans = asked.length;
    await world.runTo(at(today, 10, 16));
    expect(powerTold(world, 'battery')).toBe(4_000);
    // Once; what it says again is no news.
    await world.runTo(at(today, 10, 59));
    expect(asked).toHaveLength(plans + 1);
    await isInOrder(world);
  });

  it('given a device that was silent before a restart, when it answers at the start, then it is silent no more', async () => {
    const { world } = worldWith({
      names: ['battery'],
      startAt: at(today, 10),
      refusing: ['battery'],
      until: at(today, 10, 20),
    });
    await world.start();
    await world.runTo(at(today, 10, 18));
    expect(world.agent!.state.alarms['meterSilent battery']).toBeDefined();
    await world.stop();
    await world.runTo(at(today, 10, 21));
    await world.start();
    await world.runTo(at(today, 10, 21) + 5_000);
    expect(world.agent!.state.alarms['meterSilent battery']).toBeUndefined();
    expect(levelOf(world, 'battery')).not.toBeNull();
    await isInOrder(world);
  });

  it('given many devices of which some are mute, then so many are asked at a time, all are asked, and few plans are made', async () => {
    const names = Array.from({ length: statesAtOnce + 24 }, (_, place) => `b${place}`);
    const startAt = at(today, 10, 3);
    const { world, running } = worldWith({ names, startAt, mute: ['b3'], until: at(today, 10, 10) });
    await world.start();
    await world.runTo(at(today, 10, 4));
    expect(running.most).toBeLessThanOrEqual(statesAtOnce);
    expect(await countOf(world, 'DeviceStateRequested')).toBe(names.length);
    expect(await countOf(world, 'DeviceStateRead')).toBe(names.length - 1);
    expect(names.filter((name) => levelOf(world, name) === null)).toEqual(['b3']);
    expect(await plansForLevels(world)).toBeLessThanOrEqual(2);
    await isInOrder(world);
  });

  it('given a setting against it, then nothing is asked', async () => {
    const { world } = worldWith({
      names: ['battery'],
      startAt: at(today, 10, 3),
      settings: { askDevicesAtStart: false },
    });
    await world.start();
    await world.runTo(at(today, 10, 4));
    expect(await countOf(world, 'DeviceStateRequested')).toBe(0);
    expect(levelOf(world, 'battery')).toBeNull();
  });
});
