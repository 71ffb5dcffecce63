import { dayMs, daySpan, steadyClocksAt } from '../../programme/calendar.ts';
import type { Layout } from '../layout.ts';
import { provenOrder, timeTextOf } from '../times/timeText.ts';
import { standardInstant } from '../times/wallClock.ts';
import type { RowTimesFound } from './timedRows.ts';

/** The days of usual rows, each found once. */

/** When the clocks are moved on a day, and how far they are ahead of UTC before and after. @unit ms */
interface ClocksMoved {
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** A day as a file writes it. */
export interface WrittenDay {
  readonly startAt: number;
  /** Its midnight, if it were one of UTC. */
  readonly utcAt: number;
  /** Whether clocks show each time of it once. */
  readonly isWhole: boolean;
  /** Null where they do, and where this does not say what they show. */
  readonly moved: ClocksMoved | null;
}

/** What a time of a day may mean. */
export interface LocalInstants {
  readonly at: number;
  /** The second of two; null where there is one. */
  readonly orAt: number | null;
}

/** @limit Days that are remembered: three hundred years. */
const mostDays = 120_000;

const movedOn = ({ startAt, endAt }: ReturnType<typeof daySpan>, timeZone: string): ClocksMoved | null => {
  const [before, after] = [steadyClocksAt(startAt, timeZone), steadyClocksAt(endAt - 1, timeZone)];
  // More than one move in a day, or one at its very start, needs a look of its own.
  return before.toAt === after.fromAt ? { at: after.fromAt, beforeMs: before.offsetMs, afterMs: after.offsetMs } : null;
};

/** The instants at which clocks show a time of a day on which they are moved; null where none, or where it needs a look of its own. */
export const instantsOn = ({ utcAt, moved }: WrittenDay, timeOfDayMs: number): LocalInstants | null => {
  if (moved === null) return null;
  const [first, second] = [utcAt + timeOfDayMs - moved.beforeMs, utcAt + timeOfDayMs - moved.afterMs];
  if (first < moved.at) return { at: first, orAt: second >= moved.at ? second : null };
  return second >= moved.at ? { at: second, orAt: null } : null;
};

/** Days by their texts. */
export class WrittenDays {
  readonly #found: RowTimesFound;
  readonly #isStandard: boolean;
  /** Whether times are numbers of hours, which count on where the clocks are moved. */
  readonly #areNumbered: boolean;
  readonly #days = new Map<string, WrittenDay | null>();
  #lastText = '';
  #lastDay: WrittenDay | null = null;

  constructor(found: RowTimesFound, { isStandardTime }: Layout, areNumbered: boolean) {
    this.#found = found;
    this.#isStandard = isStandardTime;
    this.#areNumbered = areNumbered;
  }

  /** Null for what is no day for certain. */
  of(text: string): WrittenDay | null {
    if (text === this.#lastText) return this.#lastDay;
    const known = this.#days.get(text);
    const day = known === undefined ? this.#read(text) : known;
    if (this.#days.size > mostDays) this.#days.clear();
    this.#days.set(text, day);
    this.#lastText = text;
    this.#lastDay = day;
    return day;
  }

  #read(text: string): WrittenDay | null {
    const { order } = this.#found;
    const time = timeTextOf(text, order);
    const proven = provenOrder([text]);
    const isAmbiguous = order === null && /^\D*\d{1,2}[-/.]\d/.test(text);
    const isDay = time.kind === 'day' || time.kind === 'local';
    return !isDay || isAmbiguous || (proven !== null && proven !== order) ? null : this.#dayOf(time.day);
  }

  #dayOf(day: string): WrittenDay {
    const { timeZone } = this.#found;
    const utcAt = Date.parse(`${day}T00:00:00Z`);
    if (this.#isStandard && !this.#areNumbered)
      return { startAt: standardInstant(day, 0, timeZone), utcAt, isWhole: true, moved: null };
    const { fromAt, toAt, offsetMs } = steadyClocksAt(utcAt, timeZone);
    const startAt = utcAt - offsetMs;
    if (!this.#isStandard && startAt - dayMs > fromAt && startAt + 2 * dayMs < toAt)
      return { startAt, utcAt, isWhole: true, moved: null };
    const span = daySpan(day, timeZone);
    const isWhole = span.endAt - span.startAt === dayMs;
    return {
      startAt: this.#isStandard ? standardInstant(day, 0, timeZone) : span.startAt,
      utcAt,
      isWhole,
      moved: isWhole || this.#isStandard || this.#areNumbered ? null : movedOn(span, timeZone),
    };
  }
}
