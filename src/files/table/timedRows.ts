import { dropsMidnight, periodEnds, wholeSpan } from '../times/wholeDays.ts';
import { dayMs, daySpan, hourMs, instantsOf, localText } from '../../programme/calendar.ts';
import { parseDecimal } from '../../programme/decimal.ts';
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
import type { Table } from './table.ts';
import type { TimeText } from '../times/timeText.ts';
import { stepsOfRows } from '../times/pace.ts';
import { type Place, refuseFile, shown } from '../unusableFile.ts';
import { type ClockNotes, type FileClock, clockText, instantsFor, type Lost, type Stamp } from '../times/wallClock.ts';

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

/** A row whose time could not be told, as far as it is told of. */
interface LostRow {
  readonly line: number;
  readonly time: string;
  readonly kind: Lost['kind'];
  readonly why: string;
}

/** What was found out about the times of rows, and what had to be said: of the parts of a file it has to be the same, or is told together. */
export interface RowTimesFound {
  readonly timeZone: string;
  readonly usualMs: number | null;
  readonly order: DateOrder | null;
  readonly isTight: boolean;
  /** Columns in which dates alone were taken for their midnight. */
  readonly midnights: ReadonlySet<TimeKey>;
  /** How far stamps are off the full minute, at most. @unit ms */
  readonly offMs: number;
  /** Whether they are taken for it. */
  readonly isNear: boolean;
  readonly clocks: ClockNotes;
  readonly lostRows: readonly LostRow[];
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

/** @limit How far stamps may be off a full minute and still mean it. @unit ms */
const jitterMs = 5_000;

const isClock = (time: TimeText | null): time is Stamp['text'] => time?.kind === 'instant' || time?.kind === 'local';

/** @throws UnusableFile, always */
const refuseLength = (place: Place, ms: number): never =>
  refuseFile(
    place,
    ms < 0
      ? 'the interval ends before it begins.'
      : 'the interval ends when it begins, so that its energy belongs to no time; leave it out, or declare what says how long it is.',
  );

const statedLength = (columns: Columns, row: CsvRow): number | null => {
  for (const [key, ms] of [
    ['minutes', 60_000],
    ['seconds', 1_000],
  ] as const) {
    const text = cellOf(columns, row, key);
    if (text === undefined) continue;
    const number = parseDecimal(text) === undefined ? Number.NaN : Number(text);
    if (number === 0) refuseLength(placeOf(columns, row, key), 0);
    if (!(number > 0 && number * ms <= 32 * dayMs))
      refuseFile(placeOf(columns, row, key), `${shown(text)} is no number of ${key}.`);
    return Math.round(number * ms);
  }
  return null;
};

/** The distance that most neighbours of a series have; of equally frequent ones the shortest. */
const usualDistance = (instants: readonly { readonly series: string | null; readonly at: number }[]): number | null => {
  const counts = new Map<number, number>();
  const lastOf = new Map<string | null, number>();
  for (const { series, at } of instants.toSorted((a, b) => a.at - b.at)) {
    const last = lastOf.get(series);
    if (last !== undefined && at > last) counts.set(at - last, (counts.get(at - last) ?? 0) + 1);
    lastOf.set(series, at);
  }
  const [usual] = [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || a - b);
  return usual?.[0] ?? null;
};

/** How long the row at each instant holds, where rows may change their pace. */
const pacesOf = (instants: readonly (number | Lost)[], usualMs: number | null): ReadonlyMap<number, number> => {
  if (usualMs === null || usualMs > dayMs + hourMs) return new Map();
  const certain = instants.filter((at) => typeof at === 'number');
  const steps = stepsOfRows(certain, usualMs);
  return new Map(certain.map((at, index) => [at, steps[index] as number]));
};

/** Stamps that all stand close to a full minute mean it. */
const steadied = (
  instants: readonly (number | Lost)[],
  isMeasured: (index: number) => boolean,
): { readonly instants: readonly (number | Lost)[]; readonly offMs: number } => {
  const off = instants.flatMap((at, index) =>
    typeof at === 'number' && isMeasured(index) ? [Math.abs(at - Math.round(at / 60_000) * 60_000)] : [],
  );
  const most = off.reduce((max, each) => Math.max(max, each), 0);
  if (most === 0 || most > jitterMs) return { instants, offMs: most };
  return {
    instants: instants.map((at, index) =>
      typeof at === 'number' && isMeasured(index) ? Math.round(at / 60_000) * 60_000 : at,
    ),
    offMs: most,
  };
};

/** The rows that are left out; one that states something for a time that the clocks skipped is refused. */
const lostRowsOf = (
  clock: FileClock,
  lost: readonly (Lost & { readonly row: CsvRow })[],
  kind: RowKind,
  isNothing: (row: CsvRow) => boolean,
): readonly LostRow[] => {
  const { timeZone, file } = clock;
  for (const { kind: why, row, stamp } of lost)
    if (why === 'skipped' && kind !== 'instants' && !isNothing(row))
      refuseFile(
        { file, line: row.line },
        `the time ${clockText(stamp)} does not exist in ${timeZone}: the clocks skipped it, and something is stated for it; if the file keeps standard time all year, add times=standard to the declared columns, else give times with their offset.`,
      );
  return lost.map(({ kind: why, why: because, row, stamp }) => ({
    line: row.line,
    time: clockText(stamp),
    kind: why,
    why: because,
  }));
};

/** What had to be said about the times of a file. */
export const timeNotes = (
  file: string,
  { timeZone, midnights, offMs, isNear, clocks, lostRows }: Omit<RowTimesFound, 'usualMs' | 'order' | 'isTight'>,
): readonly string[] => [
  ...(clocks.zone === null ? [] : [clocks.zone]),
  ...clocks.repeated.values(),
  ...(midnights.size > 0 ? [`${file}: dates without a time of day, among times, are taken for midnight.`] : []),
  ...(offMs === 0 || !isNear
    ? []
    : [`${file}: the times are up to ${offMs} ms off the full minute, and are taken for it.`]),
  ...[...grouped(lostRows, ({ time, why }) => `${time} ${why}`).values()].map((group) => {
    const [{ time, kind, why }] = group as [LostRow];
    const lines = [...new Set(group.map(({ line }) => line))];
    const where = lines.length === 1 ? `line ${lines[0]} is` : `lines ${lines.join(', ')} are`;
    return kind === 'unclear'
      ? `${file}: the clocks of ${timeZone} showed ${time} twice, and ${why}: ${where} left out, and both are missing; give times with their offset, such as -05:00.`
      : `${file}: the clocks of ${timeZone} skipped ${time}: ${where} left out, and nothing is lost.`;
  }),
];

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

const lengthName = (ms: number): string =>
  ms === hourMs
    ? 'hours'
    : ms === 60_000
      ? 'minutes'
      : ms % 60_000 === 0
        ? `intervals of ${ms / 60_000} minutes`
        : 'intervals';

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
        stamp: { line: row.line, series: `${device ?? ''}\n${channel ?? ''}`, text: meant },
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
  const lostRows = lostRowsOf(clock, lost, kind, says.nothing);
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
