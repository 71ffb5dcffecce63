/** What each message of the VTN comes to, as the reply to a poll, pushed, or as the reply to something else. */
import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/facts/fact.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { distributeEvent, hourMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import {
  eiResponse,
  inForce,
  noEvents,
  noon,
  ownVenID,
  polling,
  registered,
  started,
  type Told,
} from './support/told.ts';

const refused = (message: string, responseCode: string, why: string) => ({ message, responseCode, why });
const ended = (told: Told): unknown => told.facts('RegistrationEnded');
const pushed = (told: Told, message: OadrMessage, service = 'EiEvent'): readonly string[] =>
  told.take(
    { type: 'RequestReceived', data: { exchangeID: 'push-1', service, message, deviations: [] } } as Input,
    'inbound',
  );
const repliesTo = (told: Told): unknown => told.facts('ReplyRequested');

const createReport = (changes: object = {}): OadrMessage =>
  ({
    message: 'oadrCreateReport',
    requestID: 'create-1',
    venID: ownVenID,
    oadrReportRequest: [
      {
        reportRequestID: 'request-1',
        reportSpecifier: {
          reportSpecifierID: 'RealEnergy',
          granularity: 'PT1H',
          reportBackDuration: 'PT1H',
          specifierPayload: [{ rID: 'example-device-001/energyReal', readingType: 'x-notApplicable' }],
        },
      },
    ],
    ...changes,
  }) as never;
const cancelReport = (changes: object = {}): OadrMessage =>
  ({
    message: 'oadrCancelReport',
    requestID: 'cancel-1',
    reportRequestID: ['request-1'],
    reportToFollow: false,
    venID: ownVenID,
    ...changes,
  }) as never;
const cancelParty = (changes: object = {}): OadrMessage =>
  ({
    message: 'oadrCancelPartyRegistration',
    requestID: 'cancel-2',
    registrationID: 'registration-1',
    venID: ownVenID,
    ...changes,
  }) as never;

const brought = (message: OadrMessage, told = polling()): Told => {
  told.answer(message);
  return told;
};

describe('a registration that the VTN cancels', () => {
  it('given it is ours, then it has ended, and that is confirmed under its requestID', () => {
    const told = brought(cancelParty());
    expect(ended(told)).toEqual([{ by: 'vtn' }]);
    expect(told.toSend('oadrCanceledPartyRegistration')).toEqual([
      {
        message: 'oadrCanceledPartyRegistration',
        eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: 'cancel-2' },
        registrationID: 'registration-1',
        venID: ownVenID,
      },
    ]);
    expect(ended(brought(cancelParty({ venID: undefined })))).toEqual([{ by: 'vtn' }]);
  });

  it.each([
    [{ registrationID: 'registration-0' }, 'registrationID registration-0 is not ours'],
    [{ venID: 'stranger' }, 'venID stranger is not ours'],
  ])('given it is not (%o), then nothing has ended, it is refused, and that is told', (changes, why) => {
    const told = brought(cancelParty(changes));
    expect(ended(told)).toEqual([]);
    expect(told.facts('MessageRefused')).toContainEqual(refused('oadrCancelPartyRegistration', '452', why));
    expect(told.toSend('oadrCanceledPartyRegistration')).toMatchObject([
      { eiResponse: { responseCode: '452', responseDescription: why, requestID: 'cancel-2' } },
    ]);
  });
});

describe('a VTN that asks us to register anew', () => {
  const again: OadrMessage = { message: 'oadrRequestReregistration', venID: ownVenID };

  it('given a poll brought it, then it is acknowledged, and the registration renewed', () => {
    const told = brought(again);
    expect(told.toSend('oadrResponse')).toMatchObject([{ eiResponse: { responseCode: '200', requestID: '' } }]);
    told.answer({ message: 'oadrResponse', eiResponse });
    expect(told.toSend('oadrCreatePartyRegistration')).toMatchObject([{ registrationID: 'registration-1' }]);
  });

  it('given it answers the request for DR events, then it is not acknowledged, and the registration renewed', () => {
    const told = inForce();
    told.take({ type: 'OperatorAsked', data: { wish: 'requestEvent' } }, 'agent');
    told.answer(again);
    expect(told.toSend('oadrResponse')).toEqual([]);
    expect(told.toSend('oadrCreatePartyRegistration')).toHaveLength(1);
  });

  it('given it answers a registration, then that is refused and nothing else', () => {
    const told = brought(again, started());
    expect(told.toSend('oadrResponse')).toEqual([]);
    expect(told.facts('RegistrationRefused')).toHaveLength(1);
  });
});

