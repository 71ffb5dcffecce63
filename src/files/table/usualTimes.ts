import { dayMs } from '../../programme/calendar.ts';
import { cellOf, type Columns } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { inclusiveMs, lengthOf } from '../times/endTimes.ts';
import type { Layout } from '../layout.ts';
import { rowTimeOf, tightRange, timeAlone, timeKeyOf } from '../times/rowTimes.ts';
import type { RowTimesFound } from './timedRows.ts';
import { UnusableFile } from '../unusableFile.ts';
import { instantsOn, type WrittenDay, WrittenDays } from './writtenDays.ts';

/** When a row is, told by what was found out for other rows with the same words. */
export interface UsualTime {
  readonly at: number;
  /** The second time at which clocks showed the same; null where they showed it once. */
  readonly orAt: number | null;
  /** Whether its end is written as its last minute; open where that has to be asked once it is known which time is meant. */
  readonly isInclusive: boolean | 'open';
}

/** What stands behind the day in a row. */
interface UsualClock {
  readonly isLocal: boolean;
  /** From the midnight of the day, of UTC where an offset is stated. @unit ms */
  readonly offsetMs: number;
  /** By the words of the end, on the same day and on the next: whether it is a last minute; null where the row needs a look of its own. */
  readonly ends: readonly [Map<string, boolean | null>, Map<string, boolean | null>];
  /** The same of a cell that states both times, or of a row without an end. */
  readonly own: boolean | null;
}

/** @limit Words that are remembered; a file with more is no usual one. */
const mostWords = 20_000;

/** Where the time of day begins in a cell; -1 where none does. */
export const clockAt = (text: string): number => {
  const colon = text.indexOf(':');
  let at = colon;
  while (at > 0 && colon - at < 2 && text.charCodeAt(at - 1) >= 48 && text.charCodeAt(at - 1) <= 57) at -= 1;
  return at === colon ? -1 : at;
};

