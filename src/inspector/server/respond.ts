/** How answers leave: the same headers on each, nothing kept by anyone, nothing executed but our own page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { printableJson } from '../../text/printable.ts';
import { RequestRefused } from './refusal.ts';

/** An answer before it leaves. */
export interface HttpAnswer {
  readonly status?: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a page of ours may do: show itself, its own scripts and styles, and ask this server. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers of every answer. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': pagePolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
};

/** Smaller bodies are not worth compressing: to this machine it gains nothing, and the agent shares the processor. @unit bytes */
const worthCompressing = 65_536;

const isCompressible = (contentType: string): boolean => /^(text|application\/json|image\/svg)/.test(contentType);

/** Writes an answer whole. */
export const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, contentType, body, headers = {} }: HttpAnswer,
): void => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(printableJson(body));
  const isZipped =
    bytes.length >= worthCompressing &&
    isCompressible(contentType) &&
    /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const content = isZipped ? gzipSync(bytes, { level: 1 }) : bytes;
  response.writeHead(status, {
    ...commonHeaders,
    'Content-Type': contentType,
    'Content-Length': content.length,
    ...(isZipped ? { 'Content-Encoding': 'gzip' } : {}),
    Vary: 'Accept-Encoding',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : content);
};

/** A JSON answer. */
export const json = (value: unknown, status = 200): HttpAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

/** What went wrong as a refusal. A log that is closed, or whose agent has just ended, is there again in a moment. */
const asRefusal = (error: unknown): RequestRefused => {
  if (error instanceof RequestRefused) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && error.code === 'closed')
    return new RequestRefused(503, 'logClosed', text, { 'Retry-After': '2' });
  return new RequestRefused(500, 'failed', `The inspector could not answer: ${text}`);
};

/** Whatever went wrong, as an answer. */
export const refusalAnswer = (error: unknown): HttpAnswer => {
  const refusal = asRefusal(error);
  return {
    ...json({ error: { code: refusal.code, message: refusal.message } }, refusal.status),
    headers: refusal.headers,
  };
};
