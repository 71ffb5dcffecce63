import { dayMs, daySpan, hourMs, instantsOf } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import type { EndKind } from '../layout.ts';
import type { RowTime } from './rowTimes.ts';
import type { TimeText } from './timeText.ts';

/** How the ends of intervals are written: the last minute, the end of the day as 00:00 or 24:00, hours by their number. */

/** A row as far as its time is concerned. */
interface Timed {
  readonly device: string | null;
  readonly channel: string | null;
  readonly time: RowTime;
}

type Local = Extract<TimeText, { readonly kind: 'local' }>;

const minuteMs = 60_000;

const timeOfDayOf = (text: TimeText | null): number | null =>
  text?.kind === 'local' ? text.timeOfDayMs : text?.kind === 'instant' ? ((text.at % dayMs) + dayMs) % dayMs : null;

/** What is missing of an interval whose end is its last minute or second: no interval has fourteen minutes. @unit ms */
export const inclusiveMs = ({ start, end }: RowTime, ends: EndKind | null): number => {
  const [from, to] = [timeOfDayOf(start), timeOfDayOf(end)];
  if (from === null || to === null || ends === 'exclusive') return 0;
  const seconds = (to / 1_000) % 60;
  if (seconds === 59) return 1_000;
  const isLastMinute = seconds === 0 && (to / minuteMs) % 5 === 4 && from % (5 * minuteMs) === 0;
  return isLastMinute || ends === 'inclusive' ? minuteMs : 0;
};

/** What it takes to say how long an interval is. */
interface LengthContext {
  readonly usualMs: number | null;
  readonly ends: EndKind | null;
  readonly timeZone: string;
  readonly isLocalTime: boolean;
}

/** From start to end on a clock that is never moved; midnight, and a time alone, may be of the next day. */
const onTheClock = (start: Local, end: Local, { endHasNoDay }: RowTime, extraMs: number): number => {
  const days = Date.parse(`${end.day}T00:00:00Z`) - Date.parse(`${start.day}T00:00:00Z`);
  const length = days + end.timeOfDayMs - start.timeOfDayMs + extraMs;
  const isNextDay = endHasNoDay ? length <= 0 : length < 0 && end.timeOfDayMs === 0 && days === 0;
  return isNextDay ? length + dayMs : length;
};

/** The length of an interval by its start and end; where the clocks are moved, the one that the others have. @unit ms */
export const lengthOf = (
  time: RowTime,
  startAt: number,
  { usualMs, ends, timeZone, isLocalTime }: LengthContext,
): number => {
  const { start, end } = time;
  const extraMs = inclusiveMs(time, ends);
  if (start?.kind === 'instant' && end?.kind === 'instant') return end.at - start.at + extraMs;
  if (end?.kind === 'instant' && !isLocalTime) return end.at - startAt + extraMs;
  if (end?.kind !== 'local' || start?.kind !== 'local') {
    if (end?.kind !== 'local') return 0;
    const [at = startAt] = instantsOf(end.day, end.timeOfDayMs, timeZone).filter((each) => each > startAt);
    return at - startAt + extraMs;
  }
  const plain = onTheClock(start, end, time, extraMs);
  const byInstant = instantsOf(end.day, end.timeOfDayMs, timeZone)
    .map((at) => at - startAt + extraMs)
    .filter((length) => length > 0);
  const all = [plain, ...byInstant];
  if (usualMs !== null && all.includes(usualMs)) return usualMs;
  const isMoved = byInstant.length > 0 && !byInstant.includes(plain);
  return isMoved && plain > 0 && !time.endHasNoDay ? (byInstant[0] as number) : plain;
};

const seriesOf = ({ device, channel }: Timed): string => `${device ?? ''}\n${channel ?? ''}`;

/** Rows of one series and day, in the order of the file. */
const days = <Item extends Timed>(rows: readonly Item[]): readonly (readonly { index: number; text: Local }[])[] => {
  const found = rows.flatMap((each, index) => {
    const text = each.time.start ?? each.time.end;
    return text?.kind === 'local' ? [{ index, text, key: `${seriesOf(each)}\n${text.day}` }] : [];
  });
  return [...grouped(found, ({ key }) => key).values()];
};

