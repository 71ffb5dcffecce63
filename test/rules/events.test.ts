import { describe, expect, it } from 'vitest';
import type { EiEvent } from '../../src/protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../src/protocol/elements/eiEventSignal.ts';
import type { EventResponse } from '../../src/protocol/elements/eventResponse.ts';
import type { OadrEvent } from '../../src/protocol/elements/oadrEvent.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import { conversation, deviceID, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';

let serial = 0;

/** Hands a list out, under a requestID of its own, and gives what the VEN answered to it. */
const list = async (talk: Conversation, ...events: readonly OadrEvent[]): Promise<readonly EventResponse[]> => {
  const requestID = `list-${(serial += 1)}`;
  await talk.hand(distributeEvent(events, { requestID }));
  // The VTN does not know events written by hand and refuses the answer; it comes again then, in parts.
  const first = talk
    .named('oadrCreatedEvent')
    .find(({ eventResponses = [] }) => eventResponses.some((response) => response.requestID === requestID));
  return (first?.eventResponses ?? []).filter((response) => response.requestID === requestID);
};

const said = (responses: readonly EventResponse[]) =>
  responses.map(({ qualifiedEventID, responseCode, optType }) => [
    qualifiedEventID.eventID,
    qualifiedEventID.modificationNumber,
    responseCode,
    optType,
  ]);

describe('versions of an event', () => {
  // @row +7.5 +7.38
  it('given one that is new, with any number, then it is taken and opted in', async () => {
    const talk = await conversation();
    expect(said(await list(talk, oadrEventOf({ modificationNumber: 4 })))).toEqual([['event-1', 4, '200', 'optIn']]);
    expect(talk.drEvent('event-1')).toBe('far');
  });

  // @row +7.7 -7.8 -7.47
  it('given a higher number, then the new times hold', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf());
    expect(said(await list(talk, oadrEventOf({ modificationNumber: 1, startAt: talk.now + 5 * minuteMs })))).toEqual([
      ['event-1', 1, '200', 'optIn'],
    ]);
    await talk.pass(6 * minuteMs);
    expect(talk.drEvent('event-1')).toBe('active');
  });

  // @row +7.8 +16.450
  it('given a lower number, then 450 under that number, and what we have stays', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf({ modificationNumber: 3 }));
    expect(said(await list(talk, oadrEventOf({ modificationNumber: 2, startAt: talk.now - hourMs })))).toEqual([
      ['event-1', 2, '450', 'optOut'],
    ]);
    expect(
      said(await list(talk, oadrEventOf({ modificationNumber: 1, descriptor: { eventStatus: 'cancelled' } }))),
    ).toEqual([['event-1', 1, '450', 'optOut']]);
    expect(talk.drEvent('event-1')).toBe('far');
    expect(await talk.facts('DrEventRefused')).toHaveLength(2);
  });

  // @row -7.7 +7.47
  it('given the same number with another status and createdDateTime, then nothing changes and it is answered', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf());
    const again = oadrEventOf({ descriptor: { eventStatus: 'active', createdDateTime: '2026-06-10T13:59:00Z' } });
    expect(said(await list(talk, again))).toEqual([['event-1', 0, '200', 'optIn']]);
    expect(talk.drEvent('event-1')).toBe('far');
    expect(await talk.facts('DrEventAccepted')).toHaveLength(1);
  });

  // @row +1.18
  it.each(['PT120M', 'P0Y0M0DT2H0M0S', 'PT7200S', 'PT1H60M'])(
    'given its two hours are said as %s, then it lasts two hours, and saying PT2H afterwards is no change',
    async (duration) => {
      const talk = await conversation({ vtn: { pollFreq: 'PT5M' } });
      const startAt = talk.now + 10 * minuteMs;
      await list(talk, oadrEventOf({ startAt, period: { duration } }));
      await talk.pass(5 * minuteMs);
      await list(talk, oadrEventOf({ startAt, period: { duration: 'PT2H' } }));
      await talk.pass(5 * minuteMs);
      expect(said(talk.named('oadrCreatedEvent').at(-1)?.eventResponses ?? [])).toEqual([
        ['event-1', 0, '200', 'optIn'],
      ]);
      expect(await talk.facts('DrEventAccepted')).toHaveLength(1);
      await talk.world.runTo(startAt + 2 * hourMs - 1_000);
      expect(talk.drEvent('event-1')).toBe('active');
      await talk.world.runTo(startAt + 2 * hourMs + 1_000);
      expect(talk.drEvent('event-1')).toBe('completed');
    },
  );

  // @row +1.18 -1.18
  it('given a length of a month, then it lasts until that day of the next month, which thirty days do not fill', async () => {
    const startAt = Date.parse('2026-07-10T15:00:00Z');
    const talk = await conversation({ startAt: startAt - 24 * hourMs, vtn: { pollFreq: 'PT6H' } });
    const monthly = async (duration: string, modificationNumber: number): Promise<readonly EventResponse[]> => {
      const event = oadrEventOf({
        startAt,
        modificationNumber,
        period: { duration: 'P1M' },
        signals: [priceSignal([], { intervals: [{ duration, uid: '0', signalPayload: [{ payloadFloat: '0.10' }] }] })],
      });
      await talk.hand(distributeEvent([event]));
      await talk.pass(7 * hourMs);
      return talk.named('oadrCreatedEvent').at(-1)?.eventResponses ?? [];
    };
    expect(said(await monthly('P30D', 0))).toEqual([['event-1', 0, '459', 'optOut']]);
    expect(said(await monthly('P1M', 1))).toEqual([['event-1', 1, '200', 'optIn']]);
    expect(await talk.facts('PricesReceived')).toMatchObject([
      { version: 1, series: [{ intervals: [{ startAt, durationMs: 31 * 24 * hourMs }] }] },
    ]);
  });
});

