import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { EncodeError, type XmlWriter } from './codec.ts';
import { type Name, prefixOf } from './names.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/**
 * xmlbuilder2 escapes all but what looks like an entity already: a text `&amp;` would arrive as `&`.
 * So every ampersand is escaped before, which it then leaves alone; as are the characters a parser would normalise.
 */
const escaped = (text: string): string =>
  /[&\r]/.test(text) ? text.replace(/&/g, '&amp;').replace(/\r/g, '&#13;') : text;

const escapedAttribute = (value: string): string =>
  escaped(value).replace(/[\t\n]/g, (space) => `&#${space.charCodeAt(0)};`);

/** What xmlbuilder2 cannot write, be it noticed at once or at the end, is an error of encoding. */
const built = <Built>(build: () => Built): Built => {
  try {
    return build();
  } catch (error) {
    throw new EncodeError(
      `The message cannot be written as XML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

/** Writes one document with xmlbuilder2; namespaces that were used are declared once, at the root. */
class DocumentWriter implements XmlWriter {
  readonly #open: XMLBuilder[] = [];
  readonly #names: Name[] = [];
  readonly #namespaces = new Set<string>();
  #current: XMLBuilder = create({ version: '1.0', encoding: 'UTF-8' });

  open(name: Name): void {
    this.#namespaces.add(name.namespace);
    this.#open.push(this.#current);
    this.#names.push(name);
    this.#current = built(() => this.#current.ele(name.namespace, name.qualified));
  }

  attribute(name: Name, value: string): void {
    const escapedValue = escapedAttribute(value);
    built(() =>
      name.namespace === ''
        ? this.#current.att(name.local, escapedValue)
        : this.#current.att(name.namespace, name.qualified, escapedValue),
    );
    this.#namespaces.add(name.namespace);
  }

  text(text: string): void {
    if (text !== '') this.#current.txt(escaped(text));
  }

  close(): void {
    if (this.#open.length === 1) this.#declareNamespaces();
    this.#current = this.#open.pop() ?? this.#current;
    this.#names.pop();
  }

  get path(): string {
    return `/${this.#names.map((name) => name.local).join('/')}`;
  }

  end(): string {
    return built(() => this.#current.end({ wellFormed: true }));
  }

  #declareNamespaces(): void {
    for (const uri of this.#namespaces) {
      const prefix = prefixOf(uri);
      if (prefix !== undefined) this.#current.att(xmlnsNamespace, `xmlns:${prefix}`, uri);
    }
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