describe('what is for another venID', () => {
  it('given report requests, then they are refused, told, and an alarm stands until we are addressed rightly again', () => {
    const told = brought(createReport({ venID: 'stranger' }));
    const why = 'venID stranger is not ours';
    expect(told.facts('MessageRefused')).toEqual([refused('oadrCreateReport', '452', why)]);
    expect(told.facts('ReportRequestAccepted')).toEqual([]);
    expect(told.toSend('oadrCreatedReport')).toMatchObject([
      { eiResponse: { responseCode: '452', responseDescription: why, requestID: 'create-1' }, oadrPendingReports: [] },
    ]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      { alarm: 'identityMismatch', subject: 'venID', text: `The VTN sends us what is for another venID: ${why}.` },
    ]);
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(createReport());
    expect(told.facts('AlarmCleared')).toContainEqual({ alarm: 'identityMismatch', subject: 'venID' });
    expect(told.facts('ReportRequestAccepted')).toMatchObject([{ reportRequestID: 'request-1' }]);
  });

  it('given their cancellation, then it is refused, and they go on', () => {
    const told = brought(createReport());
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(cancelReport({ venID: 'stranger' }));
    expect(told.facts('ReportRequestEnded')).toEqual([]);
    expect(told.toSend('oadrCanceledReport')).toMatchObject([
      { eiResponse: { responseCode: '452', requestID: 'cancel-1' }, oadrPendingReports: ['request-1'] },
    ]);
    expect(told.alarms).toContain('identityMismatch venID');
  });

  it('given the VTN gave us another venID than is configured, then the configured one is not ours any more', () => {
    const told = started();
    told.answer({ ...registered, venID: 'assigned-7' } as OadrMessage);
    told.answer({ message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [] });
    told.answer(noEvents);
    told.due('PollFreq');
    told.answer(createReport());
    expect(told.facts('MessageRefused')).toEqual([
      refused('oadrCreateReport', '452', `venID ${ownVenID} is not ours since the VTN registered us as assigned-7`),
    ]);
  });

  it('given its metadata, then they are refused for it, and no alarm stands; ours are taken', () => {
    const metadata = (venID: string): OadrMessage =>
      ({ message: 'oadrRegisterReport', requestID: 'metadata-1', oadrReport: [], venID }) as never;
    const stray = brought(metadata('stranger'));
    expect(stray.toSend('oadrRegisteredReport')).toMatchObject([
      { eiResponse: { responseCode: '452', requestID: 'metadata-1' }, oadrReportRequest: [], venID: ownVenID },
    ]);
    expect(stray.alarms).not.toContain('identityMismatch venID');
    expect(brought(metadata(ownVenID)).toSend('oadrRegisteredReport')).toMatchObject([
      { eiResponse: { responseCode: '200' } },
    ]);
  });
});

describe('messages that are out of place', () => {
  it('given a report of the VTN’s, then it is answered that we have not asked for it', () => {
    const told = brought({ message: 'oadrUpdateReport', requestID: 'u', oadrReport: [], venID: ownVenID } as never);
    expect(told.toSend('oadrUpdatedReport')).toMatchObject([
      { eiResponse: { responseCode: '452', responseDescription: 'we have not asked for this report', requestID: 'u' } },
    ]);
  });

  it.each([
    ['oadrUpdatedReport', {}],
    ['oadrCreatedOpt', { optID: 'o' }],
    ['oadrCanceledOpt', { optID: 'o' }],
    ['oadrCanceledPartyRegistration', { registrationID: 'registration-1' }],
    ['oadrCreatedPartyRegistration', { registrationID: 'registration-1', vtnID: 'ter_vtn_1.0', oadrProfiles: [] }],
  ] as const)('given %s after a poll, then it answers nothing that was asked there', (message, parts) => {
    const told = brought({ message, eiResponse, ...parts } as never);
    expect(told.facts('MessageRefused')).toEqual([refused(message, '459', 'it answers nothing that was asked there')]);
    expect(ended(told)).toEqual([]);
  });

  it('given what is for a VTN, then it is answered that it is not for us', () => {
    const told = brought({ message: 'oadrPoll', venID: ownVenID });
    expect(told.toSend('oadrResponse')).toMatchObject([
      { eiResponse: { responseCode: '459', responseDescription: 'oadrPoll is not for a VEN' } },
    ]);
  });

  it('given we are not registered, then nothing that comes does anything', () => {
    const told = brought(cancelParty());
    told.answer({ message: 'oadrResponse', eiResponse });
    expect(pushed(told, createReport())).not.toContain('ReportRequestAccepted');
    expect(told.facts('MessageRefused')).toEqual([]);
  });
});

