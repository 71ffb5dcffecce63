import { describe, expect, it } from 'vitest';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';
import { at, resourceID } from './support/day.ts';

const today = '2026-06-10';
const hourMs = 3_600_000;

/** A battery that charges with 4 kW all day, and what its planner was asked. */
const world = (settings: Partial<VenSettings> = {}) => {
  const asked: PlanningProblem[] = [];
  const schedule = fixedSchedule([{ from: '00:00', to: '00:00', powerWatts: 4_000 }]);
  const there = new AgentWorld({
    startAt: at(today, 10),
    settings,
    vtn: { pollFreq: 'PT1M', status: 'never' },
    planner: {
      plan: (problem) => {
        asked.push(problem);
        return schedule.plan(problem);
      },
    },
    storage: memoryStorage(),
    devices: (time) => [
      new SimulatedBattery({
        resourceID,
        now: () => time.now(),
        capacityWattHours: 100_000,
        maxChargeWatts: 5_000,
        maxDischargeWatts: 5_000,
        roundTripEfficiency: 0.9,
      }),
    ],
  });
  const powerNow = async (): Promise<number | undefined> =>
    (await there.ports.devices.get(resourceID)?.read(there.time.now()))?.status.powerWatts;
  /** What it was answered; the same again, because the VTN listed it again, counts once. */
  const optsFor = (eventID: string): readonly string[] =>
    there.vtn.opts
      .filter((opt) => opt.eventID === eventID)
      .map(({ optType }) => optType)
      .filter((optType, place, all) => optType !== all[place - 1]);
  return { there, asked, powerNow, optsFor };
};

const level = (values: readonly string[]) => ({ signalName: 'SIMPLE', signalType: 'level', values }) as const;
const dispatch = (values: readonly string[]) =>
  ({ signalName: 'LOAD_DISPATCH', signalType: 'setpoint', values }) as const;

