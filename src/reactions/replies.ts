/** What came back in an exchange: who hears it, and what is said to what cannot be taken. */
import { tell, type Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { ExchangeFailed, MessageReceived, MessageRejected } from '../facts/input.ts';
import type { SignatureRefused } from '../facts/signatures.ts';
import type { Purpose } from '../facts/output.ts';
import { isMadeHere, type Moment } from '../machines/moment.ts';
import type { ExchangeContext } from '../machines/exchange.ts';
import { repliesTo, responseOf } from '../machines/exchange/replies.ts';
import { isOfAnOpt } from '../machines/opt.ts';
import type { Signal } from '../machines/signals.ts';
import { exchangeStream, venStream } from '../machines/streams.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { answering } from './answers.ts';
import { clockComparison, clockConcerns, clockHeard } from './clocks.ts';
import { optAnswered } from './opts.ts';
import { signatureConcerns, verifiedAgain } from './signatures.ts';
import { growthConcerns, readAgain, tooLargeAlarm, unreadableAlarm } from './unreadable.ts';

/** The exchange in flight, when it is this one. */
const inFlight = (state: AgentState, exchangeID: string): ExchangeContext | null => {
  const context = snapshotOf(state, 'exchange', 'exchange')?.context;
  return context?.exchangeID === exchangeID ? context : null;
};

const purposeInFlight = (state: AgentState, exchangeID: string): Purpose | null =>
  inFlight(state, exchangeID)?.inFlight?.purpose ?? null;

/** The identifiers of a message that say which request of ours it is about. */
const about = (message: OadrMessage): readonly string[] => [
  ...('requestID' in message ? [message.requestID ?? ''] : []),
  ...('optID' in message ? [message.optID ?? ''] : []),
];

/** What a reply names of another request of ours, if anything. */
const namedOfAnother = (asked: OadrMessage, reply: OadrMessage): string | undefined =>
  [responseOf(reply)?.requestID ?? '', ...about(reply)].find(
    (id) => (isMadeHere(id) || isOfAnOpt(id)) && !about(asked).includes(id),
  );

/** Whose replies have usage booked, or told under a request that was void when it was made again, or an opt forgotten that stands. */
const costly: ReadonlySet<Purpose> = new Set(['report', 'opt', 'metadata']);

/**
 * Why a message is no reply to what is in flight; null where it may be one. Not every VTN repeats our requestID. But where another request of
 * ours had it, somebody answers with what was for that one: in between stands who keeps replies.
 */
const whyNoReply = (context: ExchangeContext | null, message: OadrMessage): string | null => {
  if (context === null || context.inFlight === null) return null;
  const { purpose, message: asked } = context.inFlight;
  if (!repliesTo(purpose, message)) return `${message.message} is no reply to this request`;
  if (!costly.has(purpose)) return null;
  const named = namedOfAnother(asked, message);
  return named === undefined ? null : `the ${message.message} answers an earlier request of ours (${named})`;
};

const failed = (exchangeID: string, detail: string): Consequence =>
  tell(exchangeStream, {
    type: 'exchange.failed',
    exchangeID,
    failure: { reason: 'unreadable', certainlyNotDelivered: false, detail },
  });

const answered = (exchangeID: string, message: OadrMessage | null): Consequence =>
  tell(exchangeStream, { type: 'exchange.answered', exchangeID, message });

/** A message that decodes. */
export const messageReceived = (
  state: AgentState,
  { bytes, exchangeID, message, clockOffsetMs, signature }: MessageReceived,
): readonly Consequence[] => {
  const why = whyNoReply(inFlight(state, exchangeID), message);
  return [
    ...clockConcerns(state, clockOffsetMs),
    ...clockComparison(state, clockOffsetMs),
    ...readAgain(state, message),
    ...growthConcerns(state, message, { bytes, isAsked: purposeInFlight(state, exchangeID) === 'requestEvent' }),
    ...verifiedAgain(state, signature !== undefined),
    why === null ? answered(exchangeID, message) : failed(exchangeID, why),
    ...clockHeard(state, clockOffsetMs),
  ];
};

/**
 * A reply that is OpenADR but invalid must not be asked for again and again: say so, and go on. DR events that nobody could read are
 * asked for once more after a while, ever more rarely.
 */
export const messageRejected = (state: AgentState, moment: Moment, data: MessageRejected): readonly Consequence[] => {
  const purpose = purposeInFlight(state, data.exchangeID);
  const goesOn =
    (purpose === 'poll' || purpose === 'requestEvent' || purpose === 'answer') &&
    (data.kind === 'invalid' || data.kind === 'unknownMessage');
  const { message, requestID, responseCode = '459' } = data;
  const text = `${data.text} (${data.path})`;
  // Beyond our limits it costs the exchange; whoever waits for what it would have brought is to know why.
  const alarm = unreadableAlarm(message, `A message of the VTN is ${data.kind} and was refused: ${text}.`);
  if (!goesOn) return [failed(data.exchangeID, text), ...(data.kind === 'hostile' ? [alarm] : [])];
  const fault = { responseCode, why: data.text };
  return [
    answered(data.exchangeID, null),
    alarm,
    { signal: { type: 'exchange.wanted', wanted: answering(state, moment, fault, { message, requestID }) } },
    ...(message === 'oadrDistributeEvent' ? [tell(venStream, { type: 'events.unread' })] : []),
  ];
};

/** An answer that may be anybody's is ignored: what it said is not read, and the exchange has failed. @rule 2.0b 514 */
export const signatureRefused = (data: SignatureRefused): readonly Consequence[] => [
  signatureConcerns(data),
  failed(data.exchangeID, data.text),
];

/** An empty body is an acknowledgement where only an acknowledgement is due. @rule 2.0b Fig. 22 */
export const emptyReplyReceived = (state: AgentState, exchangeID: string): readonly Consequence[] => {
  const purpose = purposeInFlight(state, exchangeID);
  return purpose === 'poll' || purpose === 'answer'
    ? [answered(exchangeID, null)]
    : [failed(exchangeID, 'the reply is empty where a message is due')];
};

/** An exchange that brought no message. */
export const exchangeFailed = (
  state: AgentState,
  { exchangeID, ...failure }: ExchangeFailed,
): readonly Consequence[] => {
  const heard = tell(exchangeStream, { type: 'exchange.failed', exchangeID, failure });
  if (failure.reason !== 'tooLarge') return [heard];
  const purpose = purposeInFlight(state, exchangeID);
  const kind = purpose === 'requestEvent' ? 'oadrDistributeEvent' : undefined;
  return [heard, tooLargeAlarm(kind, failure.detail)];
};

/** Purposes whose replies bring things to be answered: that is said before the lifecycle asks for more. @rule 2.0b Annex C */
const bringsItems: ReadonlySet<Purpose> = new Set(['poll', 'requestEvent']);

/** Elsewhere the lifecycle hears a reply first: what comes with it is about the state that it has brought. */
const heardBy = ({ wanted, message }: Extract<Signal, { type: 'exchange.answered' }>): readonly Consequence[] => {
  const { purpose } = wanted;
  const heard = tell(venStream, { type: 'reply.received', wanted, message });
  if (purpose === 'opt') return [heard, ...optAnswered(wanted, message)];
  if (message === null) return [heard];
  const received: Consequence = { signal: { type: 'message.received', purpose, message } };
  return bringsItems.has(purpose) ? [received, heard] : [heard, received];
};

/** A reply is heard; when all that follows from it has been said, the line goes on. */
export const replyHeard = (
  state: AgentState,
  signal: Extract<Signal, { type: 'exchange.answered' }>,
): readonly Consequence[] => [
  ...heardBy(signal),
  ...(snapshotOf(state, 'exchange', 'exchange')?.value === 'hearing'
    ? [tell(exchangeStream, { type: 'reply.heard' })]
    : []),
];

/** A message has left the queue. A poll that had to wait there is paced from here. */
export const exchangeStarted = (
  state: AgentState,
  moment: Moment,
  signal: Extract<Signal, { type: 'exchange.started' }>,
): readonly Consequence[] => {
  const { purpose } = signal.wanted;
  if (purpose === 'report') return [tell(venStream, { ...signal, type: 'report.started' })];
  const hasWaited = purpose === 'poll' && snapshotOf(state, 'ven', 'ven')?.context.polledAt !== moment.at;
  return hasWaited ? [tell(venStream, { type: 'poll.started' })] : [];
};
