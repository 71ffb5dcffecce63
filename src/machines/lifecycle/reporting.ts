import type { Output } from '../../facts/fact.ts';
import { describeFailure } from '../backoff.ts';
import { metadataMessage } from '../metadata.ts';
import { responseOf } from '../replies.ts';
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

/** Hands the next report to the exchange. */
export const sendReport = ({ context }: VenArgs): Conclusion => {
  const next = nextReport(context);
  if (next === undefined) return {};
  const { message, attempt, deliveryID } = next;
  const delivery = deliveryID === undefined ? {} : { deliveryID };
  return {
    tell: [{ type: 'exchange.wanted', wanted: { purpose: 'report', message, resend: false, attempt, ...delivery } }],
  };
};

/** The exchange has begun: from here on the usage may have been counted. */
export const recordDeliveryStart = ({ context, event }: VenArgs): Conclusion => {
  const deliveryID = nextReport(context)?.deliveryID;
  if (
    event.type !== 'report.started' ||
    deliveryID === undefined ||
    event.wanted.message.message !== 'oadrUpdateReport'
  )
    return {};
  const { requestID } = event.wanted.message;
  return { tell: [{ type: 'UsageDeliveryStarted', data: { deliveryID, exchangeID: event.exchangeID, requestID } }] };
};

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

/** The VTN has answered a report: its usage is acknowledged, or rejected for good. @rule 2.0b 346 */
export const settleReport = ({ context, event }: VenArgs): Conclusion => {
  const [report, ...reports] = context.reports;
  const change = { reports, reportsFail: false };
  if (report?.deliveryID === undefined || event.type !== 'reply.received') return { change };
  const response = event.message === null ? null : responseOf(event.message);
  const { responseCode = '200', responseDescription = '' } = response ?? {};
  const tell = responseCode.startsWith('2')
    ? acknowledged(report.deliveryID, report.reportRequestID, responseCode)
    : rejected(report.deliveryID, responseCode, responseDescription);
  return { tell, change };
};

/** The VTN does not know the request: the usage is owed as before, and everything is to be registered anew. */
export const releaseUnknownReport = ({ context, event }: VenArgs): Conclusion => {
  const [report, ...reports] = context.reports;
  const code =
    event.type === 'reply.received' && event.message !== null
      ? (responseOf(event.message)?.responseCode ?? event.message.message)
      : '';
  const deliveryID = report?.deliveryID;
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
      reports,
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

/** The exchange failed: the usage was certainly not delivered, or nobody knows and the policy decides. */
export const settleFailedReport = ({ context, event }: VenArgs): Conclusion => {
  const [report, ...rest] = context.reports;
  if (event.type !== 'exchange.failed' || event.wanted.purpose !== 'report' || report === undefined) return {};
  const { deliveryID, message } = report;
  const waiting = { change: { reports: [{ ...report, attempt: report.attempt + 1 }, ...rest], reportsFail: true } };
  if (deliveryID === undefined) return waiting;
  const because = describeFailure(event.failure);
  if (event.failure.certainlyNotDelivered) {
    return { tell: [{ type: 'UsageDeliveryReleased', data: { deliveryID, because } }], ...waiting };
  }
  const policy = event.settings.unknownOutcome;
  const tell = doubted(deliveryID, message.requestID, policy, because);
  return policy === 'hold' ? { tell, change: { reports: rest, reportsFail: true } } : { tell, ...waiting };
};

/** Requests ended: what waits under them is worthless. Usage that was never sent is owed; usage in doubt stays in doubt. */
export const dropVoidReports = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'requests.void') return {};
  const isVoid = ({ reportRequestID }: QueuedReport): boolean => event.reportRequestIDs.includes(reportRequestID);
  return {
    tell: context.reports
      .filter(isVoid)
      .flatMap(({ deliveryID, attempt }): readonly Output[] =>
        deliveryID === undefined || attempt > 1
          ? []
          : [{ type: 'UsageDeliveryReleased', data: { deliveryID, because: event.because } }],
      ),
    change: { reports: context.reports.filter((report) => !isVoid(report)) },
  };
};