describe('cancellations', () => {
  // @row +7.10 +7.40
  it('given one by status, then the event ends, is confirmed, and answered again when listed again', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf({ startAt: talk.now - minuteMs }));
    expect(talk.drEvent('event-1')).toBe('active');
    const cancelled = oadrEventOf({
      startAt: talk.now - minuteMs,
      modificationNumber: 1,
      descriptor: { eventStatus: 'cancelled' },
    });
    expect(said(await list(talk, cancelled))).toEqual([['event-1', 1, '200', 'optIn']]);
    expect(talk.drEvent('event-1')).toBe('cancelled');
    expect(said(await list(talk, cancelled))).toEqual([['event-1', 1, '200', 'optIn']]);
    expect(await talk.facts('DrEventCancelled')).toHaveLength(1);
  });

  // @row -7.10 +7.11
  it('given an event that nobody knows, then it is answered and nothing else', async () => {
    const talk = await conversation();
    expect(
      said(await list(talk, oadrEventOf({ eventID: 'stranger', descriptor: { eventStatus: 'cancelled' } }))),
    ).toEqual([['stranger', 0, '200', 'optIn']]);
    expect(talk.drEvent('stranger')).toBeUndefined();
  });

  // @row +7.2 -19.21
  it('given one that is no longer listed, then it is cancelled by that; the others stay', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf({ eventID: 'stays' }), oadrEventOf({ eventID: 'goes' }));
    await list(talk, oadrEventOf({ eventID: 'stays' }));
    expect([talk.drEvent('stays'), talk.drEvent('goes')]).toEqual(['far', 'cancelled']);
    expect(await talk.facts('DrEventCancelled')).toMatchObject([{ eventID: 'goes', by: 'implicit' }]);
  });

  // @row +7.2 -7.4
  it('given an empty list, then all are cancelled and no oadrCreatedEvent is sent', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf());
    const at = talk.now;
    await list(talk);
    expect(talk.drEvent('event-1')).toBe('cancelled');
    expect(talk.named('oadrCreatedEvent', at)).toEqual([]);
  });

  // @row -7.2 +19.21
  it('given a VTN that is known to list only what changed, then silence cancels nothing', async () => {
    const talk = await conversation({ settings: { implicitCancellation: false } });
    await list(talk, oadrEventOf());
    await list(talk, oadrEventOf({ eventID: 'other' }));
    expect(talk.drEvent('event-1')).toBe('far');
  });

  // @row +7.4
  it('given a message that reports an error, then nothing is cancelled and nothing answered', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf());
    const at = talk.now;
    await talk.hand(distributeEvent([], { eiResponse: { responseCode: '459', requestID: '' } }));
    expect(talk.drEvent('event-1')).toBe('far');
    expect(talk.order(at)).toEqual([]);
  });

  // @row +1.12 +7.4 -7.23 +16.452
  it('given another VTN’s message, then 452 for the message, and nothing is cancelled or taken', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf());
    const at = talk.now;
    await talk.hand(
      distributeEvent([oadrEventOf({ eventID: 'theirs' })], { vtnID: 'TER_VTN_1.0', requestID: 'theirs-1' }),
    );
    const [answer] = talk.named('oadrCreatedEvent', at);
    expect(answer).toMatchObject({ eiResponse: { responseCode: '452', requestID: 'theirs-1' } });
    expect(answer?.eventResponses ?? []).toEqual([]);
    const entries = await talk.world.entries();
    const refused = entries.find(({ type }) => type === 'MessageRefused');
    expect(refused?.data).toMatchObject({ message: 'oadrDistributeEvent', responseCode: '452' });
    const ofThatStep = entries.filter(({ cause }) => cause === refused?.cause).map(({ type }) => type);
    expect(ofThatStep).not.toContain('DrEventCancelled');
    expect(talk.drEvent('theirs')).toBeUndefined();
    // Who it is, is asked, once; then all DR events, which come from the right one.
    expect(talk.named('oadrQueryRegistration', at)).toHaveLength(1);
    expect(talk.named('oadrCreatePartyRegistration', at)).toHaveLength(1);
    expect(talk.alarms).toEqual([]);
  });
});

