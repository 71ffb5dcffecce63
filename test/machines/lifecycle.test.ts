import { describe, expect, it } from 'vitest';
import { signs, verifies } from '../../src/machines/exchange/signing.ts';
import { freshForMs } from '../../src/machines/lifecycle/reporting.ts';
import type { Failure } from '../../src/machines/wanted.ts';
import { hourMs } from '../support/drEventMessages.ts';
import { given, noon, type PlainEvent, type Play } from './support/given.ts';
import {
  bootstrap,
  confirmedPush,
  createdPartyRegistration,
  distributeNothing,
  failure,
  lineFree,
  lost,
  neverSent,
  oadrResponse,
  registeredReport,
  reply,
  report,
  reportFailure,
  reportReply,
  transportAddress,
  updatedReport,
} from './support/venTalk.ts';

/** What the lifecycle says, word by word, and what it does not: each is what money, usage or a person would miss. */

const devices = [{ resourceID: 'battery', kind: 'battery', capacityWattHours: 13_500 }];
const started = (settings = {}): Play => given('ven', { settings }).when({ type: 'agent.started' });
const registered = (settings = {}): Play => given('ven', { settings }).having(...bootstrap);
const polling = (settings = {}): Play => registered(settings).whenDue('oadrRequestedOadrPollFreq');
const wanted = (play: Play): readonly Record<string, unknown>[] =>
  play.said.flatMap((one) => (one.type === 'exchange.wanted' ? [one.wanted as never] : []));
const askedFor = (play: Play): readonly unknown[] =>
  wanted(play).map(({ message }) => (message as { message: string }).message);
const cleared = (play: Play): readonly unknown[] =>
  play.facts('AlarmCleared').map((data) => (data as { alarm: string }).alarm);
const anyID = expect.stringMatching(/^run00001-/) as string;
const failed500: Failure = { ...lost, reason: 'httpStatus', httpStatus: 500 };

