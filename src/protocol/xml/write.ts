import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { type Codec, EncodeError, writeElement, type XmlWriter } from './codec.ts';
import { type Name, oadr, prefixOf } from './names.ts';
import { arePlain, draw, filled, Sketch, SketchTooLong, type Stroke, textMark, type WrittenForm } from './patterns.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/**
 * xmlbuilder2 escapes all but what looks like an entity already: a text `&amp;` would arrive as `&`.
 * So every ampersand is escaped before, which it then leaves alone; as are the characters a parser would normalise.
 */
const escaped = (text: string): string =>
  /[&\r\ue001]/.test(text)
    ? text
        .replace(/&/g, '&amp;')
        .replace(/\r/g, '&#13;')
        .replace(/\ue001/g, '&#57345;')
    : text;

/** Stands for text that was written before, by its number; a text of a message that holds it holds it escaped. */
const pieceMark = '\ue001';
const pieceMarks = /\ue001(\d+)\ue001/g;

/** @limit Shorter lists are written as everything else is. */
const longList = 8;

/** @limit Strokes of an element that is written in its form: what is longer has long lists of its own. */
const longestElement = 2_000;

/** @limit Strokes of an element that is drawn as it was sketched; what is longer is written anew, its own lists in forms. */
const longestDrawn = 100;

/** A DR event as it was written; its value is never changed. */
interface WrittenOnce {
  readonly text: string;
  readonly namespaces: ReadonlySet<string>;
}

const drEvent = oadr('oadrEvent');

/** DR events of long lists: a list is told whole whenever one of them changes. What else is listed is told once. */
const writtenBefore = new WeakMap<object, WrittenOnce>();

const namespacesOf = (strokes: readonly Stroke[]): ReadonlySet<string> => {
  const used = new Set<string>();
  for (const stroke of strokes)
    if (stroke !== 'close' && 'open' in stroke) used.add(stroke.open.namespace);
    else if (stroke !== 'close' && 'attribute' in stroke) used.add(stroke.attribute.namespace);
  return used;
};

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
  readonly #pieces: string[] = [];
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

  /** Writes the elements of a list; those of a long one in their form. */
  list<Value>(name: Name, codec: Codec<Value>, values: readonly Value[]): void {
    const within = this.path;
    const isLong = values.length >= longList;
    let piece = '';
    for (const value of values) {
      const before = name === drEvent ? writtenBefore.get(value as object) : undefined;
      if (isLong && before !== undefined) {
        this.#useNamespaces(before.namespaces);
        piece += before.text;
        continue;
      }
      const sketch = isLong
        ? sketchOf((writer) => writeElement(name, codec, value, writer), within, longestElement)
        : null;
      if (sketch !== null && sketch.form !== null && arePlain(sketch.words)) {
        const namespaces = namespacesOf(sketch.strokes);
        const text = filled(elementOf(sketch.form, sketch.strokes), sketch.words);
        this.#useNamespaces(namespaces);
        piece += text;
        if (name === drEvent) writtenBefore.set(value as object, { text, namespaces });
        continue;
      }
      this.#place(piece);
      piece = '';
      if (sketch === null || sketch.strokes.length > longestDrawn) writeElement(name, codec, value, this);
      else draw(sketch.strokes, this);
    }
    this.#place(piece);
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
    const text = built(() => this.#current.end({ wellFormed: true }));
    return this.#pieces.length === 0
      ? text
      : text.replace(pieceMarks, (_mark, number: string) => this.#pieces[Number(number)] ?? '');
  }

  /** Holds a place for text that is written already. */
  #place(piece: string): void {
    if (piece === '') return;
    this.#current.txt(`${pieceMark}${this.#pieces.length}${pieceMark}`);
    this.#pieces.push(piece);
  }

  #useNamespaces(namespaces: ReadonlySet<string>): void {
    for (const namespace of namespaces) this.#namespaces.add(namespace);
  }

  #declareNamespaces(): void {
    for (const uri of this.#namespaces) {
      const prefix = prefixOf(uri);
      if (prefix !== undefined) this.#current.att(xmlnsNamespace, `xmlns:${prefix}`, uri);
    }
  }
}

/** @limit Forms that are kept, in characters: of documents an agent has a dozen, of elements a few, of a few thousand each. */
const charactersKept = 500_000;

/** Forms by what names them; the oldest give way together when there are too many. */
class KnownForms {
  readonly #forms = new Map<string, WrittenForm>();
  #characters = 0;

  /** The form of a name, written where it is not known. */
  of(name: string, written: () => string): WrittenForm {
    const known = this.#forms.get(name);
    if (known !== undefined) return known;
    const text = written();
    const form = text.split(textMark);
    if (this.#characters > charactersKept) {
      this.#forms.clear();
      this.#characters = 0;
    }
    this.#characters += name.length + text.length;
    this.#forms.set(name, form);
    return form;
  }
}

const elements = new KnownForms();
const documents = new KnownForms();

/** The form of an element, as the library writes it. */
const elementOf = (name: string, strokes: readonly Stroke[]): WrittenForm =>
  elements.of(name, () => {
    const around = oadr('form');
    const text = writtenByLibrary((writer) => {
      writer.open(around);
      draw(strokes, writer, true);
      writer.close();
    });
    const from = text.indexOf('>', text.indexOf(`<${around.qualified}`)) + 1;
    return text.slice(from, text.lastIndexOf(`</${around.qualified}>`));
  });

/** @limit Strokes of a document that is written in its form: what is longer has long lists, whose elements are. */
const longestDocument = 4_000;

/** Writes a document by the library alone, with no more than the elements of long lists in forms. @throws EncodeError as `writeXml` */
export const writtenByLibrary = (write: (writer: XmlWriter) => void): string => {
  const writer = new DocumentWriter();
  write(writer);
  return writer.end();
};

/** What is written, sketched; null when that is too long. */
const sketchOf = (write: (writer: XmlWriter) => void, within: string, longest: number): Sketch | null => {
  const sketch = new Sketch(within, longest);
  try {
    write(sketch);
    return sketch;
  } catch (error) {
    if (error instanceof SketchTooLong) return null;
    throw error;
  }
};

/**
 * Writes a document: the first of a form by the library, what follows of it with other words in the same text.
 *
 * @throws EncodeError when something in it cannot be written as XML, such as a control character.
 */
export const writeXml = (write: (writer: XmlWriter) => void): string => {
  const sketch = sketchOf(write, '', longestDocument);
  if (sketch === null || sketch.form === null || !arePlain(sketch.words)) return writtenByLibrary(write);
  const { form, strokes, words } = sketch;
  return filled(
    documents.of(form, () => writtenByLibrary((writer) => draw(strokes, writer, true))),
    words,
  );
};
