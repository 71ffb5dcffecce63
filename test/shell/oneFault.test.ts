/** No fault of one thing costs another: what the world does to the agent is an outcome, and the agent lives. */
import { describe, expect, it } from 'vitest';
import type { BadQuality } from '../../src/facts/input.ts';
import type { Planner } from '../../src/dispatch/planner.ts';
import type { Device } from '../../src/shell/ports.ts';
import { distributeEvent, hourMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { Conversation, deviceID, tenInTheMorning } from '../support/conversation.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { Meter, wavyRegister } from '../support/meter.ts';

const register = wavyRegister(4_000, 3, tenInTheMorning);
const meterOf = (resourceID: string, time: { now(): number }): Meter => new Meter(resourceID, time, register, register);

/** A device whose power cannot be set, in one way or another. */
const stubborn = (time: { now(): number }, apply: Device['apply']): Device => {
  const meter = meterOf(deviceID, time);
  return { resourceID: deviceID, read: (at) => meter.read(at), release: () => meter.release(), apply };
};

const planOf = (at: number): Planner => ({
  plan: ({ devices }) =>
    Promise.resolve({
      basis: 'test',
      devices: devices.map(({ resourceID }) => ({
        resourceID,
        slots: [{ startAt: at - hourMs, endAt: at + 24 * hourMs, demandWatts: 1_000, stateOfChargeAtEnd: null }],
      })),
    }),
});

const never = (): Promise<never> => new Promise(() => undefined);
const throwing = (): never => {
  throw new Error('it is on fire');
};

describe('a planner', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('infeasible')), 'infeasible'],
    ['throws', throwing, 'it is on fire'],
    ['never answers', never, 'there was no answer within 60 s'],
  ] as const)(
    'given one that %s, then that is an outcome, people are told, and polls go on',
    async (_name, plan, why) => {
      const talk = new Conversation({ planner: { plan } });
      await talk.world.start();
      await talk.pass(2 * 60_000);
      expect((await talk.facts('PlanFailed'))[0]).toMatchObject({ detail: why });
      expect(talk.alarms).toContain('planFailed');
      expect(talk.named('oadrPoll', talk.now - 60_000).length).toBeGreaterThan(2);
      expect(talk.world.fatal).toBeNull();
      await talk.judge();
    },
  );
});

describe('a device', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('busy')), 'busy'],
    ['throws', throwing, 'it is on fire'],
    ['never answers', never, 'there was no answer within 30 s'],
  ] as const)(
    'given one that %s a setpoint, then that is an outcome, and it is given again',
    async (_name, apply, why) => {
      const talk = new Conversation({
        planner: planOf(tenInTheMorning),
        devices: (time) => [stubborn(time, apply)],
      });
      await talk.world.start();
      await talk.pass(3 * 60_000);
      const failed = await talk.facts('SetpointFailed');
      expect(failed.length).toBeGreaterThan(1);
      expect(failed[0]).toMatchObject({ resourceID: deviceID, detail: why });
      expect(new Set(failed.map(({ setpointID }) => setpointID)).size).toBe(failed.length);
      expect(talk.alarms).toContain(`setpointFailed ${deviceID}`);
      await talk.judge();
    },
  );
});

describe('a meter', () => {
  it('given one that fails in words of its own, then the hour is told as its failure, and polls go on', async () => {
    const failing = (time: { now(): number }): Device => ({
      ...stubborn(time, () => Promise.resolve()),
      read: () => Promise.reject(Object.assign(new Error('it is on fire'), { quality: 'On Fire' })),
    });
    const talk = new Conversation({ devices: (time) => [failing(time)] });
    await talk.world.start();
    await talk.pass(2 * hourMs);
    expect((await talk.facts('MeterReadFailed'))[0]).toMatchObject({
      quality: 'Device Failure',
      detail: 'it is on fire',
    });
    await talk.judge();
  });

  it('given a log that holds such words, then reports say that its device failed, and polls go on', async () => {
    const talk = new Conversation({ devices: (time) => [meterOf(deviceID, time)] });
    await talk.world.start();
    await talk.pass(2 * hourMs);
    const quality = 'On Fire' as BadQuality;
    for (const boundaryAt of [1, 2].map((hour) => tenInTheMorning + (hour + 2) * hourMs)) {
      const data = { resourceID: deviceID, boundaryAt, quality, detail: 'it is on fire' };
      talk.world.agent?.take({ stream: `device/${deviceID}`, input: { type: 'MeterReadFailed', data } });
    }
    await talk.pass(16 * hourMs);
    expect(talk.named('oadrPoll', talk.now - 10 * 60_000).length).toBeGreaterThan(2);
    await talk.judge();
  });
});

