import { asBytes, decodings, patternOf } from './secretForms.ts';

/** Something that is looked for. */
export interface SoughtSecret {
  /** What it is where nothing of it is encoded; its case does not matter. */
  readonly plainly: readonly string[];
  /** What may also stand character by character in another form. */
  readonly inForms: readonly string[];
  /** The source of its pattern, for the flags `gi`. */
  readonly source: () => string;
}

/** A secret in all its forms. */
export const inAnyForm = (secret: string): SoughtSecret => {
  const inForms = decodings(secret);
  return { inForms, plainly: inForms.flatMap((text) => [text, ...asBytes(text)]), source: () => patternOf(secret) };
};

/** Characters that have no form of their own beside those that all have. */
const isUsual = (text: string): boolean => /^[\w.~/-]*$/.test(text);

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Without one of these nothing of what is usual can be encoded, and nothing of what is ASCII. */
const usualMark = /%[0-9a-f]{2}|&(?:amp;){0,3}#|\\/i;
const anyMark = /[%&\\+]/;

/**
 * Looks for secrets, in all forms that they may have. The pattern of one takes some two hundred kilobytes of code once it has been
 * used, of which a process has room for a few hundred; ten thousand VENs have a secret each. So it is made for a text that
 * may hold one and for no other, and only the one that was used last is kept: whoever has one VEN makes it once.
 */
export class SecretSearch {
  static #latest: { readonly of: SecretSearch; readonly pattern: RegExp } | null = null;
  readonly #sought: readonly SoughtSecret[];
  readonly #plainly: readonly string[];
  /** What a text has where something of a secret is encoded in it; null where that cannot be told so simply. */
  readonly #mark: RegExp | null;

  /** `sought`: the longer before what it begins with. */
  constructor(sought: readonly SoughtSecret[]) {
    const inForms = sought.flatMap((each) => each.inForms);
    this.#sought = sought;
    this.#plainly = [...new Set(sought.flatMap(({ plainly }) => plainly.map((text) => text.toLowerCase())))];
    this.#mark = inForms.every(isUsual) ? usualMark : inForms.every(isAscii) ? anyMark : null;
  }

  /** The text with what is found replaced. */
  replace(text: string, by: (found: string) => string): string {
    return this.#mayBeIn(text) ? text.replace(this.#pattern, by) : text;
  }

  #mayBeIn(text: string): boolean {
    if (this.#sought.length === 0) return false;
    if (this.#mark === null || this.#mark.test(text)) return true;
    const lower = text.toLowerCase();
    return this.#plainly.some((plain) => lower.includes(plain));
  }

  get #pattern(): RegExp {
    const latest = SecretSearch.#latest;
    if (latest?.of === this) return latest.pattern;
    const pattern = new RegExp(this.#sought.map(({ source }) => source()).join('|'), 'gi');
    SecretSearch.#latest = { of: this, pattern };
    return pattern;
  }
}
