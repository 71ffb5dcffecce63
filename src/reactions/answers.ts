import type { EiResponse } from '../protocol/elements/eiResponse.ts';
import type { MessageName, OadrMessage } from '../protocol/payload.ts';
import type { ResponseCode } from '../protocol/types/responseCode.ts';
import type { Wanted } from '../machines/wanted.ts';
import type { Objection } from '../machines/objection.ts';
import type { Moment } from '../machines/moment.ts';
import { signalFindings } from '../machines/drEvent/signalFault.ts';
import type { Signal } from '../machines/signals.ts';
import type { Consequence } from '../core/consequence.ts';
import { exchangeStream } from '../machines/streams.ts';
import { unansweredReports } from './reports/unanswered.ts';
import { drEventOf, reportRequestsOf, snapshotOf, type AgentState } from '../core/state.ts';
import { actingSettings } from './trust.ts';

/** Our answers to what the VTN hands out. Each is a request of its own, sent again until it got through. @rule 2.0b 500 */

/** The venID to speak with. @rule 2.0b 508 */
export const venIDOf = (state: AgentState, moment: Moment): string =>
  snapshotOf(state, 'ven', 'ven')?.context.venID ?? moment.settings.venID;

/** An eiResponse; without a fault it says 200. */
export const eiResponse = (requestID: string, fault: Objection | null): EiResponse => ({
  responseCode: (fault?.responseCode ?? '200') as ResponseCode,
  responseDescription: fault?.why ?? 'OK',
  requestID,
});

/** A message as an answer. */
export const answer = (message: OadrMessage): Wanted => ({ purpose: 'answer', message, resend: true, attempt: 1 });

/** The same as a consequence. */
export const sendAnswer = (message: OadrMessage): Consequence => ({
  signal: { type: 'exchange.wanted', wanted: answer(message) },
});

/** A message that is not taken: the log says so, whatever is answered. */
export const refusal = (message: MessageName, { responseCode, why }: Objection): Consequence => ({
  stream: exchangeStream,
  fact: { type: 'MessageRefused', data: { message, responseCode, why } },
});

/** What an oadrResponse answers: the message decides about the service, and its requestID is repeated. */
export interface AnsweredMessage {
  readonly message?: MessageName | undefined;
  readonly requestID?: string | undefined;
}

/** An oadrResponse, for what has no answer of its own. @rule 2.0b 303 */
export const answering = (
  state: AgentState,
  moment: Moment,
  fault: Objection | null,
  { message, requestID = '' }: AnsweredMessage = {},
): Wanted => ({
  ...answer({ message: 'oadrResponse', eiResponse: eiResponse(requestID, fault), venID: venIDOf(state, moment) }),
  ...(message === undefined ? {} : { answers: message }),
});

/** All report requests whose reports are still to come, from whatever message: in force, or made and waiting to be sent. @rule 2.0b 329 */
export const pendingReports = (state: AgentState): readonly string[] => {
  return [
    ...new Set([
      ...reportRequestsOf(state).map(([id]) => id),
      ...unansweredReports(state).map(({ reportRequestID }) => reportRequestID),
    ]),
  ];
};

/** The answer to report requests or their cancellation, with what is pending once they took effect. @rule 2.0b 329, 336 */
export const requestsAnswer = (
  state: AgentState,
  moment: Moment,
  signal: Extract<Signal, { type: 'requests.answered' }>,
): Wanted =>
  answer({
    message: signal.cancelled ? 'oadrCanceledReport' : 'oadrCreatedReport',
    eiResponse: eiResponse(signal.requestID, signal.fault),
    oadrPendingReports: signal.pending ?? pendingReports(state),
    venID: venIDOf(state, moment),
  });

/**
 * A new answer to a DR event that a person opted in or out of, with what would be said of its signals if it were listed; not for
 * events that want none. @rule 2.0b §8.1, 62, 109
 */
export const drEventAnswer = (state: AgentState, moment: Moment, eventID: string): readonly Consequence[] => {
  const context = drEventOf(state, eventID);
  if (context === undefined || context.responseRequired !== 'always') return [];
  const { modificationNumber, event, requestID } = context;
  const venID = venIDOf(state, moment);
  const findings = event === null ? null : signalFindings(event, actingSettings(state, moment.settings), venID);
  const optType = findings?.isFollowed === true ? context.optType : 'optOut';
  const fault = findings?.fault ?? findings?.unsupported ?? null;
  const responseCode = (fault?.responseCode ?? '200') as ResponseCode;
  const responseDescription = fault?.why ?? 'OK';
  return [
    {
      stream: `drEvent/${eventID}`,
      fact: { type: 'DrEventAnswered', data: { eventID, modificationNumber, optType, responseCode, requestID } },
    },
    sendAnswer({
      message: 'oadrCreatedEvent',
      eiResponse: eiResponse('', null),
      eventResponses: [
        { responseCode, responseDescription, requestID, qualifiedEventID: { eventID, modificationNumber }, optType },
      ],
      venID,
    }),
  ];
};
