import { dayMs, daySpan, hourMs, localText, monthSpan } from '../../programme/calendar.ts';
import { parseDecimal } from '../../programme/decimal.ts';
import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import type { DateOrder, Layout } from './layout.ts';
import { type NoTime, provenOrder, type TimeText, timeTextOf } from './timeText.ts';
import { refuseFile, shown } from './unusableFile.ts';
import { instantsFor, type Stamp } from './wallClock.ts';

/** A row and the time it is about. */
export interface TimedRow {
  readonly row: CsvRow;
  /** As the file calls it; null when it has no such column. */
  readonly device: string | null;
  readonly startAt: number;
  /** 0 where the row is about an instant, as readings of registers are. */
  readonly durationMs: number;
}

/** Rows with their times, and what had to be said about reading them. */
export interface TimedRows {
  readonly rows: readonly TimedRow[];
  readonly notes: readonly string[];
}

/** Whether rows stand for instants or for the time from one to the next. */
export type RowKind = 'instants' | 'intervals';

/** Whether a row is a total of those above it. */
export const isTotal = (columns: Columns, row: CsvRow): boolean =>
  ['time', 'end', 'date'].some((key) => /^(grand |bill |sub)?total\b/i.test(cellOf(columns, row, key) ?? ''));

const deviceOf = (columns: Columns, row: CsvRow): string | null => {
  const device = cellOf(columns, row, 'device');
  if (device === '') refuseFile(placeOf(columns, row, 'device'), 'the row does not say which device it is about.');
  return device ?? null;
};

const orderIn = (columns: Columns, rows: readonly CsvRow[], { dates }: Layout): DateOrder | null => {
  const texts = rows.flatMap((row) => ['time', 'end', 'date'].flatMap((key) => cellOf(columns, row, key) ?? []));
  const proven = provenOrder(texts);
  if (proven === 'contradiction') refuseFile({ file: columns.file }, 'some dates are in month/day order and some in day/month order; export them as 2026-11-01.');
  if (dates !== null && proven !== null && dates !== proven) refuseFile({ file: columns.file }, `dates=${dates} was declared, and some dates can only be ${proven}; declare what the file has.`);
  return dates ?? (proven as DateOrder | null);
};

const stated = (columns: Columns, row: CsvRow, key: string, order: DateOrder | null): TimeText | NoTime => {
  const text = cellOf(columns, row, key) ?? '';
  const date = key === 'date' ? undefined : cellOf(columns, row, 'date');
  return timeTextOf(date === undefined || /^\d{4}-|\/\d{4}/.test(text) ? text : `${date} ${text}`, order, cellOf(columns, row, 'zone') ?? '');
};

const timeIn = (columns: Columns, row: CsvRow, key: string, order: DateOrder | null): TimeText => {
  const time = stated(columns, row, key, order);
  return time.kind === 'none' ? refuseFile(placeOf(columns, row, key), `${shown(cellOf(columns, row, key) ?? '')} ${time.because}.`) : time;
};

/** Whole local days and months, which need no instant to be found. */
const spanOf = (time: TimeText, timeZone: string): { readonly startAt: number; readonly durationMs: number } | null => {
  if (time.kind !== 'day' && time.kind !== 'month') return null;
  const { startAt, endAt } = time.kind === 'day' ? daySpan(time.day, timeZone) : monthSpan(time.month, timeZone);
  return { startAt, durationMs: endAt - startAt };
};

const stampOf = (row: CsvRow, device: string | null, time: TimeText): Stamp[] =>
  time.kind === 'instant' || time.kind === 'local' ? [{ line: row.line, device, text: time }] : [];

const minutesOf = (columns: Columns, row: CsvRow): number | null => {
  const text = cellOf(columns, row, 'minutes');
  if (text === undefined) return null;
  const minutes = parseDecimal(text) === undefined ? Number.NaN : Number(text);
  if (!(minutes > 0 && minutes * 60_000 <= 32 * dayMs)) refuseFile(placeOf(columns, row, 'minutes'), `${shown(text)} is no number of minutes.`);
  return Math.round(minutes * 60_000);
};

