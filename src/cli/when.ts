/** Days and instants as people give them, in the programme's local time. */
import { dayOf, daySpan, nextDay, timeOnDay, type DaySpan } from '../programme/calendar.ts';
import type { Stretch } from '../machines/report/periods.ts';
import { UsageError, type ParsedArguments } from './options.ts';

/** Where and when the words "today" and "17:00" are to be understood. */
export interface Here {
  readonly timeZone: string;
  /** UTC ms. */
  readonly now: number;
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const localPattern = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/;
const instantPattern = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z| ?[+-]\d{2}:\d{2})$/;

const namedDay = (text: string, { timeZone, now }: Here): DaySpan | null => {
  const today = dayOf(now, timeZone);
  if (text === 'today') return today;
  if (text === 'yesterday') return dayOf(today.startAt - 1, timeZone);
  return text === 'tomorrow' ? nextDay(today, timeZone) : null;
};

const calendarDay = (text: string, timeZone: string): DaySpan | null => {
  if (!dayPattern.test(text)) return null;
  try {
    const span = daySpan(text, timeZone);
    return span.day === text ? span : null;
  } catch {
    return null;
  }
};

const dayOrNull = (text: string, here: Here): DaySpan | null =>
  namedDay(text, here) ?? calendarDay(text, here.timeZone);

/** The local day a text names. @throws UsageError */
export const dayNamed = (text: string, here: Here): DaySpan => {
  const day = dayOrNull(text, here);
  if (day === null)
    throw new UsageError(
      `"${text}" is no day of the calendar: write it as 2026-11-01, or as today, yesterday or tomorrow.`,
    );
  return day;
};

const localTime = (text: string, timeZone: string): number | null => {
  const [, day = '', time = ''] = localPattern.exec(text) ?? [];
  const span = calendarDay(day, timeZone);
  try {
    return span === null ? null : timeOnDay(span, time, timeZone);
  } catch {
    return null;
  }
};

/** The instant a text names with its offset; null for any other text. */
export const instantNamed = (text: string): number | null => {
  const at = instantPattern.test(text) ? Date.parse(text.replace(' ', 'T').replace(' ', '')) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

/** The instant a text names; of a day its start or its end. @throws UsageError */
export const timeNamed = (text: string, edge: 'start' | 'end', here: Here): number => {
  const day = dayOrNull(text, here);
  if (day !== null) return edge === 'start' ? day.startAt : day.endAt;
  const at = instantNamed(text) ?? localTime(text, here.timeZone);
  if (at === null)
    throw new UsageError(
      `"${text}" is no time: write a day (2026-11-01, today), a local time ("2026-11-01 17:00") or an instant with its offset (2026-11-01T21:00Z).`,
    );
  return at;
};

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The day ahead that a weekday's name means: never today. */
const weekdayAhead = (text: string, { timeZone, now }: Here): DaySpan | null => {
  const wanted = weekdays.indexOf(text.toLowerCase());
  if (wanted === -1) return null;
  let span = nextDay(dayOf(now, timeZone), timeZone);
  while (new Date(`${span.day}T12:00:00Z`).getUTCDay() !== wanted) span = nextDay(span, timeZone);
  return span;
};

const timePattern = /^(?:(.+)[ T])?([01]\d|2[0-3]):([0-5]\d)$/;

/** The next time that the clock shows it, or that time on the day that is named. */
const clockTimeAhead = (text: string, here: Here): number | null => {
  const [, dayText, hour = '', minute = ''] = timePattern.exec(text) ?? [];
  if (hour === '') return null;
  const time = `${hour}:${minute}`;
  const today = dayOf(here.now, here.timeZone);
  const day = dayText === undefined ? today : (weekdayAhead(dayText, here) ?? dayOrNull(dayText, here));
  if (day === null) return null;
  const at = timeOnDay(day, time, here.timeZone);
  return dayText === undefined && at <= here.now ? timeOnDay(nextDay(today, here.timeZone), time, here.timeZone) : at;
};

/** The instant to come that a text names; of a day its beginning. @throws UsageError */
export const timeAhead = (text: string, here: Here): number => {
  const day = weekdayAhead(text, here) ?? dayOrNull(text, here);
  const at = day?.startAt ?? clockTimeAhead(text, here) ?? instantNamed(text);
  if (at === null)
    throw new UsageError(
      `"${text}" is no time to come: write 18:00, "tomorrow 06:00", "sunday 18:00", a day (the beginning of it: tomorrow, sunday, 2026-11-02), or an instant with its offset (2026-11-01T21:00Z).`,
    );
  return at;
};

/** The stretch that --day, or --from and --to, name; null when none of them was given. @throws UsageError */
export const stretchGiven = (given: ParsedArguments, here: Here): Stretch | null => {
  const [day, from, to] = [given.text('day'), given.text('from'), given.text('to')];
  if (day !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError('The option --day says it all, so --from and --to have no place beside it.');
  if (day !== undefined) {
    const span = dayNamed(day, here);
    return { fromAt: span.startAt, toAt: span.endAt };
  }
  if (from === undefined && to === undefined) return null;
  const fromAt = from === undefined ? 0 : timeNamed(from, 'start', here);
  const toAt = to === undefined ? Number.MAX_SAFE_INTEGER : timeNamed(to, 'end', here);
  if (fromAt >= toAt)
    throw new UsageError(`The time from ${from} to ${to} has no length: let --from be the earlier of the two.`);
  return { fromAt, toAt };
};

/** The local days that a stretch touches, oldest first. @limit 1,000 days */
export const daysWithin = ({ fromAt, toAt }: Stretch, timeZone: string): readonly DaySpan[] => {
  const days: DaySpan[] = [];
  for (let span = dayOf(fromAt, timeZone); span.startAt < toAt && days.length < 1_000; span = nextDay(span, timeZone))
    days.push(span);
  return days;
};
