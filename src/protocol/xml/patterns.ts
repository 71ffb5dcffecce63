/**
 * What is written again and again, such as each day's report, or thousands of intervals in the report of a fleet: messages and elements
 * of one form that differ in their texts alone.
 *
 * A form is written once by the library, with marks where the texts stand; what follows of that form is the same text with other
 * words in it. An element whose words would have to be escaped is written by the library, as everything else is.
 */
import type { XmlWriter } from './codec.ts';
import { type Name, prefixOf } from './names.ts';

/** Stands for a text in a form; no text that is put into one may hold it. */
export const textMark = '\ue000';

/** What is done to a writer, one thing after the other. */
export type Stroke =
  { readonly open: Name } | { readonly attribute: Name; readonly value: string } | { readonly text: string } | 'close';

/** What is written is longer than a sketch of it may be. */
export class SketchTooLong extends Error {
  override readonly name = 'SketchTooLong';
}

/** What is written before it is: its form, and the words in it. */
export class Sketch implements XmlWriter {
  readonly strokes: Stroke[] = [];
  readonly words: string[] = [];
  /** Names the form; null when it holds names that are none of ours. */
  form: string | null = '';
  readonly #within: string;
  readonly #names: Name[] = [];
  readonly #longest: number;

  /** `within`: where it stands, for errors. `longest`: the strokes after which it is given up. */
  constructor(within: string, longest = Infinity) {
    this.#within = within;
    this.#longest = longest;
  }

  open(name: Name): void {
    if (this.strokes.length >= this.#longest) throw new SketchTooLong();
    this.#names.push(name);
    this.strokes.push({ open: name });
    this.#add(`<${name.qualified}`, name);
  }

  attribute(name: Name, value: string): void {
    this.strokes.push({ attribute: name, value });
    this.words.push(value);
    this.#add(`@${name.qualified}`, name);
  }

  text(text: string): void {
    if (text === '') return;
    this.strokes.push({ text });
    this.words.push(text);
    if (this.form !== null) this.form += '.';
  }

  close(): void {
    this.#names.pop();
    this.strokes.push('close');
    if (this.form !== null) this.form += '>';
  }

  get path(): string {
    return `${this.#within}${this.#names.map(({ local }) => `/${local}`).join('')}`;
  }

  #add(part: string, { namespace }: Name): void {
    const isOurs = namespace === '' || prefixOf(namespace) !== undefined;
    this.form = this.form === null || !isOurs ? null : this.form + part;
  }
}

/** What has to be escaped somewhere, or may not be written at all. */
const special = /[&<>"'\u0000-\u001f\u007f-\u009f\ud800-\udfff\ue000\ue001\ufffe\uffff]/;

/** Whether words can be put into a form as they are. */
export const arePlain = (words: readonly string[]): boolean => !words.some((word) => special.test(word));

/** Does to a writer what was sketched; `marked`: with marks in place of the words. */
export const draw = (strokes: readonly Stroke[], writer: XmlWriter, marked = false): void => {
  for (const stroke of strokes) {
    if (stroke === 'close') writer.close();
    else if ('open' in stroke) writer.open(stroke.open);
    else if ('attribute' in stroke) writer.attribute(stroke.attribute, marked ? textMark : stroke.value);
    else writer.text(marked ? textMark : stroke.text);
  }
};

/** The text of a form, cut where its words stand. */
export type WrittenForm = readonly string[];

/** The form with these words in it. */
export const filled = (form: WrittenForm, words: readonly string[]): string => {
  let text = form[0] ?? '';
  for (let index = 0; index < words.length; index += 1) text += (words[index] ?? '') + (form[index + 1] ?? '');
  return text;
};
