import { type Decimal, parseDecimal, shift } from '../../programme/decimal.ts';
import { priceKeys } from './columnKeys.ts';
import { type Columns, cellOf, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { refuseFile, shown } from '../unusableFile.ts';

const plainNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

const emptyText = (key: string): string =>
  priceKeys.has(key)
    ? 'the cell is empty: no price stands there, and an empty cell is not zero; write the price, or leave the row out.'
    : 'the cell is empty, and an empty cell is not zero; leave the row out if nothing was measured.';

const whatIsWrong = (key: string, text: string): string => {
  if (text === '') return emptyText(key);
  if (/^[+-]?\d+,\d+$/.test(text))
    return `${shown(text)} has a comma, which may be a decimal comma or a thousands separator; add decimal=comma or decimal=point to the declared columns.`;
  return `${shown(text)} is not a number.`;
};

/** The number in a cell. @throws UnusableFile when it is none */
export const numberIn = (columns: Columns, row: CsvRow, key: string, text: string): Decimal => {
  const number = plainNumber.test(text) ? parseDecimal(text) : undefined;
  return number ?? refuseFile(placeOf(columns, row, key), whatIsWrong(key, text));
};

/** The number in the column of a meaning, times a power of ten; undefined when there is no such column. @throws UnusableFile */
export const numberOf = (columns: Columns, row: CsvRow, key: string, powerOfTen: number): Decimal | undefined => {
  const text = cellOf(columns, row, key);
  return text === undefined ? undefined : shift(numberIn(columns, row, key, text), powerOfTen);
};

const moneyPattern = /^([+-]?)\s*([^\d\s.,()+-]*)\s*([^\s]*?)\s*([A-Za-z€£]*)$/;
const dollars: ReadonlySet<string> = new Set(['', '$', 'US$', 'USD']);

/** A money cell without its currency sign: `-$1.20`, `1.20 USD`. @throws UnusableFile for another currency */
const withoutCurrency = (columns: Columns, row: CsvRow, key: string, text: string): string => {
  const [, sign = '', before = '', digits = '', after = ''] = moneyPattern.exec(text) ?? [];
  const stranger = [before, after].find((each) => !dollars.has(each.toUpperCase()));
  if (digits === '' || /^[a-z]/i.test(digits)) return text;
  if (stranger !== undefined)
    refuseFile(placeOf(columns, row, key), `${shown(text)} is in another currency, and only USD can be settled.`);
  return sign + digits;
};

/** The money in the column of a meaning, times a power of ten; undefined when there is no such column. @throws UnusableFile */
export const moneyOf = (columns: Columns, row: CsvRow, key: string, powerOfTen: number): Decimal | undefined => {
  const text = cellOf(columns, row, key);
  return text === undefined
    ? undefined
    : shift(numberIn(columns, row, key, withoutCurrency(columns, row, key, text)), powerOfTen);
};

/** The decimals a number is written with: `1.50` has two. */
export const decimalsOf = (text: string): number => /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
