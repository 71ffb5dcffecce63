/** A story as people read it. */
import type { Story, StoryLine } from '../../telling/story.ts';
import { sentenceOf } from '../../telling/sentence.ts';
import { momentText } from '../log/entryColumns.ts';
import { wrapped } from '../prose.ts';
import { prettyXml } from '../../inspector/answers/prettyXml.ts';

/** What a page is laid out for. */
export interface PageLayout {
  readonly timeZone: string;
  /** Lines are broken at this width. @unit columns */
  readonly width: number;
}

/** The XML beside entries by position; undefined where its retention has passed. */
export type Wires = ReadonlyMap<number, string | undefined>;

/** @limit A sentence beside its time has so much room, or stands below it. @unit columns */
const leastBeside = 50;

/** @limit Lines that are shown; the middle of a longer story is left to --json. */
const shownLines = 240;

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
  const isBeside = width - head.length >= leastBeside;
  const indent = isBeside ? head.length : 10 + head.length - head.trimEnd().length;
  const said = wrapped(`${sentenceOf(entry, timeZone)}${remark === null ? '' : ` ${remark}`}`, indent, width);
  return `${isBeside ? head : `${head.trimEnd()}\n${' '.repeat(indent)}`}${said}\n${wireText(line, wires, indent)}`;
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
  `${wrapped(capital(about), 0, layout.width)}\n\n${summary.map((sentence) => `  ${wrapped(sentence, 2, layout.width)}\n`).join('')}\n${linesText(lines, layout, wires)}`;
