/** The same rows for people, for programs and for spreadsheets. */
import { csvCell } from '../text/csvCell.ts';
import { printable, printableJson } from '../text/printable.ts';
import type { Giving } from './narrow.ts';
import { UsageError, type ParsedArguments } from './options.ts';
import { roomOf } from './prose.ts';
import type { TextOutput } from './surroundings.ts';
import { tableText } from './table.ts';

/** How rows are written. */
export type Format = 'table' | 'json' | 'csv';

/** What JSON and CSV can hold in one cell. */
export type CellValue = string | number | boolean | null | readonly string[];

/** One column: its name for programs, its header and text for people. */
export interface Column<Row> {
  /** Name in JSON and CSV; with its unit. */
  readonly name: string;
  /** Header of the table; a column without one is for programs only. */
  readonly header?: string;
  readonly value: (row: Row) => CellValue;
  /** As people read it; the value itself if absent. */
  readonly text?: (row: Row) => string;
  /** Aligned to the right. */
  readonly right?: true;
  /** How it gives way where a terminal is narrow; numbers and money do not. */
  readonly gives?: Giving;
  /** Which goes first where nothing else can give way; absent for what never goes. */
  readonly goes?: number;
}

/** The format that was asked for. @throws UsageError for two at once */
export const formatOf = ({ switches }: ParsedArguments): Format => {
  if (switches.has('json') && switches.has('csv'))
    throw new UsageError('The options --json and --csv exclude each other: give one of them.');
  return switches.has('json') ? 'json' : switches.has('csv') ? 'csv' : 'table';
};

/** What stands for nothing in a table. */
export const NOTHING = '–';

const shown = (cell: CellValue): string =>
  cell === null ? NOTHING : Array.isArray(cell) ? cell.join(' ') : String(cell);

const csvText = (cell: CellValue): string =>
  typeof cell === 'number' ? String(cell) : csvCell(printable(cell === null ? '' : shown(cell)));

/** A row as a program reads it. */
export const objectOf = <Row>(columns: readonly Column<Row>[], row: Row): Readonly<Record<string, CellValue>> =>
  Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]));

const csvLine = (cells: readonly CellValue[]): string => `${cells.map(csvText).join(',')}\n`;

/** Rows that are written one by one as they come; tables need all of them first. */
export const rowWriter = <Row>(
  stdout: TextOutput,
  format: 'json' | 'csv',
  columns: readonly Column<Row>[],
): ((row: Row) => void) => {
  if (format === 'json') return (row) => stdout.write(`${printableJson(JSON.stringify(objectOf(columns, row)))}\n`);
  stdout.write(csvLine(columns.map(({ name }) => name)));
  return (row) => stdout.write(csvLine(columns.map(({ value }) => value(row))));
};

/** What a table has beside its rows. */
export interface TableExtras {
  /** The last row is this one, below a line. */
  readonly total?: readonly string[];
}

/** Rows as a table, which gives way to the terminal where there is one. */
export const rowsTable = <Row>(
  stdout: TextOutput,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { total }: TableExtras = {},
): string => {
  const seen = columns.filter(({ header }) => header !== undefined);
  const body = rows.map((row) =>
    seen.map(({ value, text }) => printable(text === undefined ? shown(value(row)) : text(row))),
  );
  return tableText(
    seen.map(({ header = '' }) => header),
    total === undefined ? body : [...body, total],
    {
      columns: seen.map(({ right = false, gives, goes }) => ({
        isRight: right,
        ...(gives === undefined ? {} : { gives }),
        ...(goes === undefined ? {} : { goes }),
      })),
      ruleBeforeLast: total !== undefined,
      width: roomOf(stdout),
    },
  );
};

/** Writes rows in the format that was asked for. */
export const writeRows = <Row>(
  stdout: TextOutput,
  format: Format,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  extras: TableExtras = {},
): void => {
  if (format === 'table') {
    stdout.write(rowsTable(stdout, columns, rows, extras));
    return;
  }
  const write = rowWriter(stdout, format, columns);
  for (const row of rows) write(row);
};

/** An instant for programs. */
export const isoText = (at: number): string => new Date(at).toISOString();

/** An instant that may be absent or without end, for programs. */
export const isoOrNull = (at: number | null): string | null =>
  at === null || !Number.isFinite(at) ? null : isoText(at);
