import { describe, expect, it } from 'vitest';
import { encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import { serviceOf } from '../../src/protocol/services.ts';
import { conversation, type Conversation } from '../support/conversation.ts';
import { transportAddress } from '../support/agentWorld.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf } from '../support/drEventMessages.ts';

const venID = 'bellawatt.example.ven.123';

/** A VEN that is pushed to, and registered. */
const pushed = async (options: Parameters<typeof conversation>[0] = {}): Promise<Conversation> => {
  const talk = await conversation({ pushEveryMs: 1_000, ...options });
  await talk.pass(5_000);
  return talk;
};

/** What was pushed under a name. */
const pushesOf = (talk: Conversation, name: OadrMessage['message']) =>
  talk.vtn.pushes.records.filter(({ message }) => message === name);

const eventIn = (talk: Conversation, eventID: string, requestID: string): OadrMessage =>
  distributeEvent([oadrEventOf({ eventID, startAt: talk.now + hourMs })], { requestID });

/** Pushes a message by hand, as a VTN of its own mind; that ours does not list its DR events is no fault of the VEN. */
const push = async (talk: Conversation, message: OadrMessage) => {
  talk.excuse(({ rule }) => rule === '21');
  const { httpStatus, body } = await talk.world.push({
    service: serviceOf[message.message],
    body: encodePayload(message),
  });
  return { httpStatus, body };
};

describe('a VEN that is pushed to', () => {
  // @row +2.18 +6.4 +3.1 -3.1
  it('says so when it registers, with its base address, and never polls', async () => {
    const talk = await pushed();
    await talk.pass(30 * minuteMs);
    const [registration] = talk.named('oadrCreatePartyRegistration');
    expect(registration).toMatchObject({ oadrHttpPullModel: false, oadrTransportAddress: transportAddress });
    expect(talk.named('oadrPoll')).toEqual([]);
    expect(talk.lifecycle).toMatchObject({ registered: { polling: 'listening', reporting: 'idle' } });
  });

  // @row -2.22
  it.each([
    ['no XML', 'notXml', (): string => 'hello'],
    ['what the schema has not', 'invalid', (xml: string) => xml.replaceAll('vtnID', 'vtnName')],
    [
      'a message that nobody knows',
      'unknownMessage',
      (xml: string) => xml.replaceAll('oadrDistributeEvent', 'oadrMakeTea'),
    ],
  ] as const)('given %s, then HTTP 406 says so and nothing else, and people are told', async (_what, kind, spoilt) => {
    const talk = await pushed();
    const reply = await talk.world.push({ service: 'EiEvent', body: spoilt(encodePayload(distributeEvent([]))) });
    expect(reply).toMatchObject({ httpStatus: 406, body: '' });
    expect(await talk.facts('RequestRejected')).toMatchObject([{ kind }]);
    expect(talk.alarms.filter((each) => each.startsWith('messageUnreadable'))).toHaveLength(1);
  });

  // @row +2.20 +9.19
  it('given DR events, then the reply is empty, oadrCreatedEvent follows by a request, and the event is in force', async () => {
    const talk = await pushed();
    await talk.hand(eventIn(talk, 'e1', 'p1'));
    const [record] = pushesOf(talk, 'oadrDistributeEvent');
    expect(record).toMatchObject({ status: 200, requestID: 'p1' });
    expect(record?.reply).toBeUndefined();
    const [answer] = talk.sentNamed('oadrCreatedEvent');
    expect(answer?.service).toBe('EiEvent');
    expect(answer?.message.eventResponses).toMatchObject([{ requestID: 'p1', optType: 'optIn' }]);
    expect(talk.drEvent('e1')).toBe('far');
    const [received] = await talk.facts('RequestReceived');
    expect(received).toMatchObject({ service: 'EiEvent' });
    expect(await talk.facts('ReplyRequested')).toEqual([{ exchangeID: received?.['exchangeID'], httpStatus: 200 }]);
  });

  // @row -2.20
  it('given DR events of another VTN, then the reply is empty as well, and the refusal follows by a request', async () => {
    const talk = await pushed();
    talk.excuse(() => true);
    const list = distributeEvent([oadrEventOf({ eventID: 'e1' })], { requestID: 'p1', vtnID: 'another.vtn' });
    expect(await push(talk, list)).toEqual({ httpStatus: 200, body: '' });
    await talk.pass(minuteMs);
    expect(talk.named('oadrCreatedEvent')).toMatchObject([{ eiResponse: { responseCode: '452', requestID: 'p1' } }]);
    expect(talk.drEvent('e1')).toBeUndefined();
  });

  // @row +2.21
  it('given anything else, then it is answered at once with its own reply, and by no request', async () => {
    const talk = await pushed();
    talk.vtn.askReport({ kind: 'oneShot' });
    await talk.pass(5_000);
    const requestID = String(talk.named('oadrUpdateReport')[0]?.oadrReport[0]?.reportRequestID);
    talk.vtn.queue({
      message: 'oadrCancelReport',
      requestID: 'c',
      reportRequestID: [requestID],
      reportToFollow: false,
      venID,
    });
    talk.vtn.queue({ message: 'oadrRegisterReport', requestID: 'm', oadrReport: [] });
    talk.vtn.queue({ message: 'oadrRequestReregistration', venID });
    await talk.pass(10_000);
    talk.vtn.cancelRegistration();
    await talk.pass(5_000);
    expect(talk.vtn.pushes.records.map(({ message, reply }) => [message, reply?.message])).toEqual([
      ['oadrCreateReport', 'oadrCreatedReport'],
      ['oadrCancelReport', 'oadrCanceledReport'],
      ['oadrRegisterReport', 'oadrRegisteredReport'],
      ['oadrRequestReregistration', 'oadrResponse'],
      ['oadrCancelPartyRegistration', 'oadrCanceledPartyRegistration'],
    ]);
    expect(talk.order()).not.toContain('oadrCreatedReport');
    expect(talk.order()).not.toContain('oadrRegisteredReport');
    expect(talk.order()).not.toContain('oadrResponse');
    expect(talk.named('oadrCreatePartyRegistration').length).toBeGreaterThan(1);
    talk.excuse(({ rule }) => rule === '452');
  });

  // @row -2.21
  it('given what is for another VEN, or what nobody asked for, then the reply says so by its code', async () => {
    const talk = await pushed();
    const replyTo = async (message: OadrMessage) => (await push(talk, message)).body;
    expect(
      await replyTo({
        message: 'oadrCancelReport',
        requestID: 'c',
        reportRequestID: ['r'],
        reportToFollow: false,
        venID: 'nobody',
      }),
    ).toMatch(/oadrCanceledReport.*responseCode>452</s);
    expect(await replyTo({ message: 'oadrUpdateReport', requestID: 'u', oadrReport: [], venID })).toMatch(
      /oadrUpdatedReport.*responseCode>452</s,
    );
    expect(await replyTo({ message: 'oadrPoll', venID })).toMatch(/oadrResponse.*responseCode>459</s);
    expect(talk.order()).not.toContain('oadrCanceledReport');
  });

  it('given it is quiet after failures, when a DR event is pushed, then it is in force at once, and answered when the quiet is over', async () => {
    const talk = await pushed();
    const comes = (inHours: number): string =>
      talk.vtn.events.add({
        startAt: talk.now + inHours * hourMs,
        lengthMs: hourMs,
        signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['0'] }],
      });
    talk.world.isVtnUp = false;
    const first = comes(3);
    await talk.pass(6 * minuteMs);
    expect(talk.lifecycle).toBe('backoff');
    const at = talk.now;
    const second = comes(5);
    await talk.pass(5_000);
    expect(pushesOf(talk, 'oadrDistributeEvent').at(-1)).toMatchObject({ status: 200, attempt: 1 });
    expect(talk.drEvent(second)).toBe('far');
    expect(talk.lifecycle).toBe('backoff');
    expect(talk.order(at)).toEqual([]);

    talk.world.isVtnUp = true;
    await talk.pass(10 * minuteMs);
    const answered = talk.named('oadrCreatedEvent', at).flatMap(({ eventResponses = [] }) => eventResponses);
    expect(new Set(answered.map(({ qualifiedEventID }) => qualifiedEventID.eventID))).toEqual(new Set([first, second]));
    // Each time it was listed, and no oftener.
    const listed = answered.map(({ requestID, qualifiedEventID }) => `${requestID} ${qualifiedEventID.eventID}`);
    expect(listed).toEqual([...new Set(listed)]);
    expect(answered.every(({ optType, responseCode }) => optType === 'optIn' && responseCode === '200')).toBe(true);
    expect(talk.lifecycle).toMatchObject({ registered: { polling: 'listening', reporting: 'idle' } });
  });

  // @row +6.21
  it('given it is not registered, then it says nothing to a push and does nothing about it', async () => {
    const talk = await pushed();
    talk.vtn.cancelRegistration();
    await talk.pass(5_000);
    const list = eventIn(talk, 'e1', 'p1');
    expect(await push(talk, list)).toEqual({ httpStatus: 503, body: '' });
    expect(talk.drEvent('e1')).toBeUndefined();
    expect(talk.order(talk.now)).toEqual([]);
  });
});

