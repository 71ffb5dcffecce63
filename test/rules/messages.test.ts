import { describe, expect, it } from 'vitest';
import type { MessageName } from '../../src/protocol/payload.ts';
import { optOut, takeBack } from '../scenarios/support/opting.ts';
import { conversation, deviceID, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { faultsOf } from '../support/judgeMessage.ts';

const venID = 'bellawatt.example.ven.123';

/** An afternoon in which the VEN has occasion to say everything it can say. */
const talkative = async (): Promise<Conversation> => {
  const talk = await conversation({
    settings: { queryRegistration: true },
    vtn: {
      announcesReports: true,
      usage: { granularity: 'PT15M', reportBackDuration: 'PT1H' },
      status: { granularity: 'PT5M', reportBackDuration: 'PT5M' },
    },
  });
  await talk.hand(distributeEvent([oadrEventOf(), oadrEventOf({ eventID: 'bad', target: { venID: ['else'] } })]));
  talk.vtn.askReport({ kind: 'oneShot' });
  talk.vtn.askReport({ kind: 'history', startInMs: -hourMs });
  talk.vtn.askReport({ kind: 'metadata' });
  await talk.hand(
    { message: 'oadrUpdateReport', requestID: 'u', oadrReport: [], venID },
    { message: 'oadrRequestReregistration', venID },
  );
  const windows = [{ startAt: talk.now + hourMs, endAt: talk.now + 2 * hourMs }];
  const optID = optOut(talk.world, { windows });
  await talk.pass(minuteMs);
  takeBack(talk.world, optID);
  await talk.pass(3 * hourMs);
  talk.vtn.cancelReports(true);
  await talk.pass(minuteMs);
  await talk.hand({ message: 'oadrCancelPartyRegistration', requestID: 'no', registrationID: 'nobody', venID });
  talk.vtn.cancelRegistration();
  await talk.pass(10 * minuteMs);
  talk.world.agent?.take({ input: { type: 'OperatorAsked', data: { wish: 'cancelRegistration' } }, stream: 'agent' });
  await talk.pass(5_000);
  return talk;
};

const services: Readonly<Partial<Record<MessageName, string>>> = {
  oadrPoll: 'OadrPoll',
  oadrQueryRegistration: 'EiRegisterParty',
  oadrCreatePartyRegistration: 'EiRegisterParty',
  oadrCancelPartyRegistration: 'EiRegisterParty',
  oadrCanceledPartyRegistration: 'EiRegisterParty',
  oadrResponse: 'EiRegisterParty',
  oadrRequestEvent: 'EiEvent',
  oadrCreatedEvent: 'EiEvent',
  oadrRegisterReport: 'EiReport',
  oadrRegisteredReport: 'EiReport',
  oadrCreatedReport: 'EiReport',
  oadrUpdateReport: 'EiReport',
  oadrUpdatedReport: 'EiReport',
  oadrCanceledReport: 'EiReport',
  oadrCreateOpt: 'EiOpt',
  oadrCancelOpt: 'EiOpt',
};

describe('everything the VEN says in an afternoon', () => {
  // @row +1.1 +2.1
  it('given every occasion, then every message it has is among it, each at its service', async () => {
    const talk = await talkative();
    expect([...new Set(talk.sent.map(({ message }) => message.message))].sort()).toEqual(Object.keys(services).sort());
    for (const { service, message } of talk.sent)
      expect([message.message, service]).toEqual([message.message, services[message.message]]);
  });

  // @row +1.5 +1.7 +1.8 +1.9 +1.15 +13.1 +13.2
  it('given its texts, then envelope, version, venID, times and codes are as they must be', async () => {
    const talk = await talkative();
    for (const { xml, message } of talk.sent) {
      expect(xml.match(/<oadr:oadrPayload[ >]/g)).toHaveLength(1);
      expect(xml.match(/<oadr:oadrSignedObject/g)).toHaveLength(1);
      expect(xml).toMatch(
        new RegExp(`<oadr:oadrSignedObject[^>]*><oadr:${message.message} [^>]*ei:schemaVersion="2\\.0b"`),
      );
      expect(xml).not.toMatch(/schemaLocation|ds:Signature/);
      if (message.message !== 'oadrQueryRegistration')
        expect('venID' in message ? message.venID : undefined).toBe(venID);
      for (const [, text] of xml.matchAll(/>(\d{4}-\d\d-\d\dT[^<]*)</g))
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      for (const [, text] of xml.matchAll(/>(-?P[^<]*)</g)) expect(text).toMatch(/^P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/);
    }
  });

  // @row +1.20 +13.4 +13.5
  it('given its answers, then they carry the requestID of what they answer, and 2xx unless something was wrong', async () => {
    const talk = await talkative();
    const answers = talk.sent.flatMap(({ message }) =>
      'eiResponse' in message && message.eiResponse !== undefined && message.message !== 'oadrCreatedEvent'
        ? [message]
        : [],
    );
    const asked = new Set(talk.heard.flatMap(({ answer }) => (answer === undefined ? [] : [answerID(answer)])));
    for (const { message, eiResponse } of answers) {
      if (message !== 'oadrResponse') expect(asked).toContain(eiResponse?.requestID);
      const wasWrong = message === 'oadrUpdatedReport' || eiResponse?.requestID === 'no';
      expect([message, eiResponse?.responseCode.startsWith('2')]).toEqual([message, !wasWrong]);
    }
  });

  // @row +13.11
  it('given lists of events, then each is answered before the next is asked for', async () => {
    const talk = await talkative();
    const names = talk.sent.map(({ message }) => message.message);
    const answered = names.indexOf('oadrCreatedEvent');
    expect(names.slice(names.indexOf('oadrRequestEvent') + 1, answered)).not.toContain('oadrRequestEvent');
    expect(answered).toBeGreaterThan(0);
  });
});

const answerID = (answer: object): string =>
  'requestID' in answer && typeof answer.requestID === 'string'
    ? answer.requestID
    : 'eiResponse' in answer
      ? ((answer.eiResponse as { requestID?: string }).requestID ?? '')
      : '';

describe('the judge of messages', () => {
  const poll =
    '<oadr:oadrPayload xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07" xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110"><oadr:oadrSignedObject><oadr:oadrPoll ei:schemaVersion="2.0b"><ei:venID>v</ei:venID></oadr:oadrPoll></oadr:oadrSignedObject></oadr:oadrPayload>';

  it('finds nothing against a good message', () => {
    expect(faultsOf('OadrPoll', poll)).toEqual([]);
  });

  // @row -1.5 -1.7 -1.8 -1.9 -2.1 -3.5 -13.1 -13.2
  it.each([
    ['the wrong service', 'EiEvent', poll],
    ['no schemaVersion', 'OadrPoll', poll.replace(' ei:schemaVersion="2.0b"', '')],
    ['another schemaVersion', 'OadrPoll', poll.replace('"2.0b"', '"2.0a"')],
    [
      'schemaLocation',
      'OadrPoll',
      poll.replace(
        '<oadr:oadrPayload',
        '<oadr:oadrPayload xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y"',
      ),
    ],
    ['no venID', 'OadrPoll', poll.replace('<ei:venID>v</ei:venID>', '')],
    ['an empty venID', 'OadrPoll', poll.replace('>v<', '><')],
    ['no envelope', 'OadrPoll', poll.replace(/<\/?oadr:oadrSignedObject>/g, '')],
  ])('finds %s', (_name, service, xml) => {
    expect(faultsOf(service, xml)).not.toEqual([]);
  });
});

describe('messages for somebody else', () => {
  // @row +1.12
  it('given report requests, cancellations and metadata for another venID, then 452, and nothing is done', async () => {
    const talk = await conversation();
    const specifierPayload = [{ rID: `${deviceID}/energyReal`, readingType: 'Direct Read' as const }];
    const request = {
      reportRequestID: 'r',
      reportSpecifier: {
        reportSpecifierID: 'RealEnergy',
        granularity: 'PT1H',
        reportBackDuration: 'PT1H',
        specifierPayload,
      },
    };
    await talk.hand(
      { message: 'oadrCreateReport', requestID: 'a', oadrReportRequest: [request], venID },
      {
        message: 'oadrCreateReport',
        requestID: 'b',
        oadrReportRequest: [{ ...request, reportRequestID: 'theirs' }],
        venID: 'another',
      },
      {
        message: 'oadrCancelReport',
        requestID: 'c',
        reportRequestID: ['r'],
        reportToFollow: false,
        venID: venID.toUpperCase(),
      },
      { message: 'oadrRegisterReport', requestID: 'd', oadrReport: [], venID: 'another' },
    );
    expect(
      talk
        .named('oadrCreatedReport')
        .map(({ eiResponse, oadrPendingReports }) => [
          eiResponse.requestID,
          eiResponse.responseCode,
          oadrPendingReports,
        ]),
    ).toEqual([
      ['a', '200', ['r']],
      ['b', '452', ['r']],
    ]);
    expect(talk.named('oadrCanceledReport')).toMatchObject([
      { eiResponse: { requestID: 'c', responseCode: '452' }, oadrPendingReports: ['r'] },
    ]);
    expect(talk.named('oadrRegisteredReport')).toMatchObject([{ eiResponse: { requestID: 'd', responseCode: '452' } }]);
  });
});

describe('long names and many events', () => {
  // @row +1.24
  it('given identifiers of 200 characters and twenty events at once, then all are dealt with', async () => {
    const long = (name: string): string => `${name}-${'x'.repeat(200)}`;
    const talk = await conversation({ vtn: { vtnID: long('vtn') } });
    const events = Array.from({ length: 20 }, (_, index) =>
      oadrEventOf({
        eventID: long(`event-${index}`),
        descriptor: { eiMarketContext: `http://programme.example/${long('context')}` },
        signals: [priceSignal(['1'], { signalID: long('signal') })],
      }),
    );
    await talk.hand(distributeEvent(events, { vtnID: long('vtn'), requestID: long('request') }));
    const responses = talk.named('oadrCreatedEvent')[0]?.eventResponses ?? [];
    expect(responses).toHaveLength(20);
    expect(new Set(responses.map(({ responseCode, requestID }) => `${responseCode} ${requestID}`))).toEqual(
      new Set([`200 ${long('request')}`]),
    );
    expect(talk.drEvent(long('event-19'))).toBe('far');
  });
});
