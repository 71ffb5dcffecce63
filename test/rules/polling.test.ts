import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/shell/settings/settings.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { conversation, deviceID, type Conversation } from '../support/conversation.ts';
import { distributeEvent, minuteMs, oadrEventOf } from '../support/drEventMessages.ts';

const venID = 'bellawatt.example.ven.123';
const pollTimes = (talk: Conversation, fromAt = 0): readonly number[] =>
  talk.sentNamed('oadrPoll', fromAt).map(({ at }) => at);
const gaps = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? 0));

describe('the pace of polls', () => {
  // @row +1.2 +2.15 +3.7
  it('given the VTN asks for ten seconds, then polls never come faster, nor much slower', async () => {
    const talk = await conversation();
    await talk.pass(10 * minuteMs);
    const between = gaps(pollTimes(talk));
    expect(between.length).toBeGreaterThan(50);
    expect(Math.min(...between)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...between)).toBeLessThan(11_000);
  });

  // @row +3.7
  it('given whatever comes up between two polls, then a poll that brought nothing is followed by none before its time', async () => {
    const talk = await conversation({ vtn: { usage: { granularity: 'PT1M', reportBackDuration: 'PT1M' } } });
    const from = talk.now;
    for (const wish of ['requestEvent', 'reregister', 'planAgain'] as const) {
      talk.world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish } } });
      await talk.pass(37_000);
      await talk.hand(distributeEvent([oadrEventOf()], { requestID: wish }));
      talk.vtn.askReport({ kind: 'oneShot' });
      await talk.pass(73_000);
    }
    const polls = talk.heard.filter(({ request, at }) => request?.message === 'oadrPoll' && at >= from);
    const early = polls
      .slice(1)
      .filter(
        ({ at }, index) => polls[index]?.answer?.message === 'oadrResponse' && at - (polls[index]?.at ?? 0) < 10_000,
      );
    expect(early).toEqual([]);
    expect(polls.length).toBeGreaterThan(20);
    expect(talk.named('oadrUpdateReport').length).toBeGreaterThan(3);
  });

  // @row +3.7
  it('given the VTN asks for another pace at a renewal, then that one holds', async () => {
    const talk = await conversation();
    talk.excuse(({ rule, at }) => rule === '500' && at < renewedAt());
    const renewedAt = (): number => talk.sentNamed('oadrCreatePartyRegistration')[1]?.at ?? Infinity;
    talk.vtn.faults.next({ do: 'pollFreq', pollFreq: 'PT1M', on: 'oadrPoll' });
    await talk.pass(5 * minuteMs);
    const at = talk.now;
    await talk.pass(5 * minuteMs);
    expect(Math.min(...gaps(pollTimes(talk, at)))).toBeGreaterThanOrEqual(60_000);
  });

  // @row +2.15
  it('given jitter, then the pauses differ, are never shorter, and never longer than it allows', async () => {
    const talk = await conversation({ settings: { pollJitter: 0.5 } });
    await talk.pass(10 * minuteMs);
    const between = gaps(pollTimes(talk));
    expect(Math.min(...between)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...between)).toBeLessThanOrEqual(15_100);
    expect(new Set(between).size).toBeGreaterThan(between.length / 2);
  });

  // @row +2.13 -2.13 -2.15
  it('given the settings, then jitter and intervals are there in ms, and no timeout is under five seconds', () => {
    const parse = (changes: object) => settingsSchema.safeParse({ dataDirectory: 'd', ...changes }).success;
    expect(parse({ defaultPollFreqMs: 1_234, pollJitter: 0.25, replyTimeoutMs: 5_000 })).toBe(true);
    expect(parse({ replyTimeoutMs: 4_999 })).toBe(false);
    expect(parse({ pollJitter: 1.5 })).toBe(false);
  });
});

