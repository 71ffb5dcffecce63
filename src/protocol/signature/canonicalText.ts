/**
 * Canonical XML of well-formed text, without a document object model: what is signed is text, and most of it is nearly canonical as it is
 * written.
 *
 * Nothing here is believed: a text counts when its digest is the signed one. What this cannot read, the library does.
 */
import { unescapeXml } from '../xml/entities.ts';

/** An attribute, its value as an application reads it. */
interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** An element as it was written: its prefix counts. */
export interface WrittenElement {
  /** With its prefix. */
  readonly name: string;
  readonly local: string;
  readonly namespace: string;
  /** Without declarations of namespaces. */
  readonly attributes: readonly Attribute[];
  /** What it declares itself. */
  readonly declared: ReadonlyMap<string, string>;
  /** All that is in force within it, by prefix; the default namespace under the empty one. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Elements, and text that is canonical. */
  readonly content: (WrittenElement | string)[];
  /** Where its content begins in the text. */
  readonly contentAt: number;
}

/** A text that was read. */
export interface WrittenText {
  readonly root: WrittenElement;
  /** The text, its lines ended as XML reads them. */
  readonly text: string;
  /** Elements by their Id, however it is spelt. */
  readonly byId: ReadonlyMap<string, WrittenElement>;
}

/** Which canonical form: what an element declares, or what it uses. */
export type CanonicalForm = 'inclusive' | 'exclusive';

const escapedText: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const escapedValue: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

const canonicalText = (raw: string): string =>
  /[&>]/.test(raw) ? unescapeXml(raw).replace(/[&<>\r]/g, (character) => escapedText[character] ?? '') : raw;

