import type { IncomingHttpHeaders } from 'node:http';
import { largestMessageBytes } from '../../protocol/types/messageSize.ts';
import type { ExchangeFailureReason } from '../transport.ts';
import { charsetOf, messageText } from './messageText.ts';

/** What is read of an answer that is not 200, so that its connection can serve again. @unit bytes */
const LARGEST_DISCARDED_BYTES = 64 * 1024;

/** The status line and headers of an answer, as far as they matter. */
export interface AnswerHead {
  readonly status: number;
  readonly contentType: string;
  /** What the content type says of the encoding, if anything. */
  readonly charset?: string;
  readonly contentEncoding: string;
  readonly contentLength?: number;
  readonly location?: string;
  readonly retryAfter?: string;
  /** The VTN's clock. @unit ms since the epoch */
  readonly date?: number;
}

/** Why an answer is not read as a message. */
export interface AnswerRefused {
  readonly reason: ExchangeFailureReason;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  readonly detail: string;
}

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

const dateOf = (text: string | undefined): number | undefined => {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? at : undefined;
};

type Defined<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };

const defined = <Fields extends object>(fields: Fields): Defined<Fields> => {
  const kept: Partial<Fields> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept as Defined<Fields>;
};

/** Reads the headers of an answer. */
export const readHead = (status: number, headers: IncomingHttpHeaders): AnswerHead => {
  const length = one(headers['content-length']);
  return {
    status,
    contentType: (one(headers['content-type']) ?? '').split(';')[0]!.trim().toLowerCase(),
    contentEncoding: (one(headers['content-encoding']) ?? 'identity').trim().toLowerCase(),
    ...defined({
      charset: charsetOf(one(headers['content-type']) ?? ''),
      contentLength: length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined,
      location: one(headers.location),
      retryAfter: one(headers['retry-after']),
      date: dateOf(one(headers.date)),
    }),
  };
};

/**
 * How long the VTN asks us to stay away, from either form of Retry-After.
 * @reading A date is measured against the VTN's own Date header when it sends one, so that a wrong clock here does not matter.
 */
export const retryAfterMs = (head: AnswerHead, now: number): number | undefined => {
  if (head.retryAfter === undefined) return undefined;
  if (/^\d+$/.test(head.retryAfter.trim())) return Number(head.retryAfter) * 1000;
  const until = dateOf(head.retryAfter);
  return until === undefined ? undefined : Math.max(0, until - (head.date ?? now));
};

const ADVICE: Readonly<Record<number, string>> = {
  400: 'it could not read the message: run "ven log show" to see what was sent',
  401: 'it does not accept our credentials: check the token in the VTN URL',
  403: 'it does not accept our credentials: check the token in the VTN URL and the client certificate',
  404: 'it has no service there: where it answers others, it lacks this one; where none, check the path and the token of the VTN URL',
  406: 'it finds the message invalid: the message is not sent again unchanged; run "ven log show" to see it',
  429: 'it has had too many requests: we stay away for a while',
  501: 'it does not know this kind of request: check that the VTN URL names a 2.0b VTN',
  502: 'a proxy in front of it cannot reach it: we try again later',
  503: 'it is busy: we stay away for a while and try again',
  504: 'a proxy in front of it had no answer in time: we try again later',
};

const originOf = (location: string): string => {
  try {
    return new URL(location).origin;
  } catch {
    return 'another path of the same host';
  }
};

/** Refuses every status but 200: application errors travel inside 200, so any other body is not for us. @rule 2.0b 9.1.5 */
const refuseStatus = (head: AnswerHead, host: string, now: number): AnswerRefused | null => {
  if (head.status === 200) return null;
  const common = defined({ httpStatus: head.status, retryAfterMs: retryAfterMs(head, now) });
  if (head.status >= 300 && head.status < 400) {
    const target = head.location === undefined ? 'nowhere' : `to ${originOf(head.location)}`;
    return {
      reason: 'redirect',
      ...common,
      detail: `The VTN ${host} answered ${head.status} and points ${target}: redirects are not followed, since the token would go with them; if the VTN has moved, change the VTN URL.`,
    };
  }
  const advice =
    ADVICE[head.status] ??
    (head.status >= 500 ? 'it failed in itself: we try again later' : 'this is not an answer OpenADR knows');
  return { reason: 'httpStatus', ...common, detail: `The VTN ${host} answered HTTP ${head.status}: ${advice}.` };
};

