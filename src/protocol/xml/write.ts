import { EncodeError, type XmlWriter } from './codec.ts';
import { prefixOf, xmlNamespace, type Name } from './names.ts';

/** Anything that no XML document can hold, not even as a reference. */
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** A name without a prefix. */
const plainName = /^[\p{L}_][\p{L}\p{N}\p{M}_.\u00B7-]*$/u;

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** As references stand what is markup, and what a parser would otherwise take for another character. */
const escapedText = (text: string): string => text.replace(/[&<>\r]/g, (character) => references[character]!);
const escapedAttribute = (value: string): string =>
  value.replace(/[&<>"\r\n\t]/g, (character) => references[character]!);

const legal = (text: string): string => {
  if (illegal.test(text))
    throw new EncodeError('The message cannot be written as XML: a text in it has characters that XML cannot hold.');
  return text;
};

const nameOfPart = ({ local }: Name): string => {
  if (!plainName.test(local))
    throw new EncodeError(`The message cannot be written as XML: "${local}" is no name of an element or attribute.`);
  return local;
};

/** An element whose end is not yet written. */
interface OpenElement {
  readonly name: Name;
  readonly tag: string;
  /** The namespace of names without prefix in here. */
  readonly defaultNamespace: string;
  readonly attributes: Map<string, string>;
  /** Where its start tag goes; it is written when its end is known, since the root declares all that is used below it. */
  readonly at: number;
}

/** Writes one document; namespaces of ours that were used are declared once, at the root, and others where they are used. */
class DocumentWriter implements XmlWriter {
  readonly #open: OpenElement[] = [];
  readonly #namespaces = new Set<string>();
  readonly #parts: string[] = ['<?xml version="1.0" encoding="UTF-8"?>'];

  open(name: Name): void {
    const prefix = prefixOf(name.namespace);
    const outer = this.#open.at(-1)?.defaultNamespace ?? '';
    const attributes = new Map<string, string>();
    if (prefix !== undefined) this.#namespaces.add(name.namespace);
    else if (name.namespace !== outer) attributes.set('xmlns', legal(name.namespace));
    const tag = prefix === undefined ? nameOfPart(name) : `${prefix}:${nameOfPart(name)}`;
    const defaultNamespace = prefix === undefined ? name.namespace : outer;
    const at = this.#parts.push('') - 1;
    this.#open.push({ name, tag, defaultNamespace, attributes, at });
  }

  attribute(name: Name, value: string): void {
    const attributes = this.#open.at(-1)?.attributes;
    attributes?.set(this.#attributeName(name, attributes), legal(value));
  }

  text(text: string): void {
    if (text !== '') this.#parts.push(escapedText(legal(text)));
  }

  close(): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    const { tag, attributes, at } = element;
    if (this.#open.length === 0) this.#declareNamespaces(attributes);
    const pairs = [...attributes].map(([name, value]) => ` ${name}="${escapedAttribute(value)}"`).join('');
    const isEmpty = at === this.#parts.length - 1;
    this.#parts[at] = `<${tag}${pairs}${isEmpty ? '/' : ''}>`;
    if (!isEmpty) this.#parts.push(`</${tag}>`);
  }

  get path(): string {
    return `/${this.#open.map(({ name }) => name.local).join('/')}`;
  }

  end(): string {
    return this.#parts.join('');
  }

  #attributeName(name: Name, attributes: Map<string, string>): string {
    if (name.namespace === '') return nameOfPart(name);
    if (name.namespace === xmlNamespace) return `xml:${nameOfPart(name)}`;
    const prefix = prefixOf(name.namespace);
    if (prefix !== undefined) this.#namespaces.add(name.namespace);
    return `${prefix ?? this.#strangersPrefix(name.namespace, attributes)}:${nameOfPart(name)}`;
  }

  /** A prefix for a namespace that has none of ours, declared on the element itself. */
  #strangersPrefix(namespace: string, attributes: Map<string, string>): string {
    const declared = [...attributes].filter(([name]) => name.startsWith('xmlns:'));
    const known = declared.find(([, uri]) => uri === namespace)?.[0];
    const declaration = known ?? `xmlns:ns${declared.length + 1}`;
    attributes.set(declaration, legal(namespace));
    return declaration.slice('xmlns:'.length);
  }

  #declareNamespaces(attributes: Map<string, string>): void {
    for (const uri of this.#namespaces) attributes.set(`xmlns:${prefixOf(uri)}`, uri);
  }
}

/**
 * Writes a document.
 *
 * @throws EncodeError when something in it cannot be written as XML, such as a control character.
 */
export const writeXml = (write: (writer: XmlWriter) => void): string => {
  const writer = new DocumentWriter();
  write(writer);
  return writer.end();
};
