import { decimalText } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { energyKeys, moneyKeys, priceKeys } from './cells/columnKeys.ts';
import { type Columns, columnsText } from './cells/columns.ts';
import type { CsvRow } from './cells/csvRows.ts';
import { checkCurrency } from './cells/currency.ts';
import { knownKeysOf, wordsOf } from './headers/knownHeaders.ts';
import { rowSays } from './headers/energyColumns.ts';
import type { Layout } from './layout.ts';
import { moneyOf } from './cells/numbers.ts';
import { type FileGap, gapsIn, inSequence } from './sequence.ts';
import { recogniseBy, type Sought } from './headers/recognise.ts';
import { tableOf } from './table/table.ts';
import { timedRows, timeNotes } from './table/timedRows.ts';
import { refuseFile } from './unusableFile.ts';

/** What a file of prices states for a stretch of time. */
export interface FilePrice {
  /** A file of prices names no device. */
  readonly device: null;
  readonly startAt: number;
  readonly durationMs: number;
  /** Exact. @unit USD/kWh */
  readonly usdPerKwh: DecimalText;
  readonly line: number;
}

/** A file of prices, read. */
export interface PriceSeriesFile {
  readonly file: string;
  /** By time, none over another. */
  readonly prices: readonly FilePrice[];
  /** What it leaves out between its rows: findings, not faults. */
  readonly gaps: readonly FileGap[];
  /** What a person should know about how it was read. */
  readonly notes: readonly string[];
}

/** In a file of nothing but prices, a price is one per kWh. */
const priceWords: ReadonlySet<string> = new Set(['price', 'usd kwh', 'price usd kwh']);

const sought: Sought = {
  keyOf: (header) => {
    if (priceWords.has(wordsOf(header))) return 'price';
    const [key] = knownKeysOf([header]);
    return key === undefined || energyKeys.has(key) || moneyKeys.has(key) ? undefined : key;
  },
  isQuantity: (key) => priceKeys.has(key),
  unsaid: 'which column is the start and which the price',
  example: 'time=Start,price=Rate',
};

/** The one column that states prices. */
const priceKeyOf = ({ file, headerLine, at }: Columns): string => {
  const [key, second] = [...priceKeys.keys()].filter((each) => at.has(each));
  if (second !== undefined)
    refuseFile({ file, line: headerLine }, 'two columns state a price in different units; declare one of them.');
  return (
    key ??
    refuseFile(
      { file, line: headerLine },
      'no column states a price; declare it, as in --columns "time=Start,price=Rate".',
    )
  );
};

const checkWidth = ({ file, headers }: Columns, { line, shortOf }: CsvRow): void => {
  if (shortOf !== undefined)
    refuseFile(
      { file, line },
      `the row has ${shortOf} cells, and the header ${headers.length - 1}; the file may be cut off here.`,
    );
};

/** Reads a CSV file of prices, `start,price` or as its columns are declared. @throws UnusableFile */
export const pricesFromCsv = (file: string, text: string, layout: Layout, timeZone: string): PriceSeriesFile => {
  const table = tableOf(file, text, layout, recogniseBy(sought));
  const { columns, rows } = table;
  const key = priceKeyOf(columns);
  if (rows.length === 0) refuseFile({ file }, 'there is a header and nothing below it.');
  for (const row of rows) checkWidth(columns, row);
  checkCurrency(columns, rows);
  const timed = timedRows(table, 'steps', timeZone, rowSays(columns, [key]));
  const [lost] = timed.lost;
  if (lost !== undefined)
    refuseFile(
      { file, line: lost.line },
      `the clocks showed this time twice, and nothing says which is meant; give times with their offset, such as -05:00.`,
    );
  const prices = inSequence(
    file,
    timed.rows.map(({ row, startAt, durationMs }): FilePrice => {
      const price = moneyOf(columns, row, key, priceKeys.get(key) ?? 0);
      return {
        device: null,
        startAt,
        durationMs,
        usdPerKwh: price === undefined ? '0' : decimalText(price),
        line: row.line,
      };
    }),
    timeZone,
  );
  return {
    file,
    prices,
    gaps: gapsIn(prices),
    notes: [`${file}: read as ${columnsText(columns)}.`, ...timeNotes(file, timed.found)],
  };
};
