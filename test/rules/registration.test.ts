import { describe, expect, it } from 'vitest';
import type { ResponseCode } from '../../src/protocol/types/responseCode.ts';
import { conversation, strangers, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf } from '../support/drEventMessages.ts';

const venID = 'bellawatt.example.ven.123';
const registrationOf = (talk: Conversation): string => talk.vtn.registrations()[0]?.registrationID ?? '';
const begun = async (talk: Conversation, ms = 5_000): Promise<Conversation> => {
  await talk.world.start();
  await talk.pass(ms);
  return talk;
};

describe('a first registration', () => {
  // @row +6.10 +6.11
  it('given a start, then party, reports and DR events come in this order, before any poll', async () => {
    const talk = await conversation();
    expect(talk.order()).toEqual(['oadrCreatePartyRegistration', 'oadrRegisterReport', 'oadrRequestEvent']);
    const firstPoll = talk.sent.findIndex(({ message }) => message.message === 'oadrPoll');
    expect(firstPoll === -1 || firstPoll >= 3).toBe(true);
  });

  // @row +6.4 +6.5 +6.7
  it('given a venID that was handed out, then it is sent without a registrationID, with all that must be said', async () => {
    const talk = await conversation();
    const [create] = talk.named('oadrCreatePartyRegistration');
    expect(create).toMatchObject({
      venID,
      oadrProfileName: '2.0b',
      oadrTransportName: 'simpleHttp',
      oadrReportOnly: false,
      oadrXmlSignature: false,
      oadrHttpPullModel: true,
    });
    expect(create).not.toHaveProperty('registrationID');
    expect(create).not.toHaveProperty('oadrTransportAddress');
  });

  // @row -1.4
  it('given all three reports of a report-only VEN are offered, then it does not say that it is one, for it asks for DR events', async () => {
    const talk = await conversation();
    const offered = talk.named('oadrRegisterReport').flatMap(({ oadrReport }) => oadrReport);
    const reportNames = offered.map(({ reportName }) => reportName);
    for (const name of ['TELEMETRY_STATUS', 'TELEMETRY_USAGE', 'HISTORY_USAGE'])
      expect(reportNames).toContain(`METADATA_${name}`);
    expect(talk.order()).toContain('oadrRequestEvent');
    expect(talk.named('oadrCreatePartyRegistration').map(({ oadrReportOnly }) => oadrReportOnly)).toEqual([false]);
  });

  // @row +6.5 +6.8
  it('given none, then none is sent, and the one the VTN gives is spoken with', async () => {
    const talk = await conversation({ settings: { preallocatedVenID: false } });
    expect(talk.named('oadrCreatePartyRegistration')[0]).not.toHaveProperty('venID');
    const assigned = talk.vtn.registrations()[0]?.venID;
    expect(assigned).not.toBe(venID);
    expect(talk.named('oadrRegisterReport')[0]?.venID).toBe(assigned);
    expect(talk.named('oadrRequestEvent')[0]?.venID).toBe(assigned);
  });

  // @row +1.12
  it('given the VTN gave us another venID than is configured, then what it sends to that one is refused, and told why', async () => {
    const talk = await conversation({ settings: { preallocatedVenID: false } });
    const assigned = talk.vtn.registrations()[0]?.venID ?? '';
    const at = talk.now;
    await talk.hand({ message: 'oadrRegisterReport', requestID: 'stray', oadrReport: [], venID });
    const responseDescription = `venID ${venID} is not ours since the VTN registered us as ${assigned}`;
    expect(talk.named('oadrRegisteredReport', at)).toMatchObject([
      { venID: assigned, eiResponse: { responseCode: '452', responseDescription } },
    ]);
  });

  // @row +6.1
  it('given a query comes first, then it does', async () => {
    const talk = await conversation({ settings: { queryRegistration: true } });
    expect(talk.order().slice(0, 2)).toEqual(['oadrQueryRegistration', 'oadrCreatePartyRegistration']);
  });

  // @row +6.24 -11.21
  it('given a VTN that announces its own reports, then they are answered; given one that does not, nothing waits for them', async () => {
    const silent = await conversation();
    expect(silent.lifecycle).toMatchObject({ registered: {} });
    const speaking = await conversation({ vtn: { announcesReports: true } });
    await speaking.pass(30_000);
    expect(speaking.named('oadrRegisteredReport')).toHaveLength(1);
  });

  // @row +6.20
  it('given an operator asks for a fresh registration, then the whole bootstrap is done again', async () => {
    const talk = await conversation();
    const at = talk.now;
    talk.world.agent?.take({ input: { type: 'OperatorAsked', data: { wish: 'reregister' } }, stream: 'agent' });
    await talk.pass(5_000);
    expect(talk.order(at)).toEqual(['oadrCreatePartyRegistration', 'oadrRegisterReport', 'oadrRequestEvent']);
  });

  // @row +6.10
  it('given a restart while the VTN knows us, then it registers again before anything else', async () => {
    const talk = await conversation();
    await talk.world.stop();
    const at = talk.now;
    await begun(talk);
    expect(talk.order(at)[0]).toBe('oadrCreatePartyRegistration');
    expect(talk.named('oadrCreatePartyRegistration')[1]?.registrationID).toBe(registrationOf(talk));
  });
});

