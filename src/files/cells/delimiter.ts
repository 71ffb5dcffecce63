import { type CsvRow, csvRows } from './csvRows.ts';
import { type Delimiter, delimiters } from './delimiters.ts';
import { UnusableFile } from '../unusableFile.ts';

/** @limit Characters of a file that say how its cells are separated. */
const lookedAt = 20_000;

/** Rows whose cells are as many as in most rows that have more than one: a delimiter makes columns, or it is none. */
const columnsMade = (rows: readonly CsvRow[]): number => {
  const counts = new Map<number, number>();
  for (const { cells } of rows) if (cells.length > 1) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [most] = [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || b - a);
  return most === undefined ? 0 : most[1];
};

/** The sign that makes columns of a file: a comma, unless another makes more rows of equal length. A decimal comma makes none. */
export const delimiterOf = (file: string, text: string): Delimiter => {
  const head = text.slice(0, lookedAt);
  const whole = text.length > lookedAt ? head.slice(0, head.lastIndexOf('\n') + 1) : head;
  const made = delimiters.map((delimiter) => {
    try {
      return { delimiter, rows: columnsMade(csvRows(file, whole, delimiter)) };
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      return { delimiter, rows: 0 };
    }
  });
  const comma = made[0];
  const best = made.slice(1).reduce((most, each) => (each.rows > most.rows ? each : most));
  const isComma = comma !== undefined && comma.rows > best.rows;
  return isComma || best.rows === 0 ? ',' : best.delimiter;
};
