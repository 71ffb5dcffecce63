import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../src/core/state.ts';
import type { EiTarget } from '../../src/protocol/elements/eiTarget.ts';
import { at } from './support/day.ts';
import {
  ask,
  devices,
  entriesOf,
  evening,
  heard,
  isInOrder,
  iso,
  optOut,
  orderOf,
  outsFor,
  sayings,
  started,
  takeBack,
  today,
  tomorrow,
} from './support/opting.ts';

/** When the VEN answered the report request that a poll brought last. UTC ms. */
const repliedAt = (world: Awaited<ReturnType<typeof started>>): number =>
  world.vtn.chronicle.exchanges.findLast(({ request }) => request?.message === 'oadrCreatedReport')?.at ?? Infinity;

describe('a person opts out of a time', () => {
  // @row +10.2 +10.7 +10.8 +10.10 -10.12 +10.17 +10.18 +10.19 +13.7
  it('given a schedule for the evening, then the VTN has it at once, both devices hold in that time and no longer, and its prices stay known', async () => {
    const world = await started();
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 10, 31));
    expect(heard(world)).toMatchObject([
      {
        message: 'oadrCreateOpt',
        optID,
        optType: 'optOut',
        optReason: 'notParticipating',
        vavailability: [{ dtstart: iso(at(today, 17)), duration: 'PT3H' }],
        eiTarget: { venID: [world.vtn.registrations()[0]?.venID] },
        createdDateTime: iso(at(today, 10, 30)),
      },
    ]);
    expect(heard(world)[0]).not.toHaveProperty('qualifiedEventID');
    expect(world.vtn.optSchedules()).toHaveLength(1);
    expect(await sayings(world)).toEqual([`OptCreated ${optID}`]);

    await world.runTo(at(today, 18, 30));
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    await world.runTo(at(today, 20, 30));
    expect(await sayings(world)).toEqual([`OptCreated ${optID}`, `OptEnded ${optID} over`]);
    await isInOrder(world);
  });

  // @row +10.13
  it('given a schedule for one device, then only that one holds, and a later one for all takes its place', async () => {
    const world = await started();
    const first = optOut(world, { ...evening(today), resourceIDs: ['battery'] });
    await world.runTo(at(today, 18));
    const [battery, garage] = devices.map((resourceID) => orderOf(world, resourceID));
    expect(battery).toBe(0);
    expect(garage).not.toBe(0);
    const second = optOut(world, evening(today));
    await world.runTo(at(today, 18, 1));
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    expect(await sayings(world)).toEqual([`OptCreated ${first}`, `OptCreated ${second}`, `OptEnded ${first} replaced`]);
    expect(world.vtn.optSchedules().map(({ optID }) => optID)).toEqual([second]);
    await isInOrder(world);
  });

  // @row -10.13
  it('given a VTN that refuses the later one, then the earlier one stays', async () => {
    const world = await started();
    const first = optOut(world, { ...evening(today), resourceIDs: ['battery'] });
    await world.runTo(at(today, 10, 35));
    world.vtn.faults.next({ do: 'responseCode', responseCode: '454', on: 'oadrCreateOpt', times: 100 });
    const second = optOut(world, evening(today));
    await world.runTo(at(today, 18));
    expect(await sayings(world)).toEqual([`OptCreated ${first}`, `OptRefused ${second}`]);
    expect(outsFor(world, 'battery')).toHaveLength(2);
    await isInOrder(world);
  });

  // @row -10.13
  it('given a later one that is over before the VTN could hear it, then it is never said, and the earlier one stays', async () => {
    const world = await started();
    const first = optOut(world, { ...evening(today), resourceIDs: ['battery'] });
    await world.runTo(at(today, 10, 35));
    world.vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 600, times: 1 });
    await world.runTo(at(today, 10, 36));
    const short = optOut(world, { windows: [{ startAt: at(today, 10, 36), endAt: at(today, 10, 37) }] });
    await world.runTo(at(today, 18));
    expect(heard(world).map(({ optID }) => optID)).not.toContain(short);
    expect(await sayings(world)).toEqual([`OptCreated ${first}`, `OptEnded ${short} over`]);
    expect(world.vtn.optSchedules().map(({ optID }) => optID)).toEqual([first]);
    expect(orderOf(world, 'battery')).toBe(0);
    await isInOrder(world);
  });

  // @row +10.13
  it('given a first word that the VTN hears only after the second, then the second is said once more, for it is the later one', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'responseCode', responseCode: '500', on: 'oadrCreateOpt' });
    const all = optOut(world, evening(today));
    await world.runTo(at(today, 10, 31));
    const one = optOut(world, { ...evening(today), resourceIDs: ['battery'] });
    await world.runTo(at(today, 11));
    expect(heard(world).map(({ optID }) => optID)).toEqual([all, one, all, one]);
    expect(new Set(world.vtn.optSchedules().map(({ optID }) => optID))).toEqual(new Set([all, one]));
    await isInOrder(world);
  });

  // @row +10.12 -10.15 +10.17
  it('given a time without an end, then its duration is zero, and it holds until it is taken back', async () => {
    const world = await started();
    const optID = optOut(world, { windows: [{ startAt: at(today, 17), endAt: null }] });
    await world.runTo(at(tomorrow, 18));
    expect(heard(world)[0]).toMatchObject({ vavailability: [{ dtstart: iso(at(today, 17)), duration: 'PT0S' }] });
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    takeBack(world, optID);
    await world.runTo(at(tomorrow, 18, 5));
    expect(heard(world).at(-1)).toMatchObject({ message: 'oadrCancelOpt', optID });
    expect(world.vtn.optSchedules()).toEqual([]);
    expect(devices.map((resourceID) => orderOf(world, resourceID))).not.toContain(0);
    expect(snapshotOf(world.agent!.state, `opt/${optID}`, 'opt')).toBeUndefined();
    await isInOrder(world);
  });

  // @row +10.20
  it('given several windows, then they go in one schedule', async () => {
    const world = await started();
    optOut(world, { windows: [...evening(today).windows, ...evening(tomorrow).windows] });
    await world.runTo(at(today, 10, 31));
    expect(heard(world)).toMatchObject([
      { vavailability: [{ dtstart: iso(at(today, 17)) }, { dtstart: iso(at(tomorrow, 17)) }] },
    ]);
    await isInOrder(world);
  });

  it('given a time that covers all of tomorrow, when its prices come, then the event is answered optOut, and the prices are known all the same', async () => {
    const world = await started();
    optOut(world, { windows: [{ startAt: at(tomorrow, 0), endAt: at('2026-06-12', 0) }] });
    await world.runTo(at(today, 18));
    const eventID = world.vtn.events.priceEventOf(tomorrow) ?? '';
    expect(world.vtn.opts.filter((each) => each.eventID === eventID).map(({ optType }) => optType)).toContain('optOut');
    expect(world.vtn.opts.filter((each) => each.eventID === eventID).map(({ optType }) => optType)).not.toContain(
      'optIn',
    );
    const received = (await entriesOf(world)).filter(({ type }) => type === 'PricesReceived');
    expect(received.length).toBeGreaterThan(0);
    await isInOrder(world);
  });

  it('given a time that covers a part of tomorrow, then its event is answered optIn', async () => {
    const world = await started();
    optOut(world, evening(tomorrow));
    await world.runTo(at(today, 18));
    const eventID = world.vtn.events.priceEventOf(tomorrow) ?? '';
    expect(new Set(world.vtn.opts.filter((each) => each.eventID === eventID).map(({ optType }) => optType))).toEqual(
      new Set(['optIn']),
    );
    await isInOrder(world);
  });
});

