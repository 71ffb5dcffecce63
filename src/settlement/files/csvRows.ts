import { CsvError, parse } from 'csv-parse/sync';
import { refuseFile } from './unusableFile.ts';

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

/** What may stand between cells. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

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

const refuse = (file: string, error: unknown): never => {
  if (!(error instanceof CsvError)) throw error;
  const { lines } = error as CsvError & { readonly lines?: number };
  return refuseFile(
    { file, ...(lines === undefined ? {} : { line: lines }) },
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
        .trim()
        .replace(/^'(?=[\d+-])/, '');

/** The records of a CSV text, empty lines left out, whatever ends the lines. @throws UnusableFile when it is no CSV */
export const csvRows = (file: string, text: string, delimiter: Delimiter): readonly CsvRow[] => {
  try {
    const rows: CsvRow[] = [];
    parse(text, {
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
        if (cells.some((cell) => cell !== '')) rows.push({ line: lines, cells });
        return null;
      },
    });
    return rows;
  } catch (error) {
    return refuse(file, error);
  }
};
