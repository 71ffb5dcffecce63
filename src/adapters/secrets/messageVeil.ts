import { decodings, longestFirst, unsplit } from './secretForms.ts';
import { inAnyForm, SecretSearch } from './secretSearch.ts';
import { MASK } from './secret.ts';

/**
 * Keeps the token of the VTN URL out of messages, and so out of the log: facts, XML and all that is made of them.
 *
 * A VTN may put the token into what it says: into an error text, or into an identifier that has to be given back to it as
 * it was. So what is hidden in a message on its way in is put back where it stands in one on its way out; in between there
 * is only the placeholder, in what is decided, recorded, hashed and shown alike.
 */

/** Names the rules of this file in the log, so that a reader of it knows that no token can be in there. */
export const veilVersion = '1';

/** What stands for a secret that can be put back. */
const placeholder = (number: number): string => (number === 1 ? '***token***' : `***token${number}***`);

/** Words that stand in every message, and in the paths of VTNs too. */
const vocabulary = /open-?adr|oadr|simple|2\.0b|[-_.\s]/gi;

/**
 * Whether a part of a path looks like a secret. Others are names, such as that of a tenant: they hide nothing, and taking
 * them out of messages would only spoil what was said. Log lines are freer: there they are hidden all the same.
 */
export const isTokenLike = (text: string): boolean => {
  const rest = text.replace(vocabulary, '');
  if (/^\d+$/.test(rest)) return rest.length >= 10;
  return rest.length >= 16 || (rest.length >= 6 && /\d/.test(rest));
};

const escapedForXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

interface Form {
  readonly text: string;
  readonly place: string;
}

/** Hides and puts back the secrets it was told of. */
export class MessageVeil {
  readonly #open: string;
  readonly #forms: Form[] = [];
  readonly #parts: string[] = [];
  #search: SecretSearch | null = null;

  /** `open`: what stands in our messages for everyone to see, such as the venID; what is part of it is no secret. */
  constructor(open: string) {
    this.#open = open.toLowerCase();
  }

  /** From now on hides this prefix of a path too, and each of its parts. */
  add(prefix: string): void {
    for (const part of new Set([prefix, ...prefix.split('/')])) if (this.#isToBeHidden(part)) this.#learn(part);
    if (this.#parts.length > 0) this.#search = new SecretSearch(longestFirst(this.#parts).map(inAnyForm));
  }

  /** A message of the VTN without secrets. */
  hide(xml: string): string {
    if (this.#search === null) return xml;
    const whole = this.#hidden(xml, this.#search);
    if (!/<!|<\?(?!xml )/.test(xml)) return whole.text;
    const joined = this.#hidden(unsplit(xml), this.#search);
    return joined.count > whole.count ? joined.text : whole.text;
  }

  /** A message of ours as the VTN is to read it. */
  restore(xml: string): string {
    if (!xml.includes('***token')) return xml;
    return this.#forms.reduce((text, form) => text.replaceAll(form.place, escapedForXml(form.text)), xml);
  }

  #isToBeHidden(part: string): boolean {
    const isKnown = this.#forms.some(({ text }) => text === part);
    return !isKnown && isTokenLike(part) && !decodings(part).some((text) => this.#open.includes(text.toLowerCase()));
  }

  #learn(part: string): void {
    for (const text of decodings(part)) this.#forms.push({ text, place: placeholder(this.#forms.length + 1) });
    this.#parts.push(part);
  }

  #hidden(xml: string, search: SecretSearch): { readonly text: string; readonly count: number } {
    let count = 0;
    const text = search.replace(xml, (found) => {
      count += 1;
      return this.#forms.find((form) => found === form.text || found === escapedForXml(form.text))?.place ?? MASK;
    });
    return { text, count };
  }
}