describe('events that are not for us, or not understood', () => {
  // @row -1.10 +7.18 +7.20 +7.24 +16.454 +16.459 +16.460 +16.462
  it.each<[string, string, OadrEvent]>([
    ['another VEN', '462', oadrEventOf({ target: { venID: ['somebody-else'] } })],
    ['our venID in capitals', '462', oadrEventOf({ target: { venID: ['BELLAWATT.EXAMPLE.VEN.123'] } })],
    [
      'a signal nobody knows',
      '460',
      oadrEventOf({ signals: [priceSignal(['1', '2'], { signalName: 'x-custom' as never })] }),
    ],
    [
      'a level out of range',
      '454',
      oadrEventOf({ signals: [priceSignal(['9'], { signalName: 'SIMPLE', signalType: 'level' })] }),
    ],
    [
      'uids out of order',
      '450',
      oadrEventOf({
        signals: [
          priceSignal([], {
            intervals: ['1', '0'].map((uid) => ({ uid, duration: 'PT1H', signalPayload: [{ payloadFloat: '1' }] })),
          }),
        ],
      }),
    ],
    ['intervals that do not fill it', '459', oadrEventOf({ lengthMs: 5 * hourMs })],
  ])('given %s, then %s and opted out, and it is not taken', async (_name, code, event) => {
    const talk = await conversation();
    expect(said(await list(talk, event))).toEqual([['event-1', 0, code, 'optOut']]);
    expect(talk.drEvent('event-1')).toBeUndefined();
    expect(await talk.facts('DrEventRefused')).toMatchObject([{ responseCode: code }]);
  });

  // @row +7.19 -7.19
  it('given a market context that is not ours, then 462; given any is, then it is taken', async () => {
    const strict = await conversation({ settings: { marketContexts: ['http://elsewhere.example/'] } });
    expect(said(await list(strict, oadrEventOf()))).toEqual([['event-1', 0, '462', 'optOut']]);
    const open = await conversation({ settings: { marketContexts: ['HTTP://Programme.Example/TER'] } });
    expect(said(await list(open, oadrEventOf()))).toEqual([['event-1', 0, '200', 'optIn']]);
  });

  // @row +7.22 +16.469
  it('given a signal for device classes that we do not have, then 469', async () => {
    const talk = await conversation({
      settings: { devices: [{ resourceID: deviceID, maxChargeWatts: 1, maxDischargeWatts: 1, deviceClass: 'EVSE' }] },
    });
    expect(
      said(
        await list(
          talk,
          oadrEventOf({ signals: [priceSignal(['1', '2'], { eiTarget: { endDeviceAsset: ['Storage'] } })] }),
        ),
      ),
    ).toEqual([['event-1', 0, '469', 'optOut']]);
  });

  // @row +7.24 +16.451
  it('given the start of an active event is moved, then 451 and it goes on', async () => {
    const talk = await conversation();
    await list(talk, oadrEventOf({ startAt: talk.now - minuteMs }));
    expect(said(await list(talk, oadrEventOf({ startAt: talk.now + hourMs, modificationNumber: 1 })))).toEqual([
      ['event-1', 1, '451', 'optOut'],
    ]);
    expect(talk.drEvent('event-1')).toBe('active');
  });

  // @row +7.23
  it('given good ones beside bad ones, then the good ones are taken and all are answered in one message', async () => {
    const talk = await conversation();
    const responses = await list(
      talk,
      oadrEventOf({ eventID: 'bad', target: { venID: ['else'] } }),
      oadrEventOf({ eventID: 'good' }),
    );
    expect(said(responses)).toEqual([
      ['bad', 0, '462', 'optOut'],
      ['good', 0, '200', 'optIn'],
    ]);
    expect(talk.named('oadrCreatedEvent')[0]?.eventResponses).toHaveLength(2);
    expect([talk.drEvent('good'), talk.drEvent('bad')]).toEqual(['far', undefined]);
  });

  // @row +7.14 +19.10
  it('given one that is over, whatever its status, then it is answered and never becomes active', async () => {
    const talk = await conversation();
    for (const eventStatus of ['completed', 'active'] as const) {
      const eventID = `over-${eventStatus}`;
      expect(
        said(await list(talk, oadrEventOf({ eventID, startAt: talk.now - 9 * hourMs, descriptor: { eventStatus } }))),
      ).toEqual([[eventID, 0, '200', 'optIn']]);
    }
    expect((await talk.facts('DrEventStatusChanged')).map(({ status }) => status)).not.toContain('active');
  });

  // @row -7.14 +19.10 -19.10
  it('given completed for an event that has just begun, then it runs on by our clock', async () => {
    const talk = await conversation();
    const startAt = talk.now - minuteMs;
    await list(talk, oadrEventOf({ startAt }));
    await list(talk, oadrEventOf({ startAt, descriptor: { eventStatus: 'completed' } }));
    expect(talk.drEvent('event-1')).toBe('active');
  });
});

