import { dropsMidnight, periodEnds, wholeSpan } from '../times/wholeDays.ts';
import { dayMs, daySpan, hourMs, instantsOf, localText } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import { cellOf, type Columns, type Declared, headerText, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { inclusiveMs, lengthOf, withEndsOfDays, withOrdinalHours, withoutHoursBeyond } from '../times/endTimes.ts';
import { fileZone, withDoubt } from '../times/fileZone.ts';
import { writesMonthFirst } from '../headers/knownLayouts.ts';
import type { DateOrder } from '../layout.ts';
import {
  dateOrderOf,
  deviceIn,
  hasTightRanges,
  type RowTime,
  rowTimeOf,
  type TimeKey,
  timeKeyOf,
} from '../times/rowTimes.ts';
import type { FileGap } from '../sequence.ts';
import { lengthName, pacesOf, refuseLength, statedLength, usualDistance } from './rowLengths.ts';
import type { Table } from './table.ts';
import { lostRowsOf, type TimesTold } from './timesTold.ts';
import type { TimeText } from '../times/timeText.ts';
import { fullMinute, jitterMs } from '../times/steadied.ts';
import { refuseFile } from '../unusableFile.ts';
import { type FileClock, instantsFor, type Lost, type Stamp } from '../times/wallClock.ts';

/** A row and the time it is about. */
export interface TimedRow {
  readonly row: CsvRow;
  /** As the file calls it; null when it has no such column. */
  readonly device: string | null;
  /** The channel it states; null when the file has no such column. */
  readonly channel: string | null;
  readonly startAt: number;
  /** 0 where the row is about an instant, as readings of registers are. */
  readonly durationMs: number;
}

/** What was found out about the times of rows, and what had to be said: of the parts of a file it has to be the same, or is told together. */
export interface RowTimesFound extends TimesTold {
  readonly usualMs: number | null;
  readonly order: DateOrder | null;
  readonly isTight: boolean;
}

/** Rows with their times, and what had to be said about reading them. */
export interface TimedRows {
  readonly rows: readonly TimedRow[];
  /** Stretches whose rows could not be told apart: they are missing, and were told. */
  readonly lost: readonly FileGap[];
  readonly found: RowTimesFound;
  /** What was found out, as it would be declared. */
  readonly declared: Declared;
  /** `hours by their start`. */
  readonly reading: string;
}

/** Whether rows stand for instants, for intervals of one length, or for the time until the next row, which may change its pace. */
export type RowKind = 'instants' | 'intervals' | 'steps';

/** What the quantities of a row say, whatever they are. */
export interface RowSays {
  /** Nothing, or zero. */
  readonly nothing: (row: CsvRow) => boolean;
  /** In words, that nothing was measured. */
  readonly unmeasured: (row: CsvRow) => boolean;
  /** Nothing, not even in words. */
  readonly blank: (row: CsvRow) => boolean;
}

/** A row that names an instant; others name a whole local day or month. */
interface Clocked extends Omit<TimedRow, 'startAt' | 'durationMs'> {
  readonly time: RowTime;
  readonly stamp: Stamp;
}

/** The longest interval that the distance of rows may say: longer ones are days, and are written as such. @unit ms */
const longestBySpacing = hourMs;

/** What the rows of a device's channel have alike: they are in order among themselves. */
export const seriesName = (device: string | null, channel: string | null): string =>
  `${device ?? ''}\n${channel ?? ''}`;

const isClock = (time: TimeText | null): time is Stamp['text'] => time?.kind === 'instant' || time?.kind === 'local';

/** Stamps that all stand close to a full minute mean it. */
const steadied = (
  instants: readonly (number | Lost)[],
  isMeasured: (index: number) => boolean,
): { readonly instants: readonly (number | Lost)[]; readonly offMs: number } => {
  const off = instants.flatMap((at, index) =>
    typeof at === 'number' && isMeasured(index) ? [Math.abs(at - fullMinute(at))] : [],
  );
  const most = off.reduce((max, each) => Math.max(max, each), 0);
  if (most === 0 || most > jitterMs) return { instants, offMs: most };
  return {
    instants: instants.map((at, index) => (typeof at === 'number' && isMeasured(index) ? fullMinute(at) : at)),
    offMs: most,
  };
};

/** What is written as UTC is the clock of the zone. */
const asLocal = (text: Stamp['text']): Stamp['text'] => {
  if (text.kind === 'local') return text;
  const iso = new Date(text.at).toISOString();
  return {
    kind: 'local',
    day: iso.slice(0, 10),
    timeOfDayMs: text.at - Date.parse(`${iso.slice(0, 10)}T00:00:00Z`),
    zone: null,
  };
};

/** A day of 24 hours has no hour 25, and what is stated for it belongs nowhere. */
const refuseHoursBeyond = (
  { file }: Columns,
  rows: readonly { readonly row: CsvRow; readonly time: RowTime }[],
  timeZone: string,
): void => {
  for (const { row, time } of rows) {
    const { start, durationMs } = time;
    if (durationMs === null || start?.kind !== 'local' || start.timeOfDayMs < dayMs) continue;
    const { startAt, endAt } = daySpan(start.day, timeZone);
    if (start.timeOfDayMs >= endAt - startAt)
      refuseFile(
        { file, line: row.line },
        `there is no hour ${start.timeOfDayMs / hourMs + 1} on ${start.day}, which has ${(endAt - startAt) / hourMs} hours in ${timeZone}, and energy is stated for it.`,
      );
  }
};

/** The rows with the times they are about. @throws UnusableFile when a time cannot be told for certain, and that costs more than its own row */
export const timedRows = (
  { columns, rows, layout, wasDeclared, name }: Table,
  kind: RowKind,
  programmeZone: string,
  says: RowSays,
): TimedRows => {
  const { file } = columns;
  const { timeZone, doubt } = fileZone(columns, layout, programmeZone);
  const clock: FileClock = { file, timeZone, isStandard: layout.isStandardTime };
  const order = dateOrderOf(columns, rows, layout) ?? (writesMonthFirst(name) ? 'mdy' : null);
  const isTight = hasTightRanges(columns, rows);
  const midnights = new Set<TimeKey>(
    (['time', 'end'] as const).filter((key) => kind !== 'instants' && dropsMidnight(columns, rows, key, order)),
  );
  const hasLengths = columns.at.has('minutes') || columns.at.has('seconds');
  const plain = rows.map((row) => ({
    row,
    device: deviceIn(columns, row),
    channel: cellOf(columns, row, 'channel') ?? null,
    time: rowTimeOf(columns, row, { order, isTight, midnights }),
  }));
  const within = withoutHoursBeyond(
    plain,
    timeZone,
    ({ row }) => says.blank(row),
    ({ row }) => says.nothing(row),
  );
  const read = withOrdinalHours(within, timeZone);
  refuseHoursBeyond(columns, read, timeZone);
  const isStart = timeKeyOf(columns) === 'time' && !columns.at.has('end') && !hasLengths && kind !== 'instants';
  const { rows: ended, areEnds } = withEndsOfDays(read, { isOpen: isStart && !wasDeclared });
  const periods = periodEnds(file, ended, layout.ends);
  const clocked = ended.flatMap((each): Clocked[] => {
    const text = each.time.start ?? each.time.end;
    if (!isClock(text)) return [];
    const { row, device, channel, time } = each;
    const meant = layout.isLocalTime ? asLocal(text) : text;
    return [
      {
        row,
        device,
        channel,
        time,
        stamp: { line: row.line, series: seriesName(device, channel), text: meant },
      },
    ];
  });
  const resolved = instantsFor(
    clock,
    clocked.map(({ stamp }) => stamp),
  );
  const { instants, offMs } = steadied(resolved.instants, (index) => !says.unmeasured((clocked[index] as Clocked).row));
  const certain = clocked.flatMap(({ stamp: { series } }, index) => {
    const at = instants[index];
    return (typeof at === 'object' ? at.candidates : [at as number]).map((each) => ({ series, at: each }));
  });
  const declaredMs = layout.intervalMinutes === null ? null : layout.intervalMinutes * 60_000;
  const usualMs = declaredMs ?? usualDistance(certain);
  let isInclusive = false;
  let bySpacing = false;
  const paces = pacesOf(instants, kind === 'steps' && declaredMs === null ? usualMs : null);
  const durationOf = (each: Clocked, at: number): number => {
    if (kind === 'instants') return 0;
    const { start, end, durationMs } = each.time;
    const byEnd = start !== null && isClock(end);
    if (byEnd && inclusiveMs(each.time, layout.ends) > 0) isInclusive = true;
    const stated =
      statedLength(columns, each.row) ??
      durationMs ??
      (byEnd
        ? lengthOf(each.time, at, { usualMs, ends: layout.ends, timeZone, isLocalTime: layout.isLocalTime })
        : null);
    if (stated !== null) return stated > 0 ? stated : refuseLength({ file, line: each.row.line }, stated);
    const pace = paces.get(at);
    if (pace !== undefined) return pace;
    if (usualMs !== null && (declaredMs !== null || usualMs <= longestBySpacing)) {
      bySpacing = true;
      return usualMs;
    }
    return refuseFile(
      { file },
      'the file does not say how long its intervals are; add interval=60 (minutes) to the declared columns.',
    );
  };
  const lost = clocked.flatMap(({ row, device }, index) => {
    const at = instants[index];
    return typeof at === 'object' ? [{ ...at, row, device }] : [];
  });
  const lostRows = lostRowsOf(clock, lost, kind === 'instants', says.nothing);
  const isByEnd = timeKeyOf(columns) === 'end' || areEnds;
  const placed = new Map<CsvRow, { readonly startAt: number; readonly durationMs: number }>();
  for (const [index, each] of clocked.entries()) {
    const at = instants[index] as number | Lost;
    if (typeof at === 'number') {
      const durationMs = durationOf(each, at);
      const back =
        kind === 'instants' ? (layout.showsRegisterAtEnd ? -(declaredMs ?? hourMs) : 0) : isByEnd ? durationMs : 0;
      placed.set(each.row, { startAt: at - back, durationMs });
    }
  }
  const timed = ended.flatMap(({ row, device, channel, time }): TimedRow[] => {
    const text = time.start ?? time.end;
    if (isClock(text)) {
      const at = placed.get(row);
      return at === undefined ? [] : [{ row, device, channel, ...at }];
    }
    if (kind === 'instants')
      refuseFile(placeOf(columns, row, time.key), 'a reading of a register needs a time of day.');
    return text === null
      ? []
      : [{ row, device, channel, ...wholeSpan(file, row, time, text, { timeZone, ends: periods }) }];
  });
  const stepMs = usualMs ?? hourMs;
  const missing = lost.flatMap(({ candidates, kind: why, device, row }) =>
    why === 'unclear'
      ? candidates.map((at) => ({
          device,
          startAt: isByEnd ? at - stepMs : at,
          endAt: isByEnd ? at : at + stepMs,
          line: row.line,
        }))
      : [],
  );
  const openDates = order !== null && dateOrderOf(columns, rows.slice(0, 1), { ...layout, dates: null }) === null;
  const key = timeKeyOf(columns);
  const lengths = [...grouped(timed, ({ durationMs }) => durationMs)].toSorted(([, a], [, b]) => b.length - a.length);
  const how =
    key === 'hourEnding' || key === 'hourBeginning'
      ? `by the number of the hour that ${key === 'hourEnding' ? 'ends' : 'begins'}`
      : isByEnd
        ? 'by their end'
        : periods !== null
          ? `from their first day to ${periods === 'inclusive' ? 'their last' : 'before their last'}`
          : clocked.some(({ time }) => time.start !== null && time.end !== null)
            ? `by their start and ${isInclusive ? 'their last minute' : 'their end'}`
            : 'by their start';
  return {
    rows: timed,
    lost: missing,
    found: {
      timeZone,
      usualMs,
      order,
      isTight,
      midnights,
      offMs,
      isNear: offMs <= jitterMs,
      clocks: withDoubt(resolved.notes, doubt),
      lostRows,
    },
    declared: [
      ...(areEnds ? [['end', headerText(columns.headers, columns.at.get('time') ?? -1)] as const] : []),
      ...(openDates ? [['dates', order] as const] : []),
      ...(isInclusive && layout.ends === null ? [['ends', 'inclusive'] as const] : []),
      ...(periods !== null && layout.ends === null && !isInclusive ? [['ends', periods] as const] : []),
      ...(bySpacing && declaredMs === null && usualMs !== null
        ? [['interval', String(usualMs / 60_000)] as const]
        : []),
    ],
    reading: kind === 'instants' ? 'registers at their times' : `${lengthName(lengths[0]?.[0] ?? 0)} ${how}`,
  };
};

/** The first and the last of rows. */
export interface RowSpan {
  readonly first: TimedRow | undefined;
  readonly last: TimedRow | undefined;
  readonly count: number;
}

/** Rows by their ends. */
export const rowSpanOf = (rows: readonly TimedRow[]): RowSpan => ({
  first: rows[0],
  last: rows.at(-1),
  count: rows.length,
});

/** Whether the stamps of whole days run from the end of their first interval to midnight, as ends do. */
export const suspectEnds = (file: string, { first, last, count }: RowSpan, timeZone: string): readonly string[] => {
  if (first === undefined || last === undefined || count < 23 || first.durationMs > hourMs) return [];
  const begins = localText(first.startAt, timeZone).slice(11, 16);
  const oneLong = new Date(first.durationMs).toISOString().slice(11, 16);
  const ends = localText(last.startAt, timeZone).slice(11, 16);
  const isSuspect =
    begins === oneLong &&
    ends === '00:00' &&
    instantsOf(localText(last.startAt, timeZone).slice(0, 10), 0, timeZone).length === 1;
  return isSuspect
    ? [
        `${file}: its times run from ${oneLong} to 00:00 of the next day, as the ends of ${first.durationMs === hourMs ? 'hours' : 'intervals'} do; if they are ends, declare their column as end and not as time.`,
      ]
    : [];
};
