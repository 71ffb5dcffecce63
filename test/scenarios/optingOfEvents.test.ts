import { describe, expect, it } from 'vitest';
import type { VenSettings } from '../../src/facts/settings.ts';
import { operatorArrival } from '../../src/shell/operatorCommands.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { at } from './support/day.ts';
import {
  ask,
  devices,
  entriesOf,
  evening,
  heard,
  isInOrder,
  optOut,
  orderOf,
  outsFor,
  sayings,
  started,
  takeBack,
  today,
} from './support/opting.ts';

describe('a person opts out with a class of devices', () => {
  // @row +10.11
  it('given devices of the class, then they are named, their class beside them, and only they hold', async () => {
    const world = await started();
    optOut(world, { ...evening(today), deviceClass: 'Exterior_Lighting' });
    await world.runTo(at(today, 18));
    expect(heard(world)).toMatchObject([
      { oadrDeviceClass: { endDeviceAsset: ['Exterior_Lighting'] }, eiTarget: { resourceID: ['garage'] } },
    ]);
    const [battery, garage] = devices.map((resourceID) => orderOf(world, resourceID));
    expect([battery === 0, garage]).toEqual([false, 0]);
    expect(outsFor(world, 'battery')).toEqual([]);
    await isInOrder(world);
  });

  // @row -10.11
  it('given a class that no device is of, or devices beside it, then a person is told, and nothing is sent', async () => {
    const world = await started();
    expect(() => optOut(world, { ...evening(today), deviceClass: 'Thermostat' })).toThrow(
      /No device is of the class "Thermostat": there is Exterior_Lighting/,
    );
    expect(() =>
      optOut(world, { ...evening(today), deviceClass: 'Exterior_Lighting', resourceIDs: ['garage'] }),
    ).toThrow(/not both/);
    await world.runTo(at(today, 10, 35));
    expect(heard(world)).toEqual([]);
  });
});

describe('a DR event without an end', () => {
  it.each([
    ['in words', (world: AgentWorld, eventID: string) => world.vtn.events.cancel(eventID)],
    ['without a word', (world: AgentWorld, eventID: string) => world.vtn.events.withdraw(eventID)],
  ] as const)(
    'given an opt of it for one device, when it is cancelled %s, then the opt is over, and the device goes on',
    async (_how, cancel) => {
      const world = await started();
      const eventID = world.vtn.events.add({
        startAt: at(today, 13),
        lengthMs: 0,
        signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['0'] }],
      });
      await world.runTo(at(today, 11));
      const optID = optOut(world, { eventID, resourceIDs: ['battery'] });
      await world.runTo(at(today, 18));
      expect(outsFor(world, 'battery')).toMatchObject([{ optID, eventID, endAt: null }]);
      expect(orderOf(world, 'battery')).toBe(0);
      cancel(world, eventID);
      await world.runTo(at(today, 18, 5));
      expect(await sayings(world)).toEqual([`OptCreated ${optID}`, `OptEnded ${optID} over`]);
      expect(outsFor(world, 'battery')).toEqual([]);
      expect(orderOf(world, 'battery')).not.toBe(0);
      await isInOrder(world);
    },
  );
});

describe('a DR event that is moved', () => {
  it.each([
    ['later', 4, 17],
    ['earlier', 1, 14],
  ])(
    'given its end is %s now, then what was opted of it goes on until that, and no longer',
    async (_way, hours, endHour) => {
      const world = await started();
      const eventID = world.vtn.events.add({
        startAt: at(today, 13),
        lengthMs: 2 * 3_600_000,
        signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['2'] }],
      });
      await world.runTo(at(today, 11));
      const optID = optOut(world, { eventID, resourceIDs: ['battery'] });
      await world.runTo(at(today, 12));
      world.vtn.events.modify(eventID, { lengthMs: hours * 3_600_000 });
      await world.runTo(at(today, endHour - 1, 30));
      expect(outsFor(world, 'battery')).toMatchObject([
        { optID, eventID, endAt: at(today, endHour), standing: 'standing' },
      ]);
      expect(orderOf(world, 'battery')).toBe(0);
      await world.runTo(at(today, endHour, 5));
      expect(outsFor(world, 'battery')).toEqual([]);
      expect((await sayings(world)).slice(-1)).toEqual([`OptEnded ${optID} over`]);
      await isInOrder(world);
    },
  );
});

