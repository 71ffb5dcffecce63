import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { responseCodes } from '../types/responseCode.ts';
import type { XmlElement } from './element.ts';
import type { XmlLimits } from './limits.ts';
import { quoted, RefusalSignal, refuseText } from './refuse.ts';
import { type RawAttributes, Tree } from './tree.ts';

/**
 * How a text becomes a tree, in one reading: saxes reads every character, refuses what is not well-formed XML and resolves
 * references; what it hears is counted against the limits, and grows into the tree, where names get their namespaces.
 */

/** Lists of these are read item by item: a text too long within one is bounded where it is read, and costs no other. */
const items: ReadonlySet<string> = new Set(['oadrEvent', 'oadrReportRequest']);

/** Counts what a text has against the limits, and builds its tree, while saxes reads it. */
class Reader {
  readonly #limits: XmlLimits;
  readonly #parser: SaxesParser;
  readonly #tree = new Tree();
  #nodes = 0;

  /** Few handlers, because saxes becomes several times slower with more of them; the rare ones only where they can fire. */
  constructor(text: string, limits: XmlLimits) {
    this.#limits = limits;
    const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true });
    parser.on('opentag', (tag) => this.#openTag(tag.name, tag.attributes));
    parser.on('closetag', () => this.#tree.close());
    parser.on('text', (found) => this.#text(found));
    if (text.includes('<![CDATA[')) parser.on('cdata', (found) => this.#text(found));
    if (text.includes('<!DOCTYPE')) parser.on('doctype', () => this.#doctype());
    this.#parser = parser;
  }

  /** Reads the text to its end. */
  read(text: string): XmlElement {
    try {
      this.#parser.write(text);
      this.#checkEncoding(this.#parser.xmlDecl.encoding);
      this.#parser.close();
    } catch (error) {
      throw error instanceof RefusalSignal ? error : this.#malformed(error);
    }
    return this.#tree.root;
  }

  #openTag(name: string, attributes: Record<string, SaxesAttributePlain | string>): void {
    const { maxNodes, maxDepth } = this.#limits;
    let hasAttributes = false;
    this.#nodes += 1;
    this.#name(name);
    for (const key in attributes) {
      hasAttributes = true;
      this.#nodes += 1;
      this.#name(key);
      this.#length(String(attributes[key]));
    }
    if (this.#nodes > maxNodes) this.#tooMuch(`more than ${maxNodes} elements and attributes`, maxNodes);
    if (this.#tree.depth === maxDepth) this.#tooMuch(`elements nested more than ${maxDepth} deep`, maxDepth);
    // Namespaces are resolved by us, not by saxes: so its attributes are plain texts.
    this.#tree.open(name, hasAttributes ? (attributes as RawAttributes) : undefined);
  }

  #name(name: string): void {
    const { maxNameLength } = this.#limits;
    if (name.length > maxNameLength) this.#tooMuch(`a name of ${name.length} characters`, maxNameLength);
  }

  #length(text: string): void {
    const { maxTextLength } = this.#limits;
    if (text.length > maxTextLength && !this.#tree.isWithin(items))
      this.#tooMuch(`a text of ${text.length} characters`, maxTextLength);
  }

  #text(text: string): void {
    this.#length(text);
    this.#tree.text(text);
  }

  #tooMuch(what: string, limit: number): never {
    return refuseText(
      'hostile',
      `The body has ${what}, the limit is ${limit}; no OpenADR message comes near it.`,
      this.#tree.path,
    );
  }

  #checkEncoding(encoding: string | undefined): void {
    if (encoding === undefined || /^(utf-?8|us-ascii|ascii)$/i.test(encoding)) return;
    refuseText('notXml', `The body declares the encoding ${quoted(encoding)}; OpenADR is sent in UTF-8.`);
  }

  #doctype(): never {
    return refuseText(
      'hostile',
      'The body has a DOCTYPE, which no OpenADR message needs and attacks are made of; it is not read.',
    );
  }

  #malformed(error: unknown): RefusalSignal {
    const message = error instanceof Error ? error.message : String(error);
    const place = /^(\d+):(\d+): ([\s\S]*)$/.exec(message);
    const where = place === null ? '' : ` at line ${place[1]}, column ${place[2]}`;
    const what = (place?.[3] ?? message).replace(/\.$/, '').slice(0, 200);
    const text = `The body is not well-formed XML${where}: ${what}.`;
    return new RefusalSignal('notXml', this.#tree.path, text, responseCodes.complianceError);
  }
}

/** White space between tags means nothing in OpenADR; Green Button's feeds and CDATA are left as they are. */
const withoutIndentation = (text: string): string =>
  text.includes('<![CDATA[') || text.includes('oadrGB') ? text : text.replace(/>[ \t\r\n]+</g, '><');

/** Reads the text as it came once more, so that an error names its true line and column. */
const refuseAsItCame = (text: string, limits: XmlLimits, signal: unknown): never => {
  new Reader(text, limits).read(text);
  throw signal;
};

const readCompact = (compact: string, text: string, limits: XmlLimits): XmlElement => {
  try {
    return new Reader(compact, limits).read(compact);
  } catch (error) {
    if (compact === text) throw error;
    return refuseAsItCame(text, limits, error);
  }
};

const looksLikeHtml = (text: string): boolean =>
  /^[ \t\r\n]*<(?:!doctype[ \t\r\n]+html|html)[ \t\r\n>]/i.test(text.slice(0, 1000));

const refuseOtherThings = (text: string): void => {
  if (/^[ \t\r\n]*$/.test(text.slice(0, 1000)) && text.trim() === '')
    refuseText('notXml', 'The body is empty; an OpenADR message was expected.');
  if (looksLikeHtml(text))
    refuseText('notXml', 'The body is an HTML page, probably of a proxy or web server; check the URL of the VTN.');
};

/**
 * Reads well-formed XML within the limits into elements with resolved names.
 *
 * @throws RefusalSignal when the text is not XML, or exceeds a limit.
 */
export const parseXml = (text: string, limits: XmlLimits): XmlElement => {
  refuseOtherThings(text);
  return readCompact(withoutIndentation(text), text, limits);
};