describe('a transport', () => {
  it('given one that rejects, then the exchange has failed, and it is tried again', async () => {
    const talk = new Conversation({});
    const usual = talk.world.transport.exchange.bind(talk.world.transport);
    let count = 0;
    talk.world.transport.exchange = (request) => {
      count += 1;
      return count === 2 ? Promise.reject(new Error('a bug in the transport')) : usual(request);
    };
    await talk.world.start();
    await talk.pass(60_000);
    expect((await talk.facts('ExchangeFailed'))[0]).toMatchObject({ detail: 'a bug in the transport' });
    expect(talk.lifecycle).toHaveProperty('registered');
    await talk.judge();
  });
});

describe('a log that is gone', () => {
  it('given a device at work, when the run is given up, then the device is left to itself at once, and nothing more is read, told or sent', async () => {
    let released = 0;
    const talk = new Conversation({
      planner: planOf(tenInTheMorning),
      devices: (time) => [
        {
          ...stubborn(time, () => Promise.resolve()),
          release: () => {
            released += 1;
            return Promise.resolve();
          },
        },
      ],
    });
    const agent = await talk.world.start();
    await talk.pass(hourMs);
    expect(await talk.facts('SetpointApplied')).not.toEqual([]);
    expect(released).toBe(0);
    await agent.abandon();
    expect(released).toBe(1);
    const { sent } = talk.world.transport;
    const { position } = talk.world.log.head;
    await talk.pass(2 * hourMs);
    expect([talk.world.transport.sent, talk.world.log.head.position, released]).toEqual([sent, position, 1]);
  });

  it('given a device that cannot be left to itself, when the run is given up, then it is given up all the same', async () => {
    const talk = new Conversation({
      planner: planOf(tenInTheMorning),
      devices: (time) => [{ ...stubborn(time, () => Promise.resolve()), release: never }],
    });
    const agent = await talk.world.start();
    await talk.pass(60_000);
    let isOver = false;
    void agent.abandon().then(() => (isOver = true));
    await talk.pass(60_000);
    expect(isOver).toBe(true);
  });
});

describe('a message that cannot be written', () => {
  it('given a name that XML has no way to say, when the agent starts, then the step has failed, people are told, the device is metered, and a replay says the same', async () => {
    const talk = new Conversation({ settings: { venName: 'a\u0001b' } });
    await talk.world.start();
    await talk.pass(hourMs);
    const failed = await talk.facts('StepFailed');
    expect(failed[0]).toMatchObject({ input: 'AgentStarted', times: 1 });
    expect(talk.world.fatal).toBeNull();
    expect(talk.alarms.some((alarm) => alarm.startsWith('stepFailed'))).toBe(true);
    await talk.judge();
  });
});

describe('very much at once', () => {
  it('given a hundred devices and 120 price events in one message, then all are taken, and all devices are planned once', async () => {
    const resourceIDs = Array.from({ length: 100 }, (_, index) => `device-${index}`);
    const world = new AgentWorld({
      startAt: tenInTheMorning,
      settings: {
        devices: resourceIDs.map((resourceID) => ({
          resourceID,
          maxChargeWatts: 5_000,
          maxDischargeWatts: 5_000,
        })),
      },
      devices: (time) => resourceIDs.map((resourceID) => meterOf(resourceID, time)),
      vtn: { usage: 'never', status: 'never', prices: { unit: 'usd_per_kwh', pricesOf: () => undefined } },
    });
    await world.start();
    await world.runTo(tenInTheMorning + 60_000);
    const events = Array.from({ length: 120 }, (_, index) =>
      oadrEventOf({
        eventID: `price-${index}`,
        startAt: tenInTheMorning + (index + 2) * hourMs,
        signals: [priceSignal(['0.10'])],
      }),
    );
    world.vtn.queue(distributeEvent(events));
    await world.runTo(tenInTheMorning + 120_000);
    const entries = await world.entries();
    expect(world.fatal).toBeNull();
    expect(entries.filter(({ type }) => type === 'StepFailed')).toEqual([]);
    expect(entries.filter(({ type }) => type === 'DrEventAccepted')).toHaveLength(120);
    const since = entries.find(({ type }) => type === 'DrEventAccepted')?.recordedAt ?? 0;
    const planned = entries.filter(({ type, recordedAt }) => type === 'PlanRequested' && recordedAt === since);
    expect(planned).toHaveLength(1);
  });
});
