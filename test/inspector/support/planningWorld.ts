/** A VEN with a battery that says how full it is, and the optimiser as its planner. */
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type { MeterRead } from '../../../src/facts/input.ts';
import type { LocalDay } from '../../../src/programme/calendar.ts';
import { at, resourceID } from '../../scenarios/support/day.ts';
import { AgentWorld } from '../../support/agentWorld.ts';
import { Meter } from '../../support/meter.ts';

const battery = {
  resourceID,
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
  capacityWattHours: 13_500,
  roundTripEfficiency: 0.9,
};

class HalfFull extends Meter {
  override async read(boundaryAt: number): Promise<MeterRead> {
    const read = await super.read(boundaryAt);
    return { ...read, status: { ...read.status, stateOfCharge: 0.5 } };
  }
}

/** The world, before its agent has started. `isBroken`: whether the planner’s process is killed whenever it is asked. */
export const planningWorld = (day: LocalDay, hour: number, isBroken: () => boolean = () => false): AgentWorld => {
  const world: AgentWorld = new AgentWorld({
    startAt: at(day, hour),
    vtn: { pollFreq: 'PT1M', status: 'never' },
    // HiGHS is loaded, and solves, in real time: ours stands still meanwhile.
    planner: {
      plan: (problem) =>
        isBroken()
          ? Promise.reject(new Error('the planner’s process ended with SIGKILL'))
          : world.time.hold(optimise(problem)),
    },
    settings: { devices: [battery] },
    devices: (time) => [
      new HalfFull(
        resourceID,
        time,
        () => 0,
        () => 0,
      ),
    ],
  });
  return world;
};
