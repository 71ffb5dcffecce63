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

const code = (message: OadrMessage): string => {
  const response = 'eiResponse' in message ? message.eiResponse : undefined;
  return response === undefined ? '' : ` ${response.responseCode}`;
};

/** An outcome in a few words. */
export const outcomeText = (outcome: RecordedOutcome): string => {
  switch (outcome.kind) {
    case 'answered':
      return `${outcome.message.message}${code(outcome.message)}`;
    case 'empty':
      return 'an empty body';
    case 'unreadable':
      return 'something that is no message';
    case 'failed':
      return outcome.httpStatus === undefined ? outcome.reason : `HTTP ${outcome.httpStatus}`;
    case 'unknown':
      return 'nothing that was recorded';
  }
};
