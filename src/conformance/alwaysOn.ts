/** What certification looks at in every message of every case. @rule checklist, section 13 */
import type { MessageName, OadrMessage } from '../protocol/payload.ts';
import { properRepliesTo } from '../protocol/services.ts';
import { parseDateTime } from '../protocol/types/dateTime.ts';
import { isAccepted } from '../protocol/types/responseCode.ts';
import { faultsInRequest, faultsInText } from './judgeText.ts';
import { saidBy, type Side, type WiredExchange, type WireText } from './traffic.ts';

/** Something that a check found. */
export interface CheckFinding {
  /** Whose message it is about. */
  readonly of: Side;
  /** The exchange that it is about, by its number in the case. */
  readonly place: number;
  /** The row of the checklist with the rule, and a sentence. */
  readonly text: string;
}

/** Which exchanges are looked at, and how. */
export interface CheckOptions {
  /** Codes beyond 2xx are in order. */
  readonly isNegative?: boolean;
  /** The VTN pushes: it is never polled. */
  readonly isPushed?: boolean;
}

/** Answers that name the requestID of what they answer. @rule 2.0b 303 */
const echoing: readonly MessageName[] = [
  'oadrCreatedReport',
  'oadrRegisteredReport',
  'oadrUpdatedReport',
  'oadrCanceledReport',
  'oadrCanceledPartyRegistration',
];

/** @limit What is stamped with now lies within this of it. @unit ms */
const nowMs = 60_000;

const requestIDIn = (message: OadrMessage): string | undefined => {
  // What oadrRegisteredReport asks for is answered under the requestID of its eiResponse.
  if (message.message === 'oadrRegisteredReport') return message.eiResponse.requestID;
  return 'requestID' in message ? message.requestID : undefined;
};

/** What has been said before a message: what it may refer to. */
interface Said {
  venID: string | null;
  readonly requestIDs: Set<string>;
  /** By the eventID, the exchange that brought it. */
  readonly unanswered: Map<string, number>;
}

const venIDFault = (message: OadrMessage, { venID }: Said): readonly string[] => {
  const named = 'venID' in message ? message.venID : undefined;
  return venID === null || named === undefined || named === venID || message.message === 'oadrCreatePartyRegistration'
    ? []
    : [`1.9 (508): ${message.message} is from venID ${named}, and ${venID} is registered`];
};

const codeFault = (message: OadrMessage, { isNegative = false }: CheckOptions): readonly string[] => {
  const code = 'eiResponse' in message ? message.eiResponse?.responseCode : undefined;
  return code === undefined || isNegative || isAccepted(code)
    ? []
    : [`13.4: ${message.message} has the responseCode ${code} though nothing is wrong`];
};

const echoFault = (message: OadrMessage, { requestIDs }: Said): readonly string[] => {
  if (!echoing.includes(message.message) || !('eiResponse' in message)) return [];
  const { requestID = '' } = message.eiResponse ?? {};
  return requestIDs.has(requestID)
    ? []
    : [`1.20 (303): ${message.message} answers requestID "${requestID}", which the VTN never used`];
};

const stampsIn = (message: OadrMessage): readonly string[] => {
  if (message.message === 'oadrCreateOpt') return [message.createdDateTime];
  return message.message === 'oadrRegisterReport'
    ? message.oadrReport.map(({ createdDateTime }) => createdDateTime)
    : [];
};

const stampFault = (message: OadrMessage, at: number): readonly string[] =>
  stampsIn(message)
    .filter((stamp) => !(Math.abs((parseDateTime(stamp) ?? Number.NaN) - at) <= nowMs))
    .map((stamp) => `11.18: ${message.message} says it was created at ${stamp}, which is not within a minute of now`);

