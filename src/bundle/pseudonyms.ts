import { createHmac } from 'node:crypto';
import { escaped, type TextVisitor } from './identifiers.ts';

/**
 * Names that stand for identifiers: the same for the same identifier everywhere in a bundle, of the same length, and without
 * the key, which is nowhere kept, of no use to find the identifier again.
 */

/** @limit The shortest pseudonym: shorter ones could be the same for two identifiers. @unit characters */
const shortestPseudonym = 8;

/** Shorter texts, and plain words, are replaced only where the standard puts identifiers: elsewhere they may mean anything. @unit characters */
const shortestInText = 6;

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

const looksLikeIdentifier = (text: string): boolean => text.length >= shortestInText && /[\d\s_.:@-]/.test(text) && !/^\d{1,9}$/.test(text);

const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** A text to look for, and what to put in its place. */
interface Replacement {
  readonly found: string;
  readonly instead: string;
}

/** Finds many texts in another at once: by their first characters, the longest first, whole words only. */
class Replacer {
  readonly #byStart = new Map<string, Replacement[]>();

  add(replacement: Replacement): void {
    const start = replacement.found.slice(0, shortestInText);
    const known = this.#byStart.get(start);
    if (known === undefined) this.#byStart.set(start, [replacement]);
    else if (!known.some(({ found }) => found === replacement.found)) known.push(replacement);
    known?.sort((a, b) => b.found.length - a.found.length);
  }

  text(text: string): string {
    let result = '';
    let copied = 0;
    for (let at = 0; at + shortestInText <= text.length; ) {
      const match = this.#byStart.get(text.slice(at, at + shortestInText))?.find((each) => this.#stands(text, at, each.found));
      if (match === undefined) {
        at += 1;
        continue;
      }
      result += text.slice(copied, at) + match.instead;
      at += match.found.length;
      copied = at;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  #stands(text: string, at: number, found: string): boolean {
    if (!text.startsWith(found, at)) return false;
    const [first, last] = [found[0], found.at(-1)];
    return !(isWordCharacter(text[at - 1]) && isWordCharacter(first)) && !(isWordCharacter(text[at + found.length]) && isWordCharacter(last));
  }
}

/** The pseudonyms of one bundle. */
export class Pseudonyms implements TextVisitor {
  readonly #key: Uint8Array;
  readonly #kept: ReadonlySet<string>;
  readonly #byIdentifier = new Map<string, string>();
  readonly #replacer = new Replacer();

  /** `key`: chance that nobody else has. `kept`: identifiers that stay. */
  constructor(key: Uint8Array, kept: ReadonlySet<string> = new Set()) {
    this.#key = key;
    this.#kept = kept;
  }

  /** How many identifiers have one. */
  get size(): number {
    return this.#byIdentifier.size;
  }

  /** Makes an identifier known, so that it is found in any text. */
  readonly identifier = (text: string): string => {
    if (this.#kept.has(text)) return text;
    const known = this.#byIdentifier.get(text);
    if (known !== undefined) return known;
    const made = this.#make(text);
    this.learn(text, made);
    return made;
  };

  /** Puts one text in the place of another wherever that is found. */
  learn(text: string, instead: string): void {
    this.#byIdentifier.set(text, instead);
    if (!looksLikeIdentifier(text)) return;
    this.#replacer.add({ found: text, instead });
    if (escaped(text) !== text) this.#replacer.add({ found: escaped(text), instead });
  }

  readonly part = (text: string): string => this.#byIdentifier.get(text) ?? this.text(text);

  /** A text with every identifier in it replaced. */
  readonly text = (text: string): string => this.#replacer.text(text);

  #make(text: string): string {
    const length = Math.max(shortestPseudonym, text.length);
    let made = '';
    for (let round = 0; made.length < length; round += 1) {
      for (const byte of createHmac('sha256', this.#key).update(`${round} ${text}`).digest()) made += letters[byte % letters.length];
    }
    return made.slice(0, length);
  }
}
