import { decodePayload, xmlLimitsFor, type DecodeResult } from '../protocol/payload.ts';
import { isAccepted } from '../protocol/types/responseCode.ts';

/** @limit Longer replies are not remembered: they are none of the many that bring nothing. @unit characters */
const rememberedCharacters = 4_000;

/**
 * What a reply says by its code is heard before the rest is minded: a VTN that refuses us often leaves empty what the schema wants filled.
 *
 * @rule 2.0b 48
 */
const codeFirst = (strictly: DecodeResult, tolerantly: () => DecodeResult): DecodeResult => {
  if (strictly.ok || strictly.refusal.kind !== 'invalid') return strictly;
  const read = tolerantly();
  if (!read.ok || !('eiResponse' in read.message)) return strictly;
  const { responseCode } = read.message.eiResponse ?? {};
  return responseCode === undefined || isAccepted(responseCode) ? strictly : read;
};

/**
 * Reads replies. One that says the same as the last, character for character, is not read anew: a quiet poll has nothing
 * that could tell its reply from the one before, and a day has thousands of them. Messages are never changed, so they may
 * be the same object.
 */
export class ReplyReader {
  #last: { readonly body: string; readonly terms: string; readonly result: DecodeResult } | null = null;

  /** `isSigned`: the body is read as far as it is signed. `resources`: how many this VEN has, for a VTN may name each of them. */
  read(body: string, strict: boolean, isSigned = false, resources = 0): DecodeResult {
    const terms = `${String(strict)} ${String(isSigned)}`;
    if (this.#last?.body === body && this.#last.terms === terms) return this.#last.result;
    const options = { itemByItem: true, isSigned, limits: xmlLimitsFor(resources) };
    const result = codeFirst(decodePayload(body, { strict, ...options }), () => decodePayload(body, options));
    if (result.ok && body.length <= rememberedCharacters) this.#last = { body, terms, result };
    return result;
  }
}
