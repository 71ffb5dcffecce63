import type { MessageName, OadrMessage } from '../protocol/payload.ts';
import type { RequestID } from '../protocol/types/identifiers.ts';
import type { Complain } from './complaints.ts';
import type { Due } from './due.ts';
import type { KnownVen } from './world.ts';

/** @limit polls after which an answer is overdue: it should come before the next one */
const overdueAfterPolls = 2;

const due = (answer: MessageName, requestID?: RequestID, eventIDs: readonly string[] = []): Due => ({
  answer,
  ...(requestID === undefined ? {} : { requestID }),
  eventIDs: new Set(eventIDs),
  polls: 0,
});

/** What a message from the VTN obliges the VEN to send. @rule 2.0b 12, 500 */
const duesOf = (message: OadrMessage): readonly Due[] => {
  switch (message.message) {
    case 'oadrDistributeEvent': {
      const always = message.oadrEvent.filter((event) => event.oadrResponseRequired === 'always');
      const eventIDs = always.map((event) => event.eiEvent.eventDescriptor.eventID);
      return eventIDs.length === 0 ? [] : [due('oadrCreatedEvent', message.requestID, eventIDs)];
    }
    case 'oadrCreateReport':
      return [due('oadrCreatedReport', message.requestID)];
    case 'oadrRegisteredReport':
      return message.oadrReportRequest.length === 0 ? [] : [due('oadrCreatedReport', message.eiResponse.requestID)];
    case 'oadrRegisterReport':
      return [due('oadrRegisteredReport', message.requestID)];
    case 'oadrCancelReport':
      return [due('oadrCanceledReport', message.requestID)];
    case 'oadrUpdateReport':
      return [due('oadrUpdatedReport', message.requestID)];
    case 'oadrCancelPartyRegistration':
      return [due('oadrCanceledPartyRegistration', message.requestID)];
    case 'oadrRequestReregistration':
      return [due('oadrResponse')];
    default:
      return [];
  }
};

/** Which requestIDs a message answers. */
const answered = (message: OadrMessage): readonly RequestID[] => {
  if (message.message === 'oadrCreatedEvent') {
    const events = message.eventResponses ?? [];
    return events.length === 0 ? [message.eiResponse.requestID] : events.map((event) => event.requestID);
  }
  return 'eiResponse' in message && message.eiResponse !== undefined ? [message.eiResponse.requestID] : [];
};

const isAnsweredBy = (owed: Due, message: OadrMessage): boolean =>
  owed.answer === message.message && (owed.requestID === undefined || answered(message).includes(owed.requestID));

const strikeOutEvents = (owed: Due, message: OadrMessage): void => {
  if (message.message !== 'oadrCreatedEvent') return;
  const isRefused = !message.eiResponse.responseCode.startsWith('2');
  if (isRefused) return owed.eventIDs.clear();
  for (const { requestID, qualifiedEventID } of message.eventResponses ?? [])
    if (requestID === owed.requestID) owed.eventIDs.delete(qualifiedEventID.eventID);
};

/** Strikes out what a VEN's message has answered. */
export const settleDues = (ven: KnownVen, message: OadrMessage): void => {
  for (const owed of [...ven.dues]) {
    if (!isAnsweredBy(owed, message)) continue;
    strikeOutEvents(owed, message);
    if (owed.eventIDs.size === 0) ven.dues.splice(ven.dues.indexOf(owed), 1);
  }
};

/** Counts a poll against what is owed, and complains about what is overdue, once. */
export const countPollAgainstDues = (ven: KnownVen, complain: Complain): void => {
  for (const owed of [...ven.dues]) {
    owed.polls += 1;
    if (owed.polls < overdueAfterPolls) continue;
    ven.dues.splice(ven.dues.indexOf(owed), 1);
    const what = owed.eventIDs.size > 0 ? ` for ${[...owed.eventIDs].map((id) => `"${id}"`).join(', ')}` : '';
    complain(
      '12',
      `The VEN polled twice without sending the ${owed.answer}${what} that requestID "${owed.requestID ?? ''}" asks for.`,
      ven.venID,
    );
  }
};

/** @limit answers owed by one VEN that are kept track of */
const duesLimit = 200;

/** Notes what a message obliges a VEN to send; a wish to see it registered anew is acknowledged when a poll brought it. @rule 2.0b Fig. 22 */
export const owe = (ven: KnownVen, message: OadrMessage, request: OadrMessage): void => {
  if (message.message === 'oadrRequestReregistration' && request.message !== 'oadrPoll') return;
  ven.dues.push(...duesOf(message));
  ven.dues.splice(0, ven.dues.length - duesLimit);
};

/** Gives a VEN more time: one of its messages did not get through, through no fault of its own. */
export const forgiveDues = (ven: KnownVen): void => {
  for (const owed of ven.dues) owed.polls = 0;
};