describe('the words of each request', () => {
  const once = (purpose: string, message: object) => [{ purpose, message, resend: false, attempt: 1 }];

  it('given a first start, then each step of the bootstrap says what it is for, once, and opens the line', () => {
    const party = started({ venName: 'House', queryRegistration: true, preallocatedVenID: false });
    expect(party.said).toContainEqual({ type: 'line.opened' });
    expect(wanted(party)).toEqual(once('query', { message: 'oadrQueryRegistration', requestID: anyID }));
    const registration = party.when(reply('query', createdPartyRegistration({ registrationID: undefined })));
    expect(wanted(registration)).toEqual(
      once('registration', {
        message: 'oadrCreatePartyRegistration',
        requestID: anyID,
        oadrProfileName: '2.0b',
        oadrTransportName: 'simpleHttp',
        oadrReportOnly: false,
        oadrXmlSignature: false,
        oadrVenName: 'House',
        oadrHttpPullModel: true,
      }),
    );
    const metadata = registration.when(reply('registration', createdPartyRegistration()));
    expect(wanted(metadata)).toMatchObject(once('metadata', { message: 'oadrRegisterReport', venID: 'ven-1' }));
    const events = metadata.when(reply('metadata', registeredReport));
    expect(events.facts('ReportsRegistered')).toEqual([
      { reportSpecifierIDs: [expect.any(String), expect.any(String), expect.any(String)] },
    ]);
    expect(wanted(events)).toEqual(
      once('requestEvent', { message: 'oadrRequestEvent', requestID: anyID, venID: 'ven-1' }),
    );
    const poll = events.when(reply('requestEvent', distributeNothing)).whenDue('oadrRequestedOadrPollFreq');
    expect(wanted(poll)).toEqual(once('poll', { message: 'oadrPoll', venID: 'ven-1' }));
  });

  it('given reports wait, then usage goes by its delivery and status without one', () => {
    const usage = registered()
      .having(report({ deliveryID: 'delivery-1' }))
      .when(lineFree);
    const { message } = wanted(usage)[0] ?? {};
    expect(wanted(usage)).toEqual([{ ...once('report', message as object)[0], deliveryID: 'delivery-1' }]);
    const status = registered().having(report()).when(lineFree);
    expect(wanted(status)).toEqual(once('report', message as object));
  });

  it('given a person does not want the registration, then the VTN is told which one ends', () => {
    const leaving = registered().when({ type: 'cancellation.wanted' });
    expect(wanted(leaving)).toEqual(
      once('cancel', {
        message: 'oadrCancelPartyRegistration',
        requestID: anyID,
        registrationID: 'registration-1',
        venID: 'ven-1',
      }),
    );
  });

  it('given a state is left, then all that waits of it is taken back, so that nothing goes out twice', () => {
    const leaving = registered().when({ type: 'resync.wanted', bootstrap: 'full' });
    expect(leaving.said).toContainEqual({
      type: 'line.withdrawn',
      purposes: ['query', 'registration', 'metadata', 'requestEvent', 'poll'],
    });
  });

  it('given a device, then its energy, its power and its status are offered, and the history without a pace', () => {
    const asking = given('ven', { settings: { devices: devices as never } }).having(...bootstrap.slice(0, 1));
    const metadata = asking.when(reply('registration', createdPartyRegistration()));
    const { oadrReport } = wanted(metadata)[0]?.['message'] as { oadrReport: readonly Record<string, unknown>[] };
    const rate = (oadrOnChange: boolean) => ({
      oadrSamplingRate: { oadrMinPeriod: 'PT1M', oadrMaxPeriod: 'PT24H', oadrOnChange },
    });
    const rID = expect.any(String) as string;
    const of = { rID, reportDataSource: { resourceID: ['battery'] } };
    const usage = (element: string) => ({
      ...of,
      reportType: 'usage',
      readingType: 'Direct Read',
      itemBase: expect.objectContaining({ element }) as unknown,
    });
    const series = (report: Record<string, unknown> | undefined) =>
      (report?.['oadrReportDescription'] as readonly Record<string, unknown>[]).map((one) => one);
    expect(
      oadrReport.map(({ reportName, reportRequestID, duration }) => [reportName, reportRequestID, duration]),
    ).toEqual([
      ['METADATA_TELEMETRY_STATUS', '0', 'P35D'],
      ['METADATA_TELEMETRY_USAGE', '0', 'P35D'],
      ['METADATA_HISTORY_USAGE', '0', 'P35D'],
    ]);
    const [status, telemetry, history] = oadrReport;
    expect(series(status)).toEqual([
      { ...of, reportType: 'x-resourceStatus', readingType: 'x-notApplicable', ...rate(true) },
    ]);
    expect(series(telemetry)).toEqual([
      { ...usage('energyReal'), ...rate(false) },
      { ...usage('powerReal'), ...rate(false) },
    ]);
    expect(series(history)).toEqual([usage('energyReal'), usage('powerReal')]);
  });

  it('given the VTN asks for the metadata, then the answer names its request, and what we tell unasked names none', () => {
    const asked = registered().when({ type: 'metadata.wanted', reportRequestID: 'metadata-7' });
    expect(wanted(asked)).toMatchObject([{ purpose: 'metadata', message: { reportRequestID: 'metadata-7' } }]);
    const unasked = started({ devices: [] }).when(reply('registration', createdPartyRegistration()));
    expect(wanted(unasked)[0]?.['message']).toEqual({
      message: 'oadrRegisterReport',
      requestID: anyID,
      oadrReport: [],
      venID: 'ven-1',
    });
  });

  it.each([
    [undefined, false, false],
    ['sign', true, false],
    ['verify', false, true],
    ['both', true, true],
  ] as const)(
    'given signatures %s, then we sign: %s, and what is not signed is refused: %s',
    (signatures, own, others) => {
      const settings = signatures === undefined ? {} : { signatures };
      expect([signs(settings), verifies(settings)]).toEqual([own, others]);
      expect(wanted(started(settings))[0]?.['message']).toMatchObject({ oadrXmlSignature: own });
    },
  );
});

