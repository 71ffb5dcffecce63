/** A story as people read it. */
import type { Story, StoryLine } from '../../telling/story.ts';
import { sentenceOf } from '../../telling/sentence.ts';
import { momentText } from '../log/entryColumns.ts';
import { prettyXml } from '../../inspector/answers/prettyXml.ts';

/** What a page is laid out for. */
export interface PageLayout {
  readonly timeZone: string;
  /** Lines are broken at this width. @unit columns */
  readonly width: number;
}

/** The XML beside entries by position; undefined where its retention has passed. */
export type Wires = ReadonlyMap<number, string | undefined>;

/** @limit Lines that are shown; the middle of a longer story is left to --json. */
const shownLines = 240;

/** @unit columns */
const narrowest = 40;

/** Breaks a text between its words; later lines begin under the first. */
export const wrapped = (text: string, indent: number, width: number): string => {
  const room = Math.max(narrowest, width - indent);
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
};

const indented = (text: string, indent: number): string => text.replace(/^/gm, ' '.repeat(indent));

const wireText = ({ entry }: StoryLine, wires: Wires | null, indent: number): string => {
  if (wires === null || entry.wireHash === undefined) return '';
  const xml = wires.get(entry.position);
  return xml === undefined
    ? `${' '.repeat(indent)}(its XML is gone: its retention has passed)\n`
    : `${indented(prettyXml(xml), indent)}\n`;
};

const lineText = (line: StoryLine, { timeZone, width }: PageLayout, wires: Wires | null): string => {
  const { entry, depth, remark } = line;
  const head = `${String(entry.position).padStart(8)}  ${momentText(entry.recordedAt, timeZone)}  ${'  '.repeat(Math.min(depth, 12))}`;
  const indent = head.length;
  const said = wrapped(`${sentenceOf(entry, timeZone)}${remark === null ? '' : ` ${remark}`}`, indent, width);
  return `${head}${said}\n${wireText(line, wires, indent)}`;
};

const linesText = (lines: readonly StoryLine[], layout: PageLayout, wires: Wires | null): string => {
  const text = (some: readonly StoryLine[]): string => some.map((line) => lineText(line, layout, wires)).join('');
  if (lines.length <= shownLines) return text(lines);
  const half = shownLines / 2;
  return `${text(lines.slice(0, half))}          … ${lines.length - shownLines} entries are left out here; --json gives all of them …\n${text(lines.slice(-half))}`;
};

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The story, with the messages when `wires` are given. */
export const pageText = ({ about, summary, lines }: Story, layout: PageLayout, wires: Wires | null): string =>
  `${capital(about)}\n\n${summary.map((sentence) => `  ${wrapped(sentence, 2, layout.width)}\n`).join('')}\n${linesText(lines, layout, wires)}`;