describe('a poll', () => {
  // @row +3.1
  it('given nothing else, then it is an oadrPoll with the venID to OadrPoll', async () => {
    const talk = await conversation();
    await talk.pass(minuteMs);
    for (const { service, message } of talk.sentNamed('oadrPoll')) {
      expect(service).toBe('OadrPoll');
      expect(message).toEqual({ message: 'oadrPoll', venID });
    }
  });

  // @row +3.4 +3.5 +3.6
  it('given three things wait, then each is answered before the next poll, and the polls follow at once', async () => {
    const talk = await conversation();
    await talk.pass(20_000);
    const at = talk.now;
    await talk.hand(
      { message: 'oadrRegisterReport', requestID: 'a', oadrReport: [], venID },
      { message: 'oadrCancelReport', requestID: 'b', reportRequestID: ['nobody'], reportToFollow: false, venID },
      distributeEvent([oadrEventOf()]),
    );
    const names = talk.sent.filter((one) => one.at >= at).map(({ message }) => message.message);
    expect(names.slice(0, 7)).toEqual([
      'oadrPoll',
      'oadrRegisteredReport',
      'oadrPoll',
      'oadrCanceledReport',
      'oadrPoll',
      'oadrCreatedEvent',
      'oadrPoll',
    ]);
    const polls = pollTimes(talk, at).slice(0, 4);
    expect((polls[3] ?? 0) - (polls[0] ?? 0)).toBeLessThan(1_000);
  });

  // @row -3.4 +3.13
  it('given a VTN that hands the same out for ever, then draining ends and the pace returns', async () => {
    const talk = await conversation({ settings: { drainLimit: 5 } });
    for (let count = 0; count < 400; count += 1)
      talk.vtn.queue({ message: 'oadrRegisterReport', requestID: `r${count}`, oadrReport: [], venID });
    talk.excuse(({ rule }) => rule === '500');
    const at = talk.now;
    await talk.pass(minuteMs);
    expect(pollTimes(talk, at).length).toBeLessThanOrEqual(7 + 1); // repetition is no news: one poll at its pace each
    expect(talk.alarms.some((alarm) => alarm.startsWith('listNeverEmpties'))).toBe(true);
  });

  // @row +3.13
  it('given a VTN that hands something new out for ever, then draining ends at the limit three times, and the pace returns', async () => {
    const talk = await conversation({ settings: { drainLimit: 5 } });
    for (let count = 0; count < 400; count += 1)
      talk.vtn.queue({
        message: 'oadrCancelReport',
        requestID: `r${count}`,
        reportRequestID: [`none-${count}`],
        reportToFollow: false,
        venID,
      });
    talk.excuse(({ rule }) => rule === '500');
    const at = talk.now;
    await talk.pass(minuteMs);
    expect(pollTimes(talk, at).length).toBeGreaterThan(12);
    expect(pollTimes(talk, at).length).toBeLessThanOrEqual(3 * 6 + 4 * 2);
  });

  // @row +3.3 +3.5 -6.21
  it.each<[string, OadrMessage, string, string]>([
    ['oadrDistributeEvent', distributeEvent([oadrEventOf()]), 'oadrCreatedEvent', 'EiEvent'],
    [
      'oadrRegisterReport',
      { message: 'oadrRegisterReport', requestID: 'q', oadrReport: [], venID },
      'oadrRegisteredReport',
      'EiReport',
    ],
    [
      'oadrCancelReport',
      { message: 'oadrCancelReport', requestID: 'q', reportRequestID: ['x'], reportToFollow: false, venID },
      'oadrCanceledReport',
      'EiReport',
    ],
    [
      'oadrUpdateReport',
      { message: 'oadrUpdateReport', requestID: 'q', oadrReport: [], venID },
      'oadrUpdatedReport',
      'EiReport',
    ],
    [
      'oadrCancelPartyRegistration',
      { message: 'oadrCancelPartyRegistration', requestID: 'q', registrationID: 'no', venID },
      'oadrCanceledPartyRegistration',
      'EiRegisterParty',
    ],
    ['oadrRequestReregistration', { message: 'oadrRequestReregistration', venID }, 'oadrResponse', 'EiRegisterParty'],
    [
      'oadrCreateReport',
      {
        message: 'oadrCreateReport',
        requestID: 'q',
        venID,
        oadrReportRequest: [
          {
            reportRequestID: 'r',
            reportSpecifier: {
              reportSpecifierID: 'RealEnergy',
              granularity: 'PT1H',
              reportBackDuration: 'PT1H',
              specifierPayload: [{ rID: `${deviceID}/energyReal`, readingType: 'Direct Read' }],
            },
          },
        ],
      },
      'oadrCreatedReport',
      'EiReport',
    ],
  ])('given it brings an %s, then the answer goes where it belongs', async (_name, message, answer, service) => {
    const talk = await conversation();
    const at = talk.now;
    await talk.hand(message);
    const [first] = talk.sent.filter((one) => one.at >= at && one.message.message !== 'oadrPoll');
    expect([first?.message.message, first?.service]).toEqual([answer, service]);
    if ('requestID' in message && answer !== 'oadrCreatedEvent')
      expect(first?.message).toMatchObject({ eiResponse: { requestID: message.requestID } });
  });

  // @row -3.3 -6.3
  it('given it brings what is not for a VEN, then 459, and polling goes on', async () => {
    const talk = await conversation();
    await talk.hand({ message: 'oadrQueryRegistration', requestID: 'odd' });
    expect(talk.named('oadrResponse')).toMatchObject([{ eiResponse: { responseCode: '459' }, venID }]);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });

  // @row -3.3
  it('given it brings XML that is not valid, then 459, people are told, and polling goes on', async () => {
    const talk = await conversation();
    talk.vtn.events.add({
      startAt: talk.now + 60 * minuteMs,
      lengthMs: 60 * minuteMs,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    talk.vtn.faults.next({ do: 'schemaInvalid', on: 'oadrPoll' });
    await talk.pass(15_000);
    expect(talk.named('oadrResponse')).toMatchObject([{ eiResponse: { responseCode: '459' } }]);
    expect(talk.alarms).toContain('messageUnreadable oadrDistributeEvent');
    expect(talk.lifecycle).toMatchObject({ registered: {} });
    await talk.hand(distributeEvent([oadrEventOf()]));
    expect(talk.alarms).not.toContain('messageUnreadable oadrDistributeEvent');
  });

  // @row +3.12
  it('given it brings the same list again, then nothing changes, and the event is answered again', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()]), distributeEvent([oadrEventOf()], { requestID: 'distribute-2' }));
    expect(await talk.facts('DrEventAccepted')).toHaveLength(1);
    expect(talk.named('oadrCreatedEvent').map(({ eventResponses = [] }) => eventResponses[0]?.requestID)).toEqual([
      'distribute-1',
      'distribute-2',
    ]);
  });
});