describe('a VTN that pushes', () => {
  const pushed = (): Play =>
    given('ven', { settings: { transportAddress } }).having(
      { type: 'agent.started' },
      confirmedPush,
      reply('metadata', registeredReport),
      reply('requestEvent', distributeNothing),
    );

  it('given an address of ours, then the registration says where to push and that we do not poll, and that is what is confirmed', () => {
    expect(wanted(started({ transportAddress }))[0]?.['message']).toMatchObject({
      oadrTransportAddress: transportAddress,
      oadrHttpPullModel: false,
    });
    const party = started({ transportAddress }).when(confirmedPush);
    expect([party.facts('Registered'), party.context['pushedTo']]).toMatchObject([
      [{ transportAddress }],
      transportAddress,
    ]);
    expect(started().when(reply('registration', createdPartyRegistration())).facts('Registered')[0]).not.toHaveProperty(
      'transportAddress',
    );
  });

  it('given it is silent for as long as it may, then it is asked for its DR events, and never polled', () => {
    const listening = pushed();
    expect([listening.state, listening.waits]).toMatchObject([
      { registered: { polling: 'listening' } },
      { pushSilenceMs: 900_000 },
    ]);
    expect(askedFor(listening.whenDue('pushSilenceMs'))).toEqual(['oadrRequestEvent']);
    const shorter = listening.with({ settings: { pushSilenceMs: 60_000 } }).when({ type: 'vtn.heard' });
    expect(shorter.waits).toMatchObject({ pushSilenceMs: 60_000 });
  });

  it('given we are to poll from now on, then that is said with a registration, and only after it', () => {
    const polls = pushed()
      .with({ settings: { transportAddress: undefined as never } })
      .when({ type: 'vtn.heard' });
    expect(askedFor(polls)).toEqual(['oadrCreatePartyRegistration']);
    expect(wanted(polls)[0]?.['message']).toMatchObject({ registrationID: 'registration-1', oadrHttpPullModel: true });
    const back = polls.when(reply('registration', createdPartyRegistration()));
    expect([back.state, back.context['pushedTo']]).toMatchObject([{ registered: { polling: 'waiting' } }, null]);
  });
});

describe('a registration that the VTN fails on while we have one', () => {
  const wanting = (kind: string, settings = {}): Play =>
    registered(settings).when({ type: 'resync.wanted', bootstrap: kind });
  const next = (play: Play): Play => play.whenDue('backoffDelayMs');
  const failing = (play: Play, how: Failure = failed500): Play => play.when(failure('registration', how));

  it('given a fresh one is wanted and fails, then what we have is renewed instead', () => {
    const less = next(failing(wanting('anew')));
    expect(wanted(less)[0]?.['message']).toMatchObject({ registrationID: 'registration-1' });
    expect(less.context).toMatchObject({ bootstrap: 'full', reportsFail: true });
  });

  it('given the VTN is to be asked first and fails on that, then the party is renewed without asking', () => {
    expect(askedFor(next(wanting('asked').when(failure('query', failed500))))).toEqual(['oadrCreatePartyRegistration']);
  });

  it('given it fails twice on a renewal, then prices and usage wait for it no longer: only DR events are asked for', () => {
    const once = next(failing(wanting('renewal')));
    expect([once.context['bootstrap'], askedFor(once)]).toEqual(['renewal', ['oadrCreatePartyRegistration']]);
    expect(askedFor(next(failing(once)))).toEqual(['oadrRequestEvent']);
    const byCode = next(wanting('renewal').when(reply('registration', oadrResponse('500'))));
    expect(askedFor(next(byCode.when(reply('registration', oadrResponse('503')))))).toEqual(['oadrRequestEvent']);
  });

  it('given the network fails and not the VTN, or we have no registration, then all of it is tried again', () => {
    const twice = next(failing(next(failing(wanting('renewal'), lost)), lost));
    expect([twice.context['bootstrap'], askedFor(twice)]).toEqual(['renewal', ['oadrCreatePartyRegistration']]);
    const first = next(failing(next(failing(started()))));
    expect([first.context['bootstrap'], first.context['reportsFail']]).toEqual(['full', false]);
  });

  it('given something else fails, then the registration is not taken to fail', () => {
    const poll = polling().when(failure('poll', failed500));
    expect(poll.context).toMatchObject({ bootstrap: 'events', reportsFail: false });
  });
});

describe('away by a person’s wish', () => {
  const away = (): Play =>
    registered()
      .when({ type: 'cancellation.wanted' })
      .when(reply('cancel', { message: 'oadrCanceledPartyRegistration' } as never));
  const wish = (more: object): PlainEvent => ({ type: 'resync.wanted', bootstrap: 'full', ...more });

  it('given anything but a person wants a registration, then we stay away; asked back, we register', () => {
    expect(away().state).toBe('unregistered');
    expect(away().when(wish({})).state).toBe('unregistered');
    expect(away().when(wish({ byPerson: false })).state).toBe('unregistered');
    expect(askedFor(away().when(wish({ byPerson: true })))).toEqual(['oadrCreatePartyRegistration']);
  });

  it('given the VTN ended it and not a person, then whoever wants it gets it', () => {
    const ended = registered().when({ type: 'registration.cancelled' });
    expect(ended.facts('RegistrationEnded')).toEqual([{ by: 'vtn' }]);
    expect(askedFor(ended.when(wish({})))).toEqual(['oadrCreatePartyRegistration']);
  });

  it('given we are leaving, then a step by no person does not call us back, and one by a person does', () => {
    const leaving = registered().when({ type: 'cancellation.wanted' });
    const still = leaving.when(wish({ bootstrap: 'anew' }));
    expect(still.context['wantsRegistration']).toBe(false);
    expect(leaving.when(wish({ byPerson: true })).context['wantsRegistration']).toBe(true);
  });
});

