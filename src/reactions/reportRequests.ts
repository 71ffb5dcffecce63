import type { OadrReportRequest } from '../protocol/elements/oadrReportRequest.ts';
import type { Fault } from '../machines/judge.ts';
import type { Moment } from '../machines/moment.ts';
import { reportTerms } from '../machines/reportTerms.ts';
import { tell, type Consequence } from '../core/consequence.ts';
import { streamOf, venStream } from '../machines/streams.ts';
import { reportRequestsOf, type AgentState } from '../core/state.ts';
import { pendingReports } from './answers.ts';

/** Report requests and their cancellation, in whichever message they came. @rule 2.0b 304, 322, 336, 344, 345 */

const refuse = (reportRequestID: string, fault: Fault): readonly Consequence[] => {
  const stream = `reportRequest/${reportRequestID}`;
  const { responseCode, why } = fault;
  return [
    { stream, fact: { type: 'ReportRequestRefused', data: { reportRequestID, responseCode, why } } },
    {
      stream,
      fact: {
        type: 'AlarmRaised',
        data: {
          alarm: 'unknownIdentifiers',
          text: `The VTN asks for a report we cannot give (${reportRequestID}): ${why}.`,
          advice:
            'Compare reportSpecifierIDs and resourceIDs with the VTN’s operator: what is asked for under a wrong name is not paid.',
        },
      },
    },
  ];
};

const remark = (reportRequestID: string, remarks: readonly string[]): readonly Consequence[] =>
  remarks.map((text) => ({
    stream: `reportRequest/${reportRequestID}`,
    fact: {
      type: 'AlarmRaised',
      data: {
        alarm: 'wireDiffersFromProgramme',
        text: `Report request ${reportRequestID}: ${text}; we report at the nearest pace we can keep.`,
        advice: 'Nothing is lost by it; ask the VTN’s operator whether it is meant.',
      },
    },
  }));

/** Takes over report requests; each good one counts, and the answer carries the first fault. */
export const receiveReportRequests = (
  state: AgentState,
  moment: Moment,
  requests: readonly OadrReportRequest[],
  requestID: string,
): readonly Consequence[] => {
  const inForce = new Set(reportRequestsOf(state).map(([id]) => id));
  const accepted: string[] = [];
  let fault: Fault | null = null;
  const taken = requests.flatMap((request): readonly Consequence[] => {
    const { reportRequestID } = request;
    const result = reportTerms(request, moment.settings, moment.at);
    if (!result.ok) {
      fault ??= result.fault;
      return refuse(reportRequestID, result.fault);
    }
    const stream = streamOf('reportRequest', reportRequestID);
    accepted.push(reportRequestID);
    return [
      ...(inForce.has(reportRequestID) ? [tell(stream, { type: 'request.ended', because: 'replaced' })] : []),
      tell(stream, { type: 'request.accepted', terms: result.terms }),
      ...remark(reportRequestID, result.remarks),
    ];
  });
  // The promise comes before the report that it promises.
  const pending = [...new Set([...pendingReports(state), ...accepted])];
  return [{ signal: { type: 'requests.answered', requestID, fault, cancelled: false, pending } }, ...taken];
};

/** Ends report requests by name. `requestID` null: it came piggy-backed and wants no answer. @rule 2.0b 345 */
export const receiveCancelReport = (
  state: AgentState,
  cancel: { readonly reportRequestID: readonly string[]; readonly reportToFollow: boolean; readonly requestID: string },
  wantsAnswer: boolean,
): readonly Consequence[] => {
  const inForce = new Set(reportRequestsOf(state).map(([id]) => id));
  const known = pendingReports(state);
  const { reportRequestID: named, reportToFollow } = cancel;
  const unknown = named.filter((id) => !known.includes(id));
  const fault: Fault | null =
    unknown.length === 0
      ? null
      : { responseCode: '452', why: `reportRequestID ${unknown.join(', ')} is not in force here` };
  // One with a report to follow is pending until that has gone. @rule 2.0b 345
  const pending = known.filter((id) => reportToFollow || !named.includes(id));
  return [
    ...(wantsAnswer
      ? [
          {
            signal: { type: 'requests.answered', requestID: cancel.requestID, fault, cancelled: true, pending },
          } as const,
        ]
      : []),
    ...named
      .filter((id) => known.includes(id))
      .map((id): Consequence => {
        if (inForce.has(id)) return tell(streamOf('reportRequest', id), { type: 'request.cancelled', reportToFollow });
        const reportRequestIDs = reportToFollow ? [] : [id];
        return tell(venStream, { type: 'requests.void', reportRequestIDs, because: 'its request ended: cancelled' });
      }),
  ];
};
