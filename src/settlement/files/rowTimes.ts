import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import type { DateOrder, Layout } from './layout.ts';
import { type NoTime, provenOrder, type TimeText, timeTextOf } from './timeText.ts';
import { refuseFile, shown } from './unusableFile.ts';

/** What the cells of rows say of time, before any zone is applied. */

const timeKeys = ['time', 'end', 'date'] as const;

/** A column that says when. */
export type TimeKey = (typeof timeKeys)[number];

/** Whether a row is a total of those above it. */
export const isTotal = (columns: Columns, row: CsvRow): boolean =>
  timeKeys.some((key) => /^(grand |bill |sub)?total\b/i.test(cellOf(columns, row, key) ?? ''));

/** The column that places a row: its beginning where one is stated, else its end, else its day. */
export const timeKeyOf = ({ at }: Columns): TimeKey => timeKeys.find((key) => at.has(key)) ?? 'time';

/** The order of dates with slashes, as it was declared, or as one of them proves it. @throws UnusableFile when they contradict one another */
export const dateOrderOf = (columns: Columns, rows: readonly CsvRow[], { dates }: Layout): DateOrder | null => {
  const texts = rows.flatMap((row) => timeKeys.flatMap((key) => cellOf(columns, row, key) ?? []));
  const proven = provenOrder(texts);
  if (proven === 'contradiction')
    return refuseFile(
      { file: columns.file },
      'some dates are in month/day order and some in day/month order; export them as 2026-11-01.',
    );
  if (dates !== null && proven !== null && dates !== proven)
    refuseFile(
      { file: columns.file },
      `dates=${dates} was declared, and some dates can only be ${proven}; declare what the file has.`,
    );
  return dates ?? proven;
};

/** A time of day alone takes its day from the column of dates. */
const stated = (columns: Columns, row: CsvRow, key: TimeKey, order: DateOrder | null): TimeText | NoTime => {
  const text = cellOf(columns, row, key) ?? '';
  const date = key === 'date' ? undefined : cellOf(columns, row, 'date');
  const hasDay = /^\d{4}-|\/\d{4}/.test(text);
  return timeTextOf(date === undefined || hasDay ? text : `${date} ${text}`, order, cellOf(columns, row, 'zone') ?? '');
};

/** What a row says of when it is. @throws UnusableFile when that is no time */
export const timeIn = (columns: Columns, row: CsvRow, key: TimeKey, order: DateOrder | null): TimeText => {
  const time = stated(columns, row, key, order);
  return time.kind === 'none'
    ? refuseFile(placeOf(columns, row, key), `${shown(cellOf(columns, row, key) ?? '')} ${time.because}.`)
    : time;
};

/** The device a row is about; null where the file has no such column. @throws UnusableFile when the cell is empty */
export const deviceIn = (columns: Columns, row: CsvRow): string | null => {
  const device = cellOf(columns, row, 'device');
  return device === ''
    ? refuseFile(placeOf(columns, row, 'device'), 'the row does not say which device it is about.')
    : (device ?? null);
};
