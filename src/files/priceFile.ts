import { decimalText } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { energyKeys, moneyKeys, priceKeys } from './cells/columnKeys.ts';
import { type Columns, columnsText, type Declared } from './cells/columns.ts';
import type { CsvRow } from './cells/csvRows.ts';
import { checkCurrency } from './cells/currency.ts';
import { knownKeysOf, wordsOf } from './headers/knownHeaders.ts';
import { rowSays } from './headers/energyColumns.ts';
import type { Layout } from './layout.ts';
import { moneyOf } from './cells/numbers.ts';
import { type FileGap, gapsIn, inSequence } from './sequence.ts';
import { recogniseBy, type Sought } from './headers/recognise.ts';
import { tableOf } from './table/table.ts';
import { timedRows } from './table/timedRows.ts';
import { timeNotes } from './table/timesTold.ts';
import { refuseFile, shown } from './unusableFile.ts';

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
  /** That its unit may be another than was understood, and how to say so. */
  readonly doubts: readonly string[];
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
  example:
    '--columns "time=Start,price=Rate" where it is USD per kWh, else with priceCents or pricePerMwh in place of price',
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

/** @limit A middle price above this is hardly one per kWh. @unit USD/kWh */
const dearestMiddleUsdPerKwh = 1;

const middleOf = (prices: readonly FilePrice[]): DecimalText =>
  prices.map(({ usdPerKwh }) => usdPerKwh).toSorted((a, b) => Number(a) - Number(b))[Math.floor(prices.length / 2)] ??
  '0';

/** What makes it doubtful that prices are in USD per kWh: what their header says, or how high they are. */
const unitDoubts = (file: string, header: string, prices: readonly FilePrice[], declared: Declared): string[] => {
  const words = wordsOf(header);
  const [isPerMwh, isInCents] = [/\bmwh\b/.test(words), /\b(cents?|cts?)\b/.test(words)];
  const middle = middleOf(prices);
  if (!isPerMwh && !isInCents && Number(middle) <= dearestMiddleUsdPerKwh) return [];
  const why =
    isPerMwh || isInCents
      ? `the header ${shown(header)} names another unit, and its prices are taken for USD/kWh`
      : `the middle one of its prices would be ${middle} USD/kWh, which is hardly meant`;
  const as = (unit: string): string =>
    `--columns "${declared.map(([key, name]) => `${key === 'price' ? unit : key}=${name}`).join(',')}"`;
  const remedy = isPerMwh ? as('pricePerMwh') : `${as('priceCents')}, or pricePerMwh in place of priceCents`;
  return [`${file}: ${why}; declare the unit: ${remedy}.`];
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
    doubts:
      key === 'price'
        ? unitDoubts(file, columns.headers[columns.at.get(key) ?? -1] ?? '', prices, [
            ...table.declared,
            ...timed.declared,
          ])
        : [],
  };
};
