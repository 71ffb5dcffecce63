import { describe, expect, it } from 'vitest';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { Planner } from '../../src/dispatch/planner.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { AnotherDevice } from '../../src/devices/deviceError.ts';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import type { Facts, FactType, KnownEntry } from '../../src/facts/fact.ts';
import type { DeviceSettings } from '../../src/facts/settings.ts';
import { upcast } from '../../src/facts/upcast.ts';
import type { Device, GivenPower } from '../../src/shell/ports.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { operatorArrival, type OperatorCommand } from '../../src/shell/operatorCommands.ts';
import { instructionsAt } from '../../src/store/projections/instructions.ts';
import { compactLog } from '../../src/shell/compaction.ts';
import { AgentWorld, memoryStorage, settingsFor, type Storage } from '../support/agentWorld.ts';
import { at, resourceID } from './support/day.ts';

const today = '2026-06-10';
const hourMs = 3_600_000;

/** A battery that says who it is, and notes whatever is written to it. */
class Spoken implements Device {
  readonly resourceID = resourceID;
  readonly written: string[] = [];
  serial = 'Maker Model 1';
  readonly #battery: SimulatedBattery;

  constructor(now: () => number) {
    this.#battery = new SimulatedBattery({
      resourceID,
      now,
      capacityWattHours: 13_500,
      maxChargeWatts: 5_000,
      maxDischargeWatts: 5_000,
      roundTripEfficiency: 0.9,
    });
  }

  async read(boundaryAt: number) {
    const read = await this.#battery.read(boundaryAt);
    return { ...read, status: { ...read.status, ...(this.serial === '' ? {} : { serial: this.serial }) } };
  }

  async apply(setpoint: GivenPower): Promise<void> {
    if (setpoint.serial !== undefined && setpoint.serial !== this.serial)
      throw new AnotherDevice(resourceID, setpoint.serial, this.serial);
    this.written.push(`apply ${setpoint.demandWatts}`);
    await this.#battery.apply(setpoint);
  }

  async release(): Promise<void> {
    this.written.push('release');
    await this.#battery.release();
  }
}

const planned = fixedSchedule();

/** A planner that notes what it is asked. */
const noting = (): Planner & { readonly asked: PlanningProblem[] } => {
  const asked: PlanningProblem[] = [];
  return {
    asked,
    plan: (problem) => {
      asked.push(problem);
      return planned.plan(problem);
    },
  };
};

const [configured] = settingsFor().devices;
if (configured === undefined) throw new Error('There is no device by default.');
const needy: DeviceSettings = { ...configured, resourceID, needsTrust: true, address: 'sunspec 10.0.0.5:502/1' };

const worldOf = ({
  storage = memoryStorage(),
  device = needy,
  shadow = false,
  planner = noting(),
}: {
  readonly storage?: Storage;
  readonly device?: DeviceSettings;
  readonly shadow?: boolean;
  readonly planner?: Planner;
} = {}) => {
  const spoken: Spoken[] = [];
  const there = new AgentWorld({
    startAt: at(today, 16),
    vtn: { pollFreq: 'PT1M', status: 'never' },
    planner,
    storage,
    settings: { devices: [device], ...(shadow ? { shadow: true } : {}) },
    devices: (time) => {
      spoken.push(new Spoken(() => time.now()));
      return spoken;
    },
  });
  return { there, battery: spoken[0] as Spoken };
};

const command = (there: AgentWorld, asked: OperatorCommand): void => {
  if (there.agent === null) throw new Error('Nobody is there to be told.');
  there.agent.take(operatorArrival(there.agent.state, there.time.now(), asked, 'ven'));
};
const trust = (there: AgentWorld): void => command(there, { type: 'DeviceTrusted', resourceID });
const distrust = (there: AgentWorld): void => command(there, { type: 'DeviceDistrusted', resourceID });

const known = async (there: AgentWorld): Promise<readonly KnownEntry[]> => (await there.entries()).map(upcast);
const dataOf = async <T extends FactType>(there: AgentWorld, type: T): Promise<readonly Facts[T][]> =>
  (await known(there)).filter((entry) => entry.type === type).map(({ data }) => data as Facts[T]);

/** What the log comes to is what the agent knows, and says the same again. */
const replaysTheSame = async (there: AgentWorld): Promise<void> => {
  const { state, divergences } = await foldLog(there.log, { verify: true });
  expect(divergences).toEqual([]);
  expect(state.views.trust).toEqual(there.agent?.state.views.trust);
};