describe('a push that comes again', () => {
  const ask = (requestID: string): OadrMessage => ({
    message: 'oadrCancelReport',
    requestID,
    reportRequestID: ['r1'],
    reportToFollow: false,
    venID,
  });

  it('gets the reply that it got, and nothing is decided anew, after a restart as well', async () => {
    const talk = await pushed();
    const first = await push(talk, ask('c1'));
    const list = eventIn(talk, 'e1', 'p1');
    await push(talk, list);
    await talk.world.restart();
    await talk.pass(5_000);
    const answers = talk.named('oadrCreatedEvent').length;
    expect(await push(talk, ask('c1'))).toEqual(first);
    expect(await push(talk, list)).toEqual({ httpStatus: 200, body: '' });
    await talk.pass(minuteMs);
    expect(talk.named('oadrCreatedEvent')).toHaveLength(answers);
    const replies = await talk.facts('ReplyRequested');
    expect(replies.map((reply) => reply['repeats'])).toEqual([
      undefined,
      undefined,
      replies[0]?.['exchangeID'],
      replies[1]?.['exchangeID'],
    ]);
    expect(await talk.facts('MessageRefused')).toHaveLength(0);
  });

  it('given the same requestID with another content, or the same much later, then it is heard', async () => {
    const talk = await pushed();
    const list = eventIn(talk, 'e1', 'p1');
    await push(talk, list);
    await push(talk, eventIn(talk, 'e2', 'p1'));
    expect(talk.drEvent('e2')).toBe('far');
    await talk.pass(11 * minuteMs);
    const answers = talk.named('oadrCreatedEvent').length;
    await push(talk, list);
    await talk.pass(5_000);
    expect(talk.named('oadrCreatedEvent').length).toBeGreaterThan(answers);
  });

  // @row +1.21 +7.2
  it('given one requestID for everything, then a list that was said before counts again after another one', async () => {
    const talk = await pushed();
    const list = eventIn(talk, 'e1', 'None');
    await push(talk, list);
    await push(talk, distributeEvent([], { requestID: 'None' }));
    expect(talk.drEvent('e1')).toBe('cancelled');
    await push(talk, list);
    await talk.pass(5_000);
    expect(talk.drEvent('e1')).toBe('far');
  });

  it('given its reply was lost on the way, then the VTN pushes it again, and books one answer', async () => {
    const talk = await pushed();
    talk.vtn.faults.next({ do: 'pushReplyLost' });
    await talk.hand(eventIn(talk, 'e1', 'p1'));
    expect(pushesOf(talk, 'oadrDistributeEvent').map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 200],
      [2, 200],
    ]);
    expect(talk.named('oadrCreatedEvent')).toHaveLength(1);
  });
});

