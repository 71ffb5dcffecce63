import { describe, expect, it } from 'vitest';
import { decodePayload } from '../../src/protocol/payload.ts';
import type { MessageOf, OadrMessage } from '../../src/protocol/payload.ts';
import { clockAt, hourMs, scene, venOf } from './support/ven.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import type { Fault, FaultName } from '../../src/vtn/faults/faults.ts';

const noon = '2026-07-01T16:00:00Z';
const noonMs = Date.parse(noon);

const ready = (options = {}) => {
  const made = scene(noon, options);
  made.ven.register();
  return { ...made, reportRequestID: made.ven.usageRequestID(made.ven.registerReports()) };
};

describe('a fault that strikes the next request', () => {
  it('before it is processed leaves no trace in the books', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ on: 'oadrUpdateReport', do: 'dropBefore' });
    const answer = ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]);
    expect(answer).toMatchObject({ connection: 'closed', processed: false, body: '' });
    expect(vtn.bookings()).toEqual([]);
  });

  it('after it is processed leaves the hour booked and the VEN in the dark', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ on: 'oadrUpdateReport', do: 'dropAfter', times: 1 });
    const answer = ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]);
    expect(answer).toMatchObject({ connection: 'closed', processed: true, body: '' });
    expect(answer.message).toBeUndefined();
    expect(vtn.bookings()).toHaveLength(1);
    ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]);
    expect(vtn.totals()).toMatchObject({ toldTwice: 1, registerKilowattHours: '2' });
  });

  it('takes a polled price away for good, while oadrRequestEvent still lists it', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ on: 'oadrPoll', do: 'dropAfter' });
    expect(ven.poll().connection).toBe('closed');
    expect(ven.poll().message?.message).toBe('oadrResponse');
    expect(ven.requestEvent().oadrEvent).toHaveLength(1);
  });

  it('strikes only what it is meant for, as often as it is told, after letting some pass', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ on: ['oadrRequestEvent', 'EiOpt'], do: 'hangBefore', times: 2, skip: 1 });
    const connections = () =>
      ven.send('EiEvent', { message: 'oadrRequestEvent', requestID: 'r', venID: 'my.ven' }).connection;
    expect(ven.poll().connection).toBe('answered');
    expect([connections(), connections(), connections(), connections()]).toEqual([
      'answered',
      'hanging',
      'hanging',
      'answered',
    ]);
    expect(vtn.faults.struck).toMatchObject([
      { service: 'EiEvent', message: 'oadrRequestEvent', fault: { do: 'hangBefore' } },
      {},
    ]);
  });

  it('strikes one request after the other when it is scripted twice, and joins another kind', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ do: 'dropAfter' });
    vtn.faults.next({ do: 'dropAfter' });
    vtn.faults.next({ do: 'delay', delayMs: 7000 });
    expect(ven.poll()).toMatchObject({ connection: 'closed', delayMs: 7000 });
    expect(ven.poll()).toMatchObject({ connection: 'closed', delayMs: 0 });
    expect(ven.poll().connection).toBe('answered');
  });

  it('ends with heal', () => {
    const { vtn, ven } = ready();
    vtn.faults.byChance({ dropBefore: 1 });
    expect(ven.poll().connection).toBe('closed');
    vtn.faults.next({ do: 'resetAfter', times: 100 });
    vtn.faults.heal();
    expect(ven.poll().connection).toBe('answered');
  });
});