const answerFault = (message: OadrMessage, { unanswered }: Said, beside: readonly number[]): readonly string[] => {
  if (message.message === 'oadrCreatedEvent') {
    for (const { qualifiedEventID } of message.eventResponses ?? []) unanswered.delete(qualifiedEventID.eventID);
    if (!isAccepted(message.eiResponse.responseCode)) unanswered.clear();
  }
  const heard = [...unanswered].flatMap(([eventID, place]) => (beside.includes(place) ? [] : [eventID]));
  return message.message === 'oadrRequestEvent' && heard.length > 0
    ? [`13.11: oadrRequestEvent is sent before ${heard.join(', ')} is answered`]
    : [];
};

/** Takes in what the VTN said. */
const hear = (message: OadrMessage, said: Said, place: number): void => {
  const requestID = requestIDIn(message);
  if (requestID !== undefined) said.requestIDs.add(requestID);
  if (message.message === 'oadrCreatedPartyRegistration' && (message.registrationID ?? '') !== '')
    said.venID = message.venID ?? said.venID;
  if (message.message === 'oadrDistributeEvent')
    for (const event of message.oadrEvent)
      if (event.oadrResponseRequired === 'always') said.unanswered.set(event.eiEvent.eventDescriptor.eventID, place);
};

const pollFault = (message: OadrMessage, { isPushed = false }: CheckOptions): readonly string[] =>
  isPushed && message.message === 'oadrPoll' ? ['3.1, 13.11: oadrPoll is sent to a VTN that pushes'] : [];

/** What is wrong with how the VEN answers in the exchange in which it was pushed to; nothing was answered where the status says so. @rule 2.0b §8.1, Tab. 2 */
const replyFault = ({ asked, answer }: WiredExchange): readonly string[] => {
  if (asked.message === undefined || answer === undefined) return [];
  const { message: pushed } = asked.message;
  if (pushed === 'oadrDistributeEvent')
    return answer.xml === '' ? [] : ['2.20: a pushed oadrDistributeEvent is answered with more than an empty body'];
  const reply = answer.message?.message;
  return reply !== undefined && (reply === 'oadrResponse' || properRepliesTo(pushed).includes(reply))
    ? []
    : [`2.21: a pushed ${pushed} is answered with ${reply ?? 'no message'}`];
};

/** What the VEN said in an exchange, judged by what was said before. */
const faultsOfVen = (
  { at, service, beside = [] }: WiredExchange,
  { xml, message }: WireText,
  said: Said,
  options: CheckOptions,
): readonly string[] => [
  ...(xml === '' ? [] : faultsInRequest(service, xml).faults),
  ...(message === undefined
    ? []
    : [
        ...pollFault(message, options),
        ...venIDFault(message, said),
        ...codeFault(message, options),
        ...echoFault(message, said),
        ...stampFault(message, at),
        ...answerFault(message, said, beside),
      ]),
];

/** An exchange and its number. */
type Placed = readonly [exchange: WiredExchange, place: number];

/** What is wrong with what one side said in an exchange; what the VTN said is taken in. */
const faultsOf = (side: Side, [exchange, place]: Placed, said: Said, options: CheckOptions): readonly string[] => {
  const text = saidBy(side, exchange);
  if (text === undefined) return [];
  if (side === 'VEN') return faultsOfVen(exchange, text, said, options);
  if (text.message !== undefined) hear(text.message, said, place);
  return text.xml === '' ? [] : faultsInText(text.xml).faults;
};

/** What the always-on checks find in everything that went over the wire in a case. */
export const checkAlways = (exchanges: readonly WiredExchange[], options: CheckOptions): readonly CheckFinding[] => {
  const said: Said = { venID: null, requestIDs: new Set(), unanswered: new Map() };
  return exchanges.flatMap((exchange, place): readonly CheckFinding[] => {
    const sides = exchange.by === 'VEN' ? (['VEN', 'VTN'] as const) : (['VTN', 'VEN'] as const);
    const found = sides.flatMap((of) =>
      faultsOf(of, [exchange, place], said, options).map((text): CheckFinding => ({ of, place, text })),
    );
    const ofReply = exchange.by === 'VEN' ? [] : replyFault(exchange);
    return [...found, ...ofReply.map((text): CheckFinding => ({ of: 'VEN', place, text }))];
  });
};
