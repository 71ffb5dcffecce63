/** Sentences and lines for a terminal: whole words, and as wide as the terminal is. */
import { stripVTControlCharacters } from 'node:util';
import { withoutMiddle } from './narrow.ts';
import type { TextOutput } from './surroundings.ts';

/** @limit Text is never broken into lines shorter than this. @unit columns */
const narrowest = 30;

/** @limit Sentences are not read well in longer lines. @unit columns */
const widestProse = 100;

/** Where a line has to end; nowhere in a pipe, which is given everything. */
export const roomOf = ({ isTTY, columns }: Pick<TextOutput, 'isTTY' | 'columns'>): number =>
  isTTY ? columns : Number.POSITIVE_INFINITY;

/** An option and its quoted value: whoever copies them from the terminal must not get a line feed between the quotes. */
const copied = / ?(--[a-z-]+ "[^"\n]*"[^ ]*)(?: |$)/;

/** A sign that stands alone belongs to the word after it: `+ comes to you, − goes from you`. */
const spaces = /(?<!(?:^|[ (])[+\u2212]) /;

const wordsIn = (part: string, index: number): readonly string[] =>
  index % 2 === 1 ? [part] : part === '' ? [] : part.split(spaces);

const lengthOf = (text: string): number =>
  text.includes('\u001b') ? stripVTControlCharacters(text).length : text.length;

/** Breaks text at spaces; lines after the first are indented, but less where one word would not fit otherwise. */
export const wrapped = (text: string, indent: number, width: number): string => {
  const room = Math.max(narrowest, width - indent);
  const lines: string[] = [''];
  for (const word of text.split(copied).flatMap(wordsIn)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && lengthOf(last) + 1 + lengthOf(word) > room) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  const indentOf = (line: string): number => {
    const left = width - lengthOf(line);
    return left >= 0 && left < indent ? left : indent;
  };
  return lines.map((line, place) => (place === 0 ? line : `${' '.repeat(indentOf(line))}${line}`)).join('\n');
};

/** One line of a stream of lines, as it comes: what is left of it stands indented below. */
export const streamedLine = (output: Pick<TextOutput, 'isTTY' | 'columns'>, line: string): string =>
  wrapped(line, 2, roomOf(output));

/** Where sentences end a line, also in a pipe that a person reads from. */
export const proseWidth = (output: Pick<TextOutput, 'isTTY' | 'columns'>): number =>
  output.isTTY ? Math.min(output.columns, widestProse) : widestProse;

/** Each line of a text broken at spaces where the terminal ends, with the indentation it has. */
export const proseFor = (output: Pick<TextOutput, 'isTTY' | 'columns'>, text: string): string => {
  const width = proseWidth(output);
  return text
    .split('\n')
    .map((line) => {
      if (!output.isTTY || line.length <= width) return line;
      const indent = line.length - line.trimStart().length;
      return `${' '.repeat(indent)}${wrapped(line.trimStart(), indent, width)}`;
    })
    .join('\n');
};

/** Says sentences; what is for programs, an object on each line, goes out as it is. */
export const say = (output: TextOutput, text: string): void =>
  void output.write(text.startsWith('{') ? text : proseFor(output, text));

/** Sentences, each beginning a line of its own. */
export const paragraphsFor = (output: Pick<TextOutput, 'isTTY' | 'columns'>, texts: readonly string[]): string =>
  texts.map((text) => `${wrapped(text, 0, proseWidth(output))}\n`).join('');

/** A name, and what is said of it. */
export type Labelled = readonly [name: string, text: string];

/** @limit A name takes no more than this of a narrow line. @unit columns */
const widestName = 24;

/** Names to the left, and what is said of them beside, in as many lines as it takes. */
export const labelledText = (lines: readonly Labelled[], width = Number.POSITIVE_INFINITY): string => {
  const longest = Math.max(...lines.map(([name]) => name.length));
  const left = Number.isFinite(width) ? Math.min(longest, widestName) : longest;
  const room = Math.max(narrowest, width - left - 2);
  /** What is longer than a line is an identifier, and no word. */
  const fitting = (text: string): string =>
    text
      .split(' ')
      .map((word) => withoutMiddle(word, room))
      .join(' ');
  return lines
    .map(
      ([name, text]) =>
        `${`${withoutMiddle(name, left).padEnd(left)}  ${wrapped(fitting(text), left + 2, width)}`.trimEnd()}\n`,
    )
    .join('');
};