describe('what a fault does to the transport', () => {
  const struckBy = (fault: Fault) => {
    const made = ready();
    made.vtn.faults.next(fault);
    return { ...made, answer: made.ven.poll() };
  };

  it.each([
    ['resetBefore', 'reset', false],
    ['resetAfter', 'reset', true],
    ['hangAfter', 'hanging', true],
    ['truncated', 'cutShort', true],
    ['slowLoris', 'trickling', true],
  ] as const)('%s: the connection is %s, processed %s', (name, connection, processed) => {
    expect(struckBy({ do: name }).answer).toMatchObject({ connection, processed });
  });

  it('status: an error with Retry-After, acted on or not', () => {
    const { answer, ven } = struckBy({ do: 'status', status: 503, retryAfterSeconds: 30 });
    expect(answer).toMatchObject({ status: 503, processed: false, headers: { 'Retry-After': '30' } });
    expect(ven.poll().message?.message).toBe('oadrDistributeEvent');
    const processed = struckBy({ do: 'status', status: 500, processed: true });
    expect(processed.answer).toMatchObject({ status: 500, processed: true });
    expect(processed.ven.poll().message?.message).toBe('oadrResponse');
  });

  it('redirect, html: somebody else answers', () => {
    expect(struckBy({ do: 'redirect' }).answer).toMatchObject({ status: 307, processed: false });
    expect(struckBy({ do: 'redirect', status: 301, location: 'http://127.0.0.1:1/' }).answer.headers['Location']).toBe(
      'http://127.0.0.1:1/',
    );
    const portal = struckBy({ do: 'html' }).answer;
    expect(portal).toMatchObject({
      status: 200,
      processed: false,
      headers: { 'Content-Type': 'text/html; charset=utf-8' },
    });
    expect(decodePayload(portal.body)).toMatchObject({ ok: false });
  });

  it.each(['truncated', 'malformed', 'schemaInvalid', 'oversized', 'empty'] as const)(
    '%s: no receiver can take the body for a message',
    (name) => {
      const { body } = struckBy({ do: name }).answer;
      expect(decodePayload(body, { strict: true }).ok).toBe(false);
    },
  );

  it('slowLoris: the body is whole', () => {
    expect(decodePayload(struckBy({ do: 'slowLoris' }).answer.body, { strict: true }).ok).toBe(true);
  });

  it('body, answer: anything in the place of the answer', () => {
    expect(struckBy({ do: 'body', body: '{}', contentType: 'application/json' }).answer).toMatchObject({
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
      processed: true,
    });
    const message: OadrMessage = {
      message: 'oadrResponse',
      eiResponse: { responseCode: '469', requestID: '' },
      venID: 'my.ven',
    };
    expect(struckBy({ do: 'answer', message }).answer).toMatchObject({ message, processed: false });
  });

  it('wrongClock: the Date header is off', () => {
    expect(struckBy({ do: 'wrongClock', offsetMs: hourMs }).answer.headers['Date']).toBe(
      'Wed, 01 Jul 2026 17:00:00 GMT',
    );
    expect(ready().ven.poll().headers['Date']).toBe('Wed, 01 Jul 2026 16:00:00 GMT');
  });
});