describe('a device that moves real power', () => {
  it('given nobody trusts it, then it is planned for by itself, what it would be told is noted, and nothing is written to it, not even at the end', async () => {
    const planner = noting();
    const { there, battery } = worldOf({ planner });
    await there.start();
    await there.runTo(at(today, 19));
    expect(planner.asked.filter(({ devices }) => devices.length > 0).length).toBeGreaterThan(0);
    expect(await dataOf(there, 'SetpointShadowed')).toContainEqual({
      resourceID,
      demandWatts: -5_000,
      validUntil: at(today, 21),
    });
    expect(await dataOf(there, 'SetpointRequested')).toEqual([]);
    expect((await dataOf(there, 'PlanMade')).at(-1)).toMatchObject({ shadow: { resourceIDs: [resourceID] } });
    // Nothing that cannot move is counted upon.
    expect(planner.asked.filter(({ devices }) => devices.length === 0).length).toBeGreaterThan(0);
    await replaysTheSame(there);
    await there.stop();
    expect(battery.written).toEqual([]);
  });

  it('given a person trusts it, then it is told at once, again after a restart and after a compaction, and no more once it is not trusted', async () => {
    const { there, battery } = worldOf();
    await there.start();
    await there.runTo(at(today, 18));
    trust(there);
    await there.runTo(at(today, 18, 2));
    expect(battery.written).toEqual(['apply -5000']);
    expect(await dataOf(there, 'DeviceTrusted')).toEqual([
      { resourceID, identity: { address: needy.address, serial: 'Maker Model 1' }, by: 'ven' },
    ]);
    there.crash();
    await there.runTo(at(today, 18, 10));
    await there.start();
    await there.runTo(at(today, 18, 10) + 5_000);
    const gone = await compactLog(there.log, there.time.now(), async (data) => {
      there.agent?.take({ stream: 'agent', input: { type: 'LogCompacted', data } });
      await there.runTo(there.time.now() + 1_000);
    });
    expect(gone.entries).toBeGreaterThan(0);
    there.crash();
    await there.start();
    await there.runTo(at(today, 18, 11));
    expect(battery.written.at(-1)).toBe('apply -5000');

    distrust(there);
    await there.runTo(at(today, 18, 12));
    expect(battery.written.at(-1)).toBe('release');
    const count = battery.written.length;
    await there.runTo(at(today, 23));
    expect(battery.written).toHaveLength(count);
    expect((await dataOf(there, 'DeviceTrustEnded')).map(({ because }) => because)).toEqual(['distrusted']);
    expect((await dataOf(there, 'SetpointShadowed')).at(-1)).toMatchObject({ resourceID });
    await replaysTheSame(there);
  });

  it('given it was trusted, when another device answers at its address, then that is told nothing, and people are', async () => {
    const { there, battery } = worldOf();
    await there.start();
    await there.runTo(at(today, 16, 30));
    trust(there);
    await there.runTo(at(today, 16, 40));
    battery.serial = 'Maker Model 2';
    battery.written.length = 0;
    await there.runTo(at(today, 18));
    expect(battery.written).toEqual([]);
    expect(await dataOf(there, 'DeviceTrustEnded')).toEqual([
      {
        resourceID,
        because: 'serial',
        was: { address: needy.address, serial: 'Maker Model 1' },
        is: { address: needy.address, serial: 'Maker Model 2' },
      },
    ]);
    expect(Object.keys(there.agent?.state.alarms ?? {})).toContain(`trustEnded ${resourceID}`);
    trust(there);
    await there.runTo(at(today, 18, 1));
    expect(battery.written).toEqual(['apply -5000']);
    expect(Object.keys(there.agent?.state.alarms ?? {})).not.toContain(`trustEnded ${resourceID}`);
    await replaysTheSame(there);
  });

  it('given it is at work, when another device takes its place before it is read, then the next renewal finds that out and tells it nothing', async () => {
    const { there, battery } = worldOf();
    await there.start();
    await there.runTo(at(today, 17, 1));
    trust(there);
    await there.runTo(at(today, 17, 1) + 30_000);
    expect(battery.written).toEqual(['apply -5000']);
    battery.serial = '';
    await there.runTo(at(today, 17, 8));
    expect(battery.written).toEqual(['apply -5000']);
    expect((await dataOf(there, 'DeviceTrustEnded')).map(({ because, is }) => [because, is])).toEqual([
      ['serial', { address: needy.address }],
    ]);
    await replaysTheSame(there);
  });

  it('given it was trusted, when its configuration names another address, then it is in shadow from the start on', async () => {
    const storage = memoryStorage();
    const first = worldOf({ storage });
    await first.there.start();
    await first.there.runTo(at(today, 16, 30));
    trust(first.there);
    await first.there.runTo(at(today, 16, 31));
    first.there.crash();

    const second = worldOf({ storage, device: { ...needy, address: 'sunspec 10.0.0.6:502/1' } });
    await second.there.start();
    await second.there.runTo(at(today, 19));
    expect(second.battery.written).toEqual([]);
    expect((await dataOf(second.there, 'DeviceTrustEnded')).map(({ because }) => because)).toEqual(['address']);
    expect(Object.keys(second.there.agent?.state.alarms ?? {})).toContain(`trustEnded ${resourceID}`);
  });

  it('given --shadow, then a trusted and a simulated device are told nothing either, and a person who overrides one hears why', async () => {
    const { there, battery } = worldOf({ shadow: true, device: { ...configured, resourceID } });
    await there.start();
    await there.runTo(at(today, 19));
    expect(battery.written).toEqual([]);
    expect(() => command(there, { type: 'OperatorInstructed', resourceID, action: 'charge', forMs: hourMs })).toThrow(
      'All devices are in shadow',
    );
    await there.stop();
    expect(battery.written).toEqual([]);
  });

  it('given it was not read yet, is only read, or is simulated, then nobody can trust it, and hears why', async () => {
    const { there } = worldOf();
    await there.start();
    expect(() => trust(there)).toThrow('was never read');
    await there.runTo(at(today, 16, 30));
    expect(() => command(there, { type: 'DeviceTrusted', resourceID: 'constructor' })).toThrow('There is no device');
    expect(() => distrust(there)).toThrow('Nobody trusts');
    expect(() => command(there, { type: 'OperatorInstructed', resourceID, action: 'hold', forMs: hourMs })).toThrow(
      `"ven devices trust ${resourceID}" first`,
    );
    const simulated = worldOf({ device: { ...configured, resourceID } });
    await simulated.there.start();
    expect(() => trust(simulated.there)).toThrow('simulated');
  });

  it('given an override, when the device loses trust, then the override is over as well', async () => {
    const { there, battery } = worldOf();
    await there.start();
    await there.runTo(at(today, 16, 30));
    trust(there);
    command(there, { type: 'OperatorInstructed', resourceID, action: 'charge', powerWatts: 1_000, forMs: 4 * hourMs });
    await there.runTo(at(today, 16, 31));
    expect(battery.written.at(-1)).toBe('apply 1000');
    distrust(there);
    await there.runTo(at(today, 16, 32));
    expect(battery.written.at(-1)).toBe('release');
    expect(await dataOf(there, 'InstructionEnded')).toEqual([{ resourceID, kind: 'override', because: 'inShadow' }]);
    await replaysTheSame(there);
  });

  it('given an override, when the agent comes back with --shadow, or the device elsewhere, then the override is over, once', async () => {
    const elsewhere = { device: { ...needy, address: 'sunspec 10.0.0.6:502/1' } };
    for (const change of [{ shadow: true }, elsewhere]) {
      const storage = memoryStorage();
      const { there } = worldOf({ storage });
      await there.start();
      await there.runTo(at(today, 16, 30));
      trust(there);
      command(there, {
        type: 'OperatorInstructed',
        resourceID,
        action: 'charge',
        powerWatts: 1_000,
        forMs: 4 * hourMs,
      });
      await there.runTo(at(today, 16, 31));
      there.crash();
      // When it comes back so that nothing may be told to the device
      const second = worldOf({ storage, ...change });
      await second.there.start();
      await second.there.runTo(at(today, 16, 40));
      // Then nobody says that it is overridden, for nothing is done about it
      expect(second.battery.written).toEqual([]);
      expect(await dataOf(second.there, 'InstructionEnded')).toEqual([
        { resourceID, kind: 'override', because: 'inShadow' },
      ]);
      expect(instructionsAt(second.there.agent!.state.views.instructions, second.there.time.now())).toEqual([]);
      await replaysTheSame(second.there);
    }
  });
});