describe('a renewal', () => {
  // @row +6.3 +6.9 -6.11 +6.13 +6.14
  it('given oadrRequestReregistration, then it is acknowledged to EiRegisterParty and the party renewed, nothing more', async () => {
    const talk = await conversation();
    const registrationID = registrationOf(talk);
    const at = talk.now;
    await talk.hand({ message: 'oadrRequestReregistration', venID });
    expect(talk.order(at)).toEqual(['oadrResponse', 'oadrCreatePartyRegistration']);
    const [acknowledgement] = talk.sentNamed('oadrResponse', at);
    expect(acknowledgement).toMatchObject({
      service: 'EiRegisterParty',
      message: { venID, eiResponse: { responseCode: '200' } },
    });
    expect(talk.named('oadrCreatePartyRegistration', at)[0]).toMatchObject({ registrationID, venID });
    expect(registrationOf(talk)).toBe(registrationID);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });

  // @row -6.14 +19.17
  it('given oadrRequestReregistration in reply to another request than a poll, then the registration is renewed without an acknowledgement', async () => {
    const talk = await conversation();
    talk.vtn.faults.next({ do: 'requestReregistration', on: 'oadrRequestEvent' });
    const at = talk.now;
    talk.world.agent?.take({ input: { type: 'OperatorAsked', data: { wish: 'requestEvent' } }, stream: 'agent' });
    await talk.pass(30_000);
    expect(talk.order(at)).toContain('oadrCreatePartyRegistration');
    expect(talk.named('oadrResponse', at)).toEqual([]);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });

  // @row -6.9 +6.11 -6.13
  it('given the VTN has forgotten us and registers us under a new ID, then reports and DR events follow', async () => {
    const talk = await conversation();
    talk.vtn.restart({ registrations: 'forgotten' });
    const at = talk.now;
    await talk.pass(30_000);
    expect(talk.order(at)).toEqual([
      'oadrResponse',
      'oadrCreatePartyRegistration',
      'oadrRegisterReport',
      'oadrRequestEvent',
    ]);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });

  it('given the VTN refuses a registrationID it does not know, then a registration without it follows', async () => {
    const talk = await conversation({ vtn: { unknownRegistrationID: 'refuses' } });
    talk.vtn.restart({ registrations: 'forgotten' });
    const at = talk.now;
    await talk.pass(30_000);
    const [renewal, fresh] = talk.named('oadrCreatePartyRegistration', at);
    expect(renewal).toHaveProperty('registrationID');
    expect(fresh).not.toHaveProperty('registrationID');
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });
});

