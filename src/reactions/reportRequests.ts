/** Report requests and their cancellation, in whichever message they came. @rule 2.0b 304, 322, 336, 344, 345 */
import type { OadrReportRequest } from '../protocol/elements/oadrReportRequest.ts';
import type { Objection } from '../machines/objection.ts';
import type { Moment } from '../machines/moment.ts';
import { reportTerms, type TermsResult } from '../machines/report/reportTerms.ts';
import type { Terms } from '../machines/report/terms.ts';
import { alarmKey } from '../facts/alarms.ts';
import type { ReportRequestEnded } from '../facts/output.ts';
import { sameContent } from '../machines/sameContent.ts';
import { tell, type Consequence } from '../core/consequence.ts';
import { streamOf, venStream } from '../machines/streams.ts';
import { reportRequestsOf, type AgentState } from '../core/state.ts';
import type { UnreadableItem } from '../protocol/errors.ts';
import { pendingReports } from './answers.ts';
import { leftOf, type LeftToTell } from '../machines/report/leftToTell.ts';
import { gridKey, gridOf } from './reports/grids.ts';
import { askedTimeOf, leftBy, leftByCancelled, leftIn } from './reports/left.ts';
import { energyResourcesOf } from './reports/points.ts';
import { unreadableRequests } from './unreadable.ts';

/** @limit Report requests in force at once: five for each device that there can be. Further ones are refused. */
export const requestsLimit = 500;

/** @limit Different grids of boundaries at which the devices are read for report requests. One more is refused. */
export const gridsLimit = 12;

/** @limit Refusals of one message that are told one by one; the last one tells how many more there are. */
export const refusalsTold = 10;

/** @limit Identifiers that are named in one sentence. */
const namesShown = 5;

const alarmOf = (reportRequestID: string, { responseCode, why }: Objection): Consequence => ({
  stream: streamOf('reportRequest', reportRequestID),
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm: 'unknownIdentifiers',
      text: `The VTN asks for a report we cannot give (${shortened(reportRequestID)}): ${why}.`,
      advice:
        responseCode === '452'
          ? 'Compare reportSpecifierIDs and resourceIDs with the VTN’s operator: what is asked for under a wrong name is not paid.'
          : `It was answered ${responseCode}. Tell the VTN’s operator what our metadata offer: what is refused is not reported, and not paid.`,
    },
  },
});

/** As much of a foreign text as a sentence can bear. */
const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** A request that is not met. */
interface Refused {
  readonly reportRequestID: string;
  readonly fault: Objection;
}

const refusalsOf = (refused: readonly Refused[]): readonly Consequence[] => {
  const more = refused.length - refusalsTold;
  return refused.slice(0, refusalsTold).flatMap(({ reportRequestID, fault }, index): readonly Consequence[] => {
    const { responseCode } = fault;
    const isLastTold = more > 0 && index === refusalsTold - 1;
    const why = isLastTold ? `${fault.why} (and ${more} more requests of the same message)` : fault.why;
    return [
      {
        stream: streamOf('reportRequest', reportRequestID),
        fact: { type: 'ReportRequestRefused', data: { reportRequestID, responseCode, why } },
      },
      alarmOf(reportRequestID, fault),
    ];
  });
};

const differs = 'wireDiffersFromProgramme';

/** Whether a request in force, beside one, asks for the same report in an odd way. */
const anotherIsOdd = (state: AgentState, reportRequestID: string, reportSpecifierID: string): boolean =>
  reportRequestsOf(state).some(([id, { terms, acceptedAt }]) => {
    if (id === reportRequestID || terms?.reportSpecifierID !== reportSpecifierID) return false;
    const judgement = state.settings === null ? null : reportTerms(terms.request, state.settings, acceptedAt);
    return judgement?.ok === true && judgement.remarks.length > 0;
  });

/** What is odd about the requests of a report is told once, and over when nobody asks for it in such a way any more. */
const remark = (
  state: AgentState,
  { reportRequestID, reportSpecifierID: subject }: Terms,
  remarks: readonly string[],
): readonly Consequence[] => {
  const stream = streamOf('reportRequest', reportRequestID);
  if (remarks.length === 0)
    return anotherIsOdd(state, reportRequestID, subject)
      ? []
      : [undefined, subject]
          .map((each) => ({ alarm: differs, ...(each === undefined ? {} : { subject: each }) }) as const)
          .filter((data) => state.alarms[alarmKey(data)] !== undefined)
          .map((data) => ({ stream, fact: { type: 'AlarmCleared', data } }));
  const text = `Report request ${shortened(reportRequestID)}: ${remarks.join('; ')}.`;
  const advice = 'Nothing is lost by it; ask the VTN’s operator whether it is meant.';
  return [{ stream, fact: { type: 'AlarmRaised', data: { alarm: differs, subject, text, advice } } }];
};

