import { describe, expect, it } from 'vitest';
import { conversation, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf } from '../support/drEventMessages.ts';

const responsesOf = (talk: Conversation, fromAt = 0) =>
  talk.named('oadrCreatedEvent', fromAt).flatMap(({ eventResponses = [] }) => eventResponses);
const opt = (talk: Conversation, optType: 'optIn' | 'optOut', eventID = 'event-1'): void =>
  talk.world.agent?.take({ input: { type: 'OperatorOpted', data: { eventID, optType } }, stream: 'agent' });

describe('who is answered', () => {
  // @row +1.20 +9.1 +9.13
  it('given always, then each time it is listed: new, unchanged, changed, cancelled', async () => {
    const talk = await conversation();
    const states = [
      {},
      {},
      { modificationNumber: 1 },
      { modificationNumber: 2, descriptor: { eventStatus: 'cancelled' as const } },
      { modificationNumber: 2, descriptor: { eventStatus: 'cancelled' as const } },
    ];
    for (const [index, parts] of states.entries())
      await talk.hand(distributeEvent([oadrEventOf(parts)], { requestID: `list-${index}` }));
    expect(responsesOf(talk)).toMatchObject(
      states.map(({ modificationNumber = 0 }, index) => ({
        requestID: `list-${index}`,
        responseCode: '200',
        optType: 'optIn',
        qualifiedEventID: { eventID: 'event-1', modificationNumber },
      })),
    );
  });

  // @row -7.40 -9.1 +9.2
  it('given never, then not at all, whatever is wrong with it', async () => {
    const talk = await conversation();
    const at = talk.now;
    await talk.hand(
      distributeEvent([
        oadrEventOf({}, 'never'),
        oadrEventOf({ eventID: 'bad', target: { venID: ['else'] } }, 'never'),
      ]),
    );
    expect(talk.order(at)).toEqual([]);
    expect(talk.drEvent('event-1')).toBe('far');
  });

  // @row +9.2 +9.9
  it('given both, then only those that want it, in one message', async () => {
    const talk = await conversation();
    await talk.hand(
      distributeEvent([
        oadrEventOf({ eventID: 'a' }),
        oadrEventOf({ eventID: 'b' }, 'never'),
        oadrEventOf({ eventID: 'c' }),
      ]),
    );
    const answered = talk
      .named('oadrCreatedEvent')
      .map(({ eventResponses = [] }) => eventResponses.map(({ qualifiedEventID }) => qualifiedEventID.eventID));
    // The VTN does not know events written by hand and refuses the answer: so each comes again, apart from the other.
    expect(answered).toEqual([['a', 'c'], ['a'], ['c']]);
  });

  // @row -9.2
  it('given never at first and always later, then later', async () => {
    const talk = await conversation();
    await talk.hand(
      distributeEvent([oadrEventOf({}, 'never')]),
      distributeEvent([oadrEventOf()], { requestID: 'later' }),
    );
    expect(responsesOf(talk)).toMatchObject([{ requestID: 'later' }]);
  });
});

describe('what an answer says', () => {
  // @row -1.14 -1.20 +9.4 +9.5 -9.8 -13.5 +16.200
  it('given good events, then eiResponse is 200 with an empty requestID, which is there all the same', async () => {
    const talk = await conversation();
    await talk.hand(
      distributeEvent([oadrEventOf()], {
        requestID: 'list-1',
        eiResponse: { responseCode: '200', requestID: 'not-this-one' },
      }),
    );
    const [created] = talk.sentNamed('oadrCreatedEvent');
    expect(created?.message.eiResponse).toMatchObject({ responseCode: '200', requestID: '' });
    expect(created?.xml).toMatch(/<pyld:requestID(\/>|><\/pyld:requestID>)/);
    expect(created?.message.eventResponses).toMatchObject([{ requestID: 'list-1' }]);
    expect(created?.service).toBe('EiEvent');
  });

  it('given the order of the schema, then eiResponse, eventResponses, venID', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()]));
    const xml = talk.sentNamed('oadrCreatedEvent')[0]?.xml ?? '';
    const places = [
      '<ei:eiResponse>',
      '<ei:eventResponses>',
      '<ei:qualifiedEventID>',
      '<ei:optType>',
      '</ei:eventResponses>',
      '<ei:venID>',
    ].map((text) => xml.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  // @row +1.14 -9.6 +9.7
  it('given one fault among good ones, then eiResponse stays 200 and only that one is refused', async () => {
    const talk = await conversation();
    await talk.hand(
      distributeEvent([oadrEventOf({ eventID: 'good' }), oadrEventOf({ eventID: 'bad', target: { venID: ['else'] } })]),
    );
    expect(talk.named('oadrCreatedEvent')[0]?.eiResponse.responseCode).toBe('200');
    expect(
      (talk.named('oadrCreatedEvent')[0]?.eventResponses ?? []).map(({ responseCode, optType }) => [
        responseCode,
        optType,
      ]),
    ).toEqual([
      ['200', 'optIn'],
      ['462', 'optOut'],
    ]);
  });

  // @row +1.20 +9.6 -9.7 +9.8 -13.4 -16.200
  it('given a fault of the message, then eiResponse says so under its requestID, and no event is answered', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()], { vtnID: 'another', requestID: 'wrong-vtn' }));
    expect(talk.named('oadrCreatedEvent')).toMatchObject([
      { eiResponse: { responseCode: '452', requestID: 'wrong-vtn' } },
    ]);
    expect(responsesOf(talk)).toEqual([]);
  });

  // @row +9.19
  it('given a list without eiResponse, then it is as good as with one', async () => {
    const talk = await conversation();
    const { eiResponse: _absent, ...pushedLike } = distributeEvent([oadrEventOf()]);
    await talk.hand(pushedLike);
    expect(responsesOf(talk)).toMatchObject([{ responseCode: '200' }]);
  });

  // @row +1.21
  it('given one requestID in everything the VTN sends, then all the same', async () => {
    const talk = await conversation({ vtn: { constantRequestID: 'None' } });
    await talk.hand(distributeEvent([oadrEventOf()], { requestID: 'None' }));
    await talk.hand(distributeEvent([oadrEventOf({ modificationNumber: 1 })], { requestID: 'None' }));
    expect(responsesOf(talk)).toMatchObject([
      { requestID: 'None', qualifiedEventID: { modificationNumber: 0 } },
      { requestID: 'None', qualifiedEventID: { modificationNumber: 1 } },
    ]);
  });

  // @row +1.21
  it('given one requestID in all that polls bring, then what was said before counts again after something else', async () => {
    const talk = await conversation({ vtn: { constantRequestID: 'None' } });
    const list = distributeEvent([oadrEventOf()], { requestID: 'None' });
    await talk.hand(list);
    await talk.hand(distributeEvent([], { requestID: 'None' }));
    expect(talk.drEvent('event-1')).toBe('cancelled');
    await talk.hand(list);
    expect(talk.drEvent('event-1')).toBe('far');
    expect(responsesOf(talk)).toHaveLength(2);
  });
});

