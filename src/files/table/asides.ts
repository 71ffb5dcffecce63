import {
  add,
  compare,
  type Decimal,
  decimalOfInteger,
  decimalText,
  parseDecimal,
  shift,
  subtract,
  zero,
} from '../../programme/decimal.ts';
import { priceKeys } from '../cells/columnKeys.ts';
import type { Columns } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { decimalsOf } from '../cells/numbers.ts';
import { refuseFile, shown } from '../unusableFile.ts';
import { numberIn, type Summed } from './columnSums.ts';

/** Rows beside the intervals that state none: sums of days, averages, extremes, the number of rows. They are left out, and that is told. */

const asidePattern =
  /^(?:average|avg|mean|min|minimum|max|maximum|peak)\b|^(?:day|daily|week|weekly|month|monthly|year|yearly|annual|period)[ -](?:sub)?(?:totals?|sum)\b/i;

/** `10/31/2026 Total`, as spreadsheets write under each group. */
const groupPattern = /^\d[\d/.-]*\d (?:sub)?totals?$/i;

/** `24 rows`, which a program writes under its table. */
const countPattern = /^\(?\d[\d,]* (?:rows?|records?|readings?|intervals?|lines?|entries|items?|results?)\b/i;

/** Whether a row says by its first word that it is none of an interval. */
export const isAside = ({ at }: Columns, { cells }: CsvRow): boolean => {
  const times = [at.get('time'), at.get('end'), at.get('date')].flatMap((index) =>
    index === undefined ? [] : [index],
  );
  const says = (text = ''): boolean => asidePattern.test(text) || countPattern.test(text) || groupPattern.test(text);
  const isTimeless = times.every((index) => (cells[index] ?? '') === '');
  return times.some((index) => says(cells[index])) || (isTimeless && says(cells.find((cell) => cell !== '')));
};

/** Rows without a time and a label, told by their numbers: totals of all rows, or sums of some above them. @throws UnusableFile for one that is no sum */
export const sumsAmong = (
  { file, at }: Columns,
  rows: readonly CsvRow[],
  untimed: readonly CsvRow[],
  quantities: readonly number[],
): { readonly totals: readonly CsvRow[]; readonly asides: readonly CsvRow[] } => {
  const prices = new Set([...priceKeys.keys()].flatMap((key) => at.get(key) ?? []));
  const totals: CsvRow[] = [];
  const asides: CsvRow[] = [];
  let from = 0;
  for (const row of untimed) {
    const stated = quantities.filter((index) => !prices.has(index) && (row.cells[index] ?? '') !== '');
    const isSumSince = (line: number): boolean =>
      stated.length > 0 &&
      stated.every((index) => {
        const above = rows.filter((each) => each.line > line && each.line < row.line);
        const sum = above.reduce((total, { cells }) => add(total, numberIn(cells[index]) ?? zero), zero);
        const own = numberIn(row.cells[index]);
        return own !== undefined && above.length > 0 && compare(own, sum) === 0;
      });
    const isWhole = isSumSince(0);
    if (isWhole && rows.every(({ line }) => line < row.line)) totals.push(row);
    else if (isWhole || isSumSince(from)) asides.push(row);
    else
      refuseFile(
        { file },
        `line ${row.line} states numbers and no time, and is no sum of the rows above it; leave it out, give it its time, or write "Total" before it.`,
      );
    from = row.line;
  }
  return { totals, asides };
};

/** How far a sum of rounded numbers may be off the one that is stated. */
const roundingOf = (count: number, text: string): Decimal =>
  shift(decimalOfInteger((count + 1) * 5), -1 - decimalsOf(text));

/** What is told of the total of all rows where it is not their sum: then rows may be missing. */
export const totalNotes = (
  { file, headers }: Columns,
  summed: Summed,
  [total, ...others]: readonly CsvRow[],
): readonly string[] => {
  if (total === undefined || others.length > 0 || summed.lastLine > total.line) return [];
  return [...summed.of].flatMap(([index, sum]) => {
    const text = total.cells[index] ?? '';
    const own = numberIn(text);
    if (own === undefined) return [];
    const off = subtract(own, sum);
    const distance = compare(off, zero) < 0 ? subtract(zero, off) : off;
    return compare(distance, roundingOf(summed.rows, text)) <= 0
      ? []
      : [
          `${file}: the total on line ${total.line} is ${decimalText(own)} in the column ${shown(headers[index] ?? '')}, and the rows sum to ${decimalText(sum)}: rows may be missing.`,
        ];
  });
};

/** What is told of rows that were left out. */
export const asidesNote = (file: string, asides: readonly CsvRow[]): readonly string[] => {
  const [first] = asides;
  if (first === undefined) return [];
  const which =
    asides.length === 1
      ? `line ${first.line} is left out: it states`
      : `${asides.length} lines, the first of them line ${first.line}, are left out: they state`;
  return [`${file}: ${which} no interval: ${shown(first.cells.filter((cell) => cell !== '').join(' '))}.`];
};

/** Where the time of day is empty in rows that have a day: the sum of that day, or a fault. */
const timelessIn = ({ at }: Columns, rows: readonly CsvRow[]): ((row: CsvRow) => boolean) | null => {
  const [date, time] = [at.get('date'), at.get('time') ?? at.get('end')];
  if (date === undefined || time === undefined) return null;
  const isTimeless = ({ cells }: CsvRow): boolean => (cells[time] ?? '') === '' && (cells[date] ?? '') !== '';
  return rows.some(isTimeless) && !rows.every(isTimeless) ? isTimeless : null;
};

/** Parts rows of intervals from sums of their days, which their numbers prove. @throws UnusableFile for a row without a time that is no such sum */
export const withoutDaySums = (
  columns: Columns,
  rows: readonly CsvRow[],
  quantities: readonly number[],
): { readonly rows: readonly CsvRow[]; readonly asides: readonly CsvRow[] } => {
  const isTimeless = timelessIn(columns, rows);
  if (isTimeless === null) return { rows, asides: [] };
  const date = columns.at.get('date') ?? -1;
  const kept = rows.filter((row) => !isTimeless(row));
  const asides = rows.filter(isTimeless).map((row) => ({ ...row, cells: row.cells.slice(0, columns.headers.length) }));
  const days = new Map(asides.map(({ cells }) => [cells[date], [] as CsvRow[]] as const));
  for (const row of kept) days.get(row.cells[date])?.push(row);
  for (const { line, cells } of asides) {
    const of = days.get(cells[date]) ?? [];
    const isSum = (index: number): boolean => {
      const sum = of.reduce((total, row) => add(total, parseDecimal(row.cells[index] ?? '') ?? zero), zero);
      const stated = parseDecimal(cells[index] ?? '');
      return stated !== undefined && of.length > 0 && compare(stated, sum) === 0;
    };
    if (!quantities.some(isSum))
      refuseFile(
        { file: columns.file, line },
        `the row has a day and no time, beside rows that have one, and is not the sum of its day; leave it out, or give it its time.`,
      );
  }
  return { rows: kept, asides };
};
