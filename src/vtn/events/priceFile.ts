import { dayOf, hourMs, hoursOf, localText } from '../../programme/calendar.ts';
import type { DaySpan } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { decimalOf } from '../decimal.ts';
import type { PriceProvider, QuotedUnit } from './prices.ts';

/** A price file that cannot be used; the message is one sentence with the line, what stands there and what to do. */
export class PriceFileError extends Error {
  override readonly name = 'PriceFileError';
}

/** What a price file is read with. */
export interface PriceFileOptions {
  readonly timeZone: string;
  readonly unit?: QuotedUnit;
}

const instantWithOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/;

const startOf = (text: string, line: number): number => {
  const at = instantWithOffset.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at))
    throw new PriceFileError(
      `Line ${line} of the price file begins with "${text}", which is not a start time with an offset: write it as 2026-03-08T00:00:00-05:00.`,
    );
  if (at % hourMs !== 0)
    throw new PriceFileError(
      `Line ${line} of the price file begins at ${text}, which is not a full hour: give one price for each hour.`,
    );
  return at;
};

const priceOf = (text: string, line: number): DecimalText => {
  try {
    decimalOf(text);
    return text;
  } catch {
    throw new PriceFileError(
      `Line ${line} of the price file has "${text}" where a price belongs: write a decimal number such as 0.0732.`,
    );
  }
};

const isHeading = (text: string, line: number): boolean => line === 1 && !/^\d/.test(text);

const readLines = (text: string): Map<number, DecimalText> => {
  const prices = new Map<number, DecimalText>();
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (row.trim() === '' || row.startsWith('#') || isHeading(row, line)) continue;
    const cells = row.split(',').map((cell) => cell.trim());
    if (cells.length !== 2)
      throw new PriceFileError(
        `Line ${line} of the price file has ${cells.length} columns instead of two: a start time and a price.`,
      );
    const at = startOf(cells[0] ?? '', line);
    if (prices.has(at))
      throw new PriceFileError(
        `Line ${line} of the price file gives a second price for the hour beginning ${cells[0] ?? ''}: keep one of them.`,
      );
    prices.set(at, priceOf(cells[1] ?? '', line));
  }
  return prices;
};

/** A day that has prices has one for each of its hours; a hole would be found by nobody before it cost money. */
const checkDays = (prices: ReadonlyMap<number, DecimalText>, timeZone: string): void => {
  for (const at of prices.keys()) {
    const day = dayOf(at, timeZone);
    const missing = hoursOf(day).find((hour) => !prices.has(hour));
    if (missing === undefined) continue;
    const count = hoursOf(day).filter((hour) => prices.has(hour)).length;
    throw new PriceFileError(
      `The price file has ${count} prices for ${day.day}, a day of ${hoursOf(day).length} hours in ${timeZone}: the hour beginning ${localText(missing, timeZone)} is missing.`,
    );
  }
};

/**
 * Prices from a file of lines `start time with offset, price`; a heading, empty lines and lines beginning with `#` are skipped.
 *
 * @throws PriceFileError for a line that cannot be read, an hour given twice, a day with a hole, and a file without prices.
 */
export const pricesFromCsv = (text: string, { timeZone, unit = 'usd_per_kwh' }: PriceFileOptions): PriceProvider => {
  const prices = readLines(text.replace(/^\uFEFF/, ''));
  if (prices.size === 0)
    throw new PriceFileError(
      'The price file has no prices: write one line for each hour, a start time with an offset, a comma and a price.',
    );
  checkDays(prices, timeZone);
  const pricesOf = (day: DaySpan): readonly DecimalText[] | undefined => {
    const found = hoursOf(day).flatMap((hour) => prices.get(hour) ?? []);
    return found.length === hoursOf(day).length ? found : undefined;
  };
  return { unit, pricesOf };
};
