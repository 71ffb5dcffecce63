import { createHmac } from 'node:crypto';
import { Renaming } from '../recording/renaming.ts';

/**
 * Names that stand for identifiers: the same for the same identifier everywhere in a bundle, of the same length, and without
 * the key, which is nowhere kept, of no use to find the identifier again.
 */

/** @limit The shortest pseudonym: shorter ones could be the same for two identifiers. @unit characters */
const shortestPseudonym = 8;

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** The pseudonyms of one bundle. */
export class Pseudonyms extends Renaming {
  readonly #key: Uint8Array;
  readonly #kept: ReadonlySet<string>;

  /** `key`: chance that nobody else has. `kept`: identifiers that stay. */
  constructor(key: Uint8Array, kept: ReadonlySet<string> = new Set()) {
    super();
    this.#key = key;
    this.#kept = kept;
  }

  /** The pseudonym of an identifier, which from then on is found in any text. */
  override readonly identifier = (text: string): string => {
    if (this.#kept.has(text)) return text;
    const known = this.nameOf(text);
    if (known !== undefined) return known;
    const made = this.#make(text);
    this.learn(text, made);
    return made;
  };

  #make(text: string): string {
    const length = Math.max(shortestPseudonym, text.length);
    let made = '';
    for (let round = 0; made.length < length; round += 1) {
      for (const byte of createHmac('sha256', this.#key).update(`${round} ${text}`).digest())
        made += letters[byte % letters.length];
    }
    return made.slice(0, length);
  }
}
