import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import type { XmlLimits } from './types/xmlLimits.ts';
import type { Name } from './xml/names.ts';
import { RefusalSignal, refuseText } from './xml/refuse.ts';
import { elementName, innerScope, outermostScope, type NamespaceScope } from './xml/scope.ts';

/**
 * XML that is none of OpenADR's, read as it streams by: no DOCTYPE, well-formed to the last character, bounded, names by
 * their namespace whatever the prefix. No tree is made: files are larger than messages, and most of them is passed over.
 */
export interface ForeignXmlHandler {
  /** An element begins; `attribute` gives the value of one without a namespace, and is good for this call only. */
  readonly opened: (namespace: string, local: string, attribute: (local: string) => string | undefined) => void;
  /** It ends; `text` is its own text since its last child, trimmed. */
  readonly closed: (local: string, text: string) => void;
}

/** What is read: text, bytes, or bytes a piece at a time, so that no more than a piece of them is held. */
export type XmlInput = string | Uint8Array | Iterable<Uint8Array>;

/** Read to the end, or one sentence that says why not. */
export type ForeignXml = { readonly ok: true } | { readonly ok: false; readonly because: string };

/**
 * The limits of a file from a person's own disk: larger than a message, and bounded all the same.
 *
 * @limit Ten years of 15-minute readings in Green Button have 350,000 readings of four to eight elements.
 */
export const foreignXmlLimits: XmlLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 32,
  maxNodes: 8_000_000,
  maxTextLength: 64 * 1024,
  maxNameLength: 256,
};

/** What is decoded at once: large enough to be fast, small enough to be forgotten. @unit bytes */
const chunkBytes = 1 << 18;

const refuse = (sentence: string): never => refuseText('notXml', sentence);

const startsWith = (bytes: Uint8Array, ...first: number[]): boolean =>
  first.every((byte, index) => bytes[index] === byte);

/** Encodings that a file may declare, and what they are decoded as. */
const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
};

/** UTF-16 shows itself by its mark or the zero byte beside the first `<`; anything else is declared, or UTF-8. */
const encodingOf = (bytes: Uint8Array): string => {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0x3c, 0)) return 'utf-16le';
  if (startsWith(bytes, 0xfe, 0xff) || startsWith(bytes, 0, 0x3c)) return 'utf-16be';
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, headBytes));
  const declared = /<\?xml[^>]*encoding=["']([^"']*)/.exec(head)?.[1];
  if (declared === undefined) return 'utf-8';
  return (
    encodings[declared.toLowerCase()] ??
    refuse(`the file declares the encoding ${JSON.stringify(declared.slice(0, 30))}; save it as UTF-8.`)
  );
};

function* piecesIn(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** @limit What of a file may say how it is encoded. @unit bytes */
const headBytes = 200;

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
};

/** The same pieces, the first of them long enough to say how they are encoded. */
function* withHead(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array();
  for (const piece of pieces) {
    if (head === null) yield piece;
    else if (head.byteLength + piece.byteLength < headBytes) head = joined(head, piece);
    else {
      yield head.byteLength === 0 ? piece : joined(head, piece);
      head = null;
    }
  }
  if (head !== null && head.byteLength > 0) yield head;
}

function* decoded(pieces: Iterable<Uint8Array>, maxBytes: number): Generator<string> {
  let encoding = '';
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let at = 0;
  const text = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return (decoder ??= new TextDecoder((encoding = encodingOf(bytes)), { fatal: true })).decode(bytes, { stream });
    } catch (error) {
      if (error instanceof RefusalSignal) throw error;
      return refuse(`the file is not valid ${encoding.toUpperCase()} after byte ${at}; save it as UTF-8.`);
    }
  };
  for (const bytes of withHead(pieces)) {
    if (at + bytes.byteLength > maxBytes)
      refuse(`the file has more than ${maxBytes} bytes, which is the limit; give the part that is to be settled.`);
    yield text(bytes, true);
    at += bytes.byteLength;
  }
  yield text(new Uint8Array(), false);
}

function* textPieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += chunkBytes) yield text.slice(at, at + chunkBytes);
}

const sizeOf = (input: XmlInput): number =>
  typeof input === 'string' ? input.length : input instanceof Uint8Array ? input.byteLength : 0;

const piecesOf = (input: XmlInput, maxBytes: number): Iterable<string> =>
  typeof input === 'string'
    ? textPieces(input)
    : decoded(input instanceof Uint8Array ? piecesIn(input) : input, maxBytes);

/** HTML may stand behind the declaration of XML, and behind comments. */
const looksLikeHtml = (text: string): boolean =>
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i.test(text.slice(0, 1000));

const isNotBlank = /[^\s]/;

