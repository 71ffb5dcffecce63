import { expect } from 'vitest';
import { type Deviation, type OadrMessage, type Refusal, decodePayload } from '../../../src/protocol/payload.ts';

/** The message of a text that must be accepted, and the rules it was tolerated against. */
export const accepted = (
  input: string | Uint8Array,
  strict = false,
): { readonly message: OadrMessage; readonly rules: string[]; readonly deviations: readonly Deviation[] } => {
  const result = decodePayload(input, { strict });
  if (!result.ok) throw new Error(`Refused at ${result.refusal.path}: ${result.refusal.text}`);
  return {
    message: result.message,
    rules: [...new Set(result.deviations.map(({ rule }) => rule))].sort(),
    deviations: result.deviations,
  };
};

/** The refusal of a text that must not be accepted. */
export const refused = (input: string | Uint8Array, options: Parameters<typeof decodePayload>[1] = {}): Refusal => {
  const result = decodePayload(input, options);
  if (result.ok) throw new Error(`Accepted as ${JSON.stringify(result.message).slice(0, 300)}`);
  expect(result.refusal.text).not.toContain('decoder itself');
  expect(result.refusal.text).toMatch(/^[A-Za-z-].*\.$/s);
  return result.refusal;
};
