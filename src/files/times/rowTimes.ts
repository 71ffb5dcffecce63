import { hourMs } from '../../programme/calendar.ts';
import { cellOf, type Columns, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { hourLabelOf } from './hourLabel.ts';
import type { DateOrder, Layout } from '../layout.ts';
import { type Mark, type NoTime, provenOrder, type TimeText, timeTextOf } from './timeText.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** What the cells of rows say of time, before any zone is applied. */

/** Columns that say when, in words that may say "total" as well. */
export const timeKeys = ['time', 'end', 'date'] as const;

const placing = ['hourEnding', 'hourBeginning', ...timeKeys] as const;

/** A column that says when. */
export type TimeKey = (typeof placing)[number];

/** When a row is, as it says it. */
export interface RowTime {
  /** The column that a sentence about it names. */
  readonly key: TimeKey;
  readonly start: TimeText | null;
  readonly end: TimeText | null;
  /** Whether the end is a time of day alone, which may be of the next day. */
  readonly endHasNoDay: boolean;
  /** Known where hours are numbered. @unit ms */
  readonly durationMs: number | null;
}

const totalPattern = /^(grand |bill |sub)?totals?\b|^(?:sum|summe|gesamt)\b(?! [a-z])/i;

const timesIn = (columns: Columns, row: CsvRow): readonly string[] =>
  timeKeys.flatMap((key) => cellOf(columns, row, key) ?? []);

/** Whether a cell of a row that says no time is the word for a total. */
export const isWordForTotal = (columns: Columns, row: CsvRow, cell: string): boolean =>
  timesIn(columns, row).every((text) => text === '') && totalPattern.test(cell);

/** Whether a row is a total of those above it: it says so where a time would stand, or says no time and begins with it. */
export const isTotal = (columns: Columns, row: CsvRow): boolean =>
  timesIn(columns, row).some((text) => totalPattern.test(text)) ||
  isWordForTotal(columns, row, row.cells.find((cell) => cell !== '') ?? '');

/** The column that places a row: the number of its hour, its beginning, its end, or its day. */
export const timeKeyOf = ({ at }: Columns): TimeKey => placing.find((key) => at.has(key)) ?? 'time';

/** The order of dates in numbers, as it was declared, or as the dates of the file prove it. @throws UnusableFile when they contradict one another */
export const dateOrderOf = (columns: Columns, rows: readonly CsvRow[], { dates }: Layout): DateOrder | null => {
  const texts = function* (): Generator<string> {
    for (const row of rows)
      for (const key of [...timeKeys, 'endDate']) {
        const text = cellOf(columns, row, key);
        if (text !== undefined && text !== '') yield text;
      }
  };
  const proven = provenOrder(texts());
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

/** A time of day without its day. */
export const timeAlone = /^\d{1,2}[AB]?:\d{2}|^\d{1,2} ?[ap]\.?m|^\d{4}$/i;
const rangePattern = /^(.*\d(?: ?[ap]\.?m\.?)?)\s*(?:\bto\b|\bthrough\b|–|—|\s-\s)\s*(\d.*)$/i;
const isoRange = /^(\S+T\S+)\/(\S+T\S+)$/;
/** `00:00-01:00`, which may be a time and its offset. */
export const tightRange = /^(\d{1,2}:\d{2}(?: ?[ap]m)?)-(\d{1,2}:\d{2}(?: ?[ap]m)?)$/i;

/** Whether `00:00-01:00` states two times: an offset would be the same in most rows. */
export const hasTightRanges = (columns: Columns, rows: readonly CsvRow[]): boolean => {
  const ends = new Set<string>();
  for (const row of rows) {
    const [, , end] = tightRange.exec(cellOf(columns, row, 'time') ?? '') ?? [];
    if (end === undefined) return false;
    ends.add(end);
    if (ends.size > 2) return true;
  }
  return false;
};

/** The two times of a cell that states both; null when it states one. */
const rangeIn = (text: string, isTight: boolean): readonly [start: string, end: string] | null => {
  const [, start, end] =
    (isTight ? tightRange.exec(text) : null) ?? isoRange.exec(text) ?? rangePattern.exec(text) ?? [];
  return start === undefined || end === undefined ? null : [start, end];
};

const dayOf = (columns: Columns, row: CsvRow, key: string, order: DateOrder | null): string | NoTime => {
  const text = cellOf(columns, row, key) ?? '';
  const time = timeTextOf(text, order);
  if (time.kind === 'day' || time.kind === 'local') return time.day;
  return time.kind === 'none' ? time : { kind: 'none', because: 'is no day' };
};

/** A time of day alone takes its day from the column of dates. */
const stated = (
  columns: Columns,
  row: CsvRow,
  text: string,
  order: DateOrder | null,
  dateKey: 'date' | 'endDate' = 'date',
): TimeText | NoTime => {
  const zone = cellOf(columns, row, 'zone') ?? '';
  const key = columns.at.has(dateKey) ? dateKey : 'date';
  if (!columns.at.has(key) || !timeAlone.test(text)) return timeTextOf(text, order, zone);
  const day = dayOf(columns, row, key, order);
  if (typeof day === 'string') return timeTextOf(`${day} ${text}`, order, zone);
  return refuseFile(placeOf(columns, row, key), `${shown(cellOf(columns, row, key) ?? '')} ${day.because}.`);
};

const needed = (columns: Columns, row: CsvRow, key: TimeKey, time: TimeText | NoTime, text: string): TimeText =>
  time.kind === 'none' ? refuseFile(placeOf(columns, row, key), `${shown(text)} ${time.because}.`) : time;

const repeatedMark = (columns: Columns, row: CsvRow): Mark | null => {
  const text = cellOf(columns, row, 'repeated');
  if (text === undefined || text === '') return null;
  return /^(y|yes|true|1|x)$/i.test(text) ? 'second' : 'first';
};

const marked = (time: TimeText, mark: Mark | null): TimeText =>
  mark === null || time.kind !== 'local' || time.mark !== undefined ? time : { ...time, mark };

const numberedHour = (
  columns: Columns,
  row: CsvRow,
  key: 'hourEnding' | 'hourBeginning',
  order: DateOrder | null,
): RowTime => {
  const text = cellOf(columns, row, key) ?? '';
  const label = hourLabelOf(text);
  const hour = label === null ? -1 : label.hour - (key === 'hourEnding' ? 1 : 0);
  if (hour < 0) return refuseFile(placeOf(columns, row, key), `${shown(text)} is no number of an hour such as 17.`);
  const dateKey = columns.at.has('date') ? 'date' : 'time';
  const day = dayOf(columns, row, dateKey, order);
  if (typeof day !== 'string')
    return refuseFile(placeOf(columns, row, dateKey), `${shown(cellOf(columns, row, dateKey) ?? '')} ${day.because}.`);
  const start = timeTextOf(`${day} ${String(hour).padStart(2, '0')}:00`, null, cellOf(columns, row, 'zone') ?? '');
  const isBeyond = start.kind === 'none' || hour >= 24;
  const local: TimeText = isBeyond ? { kind: 'local', day, timeOfDayMs: hour * hourMs, zone: null } : start;
  return {
    key,
    start: marked(local, label?.mark ?? repeatedMark(columns, row)),
    end: null,
    endHasNoDay: false,
    durationMs: hourMs,
  };
};

/** How the times of a file are written. */
export interface TimeStyle {
  readonly order: DateOrder | null;
  readonly isTight: boolean;
  /** Columns in which a date without a time of day is its midnight. */
  readonly midnights: ReadonlySet<TimeKey>;
}

const midnight = (time: TimeText, isBare: boolean): TimeText =>
  isBare && time.kind === 'day' ? { kind: 'local', day: time.day, timeOfDayMs: 0, zone: null } : time;

/** What a row says of when it is. @throws UnusableFile when that is no time */
export const rowTimeOf = (columns: Columns, row: CsvRow, { order, isTight, midnights }: TimeStyle): RowTime => {
  const key = timeKeyOf(columns);
  const isNumbered = key === 'hourEnding' || key === 'hourBeginning';
  if (isNumbered ? !columns.at.has('date') && !columns.at.has('time') : !columns.at.has(key))
    refuseFile(
      { file: columns.file, line: columns.headerLine },
      isNumbered
        ? 'no column is declared that says the day of its hours; add date=Date to the declared columns.'
        : 'no column is declared that says when; add time=Start, end=End, or date=Date and hourEnding=Hour to the declared columns.',
    );
  if (isNumbered) return numberedHour(columns, row, key, order);
  const text = cellOf(columns, row, key) ?? '';
  const range = key === 'date' ? null : rangeIn(text, isTight);
  if (range !== null) {
    const start = needed(columns, row, key, stated(columns, row, range[0], order), text);
    const endHasNoDay = timeAlone.test(range[1]);
    const endText = endHasNoDay && start.kind === 'local' ? `${start.day} ${range[1]}` : range[1];
    const end = needed(columns, row, key, stated(columns, row, endText, endHasNoDay ? null : order), text);
    return { key, start: marked(start, repeatedMark(columns, row)), end, endHasNoDay, durationMs: null };
  }
  const timeIn = (of: TimeKey, said: TimeText | NoTime, written: string): TimeText =>
    midnight(needed(columns, row, of, said, written), midnights.has(of));
  const time = marked(timeIn(key, stated(columns, row, text, order), text), repeatedMark(columns, row));
  if (key === 'end') return { key, start: null, end: time, endHasNoDay: false, durationMs: null };
  const endText = cellOf(columns, row, key === 'time' ? 'end' : 'endDate');
  const isClock = time.kind === 'local' || time.kind === 'instant';
  if (endText === undefined || time.kind === 'month' || (key === 'date' && (isClock || endText === '')))
    return { key, start: time, end: null, endHasNoDay: false, durationMs: null };
  const end = timeIn('end', stated(columns, row, endText, order, 'endDate'), endText);
  if (time.kind === 'day' && end.kind === 'day') return { key, start: time, end, endHasNoDay: false, durationMs: null };
  const endHasNoDay = timeAlone.test(endText) && !columns.at.has('endDate');
  if (time.kind === 'day')
    refuseFile(placeOf(columns, row, key), 'the start of an interval whose end has a time of day needs one too.');
  if (end.kind !== 'local' && end.kind !== 'instant')
    refuseFile(placeOf(columns, row, 'end'), 'the end of an interval needs a time of day.');
  return { key, start: time, end, endHasNoDay, durationMs: null };
};

/** The device a row is about; null where the file has no such column. @throws UnusableFile when the cell is empty */
export const deviceIn = (columns: Columns, row: CsvRow): string | null => {
  const device = cellOf(columns, row, 'device');
  return device === ''
    ? refuseFile(placeOf(columns, row, 'device'), 'the row does not say which device it is about.')
    : (device ?? null);
};
