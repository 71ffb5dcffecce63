import { CsvError, parse } from 'csv-parse/sync';
import { refuseFile } from '../unusableFile.ts';
import type { Delimiter } from './delimiters.ts';

/** One record of a CSV file, cells trimmed. */
export interface CsvRow {
  /** The line it ends on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The header over its value, where a row of the file became several. */
  readonly column?: string;
  /** How many cells the file has in it, where there are fewer than headers. */
  readonly shortOf?: number;
}

/** @limit Characters of one record; beyond it a quote was left open. */
const longestRecord = 100_000;

const sentences: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that was opened is never closed: the file is cut off, or a quote is missing.',
  CSV_MAX_RECORD_SIZE: `a record has more than ${longestRecord} characters: a quote that was opened is not closed.`,
  INVALID_OPENING_QUOTE:
    'a quote stands in the middle of a cell; cells that hold quotes must be quoted whole, the quotes in them doubled.',
  CSV_INVALID_CLOSING_QUOTE:
    'something stands between a closing quote and the next delimiter; quotes within a quoted cell must be doubled.',
};

const refuse = (file: string, error: unknown, before: number): never => {
  if (!(error instanceof CsvError)) throw error;
  const { lines } = error as CsvError & { readonly lines?: number };
  return refuseFile(
    { file, ...(lines === undefined ? {} : { line: before + lines }) },
    sentences[error.code] ?? `this is no CSV that can be read (${error.code}).`,
  );
};

/** Whatever Unicode calls a space is one, what cannot be seen is nothing, and an apostrophe that makes text of a number is no part of it. */
const cleaned = (cell: string): string =>
  /^[\x20-\x7e]*$/.test(cell) && !cell.startsWith("'")
    ? cell.trim()
    : cell
        .replace(/[\u200b-\u200f\u2060\u00ad\ufeff]/g, '')
        .replace(/\s/gu, ' ')
        .replace(/[\u2212\u2010\u2011]/g, '-')
        .replace(/(?<=\d)[\u2019\u02bc](?=\d{3})/g, "'")
        .trim()
        .replace(/^'(?=[\d+-])/, '');

/** Spreadsheets keep text as it is by a formula: `="0017"`. */
const withoutFormulas = (text: string): string =>
  text.includes('="') ? text.replace(/(^|[,;\t|\n\r])=(?="[^"\n\r]*"(?:[,;\t|\n\r]|$))/g, '$1') : text;

/** `before`: how many lines of the file stand before the text. */
const parsedRows = (file: string, text: string, delimiter: Delimiter, before: number): readonly CsvRow[] => {
  try {
    const rows: CsvRow[] = [];
    parse(withoutFormulas(text), {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: longestRecord,
      // The parser's own records are forgotten as they are read: a large file has a million of them.
      on_record: (record, { lines }) => {
        const cells = record.map(cleaned);
        if (cells.some((cell) => cell !== '')) rows.push({ line: before + lines, cells });
        return null;
      },
    });
    return rows;
  } catch (error) {
    return refuse(file, error, before);
  }
};

/** Spreadsheets are told on the first line what stands between cells: `sep=;`. The rows themselves say it as well. */
const isForSpreadsheets = ({ line, cells: [first = '', ...others] }: CsvRow): boolean =>
  line === 1 && /^sep=.?$/i.test(first) && others.every((cell) => cell === '');

/** The records of a CSV text, empty lines left out, whatever ends the lines. @throws UnusableFile when it is no CSV */
export const csvRows = (file: string, text: string, delimiter: Delimiter): readonly CsvRow[] =>
  parsedRows(file, text, delimiter, 0).filter((row) => !isForSpreadsheets(row));

const quotesIn = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count;
};

/** Where the last line ends that no quote reaches over: what stands behind it is not whole yet. */
const endOfLines = (text: string): number => {
  let quotes = text.includes('"') ? quotesIn(text) : 0;
  let end = text.length;
  for (;;) {
    const at = Math.max(text.lastIndexOf('\n', end - 1), text.lastIndexOf('\r', end - 1));
    if (at < 0 || end === 0) return 0;
    if (quotes > 0) quotes -= quotesIn(text.slice(at + 1, end));
    const isHalf = text[at] === '\r' && at === text.length - 1;
    if (quotes % 2 === 0 && !isHalf) return at + 1;
    end = at;
  }
};

const breaks = /\r\n|\n|\r/;

const linesIn = (text: string): readonly string[] => text.split(text.includes('\r') ? breaks : '\n');

/** Nothing that has to be cleaned stands in a text but spaces. */
const isClean = (text: string, delimiter: Delimiter): boolean =>
  (delimiter === '\t' ? /^[\x20-\x7e\r\n\t]*$/ : /^[\x20-\x7e\r\n]*$/).test(text) && !text.includes("'");

const quote = 34;

/** The same without the quotes around it; null where quotes stand in it. */
const unquoted = (cell: string): string | null => {
  const last = cell.length - 1;
  const isQuoted = last > 0 && cell.charCodeAt(0) === quote && cell.charCodeAt(last) === quote;
  const inner = isQuoted ? cell.slice(1, -1) : cell;
  return inner.includes('"') ? null : inner;
};

/** The text from a line on, counted from 0. */
const fromLine = (text: string, line: number): string => {
  const each = new RegExp(breaks, 'g');
  for (let passed = 0; passed < line; passed += 1) each.exec(text);
  return text.slice(each.lastIndex);
};

/** Rows, one after the other: lines whose cells are quoted whole or not at all, and none that is too long, need no parser. */
function* rowsOf(
  file: string,
  text: string,
  lines: readonly string[],
  { delimiter, before }: { readonly delimiter: Delimiter; readonly before: number },
): Generator<CsvRow> {
  const clean = isClean(text, delimiter) ? (cell: string): string => cell.trim() : cleaned;
  const hasQuotes = text.includes('"');
  for (let index = 0; index < lines.length; index += 1) {
    const each = lines[index] as string;
    const cells = each.split(delimiter);
    let isEmpty = true;
    let isPlain = !hasQuotes || each.length <= longestRecord;
    for (let place = 0; place < cells.length; place += 1) {
      const inner = hasQuotes ? unquoted(cells[place] as string) : (cells[place] as string);
      if (inner === null) isPlain = false;
      const cell = clean(inner ?? '');
      if (cell !== '') isEmpty = false;
      cells[place] = cell;
    }
    if (!isPlain) return yield* parsedRows(file, fromLine(text, index), delimiter, before + index);
    if (!isEmpty) yield { line: before + index + 1, cells };
  }
}

/** The same of a text that comes in pieces, so that it is never held whole. @throws UnusableFile when it is no CSV */
export function* csvRowsIn(file: string, pieces: Iterable<string>, delimiter: Delimiter): Generator<CsvRow> {
  let rest = '';
  let before = 0;
  const ofText = function* (text: string): Generator<CsvRow> {
    const lines = linesIn(text);
    const rows = rowsOf(file, text, lines, { delimiter, before });
    if (before === 0) {
      const { value: first } = rows.next();
      if (first !== undefined && !isForSpreadsheets(first)) yield first;
    }
    yield* rows;
    before += lines.length - 1;
  };
  for (const piece of pieces) {
    rest += piece;
    const end = endOfLines(rest);
    if (end === 0 && (rest.length < longestRecord * 10 || !rest.includes('"'))) continue;
    const whole = end === 0 ? rest : rest.slice(0, end);
    rest = rest.slice(whole.length);
    yield* ofText(whole);
  }
  if (rest !== '') yield* ofText(rest);
}