describe('an override that contradicts a DR event', () => {
  const dispatched = async (settings: Partial<VenSettings>, resourceIDs: readonly string[] = devices) => {
    const world = await started({}, settings);
    const eventID = world.vtn.events.add({
      startAt: at(today, 13),
      lengthMs: 2 * 3_600_000,
      eiTarget: { resourceID: [...resourceIDs] },
      signals: [{ signalName: 'LOAD_DISPATCH', signalType: 'setpoint', values: ['2'] }],
    });
    await world.runTo(at(today, 13, 10));
    return { world, eventID };
  };
  const hold = (world: AgentWorld, forMs = 1_800_000): void =>
    void ask(world, { type: 'OperatorInstructed', action: 'hold', resourceID: 'battery', forMs });

  it('given the setting, then it opts out with that device, on record before it is sent, and stays out when the override is over', async () => {
    const { world, eventID } = await dispatched({ overrideOptsOut: true });
    hold(world);
    await world.runTo(at(today, 13, 11));
    expect(heard(world)).toMatchObject([
      {
        message: 'oadrCreateOpt',
        optType: 'optOut',
        optReason: 'overrideStatus',
        qualifiedEventID: { eventID },
        eiTarget: { resourceID: ['battery'] },
      },
    ]);
    const entries = await entriesOf(world);
    const concluded = entries.findIndex(({ type }) => type === 'OptConcluded');
    const sent = entries.findIndex((entry) => entry.type === 'SendRequested' && entry.data.purpose === 'opt');
    expect([concluded >= 0, concluded < sent]).toEqual([true, true]);
    await world.runTo(at(today, 13, 50));
    expect(heard(world)).toHaveLength(1);
    expect(outsFor(world, 'battery')).toMatchObject([{ eventID, by: 'override', standing: 'standing' }]);
    expect(orderOf(world, 'battery')).toBe(0);
    await world.runTo(at(today, 15, 5));
    expect(outsFor(world, 'battery')).toEqual([]);
    await isInOrder(world);
  });

  it('given an event that is for this device alone, then all of it is opted out of; and one that is taken back stays so', async () => {
    const { world, eventID } = await dispatched({ overrideOptsOut: true }, ['battery']);
    hold(world, 7_200_000);
    await world.runTo(at(today, 13, 11));
    const [told] = heard(world);
    expect(told?.message === 'oadrCreateOpt' ? told.eiTarget : null).not.toHaveProperty('resourceID');
    takeBack(world, told?.optID ?? '');
    await world.runTo(at(today, 14));
    expect(heard(world).map((each) => (each.message === 'oadrCreateOpt' ? each.optType : each.message))).toEqual([
      'optOut',
      'optIn',
    ]);
    expect(world.vtn.opts.at(-1)).toMatchObject({ eventID, optType: 'optIn' });
    await isInOrder(world);
  });

  it('given an event that comes while the override stands, then it is answered, and opted out of after that', async () => {
    const world = await started({}, { overrideOptsOut: true });
    hold(world, 6 * 3_600_000);
    await world.runTo(at(today, 11));
    const eventID = world.vtn.events.add({
      startAt: at(today, 13),
      lengthMs: 3_600_000,
      signals: [{ signalName: 'LOAD_DISPATCH', signalType: 'setpoint', values: ['2'] }],
    });
    await world.runTo(at(today, 11, 5));
    const ofEvent = world.vtn.opts.filter((each) => each.eventID === eventID);
    expect(ofEvent.map(({ by, optType }) => [by, optType])).toEqual([
      ['oadrCreatedEvent', 'optIn'],
      ['oadrCreateOpt', 'optOut'],
    ]);
    await isInOrder(world);
  });

  it.each([
    ['without the setting', {}, 'hold', undefined],
    ['with a power that the event asks for', { overrideOptsOut: true }, 'charge', 1_000],
  ] as const)('given an override %s, then nothing is opted', async (_what, settings, action, powerWatts) => {
    const { world } = await dispatched(settings);
    ask(world, {
      type: 'OperatorInstructed',
      action,
      resourceID: 'battery',
      forMs: 1_800_000,
      ...(powerWatts === undefined ? {} : { powerWatts }),
    });
    await world.runTo(at(today, 13, 15));
    expect(heard(world)).toEqual([]);
    await isInOrder(world);
  });
});

describe('a DR event that a program names', () => {
  it('given one that was answered, then it is opted by EiOpt over HTTP and MQTT; by the command line it is answered anew', async () => {
    const world = await started();
    const eventID = world.vtn.events.add({
      startAt: at(today, 13),
      lengthMs: 3_600_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    await world.runTo(at(today, 11));
    const arrivalBy = (by: string) =>
      operatorArrival(world.agent!.state, world.time.now(), { type: 'OperatorOpted', eventID, optType: 'optOut' }, by)
        .input.type;
    expect(['http', 'mqtt', 'ven'].map(arrivalBy)).toEqual(['OptGiven', 'OptGiven', 'OperatorOpted']);
    world.vtn.events.cancel(eventID);
    await world.runTo(at(today, 11, 5));
    expect(arrivalBy('http')).toBe('OperatorOpted');
  });
});
