import { describe, expect, it } from 'vitest';
import type { DrEventScript } from '../../src/vtn/events/drEvents.ts';
import { conversation, type Conversation } from '../support/conversation.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';

const simple = { signalName: 'SIMPLE', signalType: 'level', values: ['1'] } as const;
const added = async (talk: Conversation, script: Partial<DrEventScript> = {}): Promise<string> => {
  const eventID = talk.vtn.events.add({
    startAt: talk.now + 30 * minuteMs,
    lengthMs: hourMs,
    signals: [simple],
    ...script,
  });
  await talk.pass(15_000);
  return eventID;
};
const walked = async (talk: Conversation) => (await talk.facts('DrEventStatusChanged')).map(({ status }) => status);
const offsetOf = (talk: Conversation, eventID: string): number =>
  Number((talk.world.agent?.state.streams.get(`drEvent/${eventID}`)?.context as { offsetMs: number }).offsetMs);
const restarted = async (talk: Conversation, awayMs: number): Promise<void> => {
  await talk.world.stop();
  await talk.pass(awayMs);
  await talk.world.start();
  await talk.pass(5_000);
};

describe('an event runs by our clock', () => {
  // @row +8.1 +8.10
  it('given a ramp-up, then it is near, active and completed to the second', async () => {
    const talk = await conversation();
    const startAt = talk.now + 30 * minuteMs;
    const eventID = await added(talk, { startAt, rampUpMs: 10 * minuteMs });
    const stateAt = async (at: number): Promise<unknown> => {
      await talk.world.runTo(at);
      return talk.drEvent(eventID);
    };
    expect(await stateAt(startAt - 10 * minuteMs - 1)).toBe('far');
    expect(await stateAt(startAt - 10 * minuteMs + 1)).toBe('near');
    expect(await stateAt(startAt - 1)).toBe('near');
    expect(await stateAt(startAt + 1)).toBe('active');
    expect(await stateAt(startAt + hourMs - 1)).toBe('active');
    expect(await stateAt(startAt + hourMs + 1)).toBe('completed');
    expect(await walked(talk)).toEqual(['far', 'near', 'active', 'completed']);
  });

  // @row +8.6
  it('given no end, then it is active until it is cancelled', async () => {
    const talk = await conversation();
    const eventID = await added(talk, { startAt: talk.now - minuteMs, lengthMs: 0 });
    await talk.pass(5 * hourMs);
    expect(talk.drEvent(eventID)).toBe('active');
    talk.vtn.events.cancel(eventID);
    await talk.pass(minuteMs);
    expect(talk.drEvent(eventID)).toBe('cancelled');
  });

  // @row -8.5 -8.6 +8.8
  it('given it is cancelled or withdrawn, then it ends within a minute', async () => {
    const talk = await conversation();
    const [one, other] = [await added(talk, { startAt: talk.now }), await added(talk, { startAt: talk.now })];
    talk.vtn.events.cancel(one);
    talk.vtn.events.withdraw(other);
    await talk.pass(minuteMs);
    expect([talk.drEvent(one), talk.drEvent(other)]).toEqual(['cancelled', 'cancelled']);
  });
});