describe('usage before which the requests are to be fresh', () => {
  it.each([
    [true, 'full', ['oadrRegisterReport']],
    [false, 'renewal', []],
  ] as const)('given reportResync %s, then it is %s that is registered first', (reportResync, kind, after) => {
    const old = registered({ reportResync }).after(freshForMs + 1);
    const renewing = old.having(report({ deliveryID: 'delivery-1', needsFreshRequests: true })).when(lineFree);
    expect([renewing.context['bootstrap'], askedFor(renewing)]).toEqual([kind, ['oadrCreatePartyRegistration']]);
    expect(askedFor(renewing.when(reply('registration', createdPartyRegistration())))).toEqual(after);
  });

  it('given the instant from which they are old, or status that needs none, then the one waits and the other goes', () => {
    const old = registered().after(freshForMs);
    expect(askedFor(old.having(report({ needsFreshRequests: true })).when(lineFree))).toEqual([
      'oadrCreatePartyRegistration',
    ]);
    expect(askedFor(old.having(report({ needsFreshRequests: false })).when(lineFree))).toEqual(['oadrUpdateReport']);
    const settings = { reregisterBeforeUsage: false };
    expect(
      askedFor(
        registered(settings)
          .after(freshForMs)
          .having(report({ needsFreshRequests: true }))
          .when(lineFree),
      ),
    ).toEqual(['oadrUpdateReport']);
  });
});

