import { add, decimalText, parseDecimal, zero } from '../../programme/decimal.ts';
import type { CsvRow } from './csvRows.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** Where each meaning stands in a file. */
export interface Columns {
  readonly file: string;
  /** 0 where the file has no header. */
  readonly headerLine: number;
  /** Column numbers, from 0, by meaning. */
  readonly at: ReadonlyMap<string, number>;
  readonly headers: readonly string[];
}

/** A meaning and the header that has it, as they are declared. */
export type Declared = readonly (readonly [key: string, header: string])[];

/** @limit Lines in which the header is looked for: exports put a name and an address above it. */
export const headerWithin = 60;

/** @limit Headers that an error names. */
const headersNamed = 20;

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Headers, for sentences. */
export const listed = (headers: readonly string[]): string => headers.slice(0, headersNamed).map(shown).join(', ');

/** How a header is declared: by its name where it has one of its own, else by its number, from 1. */
export const headerText = (headers: readonly string[], index: number): string => {
  const header = headers[index] ?? '';
  const isOwn = headers.filter((each) => same(each, header)).length === 1;
  const isPlain = header !== '' && !/^#\d+$|\.\.|["\n|]|,(?=[A-Za-z]+(?:@[^,=]+)?=)/.test(header);
  return isOwn && isPlain ? header : `#${index + 1}`;
};

const numbered = (header: string): number | null => {
  const [, number] = /^#(\d{1,3})$/.exec(header) ?? [];
  return number === undefined ? null : Number(number) - 1;
};

/** The headers that a declared text names: one, or several that are summed (`A+B`), or all from one to another (`HR1..HR24`). */
const partsOf = (text: string, cells: readonly string[]): readonly string[] => {
  if (cells.some((cell) => same(cell, text))) return [text];
  return text.includes('..') ? text.split('..', 2) : text.includes('+') ? text.split('+') : [text];
};

const isIn = (cells: readonly string[], part: string): boolean => {
  const number = numbered(part);
  return number === null ? cells.some((cell) => same(cell, part)) : number < Math.max(cells.length, 1);
};

const positionOf = (file: string, { line, cells }: CsvRow, header: string): number => {
  const number = numbered(header);
  if (number !== null) return number;
  const [first = -1, second] = cells.flatMap((cell, index) => (same(cell, header) ? [index] : []));
  if (second !== undefined)
    refuseFile(
      { file, line },
      `two columns are called ${shown(header)}; declare the one to use by its number, #${first + 1} or #${second + 1}.`,
    );
  return first;
};

/** Which row is the header of what was declared; null when the columns are declared by numbers alone and nothing is one. */
const headerOf = (file: string, rows: readonly CsvRow[], declared: Declared): CsvRow | null => {
  const missing = ({ cells }: CsvRow): readonly string[] =>
    declared.flatMap(([, text]) => partsOf(text, cells).filter((part) => !isIn(cells, part)));
  if (declared.every(([, text]) => numbered(text) !== null)) {
    const isText = ({ cells }: CsvRow): boolean =>
      declared.every(([, text]) => /[a-z]{2}/i.test(cells[numbered(text) ?? -1] ?? ''));
    return rows.slice(0, headerWithin).find(isText) ?? null;
  }
  const [best] = rows.slice(0, headerWithin).toSorted((a, b) => missing(a).length - missing(b).length);
  if (best === undefined) return refuseFile({ file }, 'the file has no rows.');
  const [absent] = missing(best);
  return absent === undefined
    ? best
    : refuseFile(
        { file, line: best.line },
        `there is no column ${shown(absent)}; the header there has ${listed(best.cells)}.`,
      );
};

/** The columns of a declaration, and beside them those that are sums or stretches of columns. */
export interface FoundColumns {
  readonly columns: Columns;
  readonly sums: ReadonlyMap<string, readonly number[]>;
  readonly stretches: ReadonlyMap<string, readonly [from: number, to: number]>;
}

/** Where what was declared stands. @throws UnusableFile when a column is missing or two have its name */
export const declaredColumns = (file: string, rows: readonly CsvRow[], declared: Declared): FoundColumns => {
  const header = headerOf(file, rows, declared);
  const row = header ?? { line: 0, cells: [] };
  const at = new Map<string, number>();
  const sums = new Map<string, readonly number[]>();
  const stretches = new Map<string, readonly [number, number]>();
  for (const [key, text] of declared) {
    const parts = partsOf(text, row.cells);
    const [first = -1, second = -1] = parts.map((part) => positionOf(file, row, part));
    if (parts.length === 1) at.set(key, first);
    else if (text.includes('..')) stretches.set(key, [first, second]);
    else
      sums.set(
        key,
        parts.map((part) => positionOf(file, row, part)),
      );
  }
  return { columns: { file, headerLine: row.line, headers: row.cells, at }, sums, stretches };
};

/** Rows with the sum of some cells behind them; what is no number is not summed and stays to be told. */
export const withSum = (rows: readonly CsvRow[], width: number, of: readonly number[]): readonly CsvRow[] =>
  rows.map((row) => {
    const cells = of.map((index) => row.cells[index] ?? '');
    const numbers = cells.map((cell) => parseDecimal(cell));
    const odd = cells.find((_, index) => numbers[index] === undefined);
    const sum = odd ?? decimalText(numbers.reduce((total, each) => add(total ?? zero, each ?? zero), zero) ?? zero);
    return { ...row, cells: [...padded(row.cells, width), sum] };
  });

/** Cells, as many as there are headers. */
export const padded = (cells: readonly string[], width: number): readonly string[] =>
  cells.length >= width ? cells.slice(0, width) : [...cells, ...Array.from({ length: width - cells.length }, () => '')];

/** What was understood, for the person: `time = "Start", kwh = "Net"`. */
export const columnsText = ({ at, headers }: Columns): string =>
  [...at].map(([key, index]) => `${key} = ${shown(headers[index] ?? '')}`).join(', ');

/** A cell, or undefined when the file has no such column. */
export const cellOf = ({ at }: Columns, { cells }: CsvRow, key: string): string | undefined => {
  const index = at.get(key);
  return index === undefined ? undefined : (cells[index] ?? '');
};

/** The place of a cell, for sentences. */
export const placeOf = (
  { file, at, headers }: Columns,
  { line, column }: CsvRow,
  key: string,
): { file: string; line: number; column: string } => ({
  file,
  line,
  column: column ?? headers[at.get(key) ?? -1] ?? key,
});
