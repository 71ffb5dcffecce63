import { MASK, type Secret } from './secret.ts';
import { forRegExp, longestFirst } from './secretForms.ts';
import { inAnyForm, SecretSearch, type SoughtSecret } from './secretSearch.ts';
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

/** Secrets whole, and each part of those that are paths. */
const partsOf = (secrets: readonly string[]): readonly string[] =>
  longestFirst(secrets.flatMap((secret) => [secret, ...secret.split('/')]).filter((part) => part !== ''));

/** @limit Longer texts of letters or of digits alone are no words. @unit characters */
const LONGEST_WORD = 15;

/** Whether a part of a secret is what anybody writes, a word or a number: hiding it hides that from every sentence. */
const isPlain = (part: string): boolean =>
  part.length >= SHORTEST_FREE_STANDING && part.length <= LONGEST_WORD && /^(\p{L}+|\d+)$/u.test(part);

/** How much of a secret is what anybody writes. */
export const plainnessOf = (secret: Secret): 'whole' | 'part' | null => {
  const text = secret.reveal();
  if (isPlain(text)) return 'whole';
  return text.split('/').some(isPlain) ? 'part' : null;
};

const soughtAs = (part: string): SoughtSecret =>
  part.length >= SHORTEST_FREE_STANDING
    ? inAnyForm(part)
    : { plainly: [`/${part}/`], inForms: [], source: () => forRegExp(`/${part}/`) };

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
  const secretParts = new SecretSearch(partsOf(texts).map(soughtAs));
  const text = (given: string): string =>
    secretParts.replace(given, (found) => (found.startsWith('/') && found.endsWith('/') ? `/${MASK}/` : MASK));

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
