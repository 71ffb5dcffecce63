import { visitXml } from '../../recording/identifiers.ts';
import { daysUp, movedXml } from '../../recording/instants.ts';
import type { RecordedExchange } from '../../recording/recordedExchange.ts';
import type { Renaming } from '../../recording/renaming.ts';
import { answerOf, type ConnectionEnd, type VtnAnswer } from '../answer.ts';
import { oversized } from '../faults/spoiling.ts';

/** A recorded outcome as an answer that leads to the same outcome again. */

/** An answer that took less was not late, and is given at once. @unit ms */
const lateMs = 1_000;

/** How each failure is brought about. The first three cannot be by a server that is there: the connection is closed instead. */
const failures: Readonly<
  Record<
    string,
    {
      readonly connection: ConnectionEnd;
      readonly status?: number;
      readonly contentType?: string;
      readonly body?: string;
    }
  >
> = {
  refused: { connection: 'closed' },
  dns: { connection: 'closed' },
  tls: { connection: 'closed' },
  aborted: { connection: 'closed' },
  reset: { connection: 'reset' },
  timeout: { connection: 'hanging' },
  contentType: { connection: 'answered', contentType: 'text/html', body: '<html></html>' },
  redirect: { connection: 'answered', status: 302 },
  tooLarge: { connection: 'answered', body: oversized('<oadrPayload></oadrPayload>') },
};

/** Failures that another one stands in for. */
export const standIns: ReadonlySet<string> = new Set(['refused', 'dns', 'tls', 'aborted']);

/** What an answer is made for. */
export interface AnswerPlace {
  /** UTC ms. */
  readonly now: number;
  /** From recorded to present names. */
  readonly renaming: Renaming;
}

const headersAt = (
  now: number,
  contentType: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => ({
  'Content-Type': contentType,
  Date: new Date(now).toUTCString(),
  ...more,
});

const written = (now: number, body: string, delayMs: number): VtnAnswer =>
  answerOf({
    connection: 'answered',
    status: 200,
    headers: headersAt(now, 'application/xml'),
    write: () => body,
    delayMs,
    processed: true,
  });

const failed = ({ outcome }: RecordedExchange, now: number, delayMs: number): VtnAnswer => {
  const { reason, httpStatus, retryAfterMs } = outcome as Extract<
    RecordedExchange['outcome'],
    { readonly kind: 'failed' }
  >;
  const {
    connection = 'answered',
    status = httpStatus ?? 500,
    contentType = 'application/xml',
    body = '',
  } = failures[reason] ?? {};
  const retryAfter = retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) };
  const usual = reason === 'contentType' || reason === 'tooLarge' ? 200 : (httpStatus ?? status);
  const location = reason === 'redirect' ? { Location: '/elsewhere' } : {};
  return answerOf({
    connection,
    status: usual,
    headers: headersAt(now, contentType, { ...retryAfter, ...location }),
    write: () => body,
    delayMs,
    processed: false,
  });
};

/** The recorded answer, with the names and times of now. */
export const recordedAnswer = (exchange: RecordedExchange, { now, renaming }: AnswerPlace): VtnAnswer => {
  const { outcome, at, tookMs } = exchange;
  const delayMs = tookMs >= lateMs && outcome.kind !== 'failed' ? tookMs : 0;
  const distanceMs = now - at;
  const present = (xml: string): string => movedXml(visitXml(xml, renaming), distanceMs, daysUp(distanceMs));
  switch (outcome.kind) {
    case 'answered':
      return { ...written(now, present(outcome.xml), delayMs), message: outcome.message };
    case 'unreadable':
      return written(now, present(outcome.xml), delayMs);
    case 'empty':
      return written(now, '', delayMs);
    case 'failed':
      return failed(exchange, now, delayMs);
    case 'unknown':
      return answerOf({ connection: 'reset', status: 200, headers: {}, write: () => '', delayMs: 0, processed: false });
  }
};