/** A report is not asked for any more, by its asker or by itself: what was odd about that is over. */
export const oddityOver = (
  state: AgentState,
  { reportRequestID, because }: ReportRequestEnded,
): readonly Consequence[] => {
  if (because !== 'cancelled' && because !== 'elapsed') return [];
  // The request that ended is gone by now, and with it what it asked for.
  const standing = Object.keys(state.alarms).filter((key) => key.startsWith(`${differs} `));
  return standing
    .map((key) => key.slice(differs.length + 1))
    .filter((subject) => !anotherIsOdd(state, reportRequestID, subject))
    .map((subject) => ({
      stream: streamOf('reportRequest', reportRequestID),
      fact: { type: 'AlarmCleared', data: { alarm: differs, subject } },
    }));
};

/** What is in force while a message is gone through. */
interface InForce {
  readonly requests: Map<string, Terms | null>;
  readonly grids: Set<string>;
}

const inForceIn = (state: AgentState): InForce => {
  const requests = new Map(reportRequestsOf(state).map(([id, { terms }]) => [id, terms] as const));
  const grids = new Set([...requests.values()].flatMap((terms) => gridOf(terms).map(gridKey)));
  return { requests, grids };
};

/** More than we can carry at once. */
const loadFault = ({ requests, grids }: InForce, terms: Terms): Objection | null => {
  if (!requests.has(terms.reportRequestID) && requests.size >= requestsLimit)
    return { responseCode: '454', why: `more than ${requestsLimit} report requests at once` };
  const isOneGridTooMany = gridOf(terms).some((grid) => !grids.has(gridKey(grid)) && grids.size >= gridsLimit);
  return isOneGridTooMany
    ? {
        responseCode: '454',
        why: `its intervals begin at other instants than those of ${gridsLimit} requests in force`,
      }
    : null;
};

/** A request that comes again word for word, while it is in force, is no news: it goes on as it is. */
const isRepeated = ({ requests }: InForce, request: OadrReportRequest): boolean => {
  const known = requests.get(request.reportRequestID);
  return known !== undefined && known !== null && sameContent(known.request, request);
};

const judged = (inForce: InForce, request: OadrReportRequest, moment: Moment): TermsResult => {
  const result = reportTerms(request, moment.settings, moment.at);
  const fault = result.ok ? loadFault(inForce, result.terms) : null;
  return fault === null ? result : { ok: false, fault };
};

/** Of several requests with one reportRequestID the last one counts. */
const lastOfEach = (requests: readonly OadrReportRequest[]): readonly OadrReportRequest[] => [
  ...new Map(requests.map((request) => [request.reportRequestID, request])).values(),
];

const mended = (accepted: readonly string[], refused: readonly Refused[]): readonly Consequence[] =>
  accepted.length === 0 || refused.length > 0
    ? []
    : [{ stream: venStream, fact: { type: 'AlarmCleared', data: { alarm: 'unknownIdentifiers' } } }];

/** What a request leaves to the one that takes its place. */
const leftByReplaced = (state: AgentState, { settings }: Moment, reportRequestID: string): readonly LeftToTell[] =>
  reportRequestsOf(state).flatMap(([id, context]) => (id === reportRequestID ? leftBy(context, settings) : []));

/** A request begins, and with it what others left of its devices when they became void. */
const begins = (state: AgentState, moment: Moment, terms: Terms): readonly Consequence[] => {
  const { reportRequestID } = terms;
  const replaced = leftByReplaced(state, moment, reportRequestID);
  const all = [...leftIn(state), ...replaced];
  const time = all.length === 0 ? null : askedTimeOf(terms);
  const asked = time === null ? null : { ...time, resourceIDs: energyResourcesOf(terms, moment.settings) };
  const left = asked === null ? [] : leftOf(all, asked);
  return [
    ...(replaced.length === 0 ? [] : [tell(venStream, { type: 'usage.left', left: replaced })]),
    ...(left.length === 0 || asked === null
      ? []
      : [tell(venStream, { type: 'usage.taken', resourceIDs: asked.resourceIDs, fromAt: asked.fromAt })]),
    tell(streamOf('reportRequest', reportRequestID), {
      type: 'request.accepted',
      terms,
      ...(left.length === 0 ? {} : { left }),
    }),
  ];
};

