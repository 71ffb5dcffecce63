import type { Output } from '../../facts/fact.ts';
import { describeFailure } from '../exchange/backoff.ts';
import { metadataMessage } from '../report/metadata.ts';
import { requestUnknownForMs } from './pauses.ts';
import { refusedByCode } from './refusals.ts';
import { responseOf } from '../exchange/replies.ts';
import { joinedLeft, leftWithout } from '../report/leftToTell.ts';
import type { Failure, Wanted } from '../wanted.ts';
import type { QueuedReport } from '../signals.ts';
import { ownVenID, want, type Conclusion, type Refusals, type VenArgs, type VenContext } from './lifecycle.ts';

/**
 * The queue of reports, and what becomes of the usage in them. Usage is never dropped: what leaves the queue without an
 * acknowledgement is owed, in doubt or rejected, and the log says which. What is transient is not permanent: a 5xx leaves it
 * in doubt, a 4xx is tried again under fresh requests, and what stands still in the end waits for a person.
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
    change: { requestsFreshSince: event.at, metadataFails: false, unanswered: 0 },
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

/** Usage that a message carried, and what the VTN said to it. */
interface AnsweredReport {
  readonly wanted: Wanted;
  readonly deliveryID: string;
  readonly responseCode: string;
  readonly why: string;
}

/** The VTN's word on usage; null when the event is no answer to any. */
const answerToUsage = ({ event }: VenArgs): AnsweredReport | null => {
  if (event.type !== 'reply.received' || event.wanted.deliveryID === undefined) return null;
  const { responseCode = '200', responseDescription = '' } =
    (event.message === null ? null : responseOf(event.message)) ?? {};
  return { wanted: event.wanted, deliveryID: event.wanted.deliveryID, responseCode, why: responseDescription };
};

/** Only 2xx says that it was counted, and only 4xx that it was not: a VTN that failed on it may have counted it all the same. */
const isUndecided = (responseCode: string): boolean => !/^[24]/.test(responseCode);

/** Whether the VTN answered usage with a code that leaves its fate open. @reading a 5xx is not "not counted" */
export const leavesUsageInDoubt = (args: VenArgs): boolean => isUndecided(answerToUsage(args)?.responseCode ?? '200');

/** @limit Times that refused usage is sent again under a fresh request before it stands still. */
export const refusedUsageTries = 3;

/** @limit Refused hours that are remembered at once. */
const refusalsLimit = 100;

/** What a report speaks of, whatever request it goes under. */
const hoursOf = ({ message }: Wanted): string =>
  message.message !== 'oadrUpdateReport'
    ? ''
    : message.oadrReport
        .map(({ dtstart = '', duration = '', intervals = [] }) => {
          const payloads = intervals[0]?.oadrReportPayload ?? [];
          return [dtstart, duration, ...payloads.map((payload) => ('rID' in payload ? payload.rID : ''))].join(' ');
        })
        .join('; ');

const withoutRefusals = ({ refusals }: VenContext, wanted: Wanted): readonly Refusals[] =>
  refusals.length === 0 ? refusals : refusals.filter(({ hours }) => hours !== hoursOf(wanted));

/** The VTN refused the usage, so it was not counted: it goes again under a fresh request, a few times; then it stands still. */
const refuseUsage = (context: VenContext, { wanted, deliveryID, responseCode, why }: AnsweredReport): Conclusion => {
  const hours = hoursOf(wanted);
  const times = (context.refusals.find((each) => each.hours === hours)?.times ?? 0) + 1;
  const others = withoutRefusals(context, wanted);
  if (times <= refusedUsageTries) {
    const because = `the VTN refused it with ${responseCode} ${why} (try ${times} of ${refusedUsageTries + 1})`;
    return {
      tell: [
        { type: 'UsageDeliveryReleased', data: { deliveryID, because } },
        { type: 'usage.refused', times },
      ],
      change: { refusals: [...others, { hours, times }].slice(-refusalsLimit) },
    };
  }
  return {
    tell: [
      { type: 'UsageDeliveryRejected', data: { deliveryID, responseCode, why } },
      {
        type: 'AlarmRaised',
        data: {
          alarm: 'usageRejected',
          text: `The VTN rejected the usage of ${deliveryID} with ${responseCode} ${why}, ${times} times.`,
          advice:
            'It stands still: ask the VTN’s operator what is wrong with it, and send it again with `ven deliveries --release` when that is mended.',
        },
      },
    ],
    change: { refusals: others },
  };
};