describe('report requests', () => {
  it('given they come with what confirms our metadata, then they are met and answered under its requestID', () => {
    const told = started();
    told.answer(registered);
    const { oadrReportRequest } = createReport() as unknown as { oadrReportRequest: never };
    told.answer({
      message: 'oadrRegisteredReport',
      eiResponse: { ...eiResponse, requestID: 'metadata-1' },
      oadrReportRequest,
    });
    expect(told.facts('ReportRequestAccepted')).toMatchObject([{ reportRequestID: 'request-1' }]);
    expect(told.toSend('oadrCreatedReport')).toMatchObject([
      { eiResponse: { responseCode: '200', requestID: 'metadata-1' }, oadrPendingReports: ['request-1'] },
    ]);
  });

  it('given a good and a bad one, then the good one counts, and the answer carries the fault', () => {
    const {
      oadrReportRequest: [good],
    } = createReport() as unknown as { oadrReportRequest: [object] };
    const bad = {
      ...good,
      reportRequestID: 'request-2',
      reportSpecifier: { ...(good as { reportSpecifier: object }).reportSpecifier, reportSpecifierID: 'Nobody' },
    };
    const told = brought(createReport({ oadrReportRequest: [bad, good] }));
    expect(told.facts('ReportRequestRefused')).toMatchObject([{ reportRequestID: 'request-2', responseCode: '452' }]);
    expect(told.facts('UsageAsked')).toMatchObject([{ asker: { id: 'request-1' } }]);
    expect(told.toSend('oadrCreatedReport')).toMatchObject([
      { eiResponse: { responseCode: '452' }, oadrPendingReports: ['request-1'] },
    ]);
    expect(told.alarms).toContain('unknownIdentifiers');
  });

  it('given the same again, then it goes on and is answered as before; given another under its name, then it is replaced', () => {
    const told = brought(createReport());
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(createReport({ requestID: 'create-2' }));
    expect([told.facts('ReportRequestAccepted'), told.facts('ReportRequestEnded')]).toEqual([[], []]);
    expect(told.toSend('oadrCreatedReport')).toMatchObject([
      { eiResponse: { responseCode: '200', requestID: 'create-2' }, oadrPendingReports: ['request-1'] },
    ]);
  });

  it('given they are cancelled, then they end and nothing is pending; one that is not in force is named', () => {
    const told = brought(createReport());
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(cancelReport({ reportRequestID: ['request-1', 'request-9'] }));
    expect(told.facts('ReportRequestEnded')).toMatchObject([{ reportRequestID: 'request-1', because: 'cancelled' }]);
    expect(told.facts('UsageUnasked')).toMatchObject([{ because: 'cancelled' }]);
    expect(told.toSend('oadrCanceledReport')).toMatchObject([
      {
        eiResponse: {
          responseCode: '452',
          responseDescription: 'reportRequestID request-9 is not in force here',
          requestID: 'cancel-1',
        },
        oadrPendingReports: [],
      },
    ]);
  });

  it('given they are cancelled with a report to follow, then that is pending until it has gone', () => {
    const told = brought(createReport());
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(cancelReport({ reportToFollow: true }));
    expect(told.toSend('oadrCanceledReport')).toMatchObject([
      { eiResponse: { responseCode: '200' }, oadrPendingReports: ['request-1'] },
    ]);
  });
});