/**
 * Takes over report requests; each good one counts, and the answer carries the first fault.
 * @limit 500 in force at once, on at most 12 grids of boundaries.
 */
export const receiveReportRequests = (
  state: AgentState,
  moment: Moment,
  requests: readonly OadrReportRequest[],
  requestID: string,
  unreadable: readonly UnreadableItem[] = [],
): readonly Consequence[] => {
  const inForce = inForceIn(state);
  const accepted: string[] = [];
  const refused: Refused[] = [];
  const taken = lastOfEach(requests).flatMap((request): readonly Consequence[] => {
    const { reportRequestID } = request;
    if (isRepeated(inForce, request)) {
      accepted.push(reportRequestID);
      return [];
    }
    const result = judged(inForce, request, moment);
    if (!result.ok) {
      refused.push({ reportRequestID, fault: result.fault });
      return [];
    }
    const { terms, remarks } = result;
    const isReplaced = inForce.requests.has(reportRequestID);
    inForce.requests.set(reportRequestID, terms);
    for (const grid of gridOf(terms)) inForce.grids.add(gridKey(grid));
    accepted.push(reportRequestID);
    const stream = streamOf('reportRequest', reportRequestID);
    return [
      ...(isReplaced ? [tell(stream, { type: 'request.ended', because: 'replaced' })] : []),
      ...begins(state, moment, terms),
      ...remark(state, terms, remarks),
    ];
  });
  // The promise comes before the report that it promises.
  const pending = [...new Set([...pendingReports(state), ...accepted])];
  const { fault: unreadFault, told } = unreadableRequests(unreadable);
  const fault = refused[0]?.fault ?? unreadFault;
  return [
    { signal: { type: 'requests.answered', requestID, fault, cancelled: false, pending } },
    ...refusalsOf(refused),
    ...taken,
    ...mended(accepted, refused),
    ...told,
  ];
};

const namedList = (ids: readonly string[]): string => {
  const more = ids.length - namesShown;
  return `${ids.slice(0, namesShown).map(shortened).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Ends report requests by name. `requestID` null: it came piggy-backed and wants no answer. @rule 2.0b 345 */
export const receiveCancelReport = (
  state: AgentState,
  moment: Moment,
  cancel: { readonly reportRequestID: readonly string[]; readonly reportToFollow: boolean; readonly requestID: string },
  wantsAnswer: boolean,
): readonly Consequence[] => {
  const inForce = new Map(reportRequestsOf(state).map(([id, context]) => [id, context] as const));
  const pendingNow = pendingReports(state);
  const known = new Set(pendingNow);
  const { reportToFollow } = cancel;
  const named = new Set(cancel.reportRequestID);
  const unknown = [...named].filter((id) => !known.has(id));
  const fault: Objection | null =
    unknown.length === 0
      ? null
      : { responseCode: '452', why: `reportRequestID ${namedList(unknown)} is not in force here` };
  // One with a report to follow is pending until that has gone. @rule 2.0b 345
  const pending = pendingNow.filter((id) => reportToFollow || !named.has(id));
  return [
    ...(wantsAnswer
      ? [
          {
            signal: { type: 'requests.answered', requestID: cancel.requestID, fault, cancelled: true, pending },
          } as const,
        ]
      : []),
    ...[...named]
      .filter((id) => known.has(id))
      .flatMap((id): readonly Consequence[] => {
        const context = inForce.get(id);
        if (context === undefined) {
          const reportRequestIDs = reportToFollow ? [] : [id];
          return [
            tell(venStream, { type: 'requests.void', reportRequestIDs, because: 'its request ended: cancelled' }),
          ];
        }
        const left = reportToFollow ? [] : leftByCancelled(context, moment);
        return [
          ...(left.length === 0 ? [] : [tell(venStream, { type: 'usage.left', left })]),
          tell(streamOf('reportRequest', id), { type: 'request.cancelled', reportToFollow }),
        ];
      }),
  ];
};
