import { add, type Decimal, decimalOfInteger, parseDecimal, shift, zero } from '../../programme/decimal.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { scaledOf } from '../cells/scaled.ts';

/** What the rows of a table come to in some of its columns. */
export interface Summed {
  readonly rows: number;
  readonly lastLine: number;
  /** By the places of columns. */
  readonly of: ReadonlyMap<number, Decimal>;
}

/** The number of a cell; none where it is empty or no number. */
export const numberIn = (text = ''): Decimal | undefined => parseDecimal(text.replace(/^([+-]?)\$/, '$1'));

/** One column: whole numbers by how many of their digits are decimals, and what no float holds exactly. */
interface ColumnSum {
  readonly wholes: number[];
  rest: Decimal;
}

const restOf = ({ wholes, rest }: ColumnSum): Decimal =>
  wholes.reduce((sum, whole, decimals) => add(sum, shift(decimalOfInteger(whole), -decimals)), rest);

/** Sums columns as their rows go by, exactly, and with no object for a row: there may be three million of them. */
export class ColumnSums {
  readonly #columns: ReadonlyMap<number, ColumnSum>;

  constructor(places: Iterable<number>) {
    this.#columns = new Map([...places].map((place) => [place, { wholes: [], rest: zero }]));
  }

  /** Adds a whole number of which so many digits are decimals, where the column is summed. */
  add(place: number, whole: number, decimals: number): void {
    const column = this.#columns.get(place);
    if (column === undefined) return;
    while (column.wholes.length <= decimals) column.wholes.push(0);
    const sum = (column.wholes[decimals] as number) + whole;
    if (Number.isSafeInteger(sum)) column.wholes[decimals] = sum;
    else column.rest = add(column.rest, shift(decimalOfInteger(whole), -decimals));
  }

  /** Adds what the cells of a row say in the columns that are summed. */
  addCells(cells: readonly string[], plain: (text: string) => string = (text) => text): void {
    for (const [place, column] of this.#columns) {
      const text = plain(cells[place] ?? '');
      const scaled = scaledOf(text);
      if (scaled !== null) this.add(place, scaled.whole, scaled.decimals);
      else column.rest = add(column.rest, numberIn(text) ?? zero);
    }
  }

  get of(): ReadonlyMap<number, Decimal> {
    return new Map([...this.#columns].map(([place, column]) => [place, restOf(column)]));
  }
}

/** What rows come to in columns. */
export const summedOf = (rows: readonly CsvRow[], places: readonly number[]): Summed => {
  const sums = new ColumnSums(places);
  for (const { cells } of rows) sums.addCells(cells);
  return { rows: rows.length, lastLine: rows.at(-1)?.line ?? 0, of: sums.of };
};

/** What two parts of a table come to. */
export const summedTogether = (before: Summed, after: Summed): Summed => ({
  rows: before.rows + after.rows,
  lastLine: Math.max(before.lastLine, after.lastLine),
  of: new Map([...before.of].map(([place, sum]) => [place, add(sum, after.of.get(place) ?? zero)])),
});
