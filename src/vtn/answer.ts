import type { OadrMessage } from '../protocol/payload.ts';

/** How the connection ends, as a client sees it. */
export type ConnectionEnd =
  /** An answer arrives. */
  | 'answered'
  /** The connection is closed without one. */
  | 'closed'
  /** The connection is reset. */
  | 'reset'
  /** Nothing ever comes; the client has to give up. */
  | 'hanging'
  /** The body begins and stops before its Content-Length. */
  | 'cutShort'
  /** The body comes one byte at a time. */
  | 'trickling';

/** What a client gets for a request. */
export interface VtnAnswer {
  readonly connection: ConnectionEnd;
  readonly status: number;
  /** Content-Type, Date and what the status needs; Content-Length is the server's to add. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, written when it is first asked for. */
  readonly body: string;
  /** The message in the body, when it is one and arrives whole. */
  readonly message?: OadrMessage;
  /** How long the answer takes. @unit ms */
  readonly delayMs: number;
  /** Whether the VTN has acted on the request. */
  readonly processed: boolean;
}

/** The parts of an answer, with a body that is still to be written. */
export interface AnswerParts extends Omit<VtnAnswer, 'body'> {
  readonly write: () => string;
}

/** Makes an answer whose body is written once, and only when somebody wants it. */
export const answerOf = ({ write, ...parts }: AnswerParts): VtnAnswer => {
  let written: string | undefined;
  return Object.defineProperty({ ...parts, body: '' }, 'body', { enumerable: true, get: () => (written ??= write()) });
};
