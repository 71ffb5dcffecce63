import { dayMs, daySpan, hourMs, localText, monthSpan } from '../../programme/calendar.ts';
import { parseDecimal } from '../../programme/decimal.ts';
import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import type { Layout } from './layout.ts';
import { dateOrderOf, deviceIn, timeIn, timeKeyOf } from './rowTimes.ts';
import type { TimeText } from './timeText.ts';
import { refuseFile, shown, UnusableFile } from './unusableFile.ts';
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

/** Whether rows stand for instants, for intervals of one length, or for the time until the next row, which may change its pace. */
export type RowKind = 'instants' | 'intervals' | 'steps';

/** A row that names an instant; others name a whole local day or month. */
interface Clocked {
  readonly row: CsvRow;
  readonly device: string | null;
  readonly stamp: Stamp;
}

/** The longest interval that the distance of rows may say: longer ones are days, and are written as such. @unit ms */
const longestBySpacing = hourMs;

const isClock = (time: TimeText): time is Stamp['text'] => time.kind === 'instant' || time.kind === 'local';

const wholeSpan = (
  time: Exclude<TimeText, Stamp['text']>,
  timeZone: string,
): { readonly startAt: number; readonly durationMs: number } => {
  const { startAt, endAt } = time.kind === 'day' ? daySpan(time.day, timeZone) : monthSpan(time.month, timeZone);
  return { startAt, durationMs: endAt - startAt };
};

const minutesIn = (columns: Columns, row: CsvRow): number | null => {
  const text = cellOf(columns, row, 'minutes');
  if (text === undefined) return null;
  const minutes = parseDecimal(text) === undefined ? Number.NaN : Number(text);
  if (!(minutes > 0 && minutes * 60_000 <= 32 * dayMs))
    refuseFile(placeOf(columns, row, 'minutes'), `${shown(text)} is no number of minutes.`);
  return Math.round(minutes * 60_000);
};

/** The distance that most neighbours of a device have; of equally frequent ones the shortest. */
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

/** @limit Distances in a row that are equal before they are a pace and no gap. */
const paceRows = 3;

/** Of each item, how many equal ones stand together with it. */
const runLengths = (items: readonly number[]): readonly number[] => {
  const lengths: number[] = [];
  while (lengths.length < items.length) {
    const start = lengths.length;
    let end = start + 1;
    while (end < items.length && items[end] === items[start]) end += 1;
    for (let index = start; index < end; index += 1) lengths.push(end - start);
  }
  return lengths;
};

/** How long each row holds: until the next one where they keep a pace, else as long as the one before, so that a gap stays a gap. */
const stepsOfRows = (instants: readonly number[], usualMs: number): readonly number[] => {
  const order = instants.map((_, index) => index).toSorted((a, b) => (instants[a] as number) - (instants[b] as number));
  const sorted = order.map((index) => instants[index] as number);
  const distances = sorted.slice(1).map((at, index) => at - (sorted[index] as number));
  const lengths = runLengths(distances);
  const steps = new Array<number>(instants.length);
  let paceMs = usualMs;
  for (const [place, index] of order.entries()) {
    const distance = distances[place] ?? 0;
    const isPace = distance === usualMs || (lengths[place] ?? 0) >= paceRows;
    if (distance > 0 && isPace) paceMs = distance;
    steps[index] = distance > 0 ? Math.min(paceMs, distance) : paceMs;
  }
  return steps;
};

const showsClock = (at: number, { text }: Stamp, timeZone: string): boolean =>
  text.kind === 'local' &&
  localText(at, timeZone).startsWith(`${text.day} ${new Date(text.timeOfDayMs).toISOString().slice(11, 16)}`);

/** The instant at which an interval ends; where the clock showed it twice, the one that makes it as long as the others are. */
const endOf = (file: string, stamp: Stamp, startAt: number, usualMs: number | null, timeZone: string): number => {
  try {
    return instantsFor(file, [stamp], timeZone).instants[0] as number;
  } catch (error) {
    if (!(error instanceof UnusableFile) || usualMs === null || !showsClock(startAt + usualMs, stamp, timeZone))
      throw error;
    return startAt + usualMs;
  }
};

