import type { Purpose } from '../../../src/facts/output.ts';
import type { Failure } from '../../../src/machines/wanted.ts';
import type { QueuedReport } from '../../../src/machines/signals.ts';
import type { OadrMessage } from '../../../src/protocol/payload.ts';
import type { ResponseCode } from '../../../src/protocol/types/responseCode.ts';
import type { PlainEvent } from './given.ts';

/** What the exchange tells the lifecycle, for tests of the lifecycle alone. */

export const ok = { responseCode: '200' as ResponseCode, requestID: 'r' };
export const refusal = (responseCode: string) => ({
  responseCode: responseCode as ResponseCode,
  responseDescription: 'no',
  requestID: 'r',
});

export const createdPartyRegistration = (changes: object = {}): OadrMessage => ({
  message: 'oadrCreatedPartyRegistration',
  eiResponse: ok,
  registrationID: 'registration-1',
  venID: 'ven-1',
  vtnID: 'vtn-1',
  oadrProfiles: [],
  oadrRequestedOadrPollFreq: 'PT20S',
  ...changes,
});

export const registeredReport: OadrMessage = { message: 'oadrRegisteredReport', eiResponse: ok, oadrReportRequest: [] };
export const distributeNothing: OadrMessage = {
  message: 'oadrDistributeEvent',
  requestID: 'd',
  vtnID: 'vtn-1',
  oadrEvent: [],
};
export const oadrResponse = (responseCode = '200'): OadrMessage => ({
  message: 'oadrResponse',
  eiResponse: refusal(responseCode),
});
export const updatedReport = (responseCode = '200'): OadrMessage => ({
  message: 'oadrUpdatedReport',
  eiResponse: refusal(responseCode),
});
export const requestReregistration: OadrMessage = { message: 'oadrRequestReregistration', venID: 'ven-1' };

/** The report of `report()` as it is sent: it may carry usage. */
const sentReport = (deliveryID?: string) => ({
  purpose: 'report',
  message: {
    message: 'oadrUpdateReport',
    requestID: 'update-1',
    oadrReport: [{ reportRequestID: 'request-1' }],
    venID: 'ven-1',
  },
  resend: false,
  attempt: 1,
  ...(deliveryID === undefined ? {} : { deliveryID }),
});

/** The line is free, and asks for a report. */
export const lineFree: PlainEvent = { type: 'line.free' };

/** The report was answered. */
export const reportReply = (message: OadrMessage | null, deliveryID?: string): PlainEvent => ({
  type: 'reply.received',
  wanted: sentReport(deliveryID),
  message,
});

/** The report failed on its way. */
export const reportFailure = (deliveryID?: string, how: Failure = lost): PlainEvent => ({
  type: 'exchange.failed',
  wanted: sentReport(deliveryID),
  failure: how,
});

const wantedFor = (purpose: Purpose) => ({
  purpose,
  message: { message: 'oadrPoll', venID: 'ven-1' },
  resend: false,
  attempt: 1,
});

/** A reply came to what was asked for that purpose. */
export const reply = (purpose: Purpose, message: OadrMessage | null): PlainEvent => ({
  type: 'reply.received',
  wanted: wantedFor(purpose),
  message,
});

/** Where a VEN of these tests is pushed to. */
export const transportAddress = 'https://ven.example:8443/oadr';

/** The VTN confirms a registration that asked it to push. */
export const confirmedPush: PlainEvent = {
  type: 'reply.received',
  wanted: {
    ...wantedFor('registration'),
    message: {
      message: 'oadrCreatePartyRegistration',
      requestID: 'r',
      oadrProfileName: '2.0b',
      oadrTransportName: 'simpleHttp',
      oadrTransportAddress: transportAddress,
      oadrReportOnly: false,
      oadrXmlSignature: false,
      oadrHttpPullModel: false,
    },
  },
  message: createdPartyRegistration(),
};

export const lost: Failure = { reason: 'reset', certainlyNotDelivered: false, detail: 'the connection was lost' };
export const neverSent: Failure = { reason: 'refused', certainlyNotDelivered: true, detail: 'nobody listens' };

/** The exchange for that purpose failed. */
export const failure = (purpose: Purpose, how: Failure = lost): PlainEvent => ({
  type: 'exchange.failed',
  wanted: wantedFor(purpose),
  failure: how,
});

/** A report that wants to be sent. */
export const report = (changes: Partial<QueuedReport> = {}): PlainEvent => ({
  type: 'report.wanted',
  report: {
    reportRequestID: 'request-1',
    message: { message: 'oadrUpdateReport', requestID: 'update-1', oadrReport: [], venID: 'ven-1' },
    needsFreshRequests: false,
    attempt: 1,
    ...changes,
  } satisfies QueuedReport,
});

/** From the first start to the first poll that is due. */
export const bootstrap: readonly PlainEvent[] = [
  { type: 'agent.started' },
  reply('registration', createdPartyRegistration()),
  reply('metadata', registeredReport),
  reply('requestEvent', distributeNothing),
];