describe('a VTN whose request waits to be pushed', () => {
  it('given the VEN registers its reports meanwhile, then what is told under the request counts all the same', async () => {
    const talk = await pushed();
    talk.world.isReachable = false;
    talk.vtn.askReport({ kind: 'oneShot' });
    await talk.pass(5_000);
    talk.world.agent?.take({ input: { type: 'OperatorAsked', data: { wish: 'reregister' } }, stream: 'agent' });
    await talk.pass(5_000);
    talk.world.isReachable = true;
    await talk.pass(2 * minuteMs);
    expect(pushesOf(talk, 'oadrCreateReport').at(-1)).toMatchObject({ status: 200 });
    expect(talk.named('oadrUpdateReport')).not.toEqual([]);
    expect(talk.vtn.vanished.filter(({ reason }) => reason === 'unknownReportRequestID')).toEqual([]);
  });
});

describe('a VTN that pushes and falls silent', () => {
  it('is asked for its DR events, again and again, and never polled', async () => {
    const talk = await pushed({ settings: { pushSilenceMs: 10 * minuteMs } });
    talk.world.isReachable = false;
    const from = talk.now;
    await talk.pass(35 * minuteMs);
    const asked = talk.sentNamed('oadrRequestEvent', from).map(({ at }) => Math.round((at - from) / minuteMs));
    expect(asked).toEqual([10, 20, 30]);
    expect(talk.named('oadrPoll')).toEqual([]);
  });

  it('given it names then what it was to push, then a person is told, until a push arrives', async () => {
    const talk = await pushed({ settings: { pushSilenceMs: 10 * minuteMs } });
    talk.world.isReachable = false;
    const eventID = talk.vtn.events.add({
      startAt: talk.now + 3 * hourMs,
      lengthMs: hourMs,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['0'] }],
    });
    await talk.pass(11 * minuteMs);
    expect(talk.drEvent(eventID)).toBe('far');
    expect(talk.alarms).toContain('pushesMissing');
    talk.world.isReachable = true;
    await talk.pass(2 * minuteMs);
    expect(talk.alarms).not.toContain('pushesMissing');
  });
});

