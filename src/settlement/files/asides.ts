import { add, compare, parseDecimal, zero } from '../../programme/decimal.ts';
import type { Columns } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { refuseFile, shown } from './unusableFile.ts';

/** Rows beside the intervals that state none: sums of days, averages, extremes. They are left out, and that is told. */

const asidePattern =
  /^(?:average|avg|mean|min|minimum|max|maximum|peak)\b|^(?:day|daily|week|weekly|month|monthly|year|yearly|annual|period)[ -](?:sub)?(?:totals?|sum)\b/i;

/** Whether a row says by its first word that it is none of an interval. */
export const isAside = ({ at }: Columns, { cells }: CsvRow): boolean => {
  const times = [at.get('time'), at.get('end'), at.get('date')].flatMap((index) =>
    index === undefined ? [] : [index],
  );
  const says = (text: string | undefined): boolean => asidePattern.test(text ?? '');
  const isTimeless = times.every((index) => (cells[index] ?? '') === '');
  return times.some((index) => says(cells[index])) || (isTimeless && says(cells.find((cell) => cell !== '')));
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
