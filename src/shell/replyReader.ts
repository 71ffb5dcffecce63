import { decodePayload, type DecodeResult } from '../protocol/payload.ts';

/** @limit Longer replies are not remembered: they are none of the many that bring nothing. @unit characters */
const rememberedCharacters = 4_000;

/**
 * Reads replies. One that says the same as the last, character for character, is not read anew: a quiet poll has nothing
 * that could tell its reply from the one before, and a day has thousands of them. Messages are never changed, so they may
 * be the same object.
 */
export class ReplyReader {
  #last: { readonly body: string; readonly strict: boolean; readonly result: DecodeResult } | null = null;

  read(body: string, strict: boolean): DecodeResult {
    if (this.#last?.body === body && this.#last.strict === strict) return this.#last.result;
    const result = decodePayload(body, { strict, itemByItem: true });
    if (result.ok && body.length <= rememberedCharacters) this.#last = { body, strict, result };
    return result;
  }
}