describe('what becomes of a report on its way', () => {
  const sent = (changes = {}, settings = {}): Play => registered(settings).having(report(changes)).when(lineFree);
  const usage = { deliveryID: 'delivery-1' } as const;
  const begun = (play: Play): PlainEvent => ({
    type: 'report.started',
    exchangeID: 'exchange-1',
    wanted: wanted(play)[0],
  });

  it('given it leaves, then usage is told to be on its way by this exchange, and status is not', () => {
    const leaving = sent(usage);
    expect(leaving.when(begun(leaving)).said).toEqual([
      {
        type: 'UsageDeliveryStarted',
        data: { deliveryID: 'delivery-1', exchangeID: 'exchange-1', requestID: 'update-1' },
      },
    ]);
    const status = sent();
    expect(status.when(begun(status)).said).toEqual([]);
  });

  it('given status is lost, then it is doubted under its request; certainly not delivered, it just goes again', () => {
    const doubted = sent().when(reportFailure());
    expect(doubted.facts('ReportDoubted')).toEqual([
      { reportRequestID: 'request-1', requestID: 'update-1', because: 'reset: the connection was lost' },
    ]);
    expect(sent().when(reportFailure(undefined, neverSent)).facts('ReportDoubted')).toEqual([]);
    expect(doubted.context['reports']).toMatchObject([{ attempt: 2 }]);
  });

  it('given usage was certainly not delivered, then why it is owed again is told', () => {
    expect(sent(usage).when(reportFailure('delivery-1', neverSent)).facts('UsageDeliveryReleased')).toEqual([
      { deliveryID: 'delivery-1', because: 'refused: nobody listens' },
    ]);
  });

  it('given another report failed than the one in hand, then that one is not sent twice', () => {
    const other = reportFailure('delivery-1');
    const strange = {
      ...(other['wanted'] as object),
      message: { message: 'oadrUpdateReport', requestID: 'update-0', oadrReport: [], venID: 'ven-1' },
    };
    expect(sent(usage).when({ ...other, wanted: strange }).context['reports']).toEqual([]);
  });

  it('given usage is refused, then each word is told: why it is owed, and in the end that it stands still', () => {
    let play = sent(usage).when(reportReply(updatedReport('459'), 'delivery-1'));
    expect(play.said.slice(0, 2)).toEqual([
      {
        type: 'UsageDeliveryReleased',
        data: { deliveryID: 'delivery-1', because: 'the VTN refused it with 459 no (try 1 of 4)' },
      },
      { type: 'usage.refused', times: 1 },
    ]);
    for (let time = 2; time <= 4; time += 1)
      play = play.having(report(usage), lineFree).when(reportReply(updatedReport('459'), 'delivery-1'));
    expect([play.facts('UsageDeliveryRejected'), play.facts('AlarmRaised')]).toMatchObject([
      [{ deliveryID: 'delivery-1', responseCode: '459', why: 'no' }],
      [{ alarm: 'usageRejected', text: 'The VTN rejected the usage of delivery-1 with 459 no, 4 times.' }],
    ]);
  });

  it('given hours of two reports are refused, then each counts by itself, and one that is taken forgets the other not', () => {
    const hour = (dtstart: string, rID = 'energy') => ({
      message: 'oadrUpdateReport' as const,
      requestID: 'update-1',
      venID: 'ven-1',
      oadrReport: [
        { reportRequestID: 'request-1', dtstart, duration: 'PT1H', intervals: [{ oadrReportPayload: [{ rID }] }] },
      ],
    });
    const answered = (play: Play, message: object, code: string): Play => {
      const wanted = { purpose: 'report', message, resend: false, attempt: 1, deliveryID: 'delivery-1' };
      return play
        .having(report(usage), lineFree)
        .when({ type: 'reply.received', wanted, message: updatedReport(code) });
    };
    const noonHour = hour('2026-06-10T16:00:00Z');
    const nextHour = hour('2026-06-10T17:00:00Z');
    const refused = answered(answered(registered(), noonHour, '459'), nextHour, '459');
    expect(refused.context['refusals']).toMatchObject([{ times: 1 }, { times: 1 }]);
    const again = answered(refused, noonHour, '459');
    expect(again.said).toContainEqual({ type: 'usage.refused', times: 2 });
    expect(answered(again, nextHour, '200').context['refusals']).toMatchObject([
      { hours: '2026-06-10T16:00:00Z PT1H energy', times: 2 },
    ]);
    expect(answered(again, hour('2026-06-10T16:00:00Z', 'power'), '200').context['refusals']).toHaveLength(2);
  });

  it('given status is refused, then that is told, and no usage with it', () => {
    const refused = sent().when(reportReply(updatedReport('459')));
    expect(refused.factTypes).toContain('ExchangeRefused');
    expect(refused.factTypes).not.toContain('UsageDeliveryReleased');
  });

  it('given an empty reply to usage, then it is acknowledged, under the request it went under', () => {
    expect(sent(usage).when(reportReply(null, 'delivery-1')).facts('UsageDeliveryAcknowledged')).toEqual([
      { deliveryID: 'delivery-1', reportRequestID: 'request-1', responseCode: '200' },
    ]);
  });

  it('given its request became void, then usage that was never sent is owed for that reason, and usage in doubt stays so', () => {
    const waiting = started().having(
      report(usage),
      report({ deliveryID: 'delivery-2', attempt: 2 }),
      report(),
      report({ deliveryID: 'delivery-3', reportRequestID: 'other' }),
    );
    const voided = waiting.when({ type: 'requests.void', reportRequestIDs: ['request-1'], because: 'it ended' });
    expect(voided.said).toEqual([
      { type: 'UsageDeliveryReleased', data: { deliveryID: 'delivery-1', because: 'it ended' } },
    ]);
    expect(voided.context['reports']).toMatchObject([{ deliveryID: 'delivery-3' }]);
  });

  it('given another request became void, then what is in hand goes again when it failed', () => {
    const voided = sent(usage).when({ type: 'requests.void', reportRequestIDs: ['other'], because: 'it ended' });
    expect(voided.when(reportFailure('delivery-1')).context['reports']).toMatchObject([
      { deliveryID: 'delivery-1', attempt: 2 },
    ]);
  });
});