describe('being unknown', () => {
  // @row +3.10 +6.23 +16.463
  it.each(['463', '452'] as const)(
    'given polls are answered with %s, then the VEN pauses, registers anew and is known again',
    async (unknownVen) => {
      const talk = await conversation({ vtn: { unknownVen } });
      talk.vtn.restart({ registrations: 'forgotten' });
      const at = talk.now;
      await talk.pass(60_000);
      expect(await talk.facts('BackoffStarted')).not.toEqual([]);
      expect(talk.order(at)).toEqual(['oadrCreatePartyRegistration', 'oadrRegisterReport', 'oadrRequestEvent']);
      expect(talk.named('oadrCreatePartyRegistration', at)[0]).not.toHaveProperty('registrationID');
      expect(talk.lifecycle).toMatchObject({ registered: {} });
    },
  );

  // @row +6.24 +19.18
  it('given a refusal with empty IDs and a poll frequency of nothing, then it is a refusal: nothing else is sent, and it is tried again later', async () => {
    const talk = strangers();
    const refusal = { responseCode: '452' as ResponseCode, responseDescription: 'unknown VEN', requestID: '' };
    talk.vtn.faults.next({
      do: 'answer',
      on: 'oadrCreatePartyRegistration',
      message: {
        message: 'oadrCreatedPartyRegistration',
        eiResponse: refusal,
        registrationID: '',
        venID: '',
        vtnID: 'ter_vtn_1.0',
        oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
        oadrRequestedOadrPollFreq: 'PT',
      },
    });
    await begun(talk, 20_000);
    expect(talk.order()).toEqual(['oadrCreatePartyRegistration']);
    expect(talk.alarms).toContain('registrationRefused');
    await talk.pass(5 * minuteMs);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
    expect(talk.alarms).not.toContain('registrationRefused');
  });

  // @row -6.10
  it('given a VTN that admits nobody, then the VEN asks ever more rarely and sends nothing else', async () => {
    const talk = await begun(strangers({ vtn: { venIDs: ['somebody-else'] } }), 2 * hourMs);
    const times = talk.sentNamed('oadrCreatePartyRegistration').map(({ at }) => at);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(new Set(talk.sent.map(({ service }) => service))).toEqual(new Set(['EiRegisterParty']));
    expect(pauses[0]).toBeGreaterThanOrEqual(30_000);
    expect(times.length).toBeLessThan(40);
  });
});

describe('a cancellation by the VTN', () => {
  // @row -1.12 -6.15 +6.17
  it('given the right IDs, then it is confirmed with them and everything of the registration ends', async () => {
    const talk = await conversation({ vtn: { usage: { granularity: 'PT1H', reportBackDuration: 'PT24H' } } });
    const registrationID = registrationOf(talk);
    const at = talk.now;
    talk.vtn.cancelRegistration();
    await talk.pass(15_000);
    expect(talk.named('oadrCanceledPartyRegistration', at)).toMatchObject([
      { registrationID, venID, eiResponse: { responseCode: '200' } },
    ]);
    expect(talk.sentNamed('oadrCanceledPartyRegistration')[0]?.service).toBe('EiRegisterParty');
    expect(talk.lifecycle).toBe('unregistered');
    expect(await talk.facts('RegistrationEnded')).toMatchObject([{ by: 'vtn' }]);
    expect(
      [...(talk.world.agent?.state.streams ?? [])]
        .map(([stream]) => stream)
        .filter((stream) => stream.startsWith('reportRequest/')),
    ).toEqual([]);
  });

  // @row +6.18 +6.21
  it('given it is over, then nothing is sent for a while, and then a new registration without the old ID', async () => {
    const talk = await conversation();
    talk.vtn.cancelRegistration();
    await talk.pass(12_000);
    const at = talk.now;
    await talk.pass(15_000);
    expect(talk.sent.filter((one) => one.at >= at)).toEqual([]);
    await talk.pass(60_000);
    expect(talk.named('oadrCreatePartyRegistration', at)[0]).not.toHaveProperty('registrationID');
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });

  // @row +1.12 +6.15 -6.17
  it('given a wrong registrationID or venID, then 452, and the VEN stays registered and polls on', async () => {
    const talk = await conversation();
    const registrationID = registrationOf(talk);
    await talk.hand({ message: 'oadrCancelPartyRegistration', requestID: 'wrong-1', registrationID: 'nobody', venID });
    await talk.hand({ message: 'oadrCancelPartyRegistration', requestID: 'wrong-2', registrationID, venID: 'nobody' });
    expect(talk.named('oadrCanceledPartyRegistration')).toMatchObject([
      { eiResponse: { responseCode: '452', requestID: 'wrong-1' } },
      { eiResponse: { responseCode: '452', requestID: 'wrong-2' } },
    ]);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
    const at = talk.now;
    await talk.pass(30_000);
    expect(talk.named('oadrPoll', at).length).toBeGreaterThanOrEqual(2);
  });

  // @row +6.22
  it('given DR events under way, then they run on by our own clock', async () => {
    const talk = await conversation();
    await talk.hand(distributeEvent([oadrEventOf()]));
    talk.vtn.cancelRegistration();
    await talk.pass(15_000);
    expect(talk.drEvent('event-1')).toBe('far');
  });

  // @row +6.21
  it('given nobody is registered, when the VTN answers with something to do, then it is ignored', async () => {
    const talk = strangers();
    talk.vtn.faults.next({
      do: 'answer',
      on: 'oadrCreatePartyRegistration',
      message: distributeEvent([oadrEventOf()]),
    });
    await begun(talk, 500);
    expect(talk.named('oadrCreatedEvent')).toEqual([]);
    expect(talk.drEvent('event-1')).toBeUndefined();
  });
});