/** Midnight that stands behind the other times of its day ends that day. */
const endsDay = (of: readonly { text: Local }[]): boolean => {
  const times = of.map(({ text }) => text.timeOfDayMs);
  const before = times.slice(0, -1);
  return (
    before.length > 1 &&
    times.at(-1) === 0 &&
    before.every((time, index) => time > (index === 0 ? 0 : (before[index - 1] ?? 0)))
  );
};

/** Rows whose midnight may be the end of their day. */
interface EndsOfDays<Item> {
  readonly rows: readonly Item[];
  /** Whether times that nobody called so are ends: no interval begins at the end of a day. */
  readonly areEnds: boolean;
}

/** Takes 00:00 for 24:00 where it stands last in its day. `isOpen`: whether times may turn out to be ends. */
export const withEndsOfDays = <Item extends Timed>(
  rows: readonly Item[],
  { isOpen }: { readonly isOpen: boolean },
): EndsOfDays<Item> => {
  const late = new Set<number>();
  let hasEnd = false;
  for (const day of days(rows)) {
    const last = day.at(-1);
    if (last !== undefined && rows[last.index]?.time.start !== null && rows[last.index]?.time.end !== null) continue;
    if (last !== undefined && endsDay(day)) late.add(last.index);
    if (day.some(({ text }) => text.timeOfDayMs === dayMs)) hasEnd = true;
  }
  const moved = (text: TimeText | null): TimeText | null =>
    text?.kind === 'local' ? { ...text, timeOfDayMs: dayMs } : text;
  return {
    rows: rows.map((row, index) =>
      late.has(index) ? { ...row, time: { ...row.time, start: moved(row.time.start), end: moved(row.time.end) } } : row,
    ),
    areEnds: isOpen && (late.size > 0 || hasEnd),
  };
};

/**
 * Leaves out what tables with a column for each hour have to have, and no day does: an hour beyond the day's last one that
 * says nothing. `isBlank` and `isNothing`: whether a row says nothing at all, and whether it says zero or nothing.
 */
export const withoutHoursBeyond = <Item extends Timed>(
  rows: readonly Item[],
  timeZone: string,
  isBlank: (row: Item) => boolean,
  isNothing: (row: Item) => boolean,
): readonly Item[] => {
  if (!rows.some(({ time }) => time.durationMs !== null)) return rows;
  const beyond = new Set<Item>();
  for (const day of days(rows)) {
    const [first] = day;
    if (first === undefined || rows[first.index]?.time.durationMs === null) continue;
    const { startAt, endAt } = daySpan(first.text.day, timeZone);
    for (const { index, text } of day) {
      const row = rows[index] as Item;
      if (text.timeOfDayMs < endAt - startAt) continue;
      if (isBlank(row) || (text.timeOfDayMs >= dayMs && isNothing(row))) beyond.add(row);
    }
  }
  return rows.filter((row) => !beyond.has(row));
};

/** Numbers hours one after another on a day that has a twenty-fifth, or that ends with the twenty-third of twenty-three. */
export const withOrdinalHours = <Item extends Timed>(rows: readonly Item[], timeZone: string): readonly Item[] => {
  if (!rows.some(({ time }) => time.durationMs !== null)) return rows;
  const instants = new Map<number, number>();
  for (const day of days(rows)) {
    const [first] = day;
    if (first === undefined || rows[first.index]?.time.durationMs === null) continue;
    const hours = new Set(day.map(({ text }) => text.timeOfDayMs / hourMs));
    const { startAt, endAt } = daySpan(first.text.day, timeZone);
    const count = (endAt - startAt) / hourMs;
    const isOrdinal =
      count === 25 ? hours.has(24) : count === 23 && day.length === 23 && hours.has(2) && !hours.has(23);
    if (isOrdinal) for (const { index, text } of day) instants.set(index, startAt + text.timeOfDayMs);
  }
  return instants.size === 0
    ? rows
    : rows.map((row, index) => {
        const at = instants.get(index);
        return at === undefined ? row : { ...row, time: { ...row.time, start: { kind: 'instant', at } } };
      });
};
