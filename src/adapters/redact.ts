import { MASK, type Secret } from './secret.ts';
import type { VtnUrl } from './vtnUrl.ts';

/**
 * The one place where secrets are taken out of what leaves the process: every log line, error text, answer and page
 * passes here last, whatever was done before to keep secrets out.
 */
export interface Redactor {
  /** The text with every known secret, in every form it may have taken, replaced by the mask. */
  text(text: string): string;
  /** The error as a printable text: message, stack and every cause, redacted. */
  error(error: unknown): string;
  /** A copy of a JSON-like value with every string in it redacted; errors become plain objects. */
  json(value: unknown): unknown;
}

/**
 * Shorter secrets are hidden only where they stand between slashes: replacing every `v1` of a log would hide nothing but the log.
 * @unit characters
 */
const SHORTEST_FREE_STANDING = 4;

/** @limit how many causes, and how many levels of a value, are followed */
const DEEPEST = 12;

const safely = (transform: (text: string) => string, text: string): string[] => {
  try {
    return [transform(text)];
  } catch {
    return [];
  }
};

/** What a text may have been before it was URL-encoded; itself, when it was not. */
const decodings = (text: string): string[] => [text, ...safely(decodeURIComponent, text), ...safely(decodeURI, text)];

/** The forms under which a text turns up: as it is, URL-encoded, escaped for JSON, escaped for XML, in base64. */
const formsOf = (text: string): string[] => [
  text,
  ...safely(encodeURIComponent, text),
  ...safely(encodeURI, text),
  JSON.stringify(text).slice(1, -1),
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  Buffer.from(text).toString('base64'),
];

const needlesOf = (secret: string): string[] => {
  const wholes = [secret, ...secret.split('/')].filter((part) => part !== '');
  return wholes.flatMap((part) =>
    part.length >= SHORTEST_FREE_STANDING ? decodings(part).flatMap(formsOf) : [`/${part}/`],
  );
};

const asPattern = (needles: readonly string[]): RegExp | null => {
  const longestFirst = [...new Set(needles)].sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return null;
  const escaped = longestFirst.map((needle) => needle.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  // URL-encoding may be written with small or capital hexadecimal digits, and hosts fold case: so do we.
  return new RegExp(escaped.join('|'), 'gi');
};

const describeError = (error: unknown, depth = 0): string => {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack?.includes(error.message) ? error.stack : `${error.name}: ${error.message}`;
  if (depth >= DEEPEST) return own;
  const parts = error instanceof AggregateError ? error.errors.map((part) => describeError(part, depth + 1)) : [];
  const cause = error.cause === undefined ? [] : [describeError(error.cause, depth + 1)];
  return [own, ...parts, ...cause].join('\n  caused by ');
};

const plainError = (error: Error): Record<string, unknown> => ({
  ...error,
  name: error.name,
  message: error.message,
  ...(error.stack === undefined ? {} : { stack: error.stack }),
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** Builds the redactor for all secrets of this process. */
export const createRedactor = (secrets: readonly (Secret | string)[]): Redactor => {
  const texts = secrets.map((secret) => (typeof secret === 'string' ? secret : secret.reveal()));
  const pattern = asPattern(texts.flatMap(needlesOf));
  const text = (given: string): string => {
    if (pattern === null) return given;
    return given.replace(pattern, (found) => (found.startsWith('/') && found.endsWith('/') ? `/${MASK}/` : MASK));
  };

  const ofObject = (value: object, depth: number): unknown => {
    if (depth >= DEEPEST) return '[deeper than shown]';
    if (value instanceof Error) return ofObject(plainError(value), depth);
    if (Array.isArray(value)) return value.map((item) => json(item, depth + 1));
    if ('toJSON' in value && typeof value.toJSON === 'function') return json(value.toJSON(), depth + 1);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), json(item, depth + 1)]));
  };

  const json = (value: unknown, depth = 0): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'object' && value !== null ? ofObject(value, depth) : value;
  };

  return { text, error: (error) => text(describeError(error)), json: (value) => json(value) };
};

/** The secrets a VTN URL carries. */
export const secretsOf = (vtnUrl: VtnUrl): readonly Secret[] =>
  vtnUrl.secretPrefix.reveal() === '' ? [] : [vtnUrl.secretPrefix];
