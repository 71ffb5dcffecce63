import { type DaySpan, daySpan, monthSpan } from '../../programme/calendar.ts';
import type { Columns } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import type { DateOrder, EndKind } from '../layout.ts';
import { refuseFile } from '../unusableFile.ts';
import type { RowTime } from './rowTimes.ts';
import { type TimeText, timeTextOf } from './timeText.ts';

/** Dates without a time of day: a day, a month, a period from one day to another, or a midnight that a spreadsheet wrote without its zeros. */

type Day = Extract<TimeText, { readonly kind: 'day' }>;

const oneDay = 86_400_000;

const dayAfter = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + oneDay).toISOString().slice(0, 10);

/** A period from one day to another. */
const periodOf = ({ start, end }: RowTime): readonly [from: Day, to: Day] | null =>
  start?.kind === 'day' && end?.kind === 'day' ? [start, end] : null;

/** Whether the last day of a period belongs to it: as declared, or as one period follows another. Null where there are no periods. @throws UnusableFile where nothing says it */
export const periodEnds = (
  file: string,
  rows: readonly { readonly row: CsvRow; readonly time: RowTime }[],
  declared: EndKind | null,
): EndKind | null => {
  const periods = rows.flatMap(({ row, time }) => {
    const period = periodOf(time);
    return period === null ? [] : [{ line: row.line, from: period[0].day, to: period[1].day }];
  });
  const [first] = periods;
  if (first === undefined || declared !== null) return first === undefined ? null : declared;
  const begins = new Set(periods.map(({ from }) => from));
  if (periods.some(({ from, to }) => from === to || begins.has(dayAfter(to)))) return 'inclusive';
  if (periods.some(({ to }) => begins.has(to))) return 'exclusive';
  return refuseFile(
    { file, line: first.line },
    `whether ${first.to} is the last day of the period, or the day after it, is not said; add ends=inclusive (it is the last) or ends=exclusive to the declared columns.`,
  );
};

/** The days, or the month, that a row is about. @throws UnusableFile for a period that ends before it begins */
export const wholeSpan = (
  file: string,
  { line }: CsvRow,
  time: RowTime,
  text: Exclude<TimeText, { readonly kind: 'instant' | 'local' }>,
  { timeZone, ends }: { readonly timeZone: string; readonly ends: EndKind | null },
): { readonly startAt: number; readonly durationMs: number } => {
  const period = periodOf(time);
  const whole: DaySpan = text.kind === 'day' ? daySpan(text.day, timeZone) : monthSpan(text.month, timeZone);
  const last = period === null ? null : daySpan(period[1].day, timeZone);
  const endAt = last === null ? whole.endAt : ends === 'exclusive' ? last.startAt : last.endAt;
  if (endAt <= whole.startAt) refuseFile({ file, line }, 'the period ends before it begins.');
  return { startAt: whole.startAt, durationMs: endAt - whole.startAt };
};

const mayBeBare = /^[^:]*\d[^:]*$/;

/** Whether the times of a column are dates alone where they are midnight: others have a time of day, and none says 00:00. */
export const dropsMidnight = (
  { at }: Columns,
  rows: readonly CsvRow[],
  key: 'time' | 'end',
  order: DateOrder | null,
): boolean => {
  const index = at.get(key);
  if (index === undefined || at.has('date')) return false;
  const texts = rows.map(({ cells }) => cells[index] ?? '');
  if (!texts.some((text) => mayBeBare.test(text))) return false;
  const times = texts.map((text) => timeTextOf(text, order));
  const clocks = times.filter((time) => time.kind === 'local');
  const days = times.filter(({ kind }) => kind === 'day');
  return (
    days.length > 0 &&
    clocks.length > days.length &&
    clocks.every(({ timeOfDayMs }) => timeOfDayMs > 0 && timeOfDayMs < oneDay)
  );
};