describe('several opts', () => {
  // @row -10.13
  it('given a schedule for one device, when another one is given for the other device, then both stand', async () => {
    const world = await started();
    const [first, second] = devices.map((resourceID) =>
      optOut(world, { ...evening(today), resourceIDs: [resourceID] }),
    );
    await world.runTo(at(today, 18));
    expect(world.vtn.optSchedules().map(({ optID }) => optID)).toEqual([first, second]);
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    expect(await sayings(world)).toEqual([`OptCreated ${first}`, `OptCreated ${second}`]);
    await isInOrder(world);
  });

  // @row +10.22
  it('given an optOut, when a person opts in for the same time, then the VTN has both, and the devices stay out', async () => {
    const world = await started();
    optOut(world, evening(today));
    ask(world, { type: 'OptGiven', optType: 'optIn', ...evening(today) });
    await world.runTo(at(today, 18));
    expect(world.vtn.optSchedules().map(({ optType, optReason }) => [optType, optReason])).toEqual([
      ['optOut', 'notParticipating'],
      ['optIn', 'participating'],
    ]);
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    await isInOrder(world);
  });

  it('given an optOut, when a person overrides a device in that time, then it does what the person says, and holds afterwards', async () => {
    const world = await started();
    optOut(world, evening(today));
    await world.runTo(at(today, 18));
    ask(world, {
      type: 'OperatorInstructed',
      action: 'charge',
      resourceID: 'battery',
      powerWatts: 1_000,
      forMs: 1_800_000,
    });
    await world.runTo(at(today, 18, 1));
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([1_000, 0]);
    await world.runTo(at(today, 18, 40));
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    await isInOrder(world);
  });
});