/** Counts against the limits, resolves names and hands on what it hears of saxes. */
class Reader {
  readonly #limits: XmlLimits;
  readonly #handler: ForeignXmlHandler;
  readonly #parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true });
  readonly #open: { readonly scope: NamespaceScope; readonly name: Name }[] = [];
  #scope = outermostScope;
  #nodes = 0;
  #text = '';

  constructor(handler: ForeignXmlHandler, limits: XmlLimits) {
    this.#handler = handler;
    this.#limits = limits;
    this.#parser.on('opentag', (tag) => this.#opened(tag.name, tag.attributes));
    this.#parser.on('closetag', () => this.#closed());
    this.#parser.on('text', (text) => this.#heard(text));
    this.#parser.on('cdata', (text) => this.#heard(text));
    this.#parser.on('doctype', () => refuse('the file has a DOCTYPE, which attacks are made of; it is not read.'));
  }

  read(pieces: Iterable<string>): void {
    let isFirst = true;
    for (const piece of pieces) {
      if (isFirst && looksLikeHtml(piece))
        refuse('the file is an HTML page, probably of a web site that asks for a password; download it again.');
      isFirst = isFirst && !isNotBlank.test(piece);
      this.#parser.write(isFirst ? '' : piece);
    }
    if (isFirst) refuse('the file is empty.');
    this.#parser.close();
  }

  #opened(qualified: string, attributes: Record<string, SaxesAttributePlain | string>): void {
    const outer = this.#scope;
    let declared: (readonly [string, string])[] | undefined;
    this.#nodes += 1;
    for (const key in attributes) {
      this.#nodes += 1;
      this.#within(String(attributes[key]).length, this.#limits.maxTextLength, 'an attribute of so many characters');
      if (key === 'xmlns' || key.startsWith('xmlns:'))
        (declared ??= []).push([key === 'xmlns' ? '' : key.slice(6), String(attributes[key])]);
    }
    this.#within(this.#nodes, this.#limits.maxNodes, 'so many elements and attributes');
    this.#within(qualified.length, this.#limits.maxNameLength, 'a name of so many characters');
    if (declared !== undefined) this.#scope = innerScope(outer, declared);
    const name = elementName(this.#scope, qualified);
    this.#within(
      this.#open.push({ scope: outer, name }),
      this.#limits.maxDepth,
      'elements that stand so deep in one another',
    );
    this.#text = '';
    this.#handler.opened(name.namespace, name.local, (local) => {
      const value = attributes[local];
      return value === undefined ? undefined : String(value);
    });
  }

  #closed(): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const text = this.#text;
    this.#text = '';
    this.#scope = open.scope;
    this.#handler.closed(open.name.local, text.trim());
  }

  #heard(text: string): void {
    this.#text = this.#text === '' ? text : this.#text + text;
    this.#within(this.#text.length, this.#limits.maxTextLength, 'a text of so many characters');
  }

  #within(count: number, limit: number, what: string): void {
    if (count > limit) refuse(`the file has ${what}: more than ${limit}; give the part that is to be settled.`);
  }
}

const malformed = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  const place = /^(\d+):(\d+): ([\s\S]*)$/.exec(message);
  const where = place === null ? '' : ` at line ${place[1]}, column ${place[2]}`;
  const what = (place?.[3] ?? message).replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 200);
  if (/^unclosed tag: /.test(what))
    return `the file is cut off${where}: what was opened there is never closed; download it again.`;
  return `the file is not well-formed XML${where}: ${what}.`;
};

/** What went wrong in our own handler is no fault of the XML. */
class HandlerFailure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

const guarded = (handler: ForeignXmlHandler): ForeignXmlHandler => {
  const guard =
    <Given extends readonly unknown[]>(act: (...given: Given) => void) =>
    (...given: Given): void => {
      try {
        act(...given);
      } catch (error) {
        throw new HandlerFailure(error);
      }
    };
  return { opened: guard(handler.opened), closed: guard(handler.closed) };
};

/** Reads XML of another trade from its first byte to its last. @limit foreignXmlLimits, unless others are given */
export const readForeignXml = (
  input: XmlInput,
  handler: ForeignXmlHandler,
  limits: Partial<XmlLimits> = {},
): ForeignXml => {
  const bounds = { ...foreignXmlLimits, ...limits };
  const size = sizeOf(input);
  if (size > bounds.maxBytes)
    return {
      ok: false,
      because: `the file has ${size} bytes, and the limit is ${bounds.maxBytes}; give the part that is to be settled.`,
    };
  try {
    new Reader(guarded(handler), bounds).read(piecesOf(input, bounds.maxBytes));
    return { ok: true };
  } catch (error) {
    if (error instanceof HandlerFailure) throw error.error;
    if (error instanceof RefusalSignal)
      return { ok: false, because: error.message.replace(/^The (name|prefix)/, 'the $1') };
    return { ok: false, because: malformed(error) };
  }
};