/** The distance that most neighbours have; of equally frequent ones the shortest. */
const usualDistance = (instants: readonly { readonly device: string | null; readonly at: number }[]): number | null => {
  const counts = new Map<number, number>();
  const lastOf = new Map<string | null, number>();
  for (const { device, at } of instants.toSorted((a, b) => a.at - b.at)) {
    const last = lastOf.get(device);
    if (last !== undefined && at > last) counts.set(at - last, (counts.get(at - last) ?? 0) + 1);
    lastOf.set(device, at);
  }
  const [usual] = [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || a - b);
  return usual?.[0] ?? null;
};

/** Where an end may mean two instants, the one that makes the interval as long as the others are. */
const endsOf = (file: string, ends: readonly Stamp[], starts: readonly number[], usualMs: number | null, timeZone: string): readonly number[] =>
  ends.map((stamp, index) => {
    const startAt = starts[index] as number;
    try {
      return instantsFor(file, [stamp], timeZone).instants[0] as number;
    } catch (error) {
      const first = usualMs === null ? null : startAt + usualMs;
      const { text } = stamp;
      if (first !== null && text.kind === 'local' && showsClock(first, text, timeZone)) return first;
      throw error;
    }
  });

const showsClock = (at: number, { day, timeOfDayMs }: { readonly day: string; readonly timeOfDayMs: number }, timeZone: string): boolean =>
  localText(at, timeZone).startsWith(`${day} ${new Date(timeOfDayMs).toISOString().slice(11, 16)}`);

/** The longest interval that may be inferred from the distance of rows: beyond it they are days, and say so. @unit ms */
const longestInferred = hourMs;

const lengthUnknown = (columns: Columns): never =>
  refuseFile({ file: columns.file }, 'the file does not say how long its intervals are; add interval=60 (minutes) to the declared columns.');

/** The rows with the times they are about. @throws UnusableFile when a time cannot be told for certain */
export const timedRows = (columns: Columns, rows: readonly CsvRow[], layout: Layout, kind: RowKind, timeZone: string): TimedRows => {
  const { file } = columns;
  const order = orderIn(columns, rows, layout);
  const key = columns.at.has('time') ? 'time' : columns.at.has('end') ? 'end' : 'date';
  const isEnd = key === 'end';
  const read = rows.map((row) => ({ row, device: deviceOf(columns, row), time: timeIn(columns, row, key, order) }));
  const clocked = read.filter(({ time }) => time.kind === 'instant' || time.kind === 'local');
  const { instants, notes } = instantsFor(file, clocked.flatMap(({ row, device, time }) => stampOf(row, device, time)), timeZone);
  const usualMs = layout.intervalMinutes === null ? usualDistance(clocked.map(({ device }, index) => ({ device, at: instants[index] as number }))) : layout.intervalMinutes * 60_000;
  const ends = !isEnd && columns.at.has('end') ? endsOf(file, clocked.flatMap(({ row, device }) => stampOf(row, device, timeIn(columns, row, 'end', order))), instants, usualMs, timeZone) : null;
  const durationOf = (row: CsvRow, index: number): number => {
    if (kind === 'instants') return 0;
    const explicit = minutesOf(columns, row) ?? (ends === null ? null : (ends[index] as number) - (instants[index] as number));
    if (explicit === null && usualMs !== null && (layout.intervalMinutes !== null || usualMs <= longestInferred)) return usualMs;
    if (explicit === null) return lengthUnknown(columns);
    return explicit > 0 ? explicit : refuseFile({ file, line: row.line }, 'the interval ends before it begins.');
  };
  let clock = -1;
  const timed = read.map(({ row, device, time }): TimedRow => {
    const span = spanOf(time, timeZone);
    if (span !== null) return kind === 'instants' ? refuseFile(placeOf(columns, row, key), 'a reading of a register needs a time of day.') : { row, device, ...span };
    clock += 1;
    const at = instants[clock] as number;
    const durationMs = durationOf(row, clock);
    return { row, device, startAt: isEnd ? at - durationMs : at, durationMs };
  });
  return { rows: timed, notes };
};