describe('a cancellation by the VEN', () => {
  // @row +6.3 -6.18 +6.19
  it('given a person wants it, then it goes out with both IDs and the VEN stays away until asked back', async () => {
    const talk = await conversation();
    const registrationID = registrationOf(talk);
    const ask = (wish: 'cancelRegistration' | 'reregister') =>
      talk.world.agent?.take({ input: { type: 'OperatorAsked', data: { wish } }, stream: 'agent' });
    ask('cancelRegistration');
    await talk.pass(5_000);
    expect(talk.named('oadrCancelPartyRegistration')).toMatchObject([{ registrationID, venID }]);
    expect(talk.vtn.registrations()).toEqual([]);
    const at = talk.now;
    await talk.pass(3 * hourMs);
    expect(talk.sent.filter((one) => one.at >= at)).toEqual([]);
    ask('reregister');
    await talk.pass(5_000);
    expect(talk.lifecycle).toMatchObject({ registered: {} });
  });
});

describe('a fresh registration that a person wants', () => {
  // @row +6.20
  it('given we are registered, then it goes without a registrationID, the VTN drops what it had, and all is told anew', async () => {
    const talk = await conversation();
    const before = registrationOf(talk);
    const from = talk.sent.length;
    talk.world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'registerAfresh' } } });
    await talk.pass(5_000);
    const fresh = talk.sent.slice(from).map(({ message }) => message);
    expect(fresh[0]).toMatchObject({ message: 'oadrCreatePartyRegistration', venID });
    expect(fresh[0]).not.toHaveProperty('registrationID');
    expect(fresh.map(({ message }) => message).slice(0, 3)).toEqual([
      'oadrCreatePartyRegistration',
      'oadrRegisterReport',
      'oadrRequestEvent',
    ]);
    expect(registrationOf(talk)).not.toBe(before);
    expect(talk.vtn.registrations()).toHaveLength(1);
  });
});

describe('an identity that is not ours', () => {
  // @row +6.15
  it('given a cancellation with a wrong registrationID, then it is answered 452, said aloud, and nothing more comes of it', async () => {
    const talk = await conversation();
    const before = registrationOf(talk);
    talk.vtn.cancelRegistration({ registrationID: 'of another' });
    await talk.pass(15_000);
    expect(talk.named('oadrCanceledPartyRegistration')).toMatchObject([{ eiResponse: { responseCode: '452' } }]);
    const facts = await talk.world.entries();
    expect(facts.filter(({ type }) => type === 'MessageRefused').map(({ data }) => data)).toMatchObject([
      { message: 'oadrCancelPartyRegistration', responseCode: '452' },
    ]);
    expect(facts.some(({ type }) => type === 'RegistrationEnded')).toBe(false);
    expect(talk.named('oadrCreatePartyRegistration')).toHaveLength(1);
    expect(registrationOf(talk)).toBe(before);
    expect(talk.world.agent?.state.alarms).toEqual({});
  });
});