describe('a VTN that is not in order', () => {
  // @row -10.18
  it.each(['dropBefore', 'dropAfter'] as const)(
    'given %s, then the opt is told again under its optID and requestID, and the VTN has it once',
    async (fault) => {
      const world = await started();
      world.vtn.faults.next({ do: fault, on: 'oadrCreateOpt' });
      const optID = optOut(world, evening(today));
      await world.runTo(at(today, 11));
      const told = heard(world).map((message) => [message.optID, message.requestID]);
      expect(new Set(told.map(String)).size).toBe(1);
      for (const { at: sentAt, request } of world.vtn.chronicle.exchanges)
        if (request?.message === 'oadrCreateOpt')
          expect(request.createdDateTime).toBe(iso(Math.floor(sentAt / 1_000) * 1_000));
      expect(world.vtn.optSchedules().map((each) => each.optID)).toEqual([optID]);
      expect(await sayings(world)).toEqual([`OptCreated ${optID}`]);
      await isInOrder(world);
    },
  );

  // @row -10.17
  it('given somebody in between who answers an opt, and one taken back, with what was for an earlier one, then the VTN hears both all the same', async () => {
    const world = await started();
    const [one, other] = devices;
    const first = optOut(world, { ...evening(today), resourceIDs: [one] });
    await world.runTo(at(today, 10, 35));
    world.vtn.faults.next({ do: 'previousAnswer', on: 'oadrCreateOpt' });
    const second = optOut(world, { ...evening(today), resourceIDs: [other] });
    await world.runTo(at(today, 11));
    expect(world.vtn.faults.struck).toHaveLength(1);
    expect(world.vtn.optSchedules().map(({ optID }) => optID)).toEqual([first, second]);

    takeBack(world, first);
    await world.runTo(at(today, 11, 10));
    world.vtn.faults.next({ do: 'previousAnswer', on: 'oadrCancelOpt' });
    takeBack(world, second);
    await world.runTo(at(today, 12));
    expect(world.vtn.faults.struck).toHaveLength(2);
    expect(world.vtn.optSchedules()).toEqual([]);
    await isInOrder(world);
  });

  // @row -10.20
  it('given a VTN that refuses it, then it is asked once, it is said aloud, and the devices hold all the same', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'responseCode', responseCode: '454', on: 'oadrCreateOpt', times: 100 });
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 18));
    expect(heard(world)).toHaveLength(1);
    expect(await sayings(world)).toEqual([`OptRefused ${optID}`]);
    expect(world.agent!.state.alarms[`optRefused ${optID}`]).toMatch(/does not take the opt/);
    expect(outsFor(world, 'battery')).toMatchObject([{ optID, standing: 'refused', by: 'ven' }]);
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
    takeBack(world, optID);
    await world.runTo(at(today, 18, 5));
    expect(world.agent!.state.alarms[`optRefused ${optID}`]).toBeUndefined();
    expect(outsFor(world, 'battery')).toEqual([]);
    expect(heard(world)).toHaveLength(1);
    expect(devices.map((resourceID) => orderOf(world, resourceID))).not.toContain(0);
  });

  // @row +2.10 -10.20
  it.each([404, 406, 501])(
    'given a VTN without EiOpt (HTTP %i), then it is asked once, it is said aloud, polls go on, and the devices hold all the same',
    async (status) => {
      const world = await started();
      world.vtn.faults.next({ do: 'status', status, on: 'oadrCreateOpt', times: 100 });
      const optID = optOut(world, evening(today));
      await world.runTo(at(today, 10, 31));
      world.vtn.askReport({ kind: 'oneShot' });
      await world.runTo(at(today, 12));
      expect(repliedAt(world)).toBeLessThan(at(today, 10, 33));
      expect(heard(world)).toHaveLength(1);
      expect(await sayings(world)).toEqual([`OptRefused ${optID}`]);
      expect(Object.keys(world.agent!.state.alarms)).toEqual([`optRefused ${optID}`]);
      takeBack(world, optID);
      await world.runTo(at(today, 12, 5));
      expect(heard(world)).toHaveLength(1);
      expect(Object.keys(world.agent!.state.alarms)).toEqual([]);
      await isInOrder(world);
    },
  );

  it('given a VTN that fails on it in itself (HTTP 500), then polls go on, and it is asked again ever more rarely until it answers', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'status', status: 500, on: 'oadrCreateOpt', times: 3 });
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 10, 31));
    world.vtn.askReport({ kind: 'oneShot' });
    await world.runTo(at(today, 10, 50));
    expect(repliedAt(world)).toBeLessThan(at(today, 10, 33));
    expect(heard(world)).toHaveLength(4);
    expect(await sayings(world)).toEqual([`OptCreated ${optID}`]);
    await isInOrder(world);
  });

  it('given a VTN that does not know an opt that is taken back, then that leaves a word, and it is not asked again', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'responseCode', responseCode: '452', on: 'oadrCancelOpt', times: 100 });
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 11));
    takeBack(world, optID);
    await world.runTo(at(today, 12));
    const refused = (await entriesOf(world)).filter(({ type }) => type === 'ExchangeRefused');
    expect(refused).toMatchObject([
      { stream: `opt/${optID}`, data: { purpose: 'opt', message: 'oadrCancelOpt', responseCode: '452' } },
    ]);
    expect(heard(world)).toHaveLength(2);
    await isInOrder(world);
  });

  it('given an opt that was refused, when a person opts again, then the alarm of the former is over', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'responseCode', responseCode: '454', on: 'oadrCreateOpt' });
    const first = optOut(world, evening(today));
    await world.runTo(at(today, 11));
    expect(Object.keys(world.agent!.state.alarms)).toContain(`optRefused ${first}`);
    const second = optOut(world, evening(today));
    await world.runTo(at(today, 11, 5));
    expect(Object.keys(world.agent!.state.alarms).filter((key) => key.startsWith('optRefused'))).toEqual([]);
    expect(world.vtn.optSchedules().map(({ optID }) => optID)).toEqual([second]);
    await isInOrder(world);
  });

  it('given a VTN that fails on it by its code, then it is asked again ever more rarely until it answers', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'responseCode', responseCode: '500', on: 'oadrCreateOpt', times: 3 });
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 12));
    expect(heard(world)).toHaveLength(4);
    expect(await sayings(world)).toEqual([`OptCreated ${optID}`]);
  });

  it('given a VTN that forgot us, then it is told again once it knows us', async () => {
    const world = await started();
    const optID = optOut(world, evening(tomorrow));
    await world.runTo(at(today, 11));
    world.vtn.restart();
    expect(world.vtn.optSchedules()).toEqual([]);
    await world.runTo(at(today, 12));
    expect(world.vtn.optSchedules().map((each) => each.optID)).toEqual([optID]);
    await isInOrder(world);
  });

  it('given a crash before the VTN was told, then it is told after the start, and holds', async () => {
    const world = await started();
    world.vtn.faults.next({ do: 'hangBefore', on: 'oadrCreateOpt' });
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 10, 30) + 1_000);
    world.crash();
    await world.runTo(at(today, 11));
    await world.start();
    await world.runTo(at(today, 11, 5));
    expect(world.vtn.optSchedules().map((each) => each.optID)).toEqual([optID]);
    await world.runTo(at(today, 18));
    expect(devices.map((resourceID) => orderOf(world, resourceID))).toEqual([0, 0]);
  });

  it('given a time that was over while nothing ran, then it is over at the start', async () => {
    const world = await started();
    const optID = optOut(world, evening(today));
    await world.runTo(at(today, 11));
    world.crash();
    await world.runTo(at(tomorrow, 9));
    await world.start();
    await world.runTo(at(tomorrow, 9, 5));
    expect((await sayings(world)).at(-1)).toBe(`OptEnded ${optID} over`);
  });
});

