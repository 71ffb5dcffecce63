import { expect } from 'vitest';

/**
 * A secret to plant wherever a real token would stand, with characters that URL-encoding, JSON and XML each write differently.
 * If any output shows it, in any of these forms, that output would have shown the customer's token.
 */
export const CANARY = 'canary-7f3a!tok en&"0b"';

/** A passphrase to plant beside the token. */
export const CANARY_PASSPHRASE = 'canary-passphrase-91c2';

/** The canary as it stands in the path of a URL. */
export const CANARY_PATH = encodeURIComponent(CANARY);

/** A VTN URL that carries the canary as its token. */
export const canaryUrl = (origin = 'https://vtn.example'): string => `${origin}/${CANARY_PATH}/OpenADR2/Simple/2.0b`;

/** The parts no encoding changes, and base64 of the whole. */
const traces = [
  'canary-7f3a',
  'canary-passphrase',
  Buffer.from(CANARY).toString('base64'),
  Buffer.from(CANARY_PASSPHRASE).toString('base64'),
];

/** Any of them, in letters of any size: texts of whole days are searched. */
const anyTrace = new RegExp(traces.map((trace) => trace.replace(/[^\w-]/g, '\\$&')).join('|'), 'i');

/** Where a text shows the canary in any form, with what stands about it; null when it does not. */
export const traceOfCanary = (text: string): string | null => {
  const found = text.search(anyTrace);
  return found === -1 ? null : `…${text.slice(Math.max(0, found - 60), found + 60)}…`;
};

/** Fails when a text shows the canary in any form. */
export const expectNoCanary = (text: string): void => {
  const trace = traceOfCanary(text);
  expect(trace === null ? 'no canary' : `canary in: ${trace}`).toBe('no canary');
};