describe('what may stand in an event, or be missing', () => {
  // @row +1.13 +7.33 +7.37 +7.38
  it('given everything optional, then it is taken', async () => {
    const talk = await conversation();
    const rich = oadrEventOf({
      descriptor: {
        priority: 1,
        testEvent: '',
        vtnComment: 'a comment',
        modificationReason: 'none',
        modificationDateTime: '2026-06-10T13:00:00Z',
      },
      period: { startafter: 'PT5M', 'x-eiNotification': 'PT1H', 'x-eiRampUp': 'PT5M', 'x-eiRecovery': 'PT5M' },
      signals: [
        priceSignal(['0.10', '0.20'], { currentValue: '0.10' }),
        priceSignal(['1', '2'], { signalID: 'signal-2', signalName: 'SIMPLE', signalType: 'level' }),
      ],
      baseline: {
        dtstart: '2026-06-10T15:00:00Z',
        duration: 'PT1H',
        intervals: [{ duration: 'PT1H', uid: '0', signalPayload: [{ payloadFloat: '1' }] }],
        baselineID: 'b',
        baselineName: 'n',
      },
      target: { venID: ['bellawatt.example.ven.123'], groupID: [] },
    });
    expect(said(await list(talk, rich))).toEqual([['event-1', 0, '200', 'optIn']]);
    expect(await talk.facts('DrEventAccepted')).toMatchObject([
      { test: false, event: { eiEventSignals: { eiEventBaseline: { baselineID: 'b' } } } },
    ]);
  });

  // @row +7.38 -7.38
  it.each<[string, Partial<EiEventSignal>, Partial<EiEvent['eiActivePeriod']>]>([
    ['neither currentValue nor x-eiNotification', {}, {}],
    ['both', { currentValue: '0.10' }, { 'x-eiNotification': 'PT1M' }],
    ['a currentValue that no interval has', { currentValue: '9.99' }, {}],
    ['a longer x-eiNotification than there is time', {}, { 'x-eiNotification': 'P1D' }],
  ])('given %s, then it is taken, and runs by its start', async (_what, signal, period) => {
    const talk = await conversation();
    const startAt = talk.now + 5 * minuteMs;
    const event = oadrEventOf({ startAt, period, signals: [priceSignal(['0.10', '0.20'], signal)] });
    expect(said(await list(talk, event))).toEqual([['event-1', 0, '200', 'optIn']]);
    await talk.world.runTo(startAt - 1_000);
    expect(talk.drEvent('event-1')).toBe('far');
    await talk.world.runTo(startAt + 1_000);
    expect(talk.drEvent('event-1')).toBe('active');
  });

  // @row +5.11
  it.each([
    ['behind', (xml: string, signature: string) => xml.replace('</oadr:oadrSignedObject>', `$&${signature}`)],
    ['in front of', (xml: string, signature: string) => xml.replace('<oadr:oadrSignedObject', `${signature}$&`)],
  ])('given a signature %s what it signs, then the events in it are taken and answered', async (_where, signed) => {
    const talk = await conversation();
    talk.excuse(({ rule }) => rule === '21'); // the VTN does not know events written by hand
    const signature =
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>AA==</ds:SignatureValue></ds:Signature>';
    const body = signed(encodePayload(distributeEvent([oadrEventOf()])), signature);
    expect(body).toContain('SignatureValue');
    talk.vtn.faults.next({ do: 'body', body, on: 'oadrPoll' });
    await talk.pass(15_000);
    expect(said(talk.named('oadrCreatedEvent')[0]?.eventResponses ?? [])).toEqual([['event-1', 0, '200', 'optIn']]);
    expect(talk.drEvent('event-1')).toBe('far');
  });

  // @row +7.16 -7.16
  it.each([
    ['true', true],
    ['yes', true],
    ['False', false],
  ])('given the testEvent text %s, then test: %s', async (testEvent, test) => {
    const talk = await conversation();
    await list(talk, oadrEventOf({ descriptor: { testEvent } }));
    expect(await talk.facts('DrEventAccepted')).toMatchObject([{ test }]);
  });

  // @row +7.47
  it('given one event twice, then both are answered and the higher number counts', async () => {
    const talk = await conversation();
    const responses = await list(talk, oadrEventOf({ modificationNumber: 1 }), oadrEventOf({ modificationNumber: 2 }));
    expect(said(responses)).toEqual([
      ['event-1', 1, '200', 'optIn'],
      ['event-1', 2, '200', 'optIn'],
    ]);
    expect(await talk.facts('DrEventAccepted')).toMatchObject([{ modificationNumber: 2 }]);
  });

  // @row +7.42 +7.44
  it('given a list in any order and priorities in none, then each event runs by its own times', async () => {
    const talk = await conversation();
    const startAt = talk.now + 10 * minuteMs;
    const one = (eventID: string, minutes: number, priority: number) =>
      oadrEventOf({
        eventID,
        startAt: startAt + minutes * minuteMs,
        descriptor: { priority },
        signals: [
          priceSignal([], { intervals: [{ duration: 'PT10M', uid: '0', signalPayload: [{ payloadFloat: '1' }] }] }),
        ],
        lengthMs: 10 * minuteMs,
      });
    await list(talk, one('last', 10, 1), one('first', 0, 0), one('overlapping', 5, 2));
    await talk.world.runTo(startAt + 7 * minuteMs);
    expect([talk.drEvent('first'), talk.drEvent('overlapping'), talk.drEvent('last')]).toEqual([
      'active',
      'active',
      'far',
    ]);
    await talk.world.runTo(startAt + 10 * minuteMs);
    await talk.pass(1);
    expect([talk.drEvent('first'), talk.drEvent('last')]).toEqual(['completed', 'active']);
  });
});
