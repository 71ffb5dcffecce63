import { energyKeys, moneyKeys } from './columnKeys.ts';
import type { CsvRow } from './csvRows.ts';
import { knownKeyOf } from './knownHeaders.ts';
import type { Layout } from './layout.ts';
import { refuseFile, shown } from './unusableFile.ts';

/** Where each meaning stands in a file. */
export interface Columns {
  readonly file: string;
  readonly headerLine: number;
  /** Column numbers, from 0, by meaning. */
  readonly at: ReadonlyMap<string, number>;
  readonly headers: readonly string[];
}

/** @limit Lines in which the header is looked for: exports put a name and an address above it. */
const headerWithin = 30;

/** @limit Headers that an error names. */
const headersNamed = 20;

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

const listed = (headers: readonly string[]): string => headers.slice(0, headersNamed).map(shown).join(', ');

/** What a file is expected to tell, and how to ask for it. */
export interface Sought {
  /** What a header means, or undefined when that is not well known. */
  readonly keyOf: (header: string) => string | undefined;
  /** Whether a meaning is what the file is about; a header needs one beside a time. */
  readonly isQuantity: (key: string) => boolean;
  /** What the headers do not say, when they do not: the rest of a sentence. */
  readonly unsaid: string;
  /** How columns are declared, for an example. */
  readonly example: string;
}

/** Of a bill, and of a meter. */
const energyOrMoney: Sought = {
  keyOf: knownKeyOf,
  isQuantity: (key) => energyKeys.has(key) || moneyKeys.has(key),
  unsaid: 'which column is the time and which the energy, with its unit, or the amount',
  example: 'time=Start,kwh=Net,price=Rate,amount=Charge',
};

/** How to declare columns, for the end of a sentence. */
const declare = ({ example }: Sought): string => `declare them with --columns, as in --columns "${example}"`;

const delimiterNames = [
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'pipe'],
  [',', 'comma'],
] as const;

/** Says so when the first line is one cell in which another delimiter stands. */
const refuseWrongDelimiter = (file: string, [first]: readonly CsvRow[], { delimiter }: Layout): void => {
  const other = delimiterNames.find(
    ([sign]) => sign !== delimiter && first?.cells.length === 1 && first.cells[0]?.includes(sign),
  );
  if (other !== undefined)
    refuseFile(
      { file, line: first?.line ?? 1 },
      `its cells seem to be separated by "${other[1]}"; add delimiter=${other[1]} to the declared columns.`,
    );
};

const positionOf = (file: string, { line, cells }: CsvRow, header: string): number => {
  const [first = -1, second] = cells.flatMap((cell, index) => (same(cell, header) ? [index] : []));
  if (second !== undefined)
    refuseFile({ file, line }, `two columns are called ${shown(header)}; give one of them another name.`);
  return first;
};

const declaredColumns = (file: string, rows: readonly CsvRow[], declared: ReadonlyMap<string, string>): Columns => {
  const wanted = [...new Set(declared.values())];
  const missing = ({ cells }: CsvRow): readonly string[] =>
    wanted.filter((header) => !cells.some((cell) => same(cell, header)));
  const [best] = rows.slice(0, headerWithin).toSorted((a, b) => missing(a).length - missing(b).length);
  if (best === undefined) return refuseFile({ file }, 'the file has no rows.');
  const [absent] = missing(best);
  if (absent !== undefined)
    refuseFile(
      { file, line: best.line },
      `there is no column ${shown(absent)}; the header there has ${listed(best.cells)}.`,
    );
  return {
    file,
    headerLine: best.line,
    headers: best.cells,
    at: new Map([...declared].map(([key, header]) => [key, positionOf(file, best, header)])),
  };
};

const hasTime = (keys: readonly (string | undefined)[]): boolean =>
  ['time', 'end', 'date'].some((key) => keys.includes(key));

const wellKnownColumns = (file: string, rows: readonly CsvRow[], sought: Sought): Columns => {
  const known = ({ cells }: CsvRow): readonly (string | undefined)[] => cells.map(sought.keyOf);
  const hasQuantity = (row: CsvRow): boolean => known(row).some((key) => key !== undefined && sought.isQuantity(key));
  const header = rows.slice(0, headerWithin).find((row) => hasTime(known(row)) && hasQuantity(row));
  if (header === undefined) {
    const widest = rows
      .slice(0, headerWithin)
      .reduce((best, row) => (row.cells.length > best.cells.length ? row : best), rows[0] as CsvRow);
    return refuseFile(
      { file, line: widest.line },
      `the headers ${listed(widest.cells)} do not say ${sought.unsaid}; ${declare(sought)}.`,
    );
  }
  const at = new Map<string, number>();
  for (const [index, key] of known(header).entries()) {
    const before = key === undefined ? undefined : at.get(key);
    if (before !== undefined)
      refuseFile(
        { file, line: header.line },
        `both ${shown(header.cells[before] ?? '')} and ${shown(header.cells[index] ?? '')} could be meant by "${key}"; ${declare(sought)}.`,
      );
    if (key !== undefined) at.set(key, index);
  }
  return { file, headerLine: header.line, headers: header.cells, at };
};

/** Finds the header and its columns, as declared or as well known. @throws UnusableFile when one is missing or two fit */
export const columnsOf = (
  file: string,
  rows: readonly CsvRow[],
  layout: Layout,
  sought: Sought = energyOrMoney,
): Columns => {
  if (rows.length === 0) refuseFile({ file }, 'the file has no rows.');
  refuseWrongDelimiter(file, rows, layout);
  return layout.columns === null ? wellKnownColumns(file, rows, sought) : declaredColumns(file, rows, layout.columns);
};

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
  { line }: CsvRow,
  key: string,
): { file: string; line: number; column: string } => ({
  file,
  line,
  column: headers[at.get(key) ?? -1] ?? key,
});
