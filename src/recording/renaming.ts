import { escaped, type TextVisitor } from './identifiers.ts';

/** Shorter texts, and plain words, are replaced only where the standard puts identifiers: elsewhere they may mean anything. @unit characters */
const shortestInText = 6;

const looksLikeIdentifier = (text: string): boolean =>
  text.length >= shortestInText && /[\d\s_.:@-]/.test(text) && !/^\d{1,9}$/.test(text);

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

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
    const others = known?.filter(({ found }) => found !== replacement.found) ?? [];
    this.#byStart.set(
      start,
      [...others, replacement].sort((a, b) => b.found.length - a.found.length),
    );
  }

  text(text: string): string {
    let result = '';
    let copied = 0;
    for (let at = 0; at + shortestInText <= text.length;) {
      const match = this.#byStart
        .get(text.slice(at, at + shortestInText))
        ?.find((each) => this.#stands(text, at, each.found));
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
    return (
      !(isWordCharacter(text[at - 1]) && isWordCharacter(first)) &&
      !(isWordCharacter(text[at + found.length]) && isWordCharacter(last))
    );
  }
}

/** Other names for identifiers, wherever these stand. */
export class Renaming implements TextVisitor {
  readonly #names = new Map<string, string>();
  readonly #replacer = new Replacer();

  /** The other name of an identifier, or undefined when it has none. */
  nameOf(identifier: string): string | undefined {
    return this.#names.get(identifier);
  }

  /** Puts one text in the place of another wherever that is found. */
  learn(text: string, instead: string): void {
    this.#names.set(text, instead);
    if (!looksLikeIdentifier(text)) return;
    this.#replacer.add({ found: text, instead });
    if (escaped(text) !== text) this.#replacer.add({ found: escaped(text), instead: escaped(instead) });
  }

  readonly identifier = (text: string): string => this.part(text);

  readonly part = (text: string): string => this.#names.get(text) ?? this.text(text);

  /** A text with every identifier in it renamed. */
  readonly text = (text: string): string => this.#replacer.text(text);
}