const endStamp = (columns: Columns, { row, device }: Clocked, order: Parameters<typeof timeIn>[3]): Stamp => {
  const time = timeIn(columns, row, 'end', order);
  return isClock(time)
    ? { line: row.line, device, text: time }
    : refuseFile(placeOf(columns, row, 'end'), 'the end of an interval needs a time of day.');
};

/** How the times of rows are read. */
interface TimeReading {
  readonly layout: Layout;
  readonly kind: RowKind;
  readonly order: Parameters<typeof timeIn>[3];
  readonly timeZone: string;
}

/** How long the interval of each clocked row is. */
const durationsOf = (
  columns: Columns,
  clocked: readonly Clocked[],
  instants: readonly number[],
  { layout, kind, order, timeZone }: TimeReading,
): readonly number[] => {
  const declaredMs = layout.intervalMinutes === null ? null : layout.intervalMinutes * 60_000;
  const usualMs =
    declaredMs ?? usualDistance(clocked.map(({ device }, index) => ({ device, at: instants[index] as number })));
  const hasEnds = timeKeyOf(columns) === 'time' && columns.at.has('end');
  const steps =
    kind === 'steps' && declaredMs === null && usualMs !== null && usualMs <= dayMs + hourMs
      ? stepsOfRows(instants, usualMs)
      : null;
  return clocked.map((each, index) => {
    const at = instants[index] as number;
    const stated =
      minutesIn(columns, each.row) ??
      (hasEnds ? endOf(columns.file, endStamp(columns, each, order), at, usualMs, timeZone) - at : null);
    if (stated !== null)
      return stated > 0
        ? stated
        : refuseFile({ file: columns.file, line: each.row.line }, 'the interval ends before it begins.');
    if (steps !== null) return steps[index] as number;
    if (usualMs !== null && (declaredMs !== null || usualMs <= longestBySpacing)) return usualMs;
    return refuseFile(
      { file: columns.file },
      'the file does not say how long its intervals are; add interval=60 (minutes) to the declared columns.',
    );
  });
};

/** The rows with the times they are about. @throws UnusableFile when a time cannot be told for certain */
export const timedRows = (
  columns: Columns,
  rows: readonly CsvRow[],
  layout: Layout,
  kind: RowKind,
  timeZone: string,
): TimedRows => {
  const order = dateOrderOf(columns, rows, layout);
  const key = timeKeyOf(columns);
  const read = rows.map((row) => ({ row, device: deviceIn(columns, row), time: timeIn(columns, row, key, order) }));
  const clocked = read.flatMap(({ row, device, time }): Clocked[] =>
    isClock(time) ? [{ row, device, stamp: { line: row.line, device, text: time } }] : [],
  );
  const { instants, notes } = instantsFor(
    columns.file,
    clocked.map(({ stamp }) => stamp),
    timeZone,
  );
  const durations =
    kind === 'instants'
      ? clocked.map(() => 0)
      : durationsOf(columns, clocked, instants, { layout, kind, order, timeZone });
  const starts = new Map(
    clocked.map(({ row }, index) => [
      row,
      {
        startAt: (instants[index] as number) - (key === 'end' ? (durations[index] as number) : 0),
        durationMs: durations[index] as number,
      },
    ]),
  );
  const timed = read.map(({ row, device, time }): TimedRow => {
    if (!isClock(time) && kind === 'instants')
      refuseFile(placeOf(columns, row, key), 'a reading of a register needs a time of day.');
    return {
      row,
      device,
      ...(isClock(time) ? (starts.get(row) ?? { startAt: 0, durationMs: 0 }) : wholeSpan(time, timeZone)),
    };
  });
  return { rows: timed, notes };
};
