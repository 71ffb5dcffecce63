/**
 * DR events that were read before. A list of them is told whole whenever one of them changes, so most of it was read already,
 * character for character: that is taken as it was read then.
 *
 * Only what stands between `<oadrEvent>` and `</oadrEvent>` of a well-formed text is cut out, and only where it cannot be anything
 * else: a text with comments, CDATA or instructions in it is read whole, as is one in which anything is not as it was expected.
 */
import type { XmlLimits } from '../types/xmlLimits.ts';
import { type XmlElement, pathOf } from './element.ts';
import type { NamespaceScope } from './scope.ts';

/**
 * A text, and what it was read as, by what else decides that: the limits, where it stands, the namespaces around it. What is signed is read
 * as it came, as what was proved, and as a message.
 */
interface ReadBefore {
  readonly text: string;
  readonly byPlace: Map<string, XmlElement>;
}

/** @limit What is kept, in characters, each as often as it was read otherwise; the oldest give way. */
const charactersKept = 500_000;

const known = new Map<string, ReadBefore>();
let characters = 0;

const weightOf = ({ text, byPlace }: ReadBefore): number => text.length * byPlace.size;

const forget = (what: ReadBefore): void => {
  if (known.delete(what.text)) characters -= weightOf(what);
};

/** Makes it the youngest. */
const keep = (what: ReadBefore): void => {
  known.set(what.text, what);
  characters += weightOf(what);
  for (const oldest of known.values()) {
    if (characters <= charactersKept) break;
    forget(oldest);
  }
};

/** The same text without what it was cut from, which would stay in memory as long as it. */
const apart = (text: string): string => Buffer.from(text).toString();

/** Where an element stands, without what else stands there. */
const aloneOf = ({ name, parent, resolve }: XmlElement): XmlElement => ({
  name,
  content: [],
  resolve,
  ...(parent === undefined ? {} : { parent: aloneOf(parent) }),
});

/** A text is not as its items were expected to be; `place`: where they stand, if one of them was read before, but not there. */
export class ReadAnew extends Error {
  override readonly name = 'ReadAnew';
  readonly place: string | null;

  constructor(place: string | null) {
    super();
    this.place = place;
  }
}

/** What was read there before; undefined where it was not. */
const readAt = (place: string, text: string): XmlElement | undefined => {
  const before = known.get(text);
  const element = before?.byPlace.get(place);
  if (before === undefined || element === undefined) return undefined;
  forget(before);
  keep(before);
  return element;
};

/** An item that was read now. */
interface ReadNow {
  readonly text: string;
  readonly place: string;
  readonly element: XmlElement;
}

const keepNew = ({ text, place, element }: ReadNow): void => {
  const before = known.get(text);
  const what = before ?? { text: apart(text), byPlace: new Map<string, XmlElement>() };
  if (before !== undefined) forget(before);
  what.byPlace.set(place, element);
  keep(what);
};

/** The items of a text, as they are met in it one after the other. */
export class ListedItems {
  /** The name of an item as it is written; that of no element where there are none. */
  readonly qualified: string;
  readonly #texts: readonly string[];
  readonly #cut: ReadonlySet<string>;
  readonly #bounds: string;
  readonly #read: ReadNow[] = [];
  #met = 0;
  #within: { readonly parent: XmlElement; readonly alone: XmlElement; readonly place: string } | null = null;

  /** `cut`: the texts in whose place empty items stand. */
  constructor(qualified: string, texts: readonly string[], cut: ReadonlySet<string>, limits: XmlLimits) {
    const { maxDepth, maxTextLength, maxNameLength } = limits;
    this.qualified = qualified;
    this.#texts = texts;
    this.#cut = cut;
    this.#bounds = `${maxDepth} ${maxTextLength} ${maxNameLength}`;
  }

  /** The item whose turn it is: as it was read before, or built now. @throws ReadAnew when it would read otherwise here */
  next(scope: NamespaceScope, parent: XmlElement, build: (parent: XmlElement) => XmlElement): XmlElement {
    const text = this.#texts[this.#met] ?? this.#unexpected();
    this.#met += 1;
    const { alone, place } = this.#whereabouts(scope, parent);
    if (this.#cut.has(text)) return readAt(place, text) ?? this.#unexpected(place);
    const element = build(alone);
    this.#read.push({ text, element, place });
    return element;
  }

  /** Keeps what was read, once all of the text was. @throws ReadAnew when not all of them were met */
  end(): void {
    if (this.#met < this.#texts.length) this.#unexpected();
    for (const what of this.#read) keepNew(what);
  }

  #whereabouts(scope: NamespaceScope, parent: XmlElement): { readonly alone: XmlElement; readonly place: string } {
    if (this.#within?.parent !== parent) {
      const place = `${this.#bounds} ${pathOf(parent)} ${scope.declared}`;
      this.#within = { parent, alone: aloneOf(parent), place };
    }
    return this.#within;
  }

  #unexpected(place: string | null = null): never {
    throw new ReadAnew(place);
  }
}

const opening = /<((?:[A-Za-z][\w.-]*:)?oadrEvent)>/;

/** Nothing that could hold what looks like an item and is none. */
const isPlain = (text: string): boolean => !text.includes('<!') && text.indexOf('<?', 1) === -1;

/** An element or an attribute has four characters at least: no text of so few has too many of them. */
const hasFewNodes = (text: string, { maxNodes }: XmlLimits): boolean => text.length < 4 * maxNodes;

const countOf = (text: string, part: string): number => text.split(part).length - 1;

/** A text, and the items in it. */
export interface TextOfItems {
  readonly text: string;
  readonly items: ListedItems;
}

/** Whether an item was read before: anywhere, or where it stands. */
const wasRead = (item: string, place: string | null): boolean =>
  place === null ? known.has(item) : known.get(item)?.byPlace.has(place) === true;

/**
 * A text without the items that were read before, in whose place empty ones stand; null when it has none, or is to be read whole. `place`:
 * where they were read, once it is known where they stand.
 */
export const withoutKnownItems = (text: string, limits: XmlLimits, place: string | null): TextOfItems | null => {
  const qualified = opening.exec(text)?.[1];
  if (qualified === undefined || !isPlain(text) || !hasFewNodes(text, limits)) return null;
  const [begin, end] = [`<${qualified}>`, `</${qualified}>`];
  const texts: string[] = [];
  const cut = new Set<string>();
  const left: string[] = [];
  let from = 0;
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, from)) {
    const behind = text.indexOf(end, at) + end.length;
    if (behind < at) return null;
    const item = text.slice(at, behind);
    texts.push(item);
    if (wasRead(item, place)) cut.add(item);
    left.push(text.slice(from, at), cut.has(item) ? `<${qualified}/>` : item);
    from = behind;
  }
  // One inside of another, or one that is written otherwise, is met out of turn.
  if (countOf(text, `<${qualified}`) !== texts.length || countOf(text, end) !== texts.length) return null;
  return { text: left.join('') + text.slice(from), items: new ListedItems(qualified, texts, cut, limits) };
};

/** Of a text that is read whole. */
export const noItems = (limits: XmlLimits): ListedItems => new ListedItems('', [], new Set(), limits);