describe('DR events', () => {
  const prices = (eventID: string, more: object = {}) =>
    oadrEventOf({ eventID, startAt: noon + 2 * hourMs, signals: [priceSignal(['0.1', '0.2'])], ...more });

  it('given they are listed, then they are accepted, their prices known, and each answered under its requestID', () => {
    const told = brought(distributeEvent([prices('event-1')], { requestID: 'list-2' }));
    expect(told.facts('DrEventAccepted')).toMatchObject([
      { eventID: 'event-1', kind: 'new', startAt: noon + 2 * hourMs },
    ]);
    expect(told.facts('PricesReceived')).toHaveLength(1);
    expect(told.facts('DrEventAnswered')).toEqual([
      { eventID: 'event-1', modificationNumber: 0, optType: 'optIn', responseCode: '200', requestID: 'list-2' },
    ]);
    expect(told.toSend('oadrCreatedEvent')).toEqual([
      {
        message: 'oadrCreatedEvent',
        eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: '' },
        eventResponses: [
          {
            responseCode: '200',
            responseDescription: 'OK',
            requestID: 'list-2',
            qualifiedEventID: { eventID: 'event-1', modificationNumber: 0 },
            optType: 'optIn',
          },
        ],
        venID: ownVenID,
      },
    ]);
  });

  it('given one is listed no longer, then it is cancelled and its prices withdrawn', () => {
    const told = brought(distributeEvent([prices('event-1')]));
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(distributeEvent([]));
    expect(told.facts('DrEventCancelled')).toMatchObject([
      { eventID: 'event-1', by: 'implicit', modificationNumber: 0 },
    ]);
    expect(told.facts('PricesWithdrawn')).toHaveLength(1);
    expect(told.toSend('oadrCreatedEvent')).toEqual([]);
  });

  it('given one is refused, then what it states of prices is kept, and people are told until it is listed well', () => {
    const told = brought(
      distributeEvent([prices('event-1', { startAt: noon - 9 * hourMs, period: { duration: '-PT1H' } })]),
    );
    expect(told.facts('DrEventRefused')).toMatchObject([{ eventID: 'event-1' }]);
    expect(told.facts('DrEventAnswered')).toMatchObject([{ optType: 'optOut' }]);
    expect(told.alarms).toContain('pricesRefused event-1');
    told.answer({ message: 'oadrResponse', eiResponse });
    told.answer(distributeEvent([prices('event-1')]));
    expect(told.facts('AlarmCleared')).toContainEqual({ alarm: 'pricesRefused', subject: 'event-1' });
  });

  it('given the list reports an error, then nothing of it is taken, people are told, and all are asked for', () => {
    const told = brought(
      distributeEvent([prices('event-1')], {
        eiResponse: { responseCode: '500', requestID: '', responseDescription: 'sick' },
      } as never),
    );
    expect(told.facts('DrEventAccepted')).toEqual([]);
    expect(told.facts('MessageRefused')).toMatchObject([
      { message: 'oadrDistributeEvent', responseCode: '500', why: 'sick' },
    ]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'pricesRefused',
        subject: 'event-1',
        text: 'DR event event-1 came in a message by which the VTN reports an error (500 sick), and was not taken.',
      },
    ]);
    expect([told.toSend('oadrCreatedEvent'), told.toSend('oadrRequestEvent')]).toMatchObject([[], [{}]]);
  });

  it('given another VTN lists them, then they are refused as a whole, and it is found out who speaks', () => {
    const told = brought(distributeEvent([prices('event-1')], { vtnID: 'stranger', requestID: 'list-3' }));
    expect(told.facts('DrEventAccepted')).toEqual([]);
    expect(told.facts('MessageRefused')).toMatchObject([{ message: 'oadrDistributeEvent', responseCode: '452' }]);
    expect(told.toSend('oadrCreatedEvent')).toMatchObject([
      { eiResponse: { responseCode: '452', requestID: 'list-3' } },
    ]);
    expect(told.alarms.some((key) => key.startsWith('identityMismatch'))).toBe(true);
  });

  it('given a person opts out of one, then that is answered at once; where no answer is wanted, it is not', () => {
    const opted = (required: 'always' | 'never'): Told => {
      const told = brought(distributeEvent([{ ...prices('event-1'), oadrResponseRequired: required }]));
      told.answer({ message: 'oadrResponse', eiResponse });
      told.answer({ message: 'oadrResponse', eiResponse });
      told.take({ type: 'OperatorOpted', data: { eventID: 'event-1', optType: 'optOut' } }, 'agent');
      return told;
    };
    const told = opted('always');
    expect(told.facts('DrEventAnswered')).toMatchObject([
      { eventID: 'event-1', optType: 'optOut', responseCode: '200' },
    ]);
    expect(told.toSend('oadrCreatedEvent')).toMatchObject([{ eventResponses: [{ optType: 'optOut' }] }]);
    expect(opted('never').toSend('oadrCreatedEvent')).toEqual([]);
  });
});

describe('what is pushed', () => {
  const transportAddress = 'https://ven.example:8443/oadr';
  const reachable = (): Told => inForce({ transportAddress });

  it('given a registration is cancelled, then it is answered in the same exchange', () => {
    const told = reachable();
    pushed(told, cancelParty(), 'EiRegisterParty');
    expect(ended(told)).toEqual([{ by: 'vtn' }]);
    expect(repliesTo(told)).toMatchObject([
      {
        exchangeID: 'push-1',
        message: { message: 'oadrCanceledPartyRegistration', eiResponse: { requestID: 'cancel-2' } },
      },
    ]);
    expect(told.toSend('oadrCanceledPartyRegistration')).toEqual([]);
  });

  it('given report requests, then they are answered in the same exchange, and met', () => {
    const told = reachable();
    pushed(told, createReport(), 'EiReport');
    expect(told.facts('ReportRequestAccepted')).toHaveLength(1);
    expect(repliesTo(told)).toMatchObject([{ message: { message: 'oadrCreatedReport' } }]);
  });

  it('given it cannot be read, then its sender is told by the status, and people by an alarm', () => {
    const told = reachable();
    told.take(
      {
        type: 'RequestRejected',
        data: {
          exchangeID: 'push-1',
          service: 'EiEvent',
          kind: 'invalid',
          path: '/a',
          text: 'no number',
          message: 'oadrDistributeEvent',
        },
      },
      'inbound',
    );
    expect(repliesTo(told)).toMatchObject([{ exchangeID: 'push-1', httpStatus: 406 }]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'messageUnreadable',
        subject: 'oadrDistributeEvent',
        text: 'A message that the VTN pushed is invalid and was refused: no number (/a).',
      },
    ]);
  });
});