const canonicalValue = (value: string): string =>
  value.replace(/[&<"\t\n\r]/g, (character) => escapedValue[character] ?? '');

const valueOf = (raw: string): string => unescapeXml(raw.replace(/[\t\n]/g, ' '));

const prefixIn = (name: string): string => (name.includes(':') ? name.slice(0, name.indexOf(':')) : '');
const localIn = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The name of a start tag; then its attributes, each of them; then its end. */
const tagName = /<([^\s<>/="']+)/y;
const attributeIn = /\s+([^\s<>/="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /\s*(\/?)>/y;
const endTag = /<\/([^\s<>/="']+)\s*>/y;

/** In the way of whoever reads text only: comments, CDATA and instructions. */
const isUnusual = (text: string): boolean => /<!|<\?(?!xml\s)/.test(text) || text.indexOf('<?xml', 2) !== -1;

/** Reads one text, from its beginning to its end. */
class Reader {
  readonly text: string;
  readonly byId = new Map<string, WrittenElement>();
  #at: number;

  constructor(text: string) {
    this.text = text;
    const declaration = /^\uFEFF?(?:<\?xml\s[^>]*\?>)?\s*/.exec(text);
    this.#at = declaration?.[0].length ?? 0;
  }

  /** Null: it is not as it should be. */
  root(outer: ReadonlyMap<string, string>): WrittenElement | null {
    const opened = this.#open(outer);
    if (opened === null) return null;
    const path: WrittenElement[] = opened.isEmpty ? [] : [opened.element];
    for (let within = path.at(-1); within !== undefined; within = path.at(-1)) {
      const next = this.text.indexOf('<', this.#at);
      if (next === -1) return null;
      if (next > this.#at) within.content.push(canonicalText(this.text.slice(this.#at, next)));
      this.#at = next;
      if (this.text.charAt(next + 1) === '/') {
        if (this.#matched(endTag)?.[1] !== within.name) return null;
        path.pop();
        continue;
      }
      const inner = this.#open(within.namespaces);
      if (inner === null) return null;
      within.content.push(inner.element);
      if (!inner.isEmpty) path.push(inner.element);
    }
    return this.text.slice(this.#at).trim() === '' ? opened.element : null;
  }

  #matched(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #open(outer: ReadonlyMap<string, string>): { readonly element: WrittenElement; readonly isEmpty: boolean } | null {
    const name = this.#matched(tagName)?.[1];
    if (name === undefined) return null;
    const attributes: Attribute[] = [];
    const declared = new Map<string, string>();
    for (let found = this.#matched(attributeIn); found !== null; found = this.#matched(attributeIn)) {
      const [, written = '', double, single = ''] = found;
      const value = valueOf(double ?? single);
      // What stands under this prefix is inherited by those within.
      if (written.startsWith('xml:') || written === 'xmlns:xml') return null;
      if (written === 'xmlns') declared.set('', value);
      else if (written.startsWith('xmlns:')) declared.set(written.slice('xmlns:'.length), value);
      else attributes.push({ name: written, value });
    }
    const end = this.#matched(tagEnd);
    const namespaces = declared.size === 0 ? outer : new Map([...outer, ...declared]);
    const prefix = prefixIn(name);
    const namespace = namespaces.get(prefix) ?? (prefix === '' ? '' : undefined);
    if (end === null || namespace === undefined) return null;
    const element: WrittenElement = {
      name,
      local: localIn(name),
      namespace,
      attributes,
      declared,
      namespaces,
      content: [],
      contentAt: this.#at,
    };
    for (const { name: each, value } of attributes)
      if (localIn(each).toLowerCase() === 'id') this.byId.set(value, element);
    return { element, isEmpty: end[1] === '/' };
  }
}

/**
 * Reads well-formed XML as it is written; null when it holds what only a whole parser can say the meaning of. `outer`: the namespaces in
 * force around it.
 */
export const readWritten = (xml: string, outer: ReadonlyMap<string, string> = new Map()): WrittenText | null => {
  const text = xml.includes('\r') ? xml.replace(/\r\n?/g, '\n') : xml;
  if (isUnusual(text)) return null;
  const reader = new Reader(text);
  const root = reader.root(outer);
  return root === null ? null : { root, text, byId: reader.byId };
};

/** The elements that an element holds. */
export const elementsOf = ({ content }: WrittenElement): readonly WrittenElement[] =>
  content.filter((each): each is WrittenElement => typeof each !== 'string');

const byOrder = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** Namespaces that an element may have to declare, in a form. */
const candidates = (
  { name, attributes, declared, namespaces }: WrittenElement,
  form: CanonicalForm,
  isApex: boolean,
): readonly (readonly [string, string])[] => {
  if (form === 'inclusive') return [...(isApex ? namespaces : declared)];
  const used = new Set([prefixIn(name), ...attributes.flatMap((each) => prefixIn(each.name) || [])]);
  return [...used].map((prefix) => [prefix, namespaces.get(prefix) ?? '']);
};

const declarationText = (prefix: string, uri: string): string =>
  ` xmlns${prefix === '' ? '' : `:${prefix}`}="${canonicalValue(uri)}"`;

const attributesText = ({ attributes, namespaces }: WrittenElement): string => {
  if (attributes.length === 0) return '';
  // No namespace comes first; the character between parts the two.
  const keyed = attributes.map(({ name, value }): readonly [string, string] => [
    `${name.includes(':') ? (namespaces.get(prefixIn(name)) ?? '') : ''}\u0000${localIn(name)}`,
    ` ${name}="${canonicalValue(value)}"`,
  ]);
  return keyed
    .sort(byOrder)
    .map(([, written]) => written)
    .join('');
};

const canonical = (
  element: WrittenElement,
  form: CanonicalForm,
  without: WrittenElement | null,
  declaredAbove: ReadonlyMap<string, string>,
  isApex: boolean,
): string => {
  const declaring = candidates(element, form, isApex).filter(
    ([prefix, uri]) => (declaredAbove.get(prefix) ?? '') !== uri,
  );
  const inForce = declaring.length === 0 ? declaredAbove : new Map([...declaredAbove, ...declaring]);
  const declarations = [...declaring].sort(byOrder).map(([prefix, uri]) => declarationText(prefix, uri));
  const inner = element.content.map((each) => {
    if (typeof each === 'string') return each;
    return each === without ? '' : canonical(each, form, without, inForce, false);
  });
  return `<${element.name}${declarations.join('')}${attributesText(element)}>${inner.join('')}</${element.name}>`;
};

/** The canonical text of an element with all that it holds; `without`: but for this one. */
export const canonicalOf = (
  element: WrittenElement,
  form: CanonicalForm = 'inclusive',
  without: WrittenElement | null = null,
): string => canonical(element, form, without, new Map(), true);
