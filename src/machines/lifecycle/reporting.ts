import type { Output } from '../../facts/fact.ts';
import { describeFailure } from '../backoff.ts';
import { metadataMessage } from '../metadata.ts';
import { responseOf } from '../replies.ts';
import type { Wanted } from '../wanted.ts';
import type { QueuedReport } from '../signals.ts';
import { ownVenID, want, type Conclusion, type VenArgs, type VenContext } from './lifecycle.ts';

/**
 * The queue of reports, and what becomes of the usage in them. Usage is never dropped: what leaves the queue without an
 * acknowledgement is owed, in doubt or rejected, and the log says which.
 */

/** How long usage requests count as fresh after the reports were registered. @unit ms */
export const freshForMs = 30 * 60_000;

/** @limit Reports that may wait at once; beyond it the oldest one without usage is let go. */
export const reportQueueLimit = 500;

/** The report whose turn it is. */
export const nextReport = ({ reports }: VenContext): QueuedReport | undefined => reports[0];

/** Whether the VTN is known to remember what it asked for. */
export const requestsAreFresh = ({ requestsFreshSince }: VenContext, at: number): boolean =>
  requestsFreshSince !== null && at - requestsFreshSince < freshForMs;

/** Offers our reports; `reportRequestID` names the request for metadata that this answers. @rule 2.0b 311 */
export const registerReports = (args: VenArgs): Conclusion => {
  const reportRequestID = args.event.type === 'metadata.wanted' ? args.event.reportRequestID : null;
  return { tell: [want('metadata', metadataMessage(args.event, ownVenID(args), reportRequestID))] };
};

/** The VTN has our offer; from now on it is known to remember what it asks for. */
export const recordReports = ({ event }: VenArgs): Conclusion => {
  const { statusSpecifierID, usageSpecifierID, historySpecifierID } = event.settings;
  return {
    tell: [
      {
        type: 'ReportsRegistered',
        data: { reportSpecifierIDs: [statusSpecifierID, usageSpecifierID, historySpecifierID] },
      },
    ],
    change: { requestsFreshSince: event.at, metadataFails: false },
  };
};

/** Puts a report into the queue; when too many wait, the oldest one that carries no usage makes room. */
export const queueReport = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'report.wanted') return {};
  const all = [...context.reports, event.report];
  const least =
    all.length <= reportQueueLimit ? -1 : all.findIndex((other, place) => place > 0 && other.deliveryID === undefined);
  return { change: { reports: least === -1 ? all : all.filter((_, place) => place !== least) } };
};

/** Hands the next report to the exchange, which sends it at once: it asks for one only when the line is free. */
export const sendReport = ({ context }: VenArgs): Conclusion => {
  const [next, ...reports] = context.reports;
  if (next === undefined) return {};
  const { message, attempt, deliveryID } = next;
  const delivery = deliveryID === undefined ? {} : { deliveryID };
  return {
    tell: [{ type: 'exchange.wanted', wanted: { purpose: 'report', message, resend: false, attempt, ...delivery } }],
    change: { reports, inHand: { ...next, isVoid: false } },
  };
};

/** The exchange has begun: from here on the usage may have been counted. */
export const recordDeliveryStart = ({ event }: VenArgs): Conclusion => {
  if (event.type !== 'report.started') return {};
  const { deliveryID, message } = event.wanted;
  if (deliveryID === undefined || message.message !== 'oadrUpdateReport') return {};
  const { requestID } = message;
  return { tell: [{ type: 'UsageDeliveryStarted', data: { deliveryID, exchangeID: event.exchangeID, requestID } }] };
};

/** The request under which a message reports. */
const requestOf = ({ message }: Wanted): string =>
  message.message === 'oadrUpdateReport' ? (message.oadrReport[0]?.reportRequestID ?? '') : '';

const acknowledged = (deliveryID: string, reportRequestID: string, responseCode: string): readonly Output[] => [
  { type: 'UsageDeliveryAcknowledged', data: { deliveryID, reportRequestID, responseCode } },
  { type: 'AlarmCleared', data: { alarm: 'usageRejected' } },
];

const rejected = (deliveryID: string, responseCode: string, why: string): readonly Output[] => [
  { type: 'UsageDeliveryRejected', data: { deliveryID, responseCode, why } },
  {
    type: 'AlarmRaised',
    data: {
      alarm: 'usageRejected',
      text: `The VTN rejected the usage of ${deliveryID} with ${responseCode} ${why}.`,
      advice: 'It is not sent again unchanged; ask the VTN’s operator what is wrong with it.',
    },
  },
];

