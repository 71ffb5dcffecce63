/** One HTTP request to somebody in the house or beyond: bounded in time and size, without redirects, and with an end in every case. */
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as encryptedRequest } from 'node:https';

/** @limit A larger answer is none. @unit bytes */
const largestAnswerBytes = 1_048_576;

/** What is asked. */
export interface AskedOverHttp {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole of it. @unit ms */
  readonly timeoutMs: number;
  /** The only authorities to trust, as PEM. */
  readonly ca?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was answered. */
export interface AnsweredOverHttp {
  readonly status: number;
  readonly text: string;
  /** For how long it wants to be left alone. @unit ms */
  readonly retryAfterMs?: number;
}

/** No answer came; the message is a part of a sentence, without address. */
export class NoHttpAnswer extends Error {
  override readonly name = 'NoHttpAnswer';
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up at present',
  ECONNRESET: 'the connection was broken off',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it did not answer in time',
};

const wordsOf = ({ code, message }: NodeJS.ErrnoException): string =>
  (code === undefined ? undefined : words[code]) ?? (code === undefined ? message : `it fails with ${code}`);

const retryAfterOf = ({ headers }: IncomingMessage): { readonly retryAfterMs?: number } => {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
};

/** Asks, and gives the answer whatever its status is. @throws NoHttpAnswer */
export const ask = ({
  url,
  method,
  headers = {},
  body,
  timeoutMs,
  ca,
  signal,
}: AskedOverHttp): Promise<AnsweredOverHttp> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? encryptedRequest : plainRequest;
    const sized = body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const request = send(url, {
      method,
      headers: sized,
      agent: false,
      ...(ca === undefined ? {} : { ca }),
      ...(signal === undefined ? {} : { signal }),
    });
    const timer = setTimeout(
      () => request.destroy(new NoHttpAnswer(`it did not answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error instanceof NoHttpAnswer ? error : new NoHttpAnswer(wordsOf(error)));
    };
    request.once('error', fail);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > largestAnswerBytes)
          request.destroy(new NoHttpAnswer(`its answer is larger than ${largestAnswerBytes / 1_048_576} MiB`));
        else parts.push(part);
      });
      response.once('error', fail);
      response.once('end', () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
          ...retryAfterOf(response),
        });
      });
    });
    request.end(body);
  });