describe('how the VTN is to speak with us', () => {
  const changed = (talk: Conversation, address: string | null): void => {
    const { transportAddress: _former, ...settings } = talk.world.settings;
    const given = { ...settings, ...(address === null ? {} : { transportAddress: address }) };
    const data = { settings: given, changed: ['transportAddress'], reopened: [], isOfferAnother: false };
    talk.world.agent?.take({ stream: 'agent', input: { type: 'SettingsChanged', data } });
  };

  it('is changed by registering again, whichever way, and holds until then', async () => {
    const talk = await pushed();
    changed(talk, null);
    await talk.pass(minuteMs);
    expect(talk.named('oadrCreatePartyRegistration').at(-1)).toMatchObject({ oadrHttpPullModel: true });
    expect(talk.named('oadrPoll').length).toBeGreaterThan(3);
    changed(talk, 'https://elsewhere.example');
    const from = talk.now;
    await talk.pass(minuteMs);
    expect(talk.named('oadrCreatePartyRegistration').at(-1)).toMatchObject({
      oadrHttpPullModel: false,
      oadrTransportAddress: 'https://elsewhere.example',
    });
    expect(talk.named('oadrPoll', from + 1_000)).toEqual([]);
    expect((await talk.facts('Registered')).map((fact) => fact['transportAddress'])).toEqual([
      transportAddress,
      undefined,
      'https://elsewhere.example',
    ]);
  });

  it('given it changes while a registration is under way, then that one is confirmed as it was asked, and another follows', async () => {
    const talk = await pushed();
    talk.world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'reregister' } } });
    changed(talk, null);
    await talk.pass(minuteMs);
    const asked = talk.named('oadrCreatePartyRegistration').map((message) => message.oadrHttpPullModel);
    expect(asked.at(-1)).toBe(true);
    expect((await talk.facts('Registered')).at(-1)?.['transportAddress']).toBeUndefined();
    expect(talk.named('oadrPoll').length).toBeGreaterThan(3);
  });
});
