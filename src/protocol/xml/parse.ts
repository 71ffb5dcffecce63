import { XMLParser } from 'fast-xml-parser';
import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { responseCodes } from '../types/responseCode.ts';
import type { XmlElement } from './element.ts';
import { withoutInstructions } from './instructions.ts';
import type { XmlLimits } from '../types/xmlLimits.ts';
import { type ListedItems, noItems, ReadAnew, withoutKnownItems } from './readBefore.ts';
import { quoted, RefusalSignal, refuseText } from './refuse.ts';
import { type ParsedNode, cdataKey, elementFromParsed, textKey } from './tree.ts';

/**
 * How a text becomes a tree, in three steps:
 *
 * 1. the gate: saxes reads every character, refuses what is not well-formed XML and counts against the limits;
 * 2. fast-xml-parser builds the tree: it is fast and keeps the order, but accepts much that is not XML, hence the gate;
 * 3. our own walk resolves namespaces and entities.
 *
 * Gate and walk count the elements, so a text the two parsers would read differently is refused.
 */
const treeBuilder = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: textKey,
  cdataPropName: cdataKey,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  jPath: false,
  maxNestedTags: 1000,
});

const localName = (qualified: string): string => qualified.slice(qualified.indexOf(':') + 1);

const tooMuch = (what: string, limit: number, path: string): never =>
  refuseText('hostile', `The body has ${what}, the limit is ${limit}; no OpenADR message comes near it.`, path);

/** What is bounded where it is read: items of lists that are read one by one, so that one costs no other, and what only informs. */
const boundedElsewhere: ReadonlySet<string> = new Set(['oadrEvent', 'oadrReportRequest', 'responseDescription']);

const isBoundedElsewhere = (qualified: string): boolean => boundedElsewhere.has(localName(qualified));

/** Counts what a text has against the limits, while saxes reads it. */
class Gate {
  readonly #limits: XmlLimits;
  readonly #parser: SaxesParser;
  readonly #open: string[] = [];
  #nodes = 0;
  #elements = 0;

  /** Few handlers, because saxes becomes several times slower with more of them; the rare ones only where they can fire. */
  constructor(text: string, limits: XmlLimits) {
    this.#limits = limits;
    const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true });
    parser.on('opentag', (tag) => this.#openTag(tag.name, tag.attributes));
    parser.on('closetag', () => void this.#open.pop());
    parser.on('text', (found) => this.#text(found));
    if (text.includes('<![CDATA[')) parser.on('cdata', (found) => this.#text(found));
    if (text.includes('<!DOCTYPE')) parser.on('doctype', () => this.#doctype());
    this.#parser = parser;
  }

  /** Reads the text to its end and says how many elements it has. */
  pass(text: string): number {
    try {
      this.#parser.write(text);
      this.#checkEncoding(this.#parser.xmlDecl.encoding);
      this.#parser.close();
    } catch (error) {
      throw error instanceof RefusalSignal ? error : this.#malformed(error);
    }
    return this.#elements;
  }

  get #path(): string {
    return `/${this.#open.map(localName).join('/')}`;
  }

  #openTag(name: string, attributes: Record<string, SaxesAttributePlain | string>): void {
    const { maxNodes, maxDepth } = this.#limits;
    this.#elements += 1;
    this.#nodes += 1;
    this.#name(name);
    for (const key in attributes) {
      this.#nodes += 1;
      this.#name(key);
      this.#text(String(attributes[key]));
    }
    if (this.#nodes > maxNodes) tooMuch(`more than ${maxNodes} elements and attributes`, maxNodes, this.#path);
    if (this.#open.push(name) > maxDepth) tooMuch(`elements nested more than ${maxDepth} deep`, maxDepth, this.#path);
  }

  #name(name: string): void {
    const { maxNameLength } = this.#limits;
    if (name.length > maxNameLength) tooMuch(`a name of ${name.length} characters`, maxNameLength, this.#path);
  }

  #text(text: string): void {
    const { maxTextLength } = this.#limits;
    if (text.length > maxTextLength && !this.#open.some(isBoundedElsewhere))
      tooMuch(`a text of ${text.length} characters`, maxTextLength, this.#path);
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
    return new RefusalSignal('notXml', this.#path, text, responseCodes.complianceError);
  }
}

/** White space between tags means nothing in OpenADR; Green Button's feeds and CDATA are left as they are. */
const withoutIndentation = (text: string): string =>
  text.includes('<![CDATA[') || text.includes('oadrGB') ? text : text.replace(/>[ \t\r\n]+</g, '><');

/** Reads the text as it came once more, so that an error names its true line and column. */
const refuseAsItCame = (text: string, limits: XmlLimits, signal: unknown): never => {
  new Gate(text, limits).pass(text);
  throw signal;
};

const passGate = (compact: string, text: string, limits: XmlLimits): number => {
  try {
    return new Gate(compact, limits).pass(compact);
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

/** Beyond the declaration, which the tree builder reads well. */
const hasInstructions = (text: string): boolean => text.indexOf('<?', 1) !== -1;

/** After the gate the tree builder objects only to names that would be dangerous as keys of objects. */
const buildTree = (text: string): readonly ParsedNode[] => {
  try {
    return treeBuilder.parse(text) as ParsedNode[];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuseText('hostile', `The body is not read, because the parser objects: ${reason.replace(/\.$/, '')}.`);
  }
};

const grown = (compact: string, counted: number, items: ListedItems): XmlElement => {
  const nodes = buildTree(hasInstructions(compact) ? withoutInstructions(compact) : compact);
  const { root, elements } = elementFromParsed(nodes, items);
  if (elements !== counted)
    refuseText('hostile', 'The body reads differently to two XML parsers; it is not acted upon.');
  items.end();
  return root;
};

/**
 * A text of which a part was read before; undefined when it has none, or is at fault: what is refused is refused of the whole. Where its items
 * stand is known once they are met; then those are built that were read elsewhere only.
 */
const grownFromKnown = (compact: string, limits: XmlLimits, place: string | null = null): XmlElement | undefined => {
  const rest = withoutKnownItems(compact, limits, place);
  if (rest === null) return undefined;
  try {
    return grown(rest.text, new Gate(rest.text, limits).pass(rest.text), rest.items);
  } catch (error) {
    if (error instanceof RefusalSignal) return undefined;
    if (!(error instanceof ReadAnew)) throw error;
    return error.place === null || place !== null ? undefined : grownFromKnown(compact, limits, error.place);
  }
};

/**
 * Reads well-formed XML within the limits into elements with resolved names.
 *
 * @throws RefusalSignal when the text is not XML, or exceeds a limit.
 */
export const parseXml = (text: string, limits: XmlLimits): XmlElement => {
  refuseOtherThings(text);
  const compact = withoutIndentation(text);
  return grownFromKnown(compact, limits) ?? grown(compact, passGate(compact, text, limits), noItems(limits));
};