const tooLarge = ({ host, resources = 0 }: AnswerReading): AnswerRefused => ({
  reason: 'tooLarge',
  httpStatus: 200,
  detail: `The VTN ${host} answered with more than ${largestMessageBytes(resources)} bytes, which no message of OpenADR has for a VEN of ${resources} ${resources === 1 ? 'resource' : 'resources'}: check the VTN URL.`,
});

/** The beginning of an OpenADR message: that it is one, no other type can deny. The mark of UTF-8 may stand before it. */
const BEGINS_A_MESSAGE = /^(?:\xEF\xBB\xBF)?\s*(?:<\?xml\b[^>]*>\s*)?<(?:[\w.-]+:)?oadrPayload[\s/>]/;

/** What the beginning of a message is looked for in. @unit bytes */
const LOOKED_AT_BYTES = 1024;

const beginsAMessage = (body: Buffer): boolean =>
  BEGINS_A_MESSAGE.test(body.subarray(0, LOOKED_AT_BYTES).toString('latin1'));

/** Types under which XML has been seen; the message itself decides, unless we are strict. */
const PLAUSIBLE_TYPES = /^(application\/xml|text\/xml|.+\+xml|text\/plain|application\/octet-stream|)$/;

const refuseType = (head: AnswerHead, host: string, strict: boolean): AnswerRefused | null => {
  const fits = strict ? head.contentType === 'application/xml' : PLAUSIBLE_TYPES.test(head.contentType);
  if (fits) return null;
  const page =
    head.contentType === 'text/html'
      ? ': this is a web page, perhaps of a proxy or of a network that wants a login'
      : ' instead of application/xml';
  return {
    reason: 'contentType',
    httpStatus: 200,
    detail: `The VTN ${host} answered 200 with "${head.contentType}"${page}; check the VTN URL and the network.`,
  };
};

const refuseEncoding = (head: AnswerHead, host: string): AnswerRefused | null =>
  head.contentEncoding === 'identity' || head.contentEncoding === ''
    ? null
    : {
        reason: 'contentType',
        httpStatus: 200,
        detail: `The VTN ${host} answered in the encoding "${head.contentEncoding}", for which we did not ask: its operator must switch compression off for this service.`,
      };

/** What the reading of an answer needs to know. */
export interface AnswerReading {
  readonly host: string;
  readonly strict: boolean;
  readonly now: () => number;
  /** How many resources an answer may name; none if absent. */
  readonly resources?: number;
}

/** Collects one answer and says, as early as possible, when it is not worth reading on. */
export class AnswerReader {
  readonly head: AnswerHead;
  readonly #reading: AnswerReading;
  readonly #refusedStatus: AnswerRefused | null;
  readonly #mostBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(head: AnswerHead, reading: AnswerReading) {
    this.head = head;
    this.#reading = reading;
    this.#mostBytes = largestMessageBytes(reading.resources);
    this.#refusedStatus = refuseStatus(head, reading.host, reading.now());
  }

  /** The refusal, when nothing more needs to be read. */
  refusedByHead(): AnswerRefused | null {
    const length = this.head.contentLength ?? 0;
    if (this.#refusedStatus !== null) return length > LARGEST_DISCARDED_BYTES ? this.#refusedStatus : null;
    return length > this.#mostBytes ? tooLarge(this.#reading) : null;
  }

  /** Takes a part of the body; gives the refusal when it is one part too many. */
  take(chunk: Buffer): AnswerRefused | null {
    this.#bytes += chunk.length;
    if (this.#refusedStatus !== null) return this.#bytes > LARGEST_DISCARDED_BYTES ? this.#refusedStatus : null;
    if (this.#bytes > this.#mostBytes) return tooLarge(this.#reading);
    this.#chunks.push(chunk);
    return null;
  }

  /** What is known when the answer breaks off: a status other than 200 needs no body. */
  brokenOff(): AnswerRefused | null {
    return this.#refusedStatus;
  }

  /** The whole body as text, or why it is not read. An empty body is an answer whatever its type. @rule 2.0b Fig. 22 */
  end(): string | AnswerRefused {
    if (this.#refusedStatus !== null) return this.#refusedStatus;
    if (this.#bytes === 0) return '';
    const { host, strict } = this.#reading;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    const misnamed = refuseType(this.head, host, strict);
    const refused = refuseEncoding(this.head, host) ?? (strict || !beginsAMessage(body) ? misnamed : null);
    return refused ?? this.#decode(body);
  }

  #decode(body: Buffer): string | AnswerRefused {
    return (
      messageText(body, this.head.charset) ?? {
        reason: 'contentType',
        httpStatus: 200,
        detail: `The VTN ${this.#reading.host} answered with bytes that are not UTF-8, the only encoding of OpenADR messages.`,
      }
    );
  }
}