/** The VTN failed on the usage: nobody knows whether it counted it. */
const doubtUsage = (context: VenContext, { event }: VenArgs, answer: AnsweredReport): Conclusion => {
  const { wanted, deliveryID, responseCode, why } = answer;
  const policy = event.settings.unknownOutcome;
  const because = `the VTN answered with ${responseCode} ${why}`.trimEnd();
  return {
    tell: doubted(deliveryID, requestIDOf(wanted), policy, because),
    change: { reportsFail: true, ...(policy === 'hold' ? {} : { reports: waitingAgain(context, wanted) }) },
  };
};

/** Which report a message is, whatever request it goes under. */
const specifierOf = ({ message }: Wanted): string =>
  message.message === 'oadrUpdateReport' ? (message.oadrReport[0]?.reportSpecifierID ?? '') : '';

/** How often in a row the VTN did not know a request of its own, this time among them. */
const unknownInARow = ({ requestUnknownAt, requestsUnknown = 0 }: VenContext, at: number): number =>
  requestUnknownAt !== null && at - requestUnknownAt < requestUnknownForMs ? requestsUnknown + 1 : 1;

/** A report was taken: where its like met an unknown request before, that row is over. */
const requestKnown = ({ context, event }: VenArgs): Conclusion['change'] => {
  if (event.type !== 'reply.received' || context.requestUnknownAt === null) return {};
  const isTaken = event.message !== null && responseOf(event.message)?.responseCode.startsWith('2') === true;
  return isTaken && specifierOf(event.wanted) === context.requestUnknownOf
    ? { requestUnknownAt: null, requestsUnknown: 0 }
    : {};
};

/** The VTN has answered a report: the usage that this message carried is acknowledged, refused or in doubt. @rule 2.0b 346 */
export const settleReport = (args: VenArgs): Conclusion => {
  const { context } = args;
  const settled = { inHand: null, reportsFail: false, ...requestKnown(args) };
  const answer = answerToUsage(args);
  if (answer === null) return { tell: refusedByCode(args), change: settled };
  const { wanted, deliveryID, responseCode } = answer;
  if (responseCode.startsWith('2')) {
    const known = requestsAreFresh(context, args.event.at) ? {} : { requestsKnownAt: context.requestsFreshSince };
    const data = { deliveryID, reportRequestID: requestOf(wanted), responseCode, ...known };
    return {
      tell: [{ type: 'UsageDeliveryAcknowledged', data }],
      change: { ...settled, refusals: withoutRefusals(context, wanted) },
    };
  }
  const { tell = [], change } = isUndecided(responseCode)
    ? doubtUsage(context, args, answer)
    : refuseUsage(context, answer);
  return { tell, change: { ...settled, ...change } };
};

/**
 * The VTN does not know the request: the usage is owed as before, and everything is to be registered anew. One that asks again
 * and again for what it then does not know is met with longer and longer pauses: else all would be registered every second.
 */
export const releaseUnknownReport = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'reply.received') return {};
  const code = event.message === null ? '' : (responseOf(event.message)?.responseCode ?? event.message.message);
  const { deliveryID } = event.wanted;
  const requestsUnknown = unknownInARow(context, event.at);
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
      failures: Math.max(context.failures + 1, requestsUnknown),
      unanswered: 0,
      failure: null,
      requestsFreshSince: null,
      bootstrap: 'full',
      reportsFail: true,
      requestUnknownAt: event.at,
      requestUnknownOf: specifierOf(event.wanted),
      requestsUnknown,
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

/** HTTP statuses of a door that stayed shut: nobody behind it has read the message. */
const wasTurnedAway = ({ httpStatus = 0 }: Failure): boolean => [401, 403, 404, 406, 429, 501].includes(httpStatus);

/** The exchange failed: the usage was certainly not delivered, or nobody knows and the policy decides. */
export const settleFailedReport = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'exchange.failed' || event.wanted.purpose !== 'report') return {};
  const { deliveryID } = event.wanted;
  const settled = { inHand: null, reportsFail: true };
  const waiting = { change: { ...settled, reports: waitingAgain(context, event.wanted) } };
  const because = describeFailure(event.failure);
  const isUndelivered = event.failure.certainlyNotDelivered || wasTurnedAway(event.failure);
  if (deliveryID === undefined) {
    const data = { reportRequestID: requestOf(event.wanted), requestID: requestIDOf(event.wanted), because };
    return { tell: isUndelivered ? [] : [{ type: 'ReportDoubted', data }], ...waiting };
  }
  if (isUndelivered) {
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

/** Keeps what void requests left, and lets go what a new one takes over. */
export const keepWhatIsLeft = ({ context: { left = [] }, event }: VenArgs): Conclusion => {
  if (event.type === 'usage.left') return { change: { left: joinedLeft([...left, ...event.left]) } };
  return event.type === 'usage.taken' ? { change: { left: leftWithout(left, event) } } : {};
};