describe('a person opts out of a DR event that was answered', () => {
  const withEvent = async (responseRequired: 'always' | 'never' = 'always', eiTarget?: EiTarget) => {
    const world = await started();
    const eventID = world.vtn.events.add({
      startAt: at(today, 13),
      lengthMs: 2 * 3_600_000,
      oadrResponseRequired: responseRequired,
      ...(eiTarget === undefined ? {} : { eiTarget }),
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    await world.runTo(at(today, 11));
    return { world, eventID };
  };

  // @row +10.1 -10.2 +10.4 +10.15
  it('given an event, when a person opts out and takes that back, then both are told by oadrCreateOpt under one optID, and nothing is cancelled', async () => {
    const { world, eventID } = await withEvent();
    const answered = world.vtn.opts.length;
    const optID = optOut(world, { eventID });
    await world.runTo(at(today, 11, 1));
    takeBack(world, optID);
    await world.runTo(at(today, 11, 2));
    expect(heard(world)).toMatchObject([
      { message: 'oadrCreateOpt', optID, optType: 'optOut', qualifiedEventID: { eventID, modificationNumber: 0 } },
      { message: 'oadrCreateOpt', optID, optType: 'optIn', qualifiedEventID: { eventID, modificationNumber: 0 } },
    ]);
    for (const message of heard(world)) {
      expect(message).not.toHaveProperty('vavailability');
      expect(message).not.toHaveProperty('marketContext');
    }
    expect(world.vtn.opts.slice(answered).map(({ by, optType }) => [by, optType])).toEqual([
      ['oadrCreateOpt', 'optOut'],
      ['oadrCreateOpt', 'optIn'],
    ]);
    await isInOrder(world);
  });

  // @row +10.6
  it('given an event for both devices, when a person opts out with one, then that one is named, and the event goes on for the other', async () => {
    const { world, eventID } = await withEvent();
    optOut(world, { eventID, resourceIDs: ['battery'] });
    await world.runTo(at(today, 13, 30));
    expect(heard(world)).toMatchObject([{ qualifiedEventID: { eventID }, eiTarget: { resourceID: ['battery'] } }]);
    expect(orderOf(world, 'battery')).toBe(0);
    await isInOrder(world);
  });

  // @row -10.6
  it('given an event for one device, when a person opts out with the other, then a person is told that it is not meant', async () => {
    const { world, eventID } = await withEvent('always', { resourceID: ['battery'] });
    expect(() => optOut(world, { eventID, resourceIDs: ['garage'] })).toThrow(/is not for garage, but for battery/);
    await world.runTo(at(today, 11, 5));
    expect(heard(world)).toEqual([]);
  });

  // @row -10.4
  it('given an event that wants no answer, then a person is told why it cannot be, and nothing is sent', async () => {
    const { world, eventID } = await withEvent('never');
    expect(() => optOut(world, { eventID })).toThrow(/wants no answer .* must not be told of an opt/);
    await world.runTo(at(today, 11, 5));
    expect(heard(world)).toEqual([]);
  });
});

describe('what cannot be opted', () => {
  // @row -10.1 -10.19
  it.each([
    [{}, /Say what is opted/],
    [{ windows: [{ startAt: 1, endAt: 1 }] }, /has no length/],
    [{ windows: [{ startAt: at(today, 8), endAt: at(today, 9) }] }, /has passed already/],
    [{ windows: [{ startAt: 'x', endAt: null }] }, /is no time/],
    [{ windows: [...evening(today).windows, ...evening(today).windows] }, /overlap/],
    [{ ...evening(today), resourceIDs: ['roof'] }, /There is no device "roof": there is battery, garage/],
    [{ ...evening(today), optReason: 'tired' }, /is no reason to opt/],
    [{ ...evening(today), marketContext: 'TER' }, /is no market context/],
    [{ eventID: 'unheard-of' }, /knows no DR event/],
    [{ ...evening(today), optType: 'optMaybe' }, /say optIn or optOut/],
  ])('given %j, then it is refused in a sentence', async (asked, sentence) => {
    const world = await started();
    expect(() => optOut(world, asked)).toThrow(sentence);
    expect(() => takeBack(world, 'opt-none')).toThrow(/none does/);
  });
});
