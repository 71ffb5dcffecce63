import { alarmKey } from '../facts/alarms.ts';
import type { Purpose } from '../facts/output.ts';
import type { OadrCancelPartyRegistration } from '../protocol/messages/oadrCancelPartyRegistration.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import type { Objection } from '../machines/objection.ts';
import type { Moment } from '../machines/moment.ts';
import { accepts, repliesToNoPoll } from '../machines/exchange/replies.ts';
import { tell, type Consequence } from '../core/consequence.ts';
import { exchangeStream, venStream } from '../machines/streams.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import { answering, eiResponse, refusal, sendAnswer, venIDOf } from './answers.ts';
import { receiveDistributeEvent } from './drEvents.ts';
import { receiveCancelReport, receiveReportRequests } from './reportRequests.ts';

/** What each message the VTN can send asks of us. @rule 2.0b 500, §8.6 */

/** How a message came: as the reply to a request of ours, or pushed. */
export type Occasion = Purpose | 'push';

/** Whether the VTN sent it of itself, rather than as the reply to what we asked. */
const isOfItself = (occasion: Occasion): boolean => occasion === 'poll' || occasion === 'push';

/** Who a message is for that is not for us: the venID that is configured here is not ours where the VTN gave us another. @rule 2.0b 21 */
const notOurs = (named: string, venID: string, { settings }: Moment): Objection => ({
  responseCode: '452',
  why:
    named === settings.venID
      ? `venID ${named} is not ours since the VTN registered us as ${venID}`
      : `venID ${named} is not ours`,
});

const cancellationFault = (
  state: AgentState,
  moment: Moment,
  message: OadrCancelPartyRegistration,
): Objection | null => {
  const registrationID = snapshotOf(state, 'ven', 'ven')?.context.registrationID;
  if (message.registrationID !== registrationID) {
    return { responseCode: '452', why: `registrationID ${message.registrationID} is not ours` };
  }
  const venID = venIDOf(state, moment);
  return message.venID !== undefined && message.venID !== venID ? notOurs(message.venID, venID, moment) : null;
};

/** @rule 2.0b 407: a valid cancellation ends everything; a wrong one changes nothing. */
const receiveCancelRegistration = (
  state: AgentState,
  moment: Moment,
  message: OadrCancelPartyRegistration,
): readonly Consequence[] => {
  const fault = cancellationFault(state, moment, message);
  return [
    fault === null
      ? tell(venStream, { type: 'registration.cancelled' })
      : refusal('oadrCancelPartyRegistration', fault),
    sendAnswer({
      message: 'oadrCanceledPartyRegistration',
      eiResponse: eiResponse(message.requestID, fault),
      registrationID: message.registrationID,
      venID: venIDOf(state, moment),
    }),
  ];
};

/**
 * @rule 2.0b Fig. 22: what a poll brought is acknowledged, then the registration is renewed.
 * As the reply to another request it needs no acknowledgement: a VTN that does not know us would answer that alike, and so on
 * without end. As the reply to a registration it is a refusal, which the lifecycle handles.
 */
const receiveRequestReregistration = (state: AgentState, moment: Moment, purpose: Occasion): readonly Consequence[] => {
  if (purpose === 'registration' || purpose === 'query') return [];
  const acknowledgement = {
    signal: {
      type: 'exchange.wanted',
      wanted: answering(state, moment, null, { message: 'oadrRequestReregistration' }),
    },
  } as const;
  return [
    ...(isOfItself(purpose) ? [acknowledgement] : []),
    { signal: { type: 'resync.wanted', bootstrap: 'renewal' } },
  ];
};

const mismatch = { alarm: 'identityMismatch', subject: 'venID' } as const;

/** What was for another VEN leaves a word behind; where reports are at stake a person is told, until we are addressed rightly again. */
const strayConcerns = (state: AgentState, message: OadrMessage, stray: Objection | null): readonly Consequence[] => {
  if (stray !== null) {
    const text = `The VTN sends us what is for another venID: ${stray.why}.`;
    const advice =
      'It is refused with 452. When reports of ours are meant, they are not sent: compare the venID with the VTN’s operator.';
    const alarm: Consequence = {
      stream: exchangeStream,
      fact: { type: 'AlarmRaised', data: { ...mismatch, text, advice } },
    };
    const isAtStake = message.message === 'oadrCreateReport' || message.message === 'oadrCancelReport';
    return [refusal(message.message, stray), ...(isAtStake ? [alarm] : [])];
  }
  const isAddressed = message.message === 'oadrCreateReport' || message.message === 'oadrRegisteredReport';
  return isAddressed && state.alarms[alarmKey(mismatch)] !== undefined
    ? [{ stream: exchangeStream, fact: { type: 'AlarmCleared', data: mismatch } }]
    : [];
};

