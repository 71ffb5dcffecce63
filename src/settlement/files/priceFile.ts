import { decimalText } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { energyKeys, moneyKeys, priceKeys } from './columnKeys.ts';
import { type Columns, columnsOf, columnsText, type Sought } from './columns.ts';
import { csvRows, type CsvRow } from './csvRows.ts';
import { checkCurrency } from './currency.ts';
import { knownKeyOf, wordsOf } from './knownHeaders.ts';
import type { Layout } from './layout.ts';
import { moneyOf } from './numbers.ts';
import { type FileGap, gapsIn, inSequence } from './sequence.ts';
import { timedRows } from './timedRows.ts';
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
    const key = knownKeyOf(header);
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

const hasWidth =
  ({ file, headers }: Columns) =>
  ({ line, cells }: CsvRow): void => {
    if (cells.length < headers.length)
      refuseFile(
        { file, line },
        `the row has ${cells.length} cells, and the header ${headers.length}; the file may be cut off here.`,
      );
  };

/** Reads a CSV file of prices, `start,price` or as its columns are declared. @throws UnusableFile */
export const pricesFromCsv = (file: string, text: string, layout: Layout, timeZone: string): PriceSeriesFile => {
  const rows = csvRows(file, text, layout.delimiter);
  const columns = columnsOf(file, rows, layout, sought);
  const key = priceKeyOf(columns);
  const body = rows.filter(({ line }) => line > columns.headerLine);
  if (body.length === 0) refuseFile({ file }, 'there is a header and nothing below it.');
  body.forEach(hasWidth(columns));
  checkCurrency(columns, body);
  const timed = timedRows(columns, body, layout, 'steps', timeZone);
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
  return { file, prices, gaps: gapsIn(prices), notes: [`${file}: read as ${columnsText(columns)}.`, ...timed.notes] };
};
