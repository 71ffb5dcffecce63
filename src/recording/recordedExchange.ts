import type { OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';

/** What became of a request, as the VEN saw it. */
export type RecordedOutcome =
  | { readonly kind: 'answered'; readonly message: OadrMessage; readonly xml: string }
  | { readonly kind: 'empty' }
  /** Something came that was no message. */
  | { readonly kind: 'unreadable'; readonly xml: string; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly httpStatus?: number; readonly retryAfterMs?: number }
  /** The recording, or the run, ends before. */
  | { readonly kind: 'unknown' };

/** A request of a VEN and what became of it, as its log has them. */
export interface RecordedExchange {
  /** Of the request. */
  readonly position: number;
  /** When it was sent. UTC ms. */
  readonly at: number;
  readonly service: OadrServiceName;
  readonly request: OadrMessage;
  readonly requestXml: string;
  readonly outcome: RecordedOutcome;
  /** How long the outcome took. @unit ms */
  readonly tookMs: number;
}

/** What a VEN said to a push; without a message the body was empty. */
export interface RecordedReply {
  readonly httpStatus: number;
  readonly message?: OadrMessage;
  readonly xml: string;
}

/** What a VTN pushed to a VEN and what was said to it, as the log of the VEN has them. */
export interface RecordedPush {
  /** Of what was pushed. */
  readonly position: number;
  /** When it came. UTC ms. */
  readonly at: number;
  readonly service: OadrServiceName;
  /** Undefined when it was no message. */
  readonly message: OadrMessage | undefined;
  readonly xml: string;
  readonly reply: RecordedReply;
}

/** One turn of a conversation: whoever began it, and what the other side said. */
export type RecordedTurn = RecordedExchange | RecordedPush;

/** Whether the VTN began a turn. */
export const isPush = (turn: RecordedTurn): turn is RecordedPush => 'reply' in turn;

const code = (message: OadrMessage): string => {
  const response = 'eiResponse' in message ? message.eiResponse : undefined;
  return response === undefined ? '' : ` ${response.responseCode}`;
};

const EMPTY = 'an empty body';

/** An outcome in a few words. */
export const outcomeText = (outcome: RecordedOutcome): string => {
  switch (outcome.kind) {
    case 'answered':
      return `${outcome.message.message}${code(outcome.message)}`;
    case 'empty':
      return EMPTY;
    case 'unreadable':
      return 'something that is no message';
    case 'failed':
      return outcome.httpStatus === undefined ? outcome.reason : `HTTP ${outcome.httpStatus}`;
    case 'unknown':
      return 'nothing that was recorded';
  }
};

/** A reply to a push in a few words. */
export const replyText = ({ httpStatus, message }: Pick<RecordedReply, 'httpStatus' | 'message'>): string => {
  if (message !== undefined) return `${message.message}${code(message)}`;
  return httpStatus === 200 ? EMPTY : `HTTP ${httpStatus}`;
};

/** The name of what began a turn. */
export const turnName = (turn: RecordedTurn): string =>
  isPush(turn) ? (turn.message?.message ?? 'something unreadable') : turn.request.message;

/** Whether a recording is one of a VEN that is pushed to, or asks to be. */
export const isPushedTo = (turns: readonly RecordedTurn[]): boolean =>
  turns.some(
    (turn) =>
      isPush(turn) ||
      (turn.request.message === 'oadrCreatePartyRegistration' &&
        (turn.request.oadrTransportAddress ?? '') !== '' &&
        !turn.request.oadrHttpPullModel),
  );
