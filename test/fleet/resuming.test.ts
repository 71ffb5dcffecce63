import { describe, expect, it } from 'vitest';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import { eventsWaitMs } from '../../src/machines/lifecycle/owedEvents.ts';
import type { DaySpan } from '../../src/programme/calendar.ts';
import { goesOnWithinMs } from '../../src/reactions/resuming.ts';
import { AgentWorld, memoryStorage, settingsFor } from '../support/agentWorld.ts';
import { conversation, deviceID, tenInTheMorning, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { Meter, wavyRegister } from '../support/meter.ts';
import { ended, fleet, startAt } from './support/fleetWorld.ts';

const party = ['oadrCreatePartyRegistration', 'oadrRegisterReport', 'oadrRequestEvent'];

/** A VEN of a fleet that has registered and polls; killed, its log stays. */
const member = (options: Parameters<typeof conversation>[0] = {}): Promise<Conversation> =>
  conversation({ storage: memoryStorage(), ...options });

/** The host is killed, something happens, and a while later another host goes on. @returns when it does */
const killed = async (talk: Conversation, downMs: number, meanwhile: () => void = () => undefined): Promise<number> => {
  const { world } = talk;
  world.resumes = true;
  world.crash();
  meanwhile();
  await talk.pass(downMs);
  const at = talk.now;
  await world.start();
  await talk.pass(5_000);
  return at;
};

describe('a VEN whose host was killed', () => {
  it('given nothing has changed, then it asks for all DR events and polls on, and registers nothing anew', async () => {
    const talk = await member();
    await talk.pass(20 * minuteMs);
    const at = await killed(talk, minuteMs);
    expect(talk.order(at)).toEqual(['oadrRequestEvent']);
    await talk.pass(minuteMs);
    expect(talk.named('oadrPoll', at).length).toBeGreaterThan(2);
    expect(talk.lifecycle).toMatchObject({ registered: { polling: 'waiting' } });
  });

  it('given its last polls are off the record, then it polls a pace after it went on, and never sooner', async () => {
    const talk = await member({ vtn: { pollFreq: 'PT2M' } });
    await talk.pass(21 * minuteMs);
    const at = await killed(talk, 1_000);
    await talk.pass(5 * minuteMs);
    expect(talk.order(at)).toEqual(['oadrRequestEvent']);
    const polls = talk.sentNamed('oadrPoll', at).map((poll) => poll.at - at);
    expect(polls[0]).toBeGreaterThanOrEqual(108_000);
    expect(polls).toHaveLength(2);
  });

  it('given its settings are the same, then it has them once, and none of its own from the log', async () => {
    const talk = await member();
    await killed(talk, minuteMs);
    expect(talk.world.agent?.state.settings).toBe(talk.world.settings);
  });

  it('given a DR event came meanwhile and its answer was lost, then it is taken and answered', async () => {
    const talk = await member();
    const startsAt = talk.now + 2 * hourMs;
    const event = oadrEventOf({ eventID: 'meanwhile', startAt: startsAt });
    const at = await killed(talk, minuteMs, () => talk.vtn.queue(distributeEvent([event])));
    talk.excuse(({ rule }) => rule === '21');
    await talk.pass(minuteMs);
    expect(talk.order(at)).toEqual(['oadrRequestEvent', 'oadrCreatedEvent']);
    expect(talk.drEvent('meanwhile')).toBeDefined();
  });

  it('given it was away for long, then it registers as at any start', async () => {
    const talk = await member();
    const at = await killed(talk, goesOnWithinMs + minuteMs);
    expect(talk.order(at)).toEqual(expect.arrayContaining(party.slice(0, 1)));
    expect(talk.order(at)[0]).toBe(party[0]);
  });

  it('given the VTN has forgotten it meanwhile, then it says so, and the VEN registers all anew', async () => {
    const talk = await member();
    const at = await killed(talk, minuteMs, () => talk.vtn.restart({ registrations: 'forgotten' }));
    await talk.pass(5 * minuteMs);
    expect(talk.order(at)).toEqual(['oadrRequestEvent', ...party]);
  });

  it('given its settings are others, then it registers as at any start', async () => {
    const talk = await member();
    const at = await killed(talk, minuteMs, () => Object.assign(talk.world.settings, { venName: 'another name' }));
    expect(talk.order(at)[0]).toBe(party[0]);
  });

  it('given it was killed while it registered, then it registers', async () => {
    const talk = await member();
    talk.world.agent?.take({ input: { type: 'OperatorAsked', data: { wish: 'reregister' } }, stream: 'agent' });
    await talk.pass(0);
    const at = await killed(talk, minuteMs);
    expect(talk.order(at)).toEqual(party);
  });

  it('given the daily registration came due meanwhile, then it is made up for', async () => {
    const talk = await member({ startAt: Date.parse('2026-06-10T19:50:00Z'), settings: { reregisterAt: '16:00' } });
    await talk.pass(9 * minuteMs);
    const at = await killed(talk, 2 * minuteMs);
    await talk.pass(minuteMs);
    expect(talk.order(at)).toEqual(expect.arrayContaining(party.slice(0, 2)));
  });

  it('given no host was begun anew but the VEN itself, then it registers', async () => {
    const talk = await member();
    talk.world.crash();
    const at = talk.now;
    await talk.world.start();
    await talk.pass(5_000);
    expect(talk.order(at)).toEqual(party);
  });
});

describe('the DR events of a VEN whose host was killed', () => {
  /** Prices of each day; of those before an instant where one is given. */
  const pricesUntil = (untilAt = Infinity) => ({
    prices: {
      unit: 'usd_per_kwh' as const,
      pricesOf: ({ startAt }: DaySpan) => (startAt < untilAt ? Array<string>(24).fill('0.10') : undefined),
    },
  });
  const fiveInTheEvening = tenInTheMorning + 7 * hourMs;

  it('given all prices of the day are in hand, then it polls first, and asks for them within minutes', async () => {
    const talk = await member({ vtn: pricesUntil() });
    await talk.pass(20 * minuteMs);
    const at = await killed(talk, minuteMs);
    await talk.pass(50_000);
    expect(talk.order(at)).toEqual([]);
    expect(talk.named('oadrPoll', at).length).toBeGreaterThan(2);
    await talk.pass(eventsWaitMs);
    expect(talk.order(at)).toEqual(['oadrRequestEvent', 'oadrCreatedEvent']);
    expect((talk.sentNamed('oadrRequestEvent', at)[0]?.at ?? Infinity) - at).toBeLessThanOrEqual(eventsWaitMs);
    const told = talk.sent.length;
    await talk.pass(2 * eventsWaitMs);
    expect(talk.sent.slice(told).filter(({ message }) => message.message !== 'oadrPoll')).toEqual([]);
  });

  it('given it is killed again and again, then they are not put off', async () => {
    const talk = await member({ vtn: pricesUntil() });
    await talk.pass(20 * minuteMs);
    const at = await killed(talk, 10_000);
    for (const times of [1, 2, 3, 4, 5, 6, 7]) {
      await talk.pass(times * 1_000 + 35_000);
      await killed(talk, 10_000);
    }
    expect(talk.now - at).toBeGreaterThan(eventsWaitMs);
    expect(talk.order(at)).toContain('oadrRequestEvent');
  });

  it('given the prices of tomorrow are expected, then it asks at once', async () => {
    const endAt = tenInTheMorning + 14 * hourMs;
    const talk = await member({ startAt: fiveInTheEvening - 5 * minuteMs, vtn: pricesUntil(endAt) });
    const at = await killed(talk, minuteMs);
    expect(talk.order(at)).toContain('oadrRequestEvent');
  });

  it('given one asks for power, then it asks at once', async () => {
    const talk = await member({ settings: { followDrEvents: true } });
    const level = priceSignal(['2'], { signalName: 'SIMPLE', signalType: 'level', signalID: 'level' });
    const prices = oadrEventOf({ startAt: talk.now, signals: [priceSignal(Array<string>(24).fill('0.10'))] });
    await talk.hand(distributeEvent([prices]));
    expect(talk.order(await killed(talk, minuteMs))).toEqual([]);
    await talk.hand(distributeEvent([prices, oadrEventOf({ eventID: 'level', signals: [level] })]));
    const at = await killed(talk, minuteMs);
    expect(talk.order(at)).toContain('oadrRequestEvent');
  });
});

describe('the plan of a VEN whose host was killed', () => {
  const planned = async (downMs: number) => {
    const settings = { askDevicesAtStart: true, devices: [{ ...settingsFor().devices[0]!, resourceID: deviceID }] };
    const told: number[] = [];
    const world = new AgentWorld({
      startAt: tenInTheMorning,
      settings,
      planner: fixedSchedule([{ from: '00:00', to: '00:00', powerWatts: 4_000 }]),
      storage: memoryStorage(),
      devices: (time) => {
        const meter = new Meter(deviceID, time, wavyRegister(4_000, 3, 0), wavyRegister(5_000, 7, 0));
        const apply = (): Promise<void> => Promise.resolve(void told.push(time.now()));
        const read = (boundaryAt: number) => meter.read(boundaryAt);
        return [{ resourceID: deviceID, read, apply, release: () => Promise.resolve() }];
      },
    });
    world.resumes = true;
    await world.start();
    await world.runTo(tenInTheMorning + 20 * minuteMs);
    const before = (await world.entries()).length;
    world.crash();
    await world.runTo(world.time.now() + downMs);
    const at = world.time.now();
    await world.start();
    await world.runTo(at + minuteMs);
    const types = (await world.entries()).slice(before).map(({ type }) => type);
    await world.stop();
    return { types, told: told.filter((each) => each >= at), startedAt: at };
  };

  it('given its hour is not over, then it holds, and the device is told anew what it says', async () => {
    const { types, told, startedAt } = await planned(minuteMs);
    expect(types).toContain('AgentStarted');
    expect(types).not.toContain('PlanRequested');
    expect(types).not.toContain('DeviceStateRequested');
    expect(told[0]).toBeLessThan(startedAt + 1_000);
  });

  it('given its hour is over, then another one is made, and the device is asked how it stands', async () => {
    const { types } = await planned(hourMs);
    expect(types).toContain('PlanRequested');
    expect(types).toContain('DeviceStateRequested');
  });
});

describe('a host that is begun anew', () => {
  it('goes on with its VENs; whom a person releases begins by itself', async () => {
    const { host, hostAnew, members, time, store } = fleet(['a', 'b']);
    await host.take(members);
    await time.runTo(startAt + 5 * minuteMs);
    await ended(time, host.stop('the host is updated'));
    const next = hostAnew();
    await next.take(members);
    await time.runTo(startAt + 10 * minuteMs);
    await time.hold(next.hold('b', 'paused', 'somebody looks at it'));
    next.release('b');
    await time.runTo(startAt + 15 * minuteMs);
    await ended(time, next.stop('the test is over'));
    const startsOf = async (venID: string): Promise<readonly unknown[]> => {
      const log = await store.open(venID, { createIfMissing: false });
      const starts: unknown[] = [];
      for await (const { type, data } of log.read())
        if (type === 'AgentStarted') starts.push((data as { readonly resumes?: true }).resumes ?? false);
      return starts;
    };
    expect(await startsOf('a')).toEqual([true, true]);
    expect(await startsOf('b')).toEqual([true, true, false]);
  });
});