/** The text before the time of day, without what parts them. */
export const dayBefore = (text: string, at: number): string => {
  let end = at;
  while (end > 0 && ' ,T'.includes(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
};

/** Null for what is refused: that is told by whoever reads the row as any other. */
export const orNull = <Result>(act: () => Result): Result | null => {
  try {
    return act();
  } catch (error) {
    if (error instanceof UnusableFile) return null;
    throw error;
  }
};

/** What the times of rows are read by. */
interface UsualTimesContext {
  readonly columns: Columns;
  readonly layout: Layout;
  readonly found: RowTimesFound;
  /** The length of all intervals. @unit ms */
  readonly usualMs: number;
}

/**
 * The times of rows, read by look-ups: what a time of day means behind a day is found out once, by the code that reads any row,
 * and so is when a day begins. A row that may mean anything else, such as one of an hour that the clocks skip, is told by null,
 * and needs that code itself.
 */
export class UsualTimes {
  readonly #context: UsualTimesContext;
  readonly #key: ReturnType<typeof timeKeyOf>;
  readonly #isNumbered: boolean;
  readonly #places: Readonly<Record<'own' | 'date' | 'end' | 'endDate', number>>;
  readonly #days: WrittenDays;
  readonly #clocks = new Map<string, UsualClock | null>();

  constructor(context: UsualTimesContext) {
    this.#context = context;
    const { columns } = context;
    this.#key = timeKeyOf(columns);
    const place = (key: string): number => columns.at.get(key) ?? -1;
    this.#isNumbered = this.#key === 'hourEnding' || this.#key === 'hourBeginning';
    this.#places = {
      own: place(this.#key),
      date: this.#isNumbered && place('date') < 0 ? place('time') : place('date'),
      end: this.#key === 'time' ? place('end') : -1,
      endDate: place('endDate'),
    };
    this.#days = new WrittenDays(context.found, context.layout, this.#isNumbered);
  }

  /** Null where the row needs a look of its own. */
  of(row: CsvRow): UsualTime | null {
    const { own, date, end } = this.#places;
    const { cells } = row;
    const text = cells[own] ?? '';
    const cut = date < 0 ? clockAt(text) : 0;
    if (cut < 0) return null;
    const day = this.#days.of(date < 0 ? dayBefore(text, cut) : (cells[date] ?? ''));
    if (day === null) return null;
    const words = cut === 0 ? text : text.slice(cut);
    const clock = this.#clocks.get(words) ?? this.#found(words, row, day);
    if (clock === null) return null;
    const isMoved = clock.isLocal && !day.isWhole;
    const instants = isMoved ? instantsOn(day, clock.offsetMs) : null;
    if (isMoved && instants === null) return null;
    const at = instants?.at ?? (clock.isLocal ? day.startAt : day.utcAt) + clock.offsetMs;
    const isInclusive = end < 0 ? clock.own : this.#endOf(row, day, clock, at);
    return isInclusive === null ? null : { at, orAt: instants?.orAt ?? null, isInclusive };
  }

  /** What words mean behind a day, by the row that has them first. */
  #found(words: string, row: CsvRow, day: WrittenDay): UsualClock | null {
    if (this.#clocks.has(words) || this.#clocks.size > mostWords) return null;
    const clock = day.isWhole ? orNull(() => this.#readBy(words, row, day)) : null;
    // A row on a day that needs a look of its own says nothing of others.
    if (day.isWhole) this.#clocks.set(words, clock);
    return clock;
  }

  #readBy(words: string, row: CsvRow, day: WrittenDay): UsualClock | null {
    const { columns, found, usualMs } = this.#context;
    const { date, end } = this.#places;
    if (date >= 0 && !this.#isNumbered && (!timeAlone.test(words) || tightRange.test(words))) return null;
    const time = rowTimeOf(columns, row, found);
    const text = time.start ?? time.end;
    if (text?.kind !== 'local' && text?.kind !== 'instant') return null;
    if (text.kind === 'local') {
      const isPlain = text.zone === null && text.mark === undefined && text.timeOfDayMs < dayMs;
      if (!isPlain || Date.parse(`${text.day}T00:00:00Z`) !== day.utcAt || found.clocks.zone === null) return null;
    }
    const offsetMs = text.kind === 'local' ? text.timeOfDayMs : text.at - day.utcAt;
    if (time.durationMs !== null && time.durationMs !== usualMs) return null;
    const isRange = end < 0 && time.start !== null && time.end !== null;
    if (isRange && !time.endHasNoDay) return null;
    const at = (text.kind === 'local' ? day.startAt : day.utcAt) + offsetMs;
    return {
      isLocal: text.kind === 'local',
      offsetMs,
      ends: [new Map(), new Map()],
      own: isRange ? this.inclusiveBy(row, at) : false,
    };
  }

  /** Whether the end of a row that begins at an instant is its last minute; null unless the interval has the usual length. */
  inclusiveBy(row: CsvRow, at: number): boolean | null {
    const { columns, layout, found, usualMs } = this.#context;
    return orNull(() => {
      const time = rowTimeOf(columns, row, found);
      const { start, end } = time;
      if (start === null || end === null || start.kind !== end.kind) return null;
      if (end.kind === 'local' && (end.zone !== null || end.mark !== undefined)) return null;
      const length = lengthOf(time, at, {
        usualMs,
        ends: layout.ends,
        timeZone: found.timeZone,
        isLocalTime: layout.isLocalTime,
      });
      return length === usualMs ? inclusiveMs(time, layout.ends) > 0 : null;
    });
  }

  #endOf(row: CsvRow, day: WrittenDay, clock: UsualClock, at: number): boolean | 'open' | null {
    const { date, end, endDate } = this.#places;
    const text = cellOf(this.#context.columns, row, 'end') ?? '';
    const cut = clockAt(text);
    if (cut < 0 || end < 0) return null;
    const hasDay = cut > 0;
    if (!hasDay && date < 0 && endDate < 0) return null;
    const last = hasDay
      ? this.#days.of(dayBefore(text, cut))
      : endDate < 0
        ? day
        : this.#days.of(row.cells[endDate] ?? '');
    if (last === null) return null;
    const days = (last.utcAt - day.utcAt) / dayMs;
    if (days !== 0 && days !== 1) return null;
    const words = hasDay ? text.slice(cut) : text;
    const known = clock.ends[days].get(words);
    // As long as usual by its clocks is as long as usual on any day; what is not may be so on this day.
    if (clock.isLocal && !day.isWhole) return known ?? 'open';
    if (known !== undefined) return known;
    // Midnight ends a day whatever its length; any other time of the next day would depend on it.
    const endsAtMidnight = /^(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?am)/i.test(words);
    const found = days === 1 && !endsAtMidnight ? null : this.inclusiveBy(row, at);
    if (clock.ends[days].size < mostWords) clock.ends[days].set(words, found);
    return found;
  }
}