describe('a row of failures', () => {
  const failing = (times: number, how: Failure = lost, settings = {}): Play =>
    Array.from({ length: times - 1 }).reduce<Play>(
      (play) => play.whenDue('backoffDelayMs').when(failure('requestEvent', how)),
      polling(settings).when(failure('poll', how)),
    );
  const events = (play: Play): Play => play.whenDue('backoffDelayMs').when(reply('requestEvent', distributeNothing));

  it('given a row that is over, then each alarm of it ends with the first answer', () => {
    expect(cleared(events(failing(5)))).toEqual(['vtnUnreachable', 'credentialsRefused', 'patienceAsked']);
  });

  it('given a report waits that the VTN failed on, then its answers end the alarm of silence and not the pauses', () => {
    const usage = { deliveryID: 'delivery-1' } as const;
    const held = registered().having(report(usage), lineFree).when(reportFailure('delivery-1'));
    const silent = Array.from({ length: 4 }).reduce<Play>(
      (play) => play.whenDue('backoffDelayMs').when(failure('requestEvent')),
      held,
    );
    expect(silent.facts('AlarmRaised')).toMatchObject([{ alarm: 'vtnUnreachable' }]);
    const heard = events(silent);
    expect(cleared(heard)).toEqual(['vtnUnreachable']);
    expect(heard.context).toMatchObject({ failures: 5, unanswered: 0, reportsFail: true });
    expect(cleared(events(held))).toEqual([]);
  });

  it('given silence, and one answer of no use in it, then the row is told as what it is', () => {
    const words = (play: Play): unknown => play.facts('AlarmRaised')[0];
    expect(words(failing(5))).toMatchObject({
      text: 'The VTN has not answered 5 times in a row (reset: the connection was lost).',
    });
    const bad = failing(3)
      .whenDue('backoffDelayMs')
      .when(failure('requestEvent', { ...lost, reason: 'contentType' }));
    expect(words(bad.whenDue('backoffDelayMs').when(failure('requestEvent')))).toMatchObject({
      text: '5 messages to the VTN in a row have come to no answer of use (reset: the connection was lost).',
    });
    expect(failing(4).facts('BackoffStarted')).toMatchObject([
      { attempt: 4, because: 'reset: the connection was lost' },
    ]);
  });

  it('given no answer within the patience of the lifecycle, then that is a failure as well', () => {
    const late = polling().whenDue('outcomeTimeoutMs');
    expect(late.facts('BackoffStarted')).toEqual([
      {
        attempt: 1,
        delayMs: late.waits['backoffDelayMs'],
        because: 'noReply: what was asked for came to nothing in time',
      },
    ]);
    expect(late.context['unanswered']).toBe(1);
  });

  it.each([
    [401, 'The VTN or the way to it refuses us (httpStatus 401: the connection was lost).'],
    [404, 'There is no OadrPoll where we look for it (httpStatus 404: the connection was lost).'],
  ])('given HTTP %d, then people are told what it is', (httpStatus, text) => {
    const refused = polling().when(failure('poll', { ...lost, reason: 'httpStatus', httpStatus }));
    expect(refused.facts('AlarmRaised')).toMatchObject([{ alarm: 'credentialsRefused', text }]);
  });

  const lateAt = Date.parse('2026-06-10T21:30:00Z');
  const patience = { ...lost, reason: 'httpStatus', httpStatus: 503, retryAfterMs: 5 * hourMs } as const;

  it('given it is cut short for prices or for usage, then the pause says for which, and what is done', () => {
    const prices = polling()
      .with({ at: lateAt - 50 * 60_000 })
      .when(failure('poll', patience));
    expect(prices.facts('BackoffStarted')).toMatchObject([
      { because: 'httpStatus 503: the connection was lost; cut short, for prices are expected' },
    ]);
    expect(prices.facts('AlarmRaised')).toMatchObject([
      { alarm: 'patienceAsked', advice: expect.stringMatching(/^One try is made meanwhile/) as string },
    ]);
    const busy = polling().when(failure('poll', patience)).after(60_000);
    const due = busy.when(report({ deliveryID: 'delivery-1' }));
    expect(due.facts('BackoffStarted')).toMatchObject([
      { because: expect.stringMatching(/cut short, for usage is due$/) as string },
    ]);
    expect(Number(due.waits['backoffDelayMs'])).toBeGreaterThanOrEqual(60_000);
    expect(Number(due.waits['backoffDelayMs'])).toBeLessThanOrEqual(300_000);
  });

  it('given usage becomes due in a pause of minutes, or of a quarter of an hour, then it waits for its end', () => {
    for (const minutes of [5, 15]) {
      const how = { ...patience, retryAfterMs: minutes * 60_000 };
      const busy = polling().when(failure('poll', how));
      const due = busy.when(report({ deliveryID: 'delivery-1' }));
      expect(due.waits['backoffDelayMs']).toBe(busy.waits['backoffDelayMs']);
    }
  });

  it('given no patience is asked for, then none is told, however near the price window is', () => {
    const near = polling()
      .with({ at: lateAt - 20 * 60_000 })
      .when(failure('poll'));
    expect(near.whenDue('backoffDelayMs').when(failure('requestEvent')).facts('AlarmRaised')).toEqual([]);
  });
});