describe('what a fault does to the message', () => {
  const pollStruckBy = (fault: Fault): MessageOf<'oadrDistributeEvent'> => {
    const { vtn, ven } = ready();
    vtn.events.modifyPrices(
      '2026-07-01',
      Array.from({ length: 24 }, (_, hour) => `0.${hour + 10}`),
    );
    vtn.faults.next(fault);
    return ven.poll().message as MessageOf<'oadrDistributeEvent'>;
  };
  const firstValue = (message: MessageOf<'oadrDistributeEvent'>) =>
    message.oadrEvent[0]?.eiEvent.eiEventSignals.eiEventSignal[0]?.intervals[0]?.signalPayload?.[0]?.payloadFloat;
  const number = (message: MessageOf<'oadrDistributeEvent'>) =>
    message.oadrEvent[0]?.eiEvent.eventDescriptor.modificationNumber;

  it('wrongVtnID, wrongVenID, wrongRequestID', () => {
    expect(pollStruckBy({ do: 'wrongVtnID' }).vtnID).toBe('another.vtn');
    expect(pollStruckBy({ do: 'wrongRequestID' }).eiResponse?.requestID).toBe('another.request');
    const { vtn, ven } = ready();
    ven.poll();
    vtn.faults.next({ do: 'wrongVenID' });
    expect(ven.poll().message).toMatchObject({ message: 'oadrResponse', venID: 'another.ven' });
  });

  it('lowerModificationNumber, sameNumberOtherContent', () => {
    const older = pollStruckBy({ do: 'lowerModificationNumber' });
    expect([number(older), firstValue(older)]).toEqual([0, '0.11']);
    const other = pollStruckBy({ do: 'sameNumberOtherContent' });
    expect([number(other), firstValue(other)]).toEqual([1, '0.11']);
  });

  it('responseCode: refused in words, done in deed', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ do: 'responseCode', responseCode: '454' });
    expect(ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]).message).toMatchObject({
      message: 'oadrUpdatedReport',
      eiResponse: { responseCode: '454' },
    });
    expect(vtn.bookings()).toHaveLength(1);
  });

  it('requestReregistration: asked for instead of whatever was due', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ do: 'requestReregistration' });
    expect(ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]).message).toEqual({
      message: 'oadrRequestReregistration',
      venID: 'my.ven',
    });
    expect(vtn.bookings()).toEqual([]);
  });

  it('duplicatePolled: handed out twice', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ do: 'duplicatePolled' });
    const first = ven.poll().message;
    expect(first?.message).toBe('oadrDistributeEvent');
    expect(ven.poll().message).toEqual(first);
    expect(ven.poll().message?.message).toBe('oadrResponse');
  });

  it('reorderPolled: the last comes first', () => {
    const { vtn, ven } = ready();
    vtn.askReport({ kind: 'metadata' });
    vtn.queue({ message: 'oadrRequestReregistration', venID: 'my.ven' });
    vtn.faults.next({ do: 'reorderPolled' });
    expect([ven.poll().message?.message, ven.poll().message?.message]).toEqual([
      'oadrRequestReregistration',
      'oadrCreateReport',
    ]);
  });
});

describe('what a fault does to the VTN', () => {
  it('restart: everything is forgotten but the DR events, and that they were handed out', () => {
    const { vtn, ven } = ready();
    ven.poll();
    vtn.faults.next({ do: 'restart' });
    expect(ven.poll().message?.message).toBe('oadrRequestReregistration');
    ven.register();
    expect(ven.poll().message?.message).toBe('oadrResponse');
    expect(ven.requestEvent().oadrEvent).toHaveLength(1);
    expect(vtn.registrations()[0]?.reportRequests.size).toBe(0);
  });

  it('restart with registrations kept: the VEN is known and its report requests are not', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ do: 'restart', registrations: 'kept' });
    expect(ven.poll().message?.message).toBe('oadrDistributeEvent');
    expect(vtn.registrations()[0]?.reportRequests.size).toBe(0);
  });

  it('restart with DR events forgotten, or renamed', () => {
    const { vtn, ven } = ready();
    const before = vtn.events.priceEventOf('2026-07-01');
    vtn.restart({ registrations: 'kept', events: 'renamed' });
    expect(vtn.events.priceEventOf('2026-07-01')).not.toBe(before);
    expect(ven.requestEvent().oadrEvent).toHaveLength(1);
    vtn.restart({ registrations: 'kept', events: 'forgotten' });
    expect(ven.requestEvent().oadrEvent).toEqual([]);
  });

  it('forgetReportRequests: usage vanishes with 200', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ do: 'forgetReportRequests' });
    expect(ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]).message).toMatchObject({
      eiResponse: { responseCode: '200' },
    });
    expect(vtn.vanished).toHaveLength(1);
  });

  it('pollFreq: announced by a re-registration', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ do: 'pollFreq', pollFreq: 'PT1M' });
    expect(ven.poll().message?.message).toBe('oadrRequestReregistration');
    expect(ven.register().oadrRequestedOadrPollFreq).toBe('PT1M');
  });

  it('cancelRegistration, cancelReports, askReport: by the poll', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ do: 'askReport', ask: { kind: 'oneShot' } });
    expect(ven.poll().message?.message).toBe('oadrCreateReport');
    vtn.faults.next({ do: 'cancelReports', reportToFollow: true });
    const cancel = ven.poll().message as MessageOf<'oadrCancelReport'>;
    expect(cancel.reportRequestID).toContain(reportRequestID);
    vtn.faults.next({ do: 'cancelRegistration' });
    expect(ven.poll().message?.message).toBe('oadrCancelPartyRegistration');
  });

  it('cancelReportsInAnswer: with the answer to a report, which is still booked', () => {
    const { vtn, ven, reportRequestID } = ready();
    vtn.faults.next({ on: 'oadrUpdateReport', do: 'cancelReportsInAnswer', reportToFollow: false });
    const updated = ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]);
    expect(updated.message).toMatchObject({
      message: 'oadrUpdatedReport',
      oadrCancelReport: { reportToFollow: false, venID: 'my.ven' },
    });
    expect(decodePayload(updated.body)).toMatchObject({ ok: true, message: updated.message });
    expect(vtn.bookings()).toHaveLength(1);
    ven.report(reportRequestID, [{ startAt: noonMs + hourMs, value: '1' }]);
    expect(vtn.vanished).toHaveLength(1);
  });

  it('askNoUsage: once, and the next registration of reports is asked as usual', () => {
    const { vtn, ven } = ready();
    vtn.faults.next({ on: 'oadrRegisterReport', do: 'askNoUsage' });
    expect(ven.usageRequestID(ven.registerReports())).toBe('none');
    expect(ven.usageRequestID(ven.registerReports())).not.toBe('none');
  });
});