describe('startafter', () => {
  // @row +8.3
  it('given it, then the start and the end are shifted by the same random offset within it', async () => {
    const talk = await conversation();
    const startAt = talk.now + 30 * minuteMs;
    const eventID = await added(talk, { startAt, startafterMs: 20 * minuteMs });
    const offset = offsetOf(talk, eventID);
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(20 * minuteMs);
    await talk.world.runTo(startAt + offset - 1);
    expect(talk.drEvent(eventID)).toBe('far');
    await talk.world.runTo(startAt + offset + 1);
    expect(talk.drEvent(eventID)).toBe('active');
    await talk.world.runTo(startAt + offset + hourMs + 1);
    expect(talk.drEvent(eventID)).toBe('completed');
  });

  it('given different VENs, then different offsets', async () => {
    const offsets = new Set<number>();
    for (const seed of [1, 2, 3, 4]) {
      const talk = await conversation({ seed });
      offsets.add(offsetOf(talk, await added(talk, { startafterMs: 20 * minuteMs })));
    }
    expect(offsets.size).toBe(4);
  });

  // @row +8.3 -8.3
  it('given a modification that leaves it alone, then the offset stays; given another startafter, then it is new', async () => {
    const talk = await conversation();
    const eventID = await added(talk, { startafterMs: 20 * minuteMs });
    const offset = offsetOf(talk, eventID);
    talk.vtn.events.modify(eventID, { lengthMs: 2 * hourMs });
    await talk.pass(15_000);
    expect(offsetOf(talk, eventID)).toBe(offset);
    talk.vtn.events.modify(eventID, { startafterMs: 10 * minuteMs });
    await talk.pass(15_000);
    expect(offsetOf(talk, eventID)).not.toBe(offset);
  });

  // @row +8.5
  it.each(['cancel', 'withdraw'] as const)(
    'given an active event, when the VTN does %s, then it ends at random within startafter',
    async (how) => {
      const talk = await conversation();
      const eventID = await added(talk, {
        startAt: talk.now - hourMs,
        lengthMs: 5 * hourMs,
        startafterMs: 20 * minuteMs,
      });
      expect(talk.drEvent(eventID)).toBe('active');
      talk.vtn.events[how](eventID);
      if (how === 'withdraw') await added(talk);
      await talk.pass(15_000);
      expect(talk.drEvent(eventID)).toBe('ending');
      const [{ endsAt } = {}] = await talk.facts('DrEventCancelled');
      expect(Number(endsAt) - talk.now).toBeLessThanOrEqual(20 * minuteMs);
      await talk.world.runTo(Number(endsAt) + 1);
      expect(talk.drEvent(eventID)).toBe('cancelled');
    },
  );
});

describe('a modified event', () => {
  // @row +8.7
  it('given it is pending, then the new times are in force', async () => {
    const talk = await conversation();
    const eventID = await added(talk);
    talk.vtn.events.modify(eventID, { startAt: talk.now + 5 * minuteMs });
    await talk.pass(6 * minuteMs);
    expect(talk.drEvent(eventID)).toBe('active');
  });

  // @row +8.7
  it('given it is active, then its new length is in force, and its start is not begun again', async () => {
    const talk = await conversation();
    const startAt = talk.now - 30 * minuteMs;
    const eventID = await added(talk, { startAt });
    talk.vtn.events.modify(eventID, { lengthMs: 2 * hourMs });
    await talk.world.runTo(startAt + hourMs + minuteMs);
    expect(talk.drEvent(eventID)).toBe('active');
    await talk.world.runTo(startAt + 2 * hourMs + 1);
    expect(talk.drEvent(eventID)).toBe('completed');
  });
});

describe('over a restart', () => {
  // @row +8.12
  it('given an event with an offset and an opt-out, then both are the same afterwards, and the event goes on', async () => {
    const talk = await conversation();
    const startAt = talk.now + 30 * minuteMs;
    const eventID = await added(talk, { startAt, startafterMs: 20 * minuteMs });
    const offset = offsetOf(talk, eventID);
    talk.world.agent?.take({ input: { type: 'OperatorOpted', data: { eventID, optType: 'optOut' } }, stream: 'agent' });
    await talk.pass(5_000);
    await restarted(talk, minuteMs);
    expect(offsetOf(talk, eventID)).toBe(offset);
    expect(talk.named('oadrCreatedEvent').at(-1)?.eventResponses).toMatchObject([{ optType: 'optOut' }]);
    await talk.world.runTo(startAt + offset + 1);
    expect(talk.drEvent(eventID)).toBe('active');
  });

  // @row +8.12
  it('given an event began while the agent was away, then it is active as soon as it is back', async () => {
    const talk = await conversation();
    const eventID = await added(talk);
    await restarted(talk, 40 * minuteMs);
    expect(talk.drEvent(eventID)).toBe('active');
  });

  // @row +8.12
  it('given an event came while the agent was away, then it is asked for at the start', async () => {
    const talk = await conversation();
    await talk.world.stop();
    const eventID = talk.vtn.events.add({ startAt: talk.now + hourMs, lengthMs: hourMs, signals: [simple] });
    await talk.world.start();
    await talk.pass(5_000);
    expect(talk.drEvent(eventID)).toBe('far');
  });
});
