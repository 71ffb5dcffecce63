/** What a device says that it can do, where that is less than its settings: a plan of more would promise what cannot be. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import type { DeviceStatus } from '../../src/facts/input.ts';
import type { DeviceSettings } from '../../src/facts/settings.ts';
import { planQuestion } from '../../src/shell/planQuestion.ts';
import { crowdGet } from '../../src/store/projections/crowd.ts';
import { AgentWorld, settingsFor } from '../support/agentWorld.ts';
import { at, timeZone } from '../scenarios/support/day.ts';

const day = '2026-06-10';
const startAt = at(day, 10, 3);
const configured: DeviceSettings = {
  ...settingsFor({ timeZone }).devices[0]!,
  resourceID: 'store',
  maxChargeWatts: 5_000,
  maxDischargeWatts: 4_000,
};
const load: DeviceSettings = {
  resourceID: 'store',
  role: 'flexibleLoad',
  maxChargeWatts: 5_000,
  maxDischargeWatts: 0,
  need: { energyWattHours: 6_000, doneBy: '06:00', minWatts: 0 },
};

/** A day's morning with a device of 5 and 4 kW by its settings that says something else of itself. */
const worldWhereItSays = async (said: Partial<DeviceStatus>, device = configured) => {
  const asked: PlanningProblem[] = [];
  const schedule = fixedSchedule([{ from: '00:00', to: '00:00', powerWatts: 4_000 }]);
  const world = new AgentWorld({
    startAt,
    vtn: { pollFreq: 'PT1M', status: 'never' },
    settings: { askDevicesAtStart: true, devices: [device] },
    planner: { plan: (problem) => (asked.push(problem), schedule.plan(problem)) },
    devices: (time) => {
      const battery = new SimulatedBattery({
        ...{ resourceID: 'store', now: () => time.now(), capacityWattHours: 100_000, roundTripEfficiency: 0.9 },
        ...{ maxChargeWatts: 5_000, maxDischargeWatts: 4_000 },
      });
      return [
        {
          resourceID: 'store',
          read: async (boundaryAt) => {
            const read = await battery.read(boundaryAt);
            return { ...read, status: { ...read.status, ...said } };
          },
          apply: (setpoint) => battery.apply(setpoint),
          release: () => battery.release(),
        },
      ];
    },
  });
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(startAt + 10_000);
  return { world, asked };
};

const limits = (maxChargeWatts: number, maxDischargeWatts: number) => ({ maxChargeWatts, maxDischargeWatts });

describe('what a device says that it can do', () => {
  it.each([
    ['less than its settings', limits(2_500, 2_000), limits(2_500, 2_000)],
    ['more than its settings', limits(9_000, 9_000), limits(5_000, 4_000)],
    ['that it takes nothing', limits(0, 2_000), limits(0, 2_000)],
    ['nothing of the kind while it is out', { ...limits(0, 0), isAvailable: false }, limits(5_000, 4_000)],
    ['what is none', limits(-1, -1), limits(5_000, 4_000)],
  ])(
    'given one that says %s, when it is planned for, then it is with the smaller of what can be',
    async (_, said, can) => {
      const { asked } = await worldWhereItSays(said);
      expect(asked.at(-1)?.devices[0]).toMatchObject({ kind: 'storage', ...can });
    },
  );

  it('given a load that says less, then it is planned with less', async () => {
    const { asked } = await worldWhereItSays(limits(1_500, 0), load);
    expect(asked.at(-1)?.devices[0]).toMatchObject({ kind: 'flexibleLoad', maxWatts: 1_500 });
  });

  it('given one that has said no number, was not heard for long, or has other settings since, then these count alone', async () => {
    const { world } = await worldWhereItSays(limits(2_500, 2_000));
    const { state } = world.agent!;
    const meter = crowdGet(state.views.usage.meters, 'store')!;
    const { latest, heard } = meter;
    const read = (latest ?? heard)!;
    const askedOf = (known: typeof state, fromAt = startAt + 10_000) =>
      planQuestion(known, { fromAt, toAt: fromAt + 3_600_000 }).driven[0];
    const saying = (status: object): typeof state => {
      const said = { ...read, status: { ...read.status, ...status } } as typeof read;
      const usage = { ...state.views.usage, meters: { store: { ...meter, latest: said, heard: said } } };
      return { ...state, views: { ...state.views, usage } };
    };
    expect(askedOf(state)).toMatchObject(limits(2_500, 2_000));
    for (const none of [Number.NaN, null, undefined])
      expect(askedOf(saying({ maxChargeWatts: none }))).toMatchObject(limits(5_000, 2_000));
    expect(askedOf(saying({ online: false }))).toMatchObject(limits(5_000, 4_000));
    expect(askedOf(state, startAt + 30 * 86_400_000)).toMatchObject(limits(5_000, 4_000));
    const raised = { ...state.settings!, devices: [{ ...configured, ...limits(8_000, 8_000) }] };
    const anew = { store: [{ fromAt: read.readAt + 1, value: limits(8_000, 8_000) }] };
    const usage = { ...state.views.usage, limits: anew };
    expect(askedOf({ ...state, settings: raised, views: { ...state.views, usage } })).toMatchObject(
      limits(8_000, 8_000),
    );
  });
});