describe('polls that are refused', () => {
  const refusedOnce = (play: Play): Play => {
    const refused = play.when(reply('poll', oadrResponse('500')));
    const known = askedFor(refused).includes('oadrRequestEvent')
      ? refused.when(reply('requestEvent', distributeNothing))
      : refused;
    return known.whenDue('oadrRequestedOadrPollFreq');
  };
  const taken = (play: Play): Play => play.when(reply('poll', oadrResponse()));

  it('given three in a row, then a person is told with which code, and that it is over with the next that is taken', () => {
    const third = refusedOnce(refusedOnce(polling())).when(reply('poll', oadrResponse('500')));
    expect(third.facts('AlarmRaised')).toMatchObject([
      { alarm: 'pollsRefused', text: 'The VTN has refused 3 polls in a row (500 no).' },
    ]);
    const after = taken(third.whenDue('oadrRequestedOadrPollFreq'));
    expect([cleared(after)[0], after.context['pollsRefused']]).toEqual(['pollsRefused', 0]);
  });

  it('given two and then one that is taken, then nobody was told and nobody is told that it is over', () => {
    const twice = refusedOnce(refusedOnce(polling()));
    const after = taken(twice);
    expect(cleared(after)).not.toContain('pollsRefused');
    expect(askedFor(after)).toEqual(['oadrRequestEvent']);
    expect(askedFor(taken(refusedOnce(polling())))).toEqual([]);
  });

  it('given an empty reply, then the poll was taken', () => {
    const empty = polling().when(reply('poll', null));
    expect([empty.state, empty.factTypes.includes('ExchangeRefused')]).toEqual([
      { registered: { polling: 'waiting', reporting: 'idle', answering: 'taken' } },
      false,
    ]);
    expect(askedFor(refusedOnce(refusedOnce(polling())).when(reply('poll', null)))).toEqual(['oadrRequestEvent']);
  });
});

describe('a list that never empties', () => {
  const event = (number: number) => ({ ...distributeNothing, requestID: `${number}`, vtnID: `vtn-${number}` });
  const drained = (play: Play, from: number): Play => {
    let polled = play.whenDue('oadrRequestedOadrPollFreq');
    for (let each = 0; each < 500; each += 1) {
      polled = polled.when(reply('poll', event(from + each)));
      if (askedFor(polled).length === 0) return polled;
    }
    throw new Error('it was drained for ever');
  };

  it('given three polls that came to no end, then a person is told what it was, and that it is over', () => {
    const third = drained(drained(drained(registered(), 0), 1_000), 2_000);
    expect(third.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'listNeverEmpties',
        text: 'The VTN answers every poll with something, oadrDistributeEvent the last time, and never says that there is no more.',
      },
    ]);
    const empty = third.whenDue('oadrRequestedOadrPollFreq').when(reply('poll', oadrResponse()));
    expect([cleared(empty)[0], empty.context['brought'], empty.context['neverEmpty']]).toEqual([
      'listNeverEmpties',
      null,
      0,
    ]);
    const twice = drained(drained(registered(), 0), 1_000);
    expect(cleared(twice.whenDue('oadrRequestedOadrPollFreq').when(reply('poll', oadrResponse())))).not.toContain(
      'listNeverEmpties',
    );
  });
});

describe('the clock', () => {
  it('given it is set, then every instant goes with it, and what is none stays none', () => {
    const jumpMs = -9 * hourMs;
    const waiting = polling().when(failure('poll', lost));
    const set = waiting.when({ type: 'clock.set', jumpMs });
    expect(set.context).toMatchObject({
      polledAt: Number(waiting.context['polledAt']) + jumpMs,
      quietUntil: Number(waiting.context['quietUntil']) + jumpMs,
      requestsFreshSince: null,
      requestUnknownAt: null,
    });
    expect(registered().when({ type: 'clock.set', jumpMs }).context['requestsFreshSince']).toBe(noon + jumpMs);
  });
});