describe('empty bodies', () => {
  // @row +2.17
  it('given an empty body answers our oadrResponse or a poll, then all is well', async () => {
    const talk = await conversation();
    talk.vtn.faults.next({ do: 'empty', on: 'oadrResponse' });
    await talk.hand({ message: 'oadrQueryRegistration', requestID: 'odd' });
    talk.vtn.faults.next({ do: 'empty', on: 'oadrPoll' });
    await talk.pass(30_000);
    expect(await talk.facts('BackoffStarted')).toEqual([]);
    expect(await talk.facts('ExchangeFailed')).toEqual([]);
  });

  // @row -2.17
  it('given an empty body where a message is due, then that is a failure', async () => {
    const talk = await conversation();
    talk.vtn.faults.next({ do: 'empty', on: 'oadrCreatePartyRegistration' });
    await talk.hand({ message: 'oadrRequestReregistration', venID });
    expect(await talk.facts('BackoffStarted')).toHaveLength(1);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });
});

describe('failures on the way', () => {
  // @row -9.15
  it('given an answer is lost on the way, then the same answer goes again after a pause', async () => {
    const talk = await conversation();
    talk.vtn.faults.next({ do: 'resetBefore', on: 'oadrCreatedEvent' });
    await talk.hand(distributeEvent([oadrEventOf()]));
    const [first, again] = talk.sentNamed('oadrCreatedEvent');
    expect(again?.xml).toBe(first?.xml);
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(900);
  });

  // @row +2.12
  it('given the VTN does not answer for an hour, then the pauses double up to the cap, and everything is asked for on return', async () => {
    const talk = await conversation();
    await talk.pass(20_000);
    talk.world.isVtnUp = false;
    const at = talk.now;
    await talk.pass(60 * minuteMs);
    const pauses = (await talk.facts('BackoffStarted')).map(({ delayMs }) => Number(delayMs));
    expect(pauses.slice(0, 9)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256].map((seconds) => seconds * 1_000));
    expect(Math.max(...pauses)).toBe(300_000);
    expect(talk.alarms).toContain('vtnUnreachable');
    expect(talk.world.transport.sent).toBeLessThan(60);
    talk.world.isVtnUp = true;
    await talk.pass(6 * minuteMs);
    expect(talk.order(at).at(-1)).toBe('oadrRequestEvent');
    expect(talk.alarms).not.toContain('vtnUnreachable');
  });

  it('given HTTP 503 with Retry-After, then nothing is sent before', async () => {
    const talk = await conversation();
    talk.vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 45, on: 'oadrPoll' });
    await talk.pass(12_000);
    const at = talk.now;
    await talk.pass(30_000);
    expect(talk.sent.filter((one) => one.at >= at)).toEqual([]);
    await talk.pass(30_000);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });

  // @row +2.10
  it('given HTTP 404 to an answer, then that answer is not sent again', async () => {
    const talk = await conversation();
    talk.vtn.faults.next({ do: 'status', status: 404, on: 'oadrCreatedEvent' });
    talk.excuse(({ text }) => text.includes('without sending the oadrCreatedEvent'));
    await talk.hand(distributeEvent([oadrEventOf()]));
    await talk.pass(3 * minuteMs);
    expect(talk.named('oadrCreatedEvent')).toHaveLength(1);
    expect(await talk.facts('MessageDropped')).toMatchObject([{ message: 'oadrCreatedEvent' }]);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });
});