/** The VTN has answered a report: the usage that this message carried is acknowledged, or rejected for good. @rule 2.0b 346 */
export const settleReport = ({ event }: VenArgs): Conclusion => {
  const change = { inHand: null, reportsFail: false };
  if (event.type !== 'reply.received' || event.wanted.deliveryID === undefined) return { change };
  const { deliveryID } = event.wanted;
  const { responseCode = '200', responseDescription = '' } =
    (event.message === null ? null : responseOf(event.message)) ?? {};
  const tell = responseCode.startsWith('2')
    ? acknowledged(deliveryID, requestOf(event.wanted), responseCode)
    : rejected(deliveryID, responseCode, responseDescription);
  return { tell, change };
};

/** The VTN does not know the request: the usage is owed as before, and everything is to be registered anew. */
export const releaseUnknownReport = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'reply.received') return {};
  const code = event.message === null ? '' : (responseOf(event.message)?.responseCode ?? event.message.message);
  const { deliveryID } = event.wanted;
  return {
    tell:
      deliveryID === undefined
        ? []
        : [
            {
              type: 'UsageDeliveryReleased',
              data: { deliveryID, because: `the VTN does not know its request (${code})` },
            },
          ],
    change: {
      inHand: null,
      failures: context.failures + 1,
      failure: null,
      requestsFreshSince: null,
      bootstrap: 'full',
      reportsFail: true,
      requestUnknownAt: event.at,
    },
  };
};

/** Nobody knows whether the usage was counted; a person is told where it is held back. */
export const doubted = (
  deliveryID: string,
  requestID: string,
  policy: 'resend' | 'hold',
  because: string,
): readonly Output[] => [
  { type: 'UsageDeliveryDoubted', data: { deliveryID, requestID, policy, because } },
  ...(policy === 'resend'
    ? []
    : [
        {
          type: 'AlarmRaised',
          data: {
            alarm: 'usageInDoubt',
            text: `It is unknown whether the VTN counted the usage of ${deliveryID} (${because}).`,
            advice: 'Ask the VTN’s operator; release it with `ven deliveries --release` when it was not counted.',
          },
        } as const,
      ]),
];

/** The report that failed waits for its next turn, unless its request has become void or nobody may send it again. */
const waitingAgain = ({ reports, inHand }: VenContext, wanted: Wanted): readonly QueuedReport[] => {
  if (inHand === null || inHand.isVoid || inHand.message.requestID !== requestIDOf(wanted)) return reports;
  const { isVoid: _isVoid, ...report } = inHand;
  return [{ ...report, attempt: report.attempt + 1 }, ...reports];
};

const requestIDOf = ({ message }: Wanted): string => ('requestID' in message ? (message.requestID ?? '') : '');

/** The exchange failed: the usage was certainly not delivered, or nobody knows and the policy decides. */
export const settleFailedReport = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'exchange.failed' || event.wanted.purpose !== 'report') return {};
  const { deliveryID } = event.wanted;
  const settled = { inHand: null, reportsFail: true };
  const waiting = { change: { ...settled, reports: waitingAgain(context, event.wanted) } };
  if (deliveryID === undefined) return waiting;
  const because = describeFailure(event.failure);
  if (event.failure.certainlyNotDelivered) {
    return { tell: [{ type: 'UsageDeliveryReleased', data: { deliveryID, because } }], ...waiting };
  }
  const policy = event.settings.unknownOutcome;
  const tell = doubted(deliveryID, requestIDOf(event.wanted), policy, because);
  return policy === 'hold' ? { tell, change: settled } : { tell, ...waiting };
};

/** Requests ended: what waits under them is worthless. Usage that was never sent is owed; usage in doubt stays in doubt. */
export const dropVoidReports = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'requests.void') return {};
  const isVoid = ({ reportRequestID }: QueuedReport): boolean => event.reportRequestIDs.includes(reportRequestID);
  const { inHand } = context;
  return {
    tell: context.reports
      .filter(isVoid)
      .flatMap(({ deliveryID, attempt }): readonly Output[] =>
        deliveryID === undefined || attempt > 1
          ? []
          : [{ type: 'UsageDeliveryReleased', data: { deliveryID, because: event.because } }],
      ),
    change: {
      reports: context.reports.filter((report) => !isVoid(report)),
      ...(inHand !== null && isVoid(inHand) ? { inHand: { ...inHand, isVoid: true } } : {}),
    },
  };
};