const allFaults: readonly FaultName[] = [
  'dropBefore',
  'dropAfter',
  'resetBefore',
  'resetAfter',
  'hangBefore',
  'hangAfter',
  'delay',
  'status',
  'redirect',
  'html',
  'truncated',
  'malformed',
  'schemaInvalid',
  'empty',
  'slowLoris',
  'oversized',
  'body',
  'answer',
  'requestReregistration',
  'responseCode',
  'restart',
  'forgetReportRequests',
  'duplicatePolled',
  'reorderPolled',
  'wrongVtnID',
  'wrongVenID',
  'wrongRequestID',
  'lowerModificationNumber',
  'sameNumberOtherContent',
  'wrongClock',
  'pollFreq',
  'cancelRegistration',
  'askNoUsage',
  'cancelReports',
  'cancelReportsInAnswer',
  'askReport',
];

describe('faults by chance', () => {
  const life = (seed: number): string[] => {
    const clock = clockAt(noon);
    const vtn = createVtn({
      clock,
      seed,
      faults: { probabilities: Object.fromEntries(allFaults.map((name) => [name, 0.03])) },
    });
    const ven = venOf(vtn, clock);
    const story: string[] = [];
    for (let step = 0; step < 400; step += 1) {
      clock.pass(10_000);
      const answer = step % 40 === 0 ? ven.send('EiRegisterParty', ven.registration()) : ven.poll();
      story.push(`${answer.connection} ${answer.status} ${answer.message?.message ?? ''} ${vtn.faults.struck.length}`);
    }
    expect(vtn.faults.struck.length).toBeGreaterThan(100);
    return story;
  };

  it('are the same for the same seed, and others for another', () => {
    expect(life(1)).toEqual(life(1));
    expect(life(1)).not.toEqual(life(2));
  });

  it('strike each kind, in a long life', () => {
    const clock = clockAt(noon);
    const vtn = createVtn({
      clock,
      seed: 5,
      faults: { probabilities: Object.fromEntries(allFaults.map((name) => [name, 0.05])) },
    });
    const ven = venOf(vtn, clock);
    for (let step = 0; step < 400; step += 1) {
      clock.pass(10_000);
      ven.send('EiRegisterParty', ven.registration());
      ven.send('EiReport', ven.metadataMessage([]));
      ven.poll();
    }
    expect(new Set(vtn.faults.struck.map(({ fault }) => fault.do))).toEqual(new Set(allFaults));
  });
});