describe('a person opts', () => {
  // @row +9.4 +9.12
  it('given opt-out and opt-in again, then each is told at once under the requestID the event was last listed with', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()]), distributeEvent([oadrEventOf()], { requestID: 'distribute-2' }));
    const at = talk.now;
    opt(talk, 'optOut');
    await talk.pass(5_000);
    opt(talk, 'optIn');
    await talk.pass(5_000);
    expect(responsesOf(talk, at)).toMatchObject([
      { requestID: 'distribute-2', responseCode: '200', optType: 'optOut' },
      { requestID: 'distribute-2', responseCode: '200', optType: 'optIn' },
    ]);
  });

  it('given opted out, then the event stays so when it is listed again or modified', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()]));
    opt(talk, 'optOut');
    await talk.pass(5_000);
    const at = talk.now;
    await talk.hand(distributeEvent([oadrEventOf()]), distributeEvent([oadrEventOf({ modificationNumber: 1 })]));
    expect(responsesOf(talk, at).map(({ optType }) => optType)).toEqual(['optOut', 'optOut']);
  });

  // @row +9.2 -9.12
  it('given an event that wants no answer, then nothing is sent', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf({}, 'never')]));
    const at = talk.now;
    opt(talk, 'optOut');
    await talk.pass(5_000);
    expect(talk.order(at)).toEqual([]);
  });

  // @row +9.10 -9.10
  it('given an event that is cancelled, then it is not spoken of again', async () => {
    const talk = await conversation();
    const cancelled = { modificationNumber: 1, descriptor: { eventStatus: 'cancelled' as const } };
    await talk.hand(distributeEvent([oadrEventOf()]), distributeEvent([oadrEventOf(cancelled)]));
    const at = talk.now;
    opt(talk, 'optOut');
    await talk.pass(5 * minuteMs);
    expect(talk.order(at)).toEqual([]);
    await talk.hand(distributeEvent([oadrEventOf(cancelled)]));
    expect(responsesOf(talk, at)).toHaveLength(1);
  });

  it('given opted out, when the VTN cancels the event, then the cancellation is confirmed: optIn', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()]));
    opt(talk, 'optOut');
    await talk.pass(5_000);
    const at = talk.now;
    await talk.hand(
      distributeEvent([oadrEventOf({ modificationNumber: 1, descriptor: { eventStatus: 'cancelled' } })]),
    );
    expect(responsesOf(talk, at)).toMatchObject([{ responseCode: '200', optType: 'optIn' }]);
  });

  it('given an event that nobody knows, then nothing happens', async () => {
    const talk = await conversation();
    const at = talk.now;
    opt(talk, 'optOut', 'nobody');
    await talk.pass(5_000);
    expect(talk.order(at)).toEqual([]);
  });
});

describe('how answers go', () => {
  // @row +9.15
  it('given the VTN refuses our answer, then it is not repeated, nothing breaks and the event goes on', async () => {
    const talk = await conversation();
    for (const responseCode of ['452', '450'] as const) {
      talk.vtn.faults.next({ do: 'responseCode', responseCode, on: 'oadrCreatedEvent' });
      await talk.hand(distributeEvent([oadrEventOf()], { requestID: `refused-${responseCode}` }));
    }
    await talk.pass(5 * minuteMs);
    expect(talk.named('oadrCreatedEvent')).toHaveLength(2);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
    expect(talk.drEvent('event-1')).toBe('far');
  });

  // @row +9.17
  it('given a quiet day, then oadrRequestEvent is sent at the start and not again', async () => {
    const talk = await conversation();
    await talk.pass(3 * hourMs);
    expect(talk.named('oadrRequestEvent')).toHaveLength(1);
    expect(talk.named('oadrRequestEvent')[0]).not.toHaveProperty('replyLimit');
  });

  // @row +9.16 -9.17
  it('given the list comes with the reply to oadrRequestEvent, then it is answered before the first poll', async () => {
    const talk = await conversation();
    talk.vtn.events.add({
      startAt: talk.now + hourMs,
      lengthMs: hourMs,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    await talk.world.stop();
    const at = talk.now;
    await talk.world.start();
    await talk.pass(15_000);
    const names = talk.sent.filter((one) => one.at >= at).map(({ message }) => message.message);
    expect(names.indexOf('oadrCreatedEvent')).toBe(names.indexOf('oadrRequestEvent') + 1);
  });
});