describe('what a DR event asks of the devices', () => {
  // @row +7.31
  it('given levels of SIMPLE, then they are opted into, and are kept interval by interval', async () => {
    const { there, powerNow, optsFor } = world();
    await there.start();
    const eventID = there.vtn.events.add({
      startAt: at(today, 12),
      lengthMs: 4 * hourMs,
      signals: [level(['1', '2', '3', '0'])],
    });
    await there.runTo(at(today, 11, 59));
    expect(optsFor(eventID)).toEqual(['optIn']);
    expect(await powerNow()).toBe(4_000);
    const powers: (number | undefined)[] = [];
    for (const hour of [12, 13, 14, 15, 16]) {
      await there.runTo(at(today, hour, 30));
      powers.push(await powerNow());
    }
    expect(powers).toEqual([2_500, 0, -5_000, 4_000, 4_000]);
    expect(there.vtn.complaints).toEqual([]);
    expect((await foldLog(there.log, { verify: true })).divergences).toEqual([]);
  });

  // @row +7.31
  it('given each type of LOAD_CONTROL, then it is opted into, and the device does what it asks', async () => {
    const { there, powerNow, optsFor } = world();
    await there.start();
    const asked = [
      ['x-loadControlSetpoint', '-3', -3_000],
      ['x-loadControlCapacity', '0.25', 1_250],
      ['x-loadControlPercentOffset', '-40', 3_000],
      ['x-loadControlLevelOffset', '-2', 0],
    ] as const;
    const events = asked.map(([signalType, value], place) =>
      there.vtn.events.add({
        startAt: at(today, 12 + place),
        lengthMs: hourMs,
        signals: [{ signalName: 'LOAD_CONTROL', signalType, values: [value] }],
      }),
    );
    const powers: (number | undefined)[] = [];
    for (const [place, eventID] of events.entries()) {
      await there.runTo(at(today, 12 + place, 30));
      expect(optsFor(eventID)).toEqual(['optIn']);
      powers.push(await powerNow());
    }
    expect(powers).toEqual(asked.map(([, , watts]) => watts));
    await there.runTo(at(today, 16, 30));
    expect(await powerNow()).toBe(4_000);
    expect(there.vtn.complaints).toEqual([]);
  });

  // @row +7.31
  it('given a setpoint in kW, when the event is modified and then cancelled, then the device follows each time, with one plan each', async () => {
    const { there, asked, powerNow } = world();
    await there.start();
    const eventID = there.vtn.events.add({
      startAt: at(today, 11),
      lengthMs: 3 * hourMs,
      signals: [dispatch(['1.5'])],
    });
    await there.runTo(at(today, 11, 1));
    expect(await powerNow()).toBe(1_500);
    await there.runTo(at(today, 11, 5));
    const before = asked.length;
    there.vtn.events.modify(eventID, { signals: [dispatch(['-2'])] });
    await there.runTo(at(today, 11, 10));
    expect(await powerNow()).toBe(-2_000);
    expect(asked.length).toBe(before + 1);
    expect(asked.at(-1)?.constraints).toEqual([
      {
        eventID,
        resourceID,
        kind: 'power',
        atLeastWatts: -2_000,
        atMostWatts: -2_000,
        startAt: at(today, 11),
        endAt: at(today, 14),
      },
    ]);
    there.vtn.events.cancel(eventID);
    await there.runTo(at(today, 11, 15));
    expect(await powerNow()).toBe(4_000);
    expect(asked.length).toBe(before + 2);
  });

  it('given an event that a person opts out of, then it is not followed, and followed again when that is taken back', async () => {
    const { there, powerNow, optsFor } = world();
    await there.start();
    const eventID = there.vtn.events.add({ startAt: at(today, 11), lengthMs: 3 * hourMs, signals: [level(['2'])] });
    await there.runTo(at(today, 11, 10));
    expect(await powerNow()).toBe(0);
    const opt = (optType: 'optIn' | 'optOut'): void =>
      there.agent?.take({ stream: `drEvent/${eventID}`, input: { type: 'OperatorOpted', data: { eventID, optType } } });
    opt('optOut');
    await there.runTo(at(today, 11, 20));
    expect(await powerNow()).toBe(4_000);
    opt('optIn');
    await there.runTo(at(today, 11, 30));
    expect(await powerNow()).toBe(0);
    expect(optsFor(eventID)).toEqual(['optIn', 'optOut', 'optIn']);
  });

  it('given prices that a person opts out of, then nothing is planned by them, and they stay known', async () => {
    const { there, asked } = world();
    await there.start();
    await there.runTo(at(today, 18));
    const eventID = there.vtn.events.priceEventOf('2026-06-11') ?? '';
    const priced = (): number => asked.at(-1)?.prices.filter(({ startAt }) => startAt >= at(today, 24)).length ?? 0;
    expect(priced()).toBeGreaterThan(0);
    there.agent?.take({
      stream: `drEvent/${eventID}`,
      input: { type: 'OperatorOpted', data: { eventID, optType: 'optOut' } },
    });
    await there.runTo(at(today, 18, 5));
    expect(priced()).toBe(0);
    expect(Object.keys(there.agent?.state.views.prices ?? {}).length).toBeGreaterThan(0);
  });

  it('given a test event, an override, or devices that are only read, then nothing is done by the event', async () => {
    const { there, powerNow } = world();
    await there.start();
    there.vtn.events.add({ startAt: at(today, 11), lengthMs: hourMs, testEvent: 'true', signals: [level(['2'])] });
    await there.runTo(at(today, 11, 10));
    expect(await powerNow()).toBe(4_000);
    there.vtn.events.add({ startAt: at(today, 12), lengthMs: hourMs, signals: [level(['2'])] });
    there.agent?.take({
      stream: `device/${resourceID}`,
      input: {
        type: 'OperatorInstructed',
        data: {
          resourceID,
          instruction: { kind: 'override', action: 'charge', powerWatts: 900 },
          endAt: at(today, 13),
          isForLength: false,
          by: 'ven',
        },
      },
    });
    await there.runTo(at(today, 12, 30));
    expect(await powerNow()).toBe(900);
  });

  // @row +7.31
  it('given nobody who could do it, or a setting against it, then it is known, answered 200, and opted out of', async () => {
    for (const settings of [
      { devices: world().there.settings.devices.map((device) => ({ ...device, isReadOnly: true })) },
      { followDrEvents: false },
    ]) {
      const { there, optsFor } = world(settings);
      await there.start();
      const eventID = there.vtn.events.add({ startAt: at(today, 11), lengthMs: hourMs, signals: [level(['2'])] });
      await there.runTo(at(today, 10, 5));
      expect(optsFor(eventID)).toEqual(['optOut']);
      expect(there.vtn.complaints).toEqual([]);
    }
  });
});