/** A word on what came of itself and answers something that was never asked there. */
const misplaced = (message: OadrMessage, purpose: Occasion): readonly Consequence[] =>
  isOfItself(purpose) && repliesToNoPoll(message)
    ? [refusal(message.message, { responseCode: '459', why: 'it answers nothing that was asked there' })]
    : [];

/** What a poll brought for another VEN, or what was pushed to it here, is refused. @rule 2.0b 21 */
const strayFault = (message: OadrMessage, venID: string, purpose: Occasion, moment: Moment): Objection | null => {
  const named = 'venID' in message ? message.venID : undefined;
  return !isOfItself(purpose) || named === undefined || named === venID ? null : notOurs(named, venID, moment);
};

/** Whether the VTN has us, as far as we know. */
export const isRegistered = (state: AgentState): boolean =>
  (snapshotOf(state, 'ven', 'ven')?.context.registrationID ?? null) !== null;

const taken = (
  state: AgentState,
  moment: Moment,
  purpose: Occasion,
  message: OadrMessage,
  stray: Objection | null,
): readonly Consequence[] => {
  const venID = venIDOf(state, moment);
  switch (message.message) {
    case 'oadrDistributeEvent':
      return receiveDistributeEvent(state, moment, message, purpose);
    case 'oadrCreateReport':
      if (stray !== null)
        return [
          { signal: { type: 'requests.answered', requestID: message.requestID, fault: stray, cancelled: false } },
        ];
      return receiveReportRequests(state, moment, message.oadrReportRequest, message.requestID, message.unreadable);
    case 'oadrRegisteredReport':
      return accepts(message) && (message.oadrReportRequest.length > 0 || message.unreadable !== undefined)
        ? receiveReportRequests(
            state,
            moment,
            message.oadrReportRequest,
            message.eiResponse.requestID,
            message.unreadable,
          )
        : [];
    case 'oadrCancelReport':
      if (stray !== null)
        return [{ signal: { type: 'requests.answered', requestID: message.requestID, fault: stray, cancelled: true } }];
      return receiveCancelReport(state, moment, message, true);
    case 'oadrUpdatedReport':
      return [
        ...misplaced(message, purpose),
        ...(message.oadrCancelReport === undefined
          ? []
          : receiveCancelReport(state, moment, message.oadrCancelReport, false)),
      ];
    case 'oadrRegisterReport':
      return [
        sendAnswer({
          message: 'oadrRegisteredReport',
          eiResponse: eiResponse(message.requestID, stray),
          oadrReportRequest: [],
          venID,
        }),
      ];
    case 'oadrUpdateReport': {
      const fault = { responseCode: '452', why: 'we have not asked for this report' };
      return [sendAnswer({ message: 'oadrUpdatedReport', eiResponse: eiResponse(message.requestID, fault), venID })];
    }
    case 'oadrCancelPartyRegistration':
      return receiveCancelRegistration(state, moment, message);
    case 'oadrRequestReregistration':
      return receiveRequestReregistration(state, moment, purpose);
    case 'oadrCreatedPartyRegistration':
    case 'oadrCanceledPartyRegistration':
    case 'oadrCreatedOpt':
    case 'oadrCanceledOpt':
      return misplaced(message, purpose);
    case 'oadrResponse':
    case 'oadrCreatedReport':
    case 'oadrCanceledReport':
      return [];
    default: {
      const fault = { responseCode: '459', why: `${message.message} is not for a VEN` };
      return [{ signal: { type: 'exchange.wanted', wanted: answering(state, moment, fault, message) } }];
    }
  }
};

/** What follows from a message. An unregistered VEN does nothing about it. @rule 2.0b 405 */
export const receive = (
  state: AgentState,
  moment: Moment,
  purpose: Occasion,
  message: OadrMessage,
): readonly Consequence[] => {
  if (!isRegistered(state)) return [];
  const stray = strayFault(message, venIDOf(state, moment), purpose, moment);
  return [...strayConcerns(state, message, stray), ...taken(state, moment, purpose, message, stray)];
};
