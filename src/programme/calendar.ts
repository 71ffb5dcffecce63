import { Temporal } from 'temporal-polyfill';

/**
 * The programme's local days. Instants are UTC milliseconds everywhere; the time zone only says where days begin.
 * Pure: the same instant and zone always give the same day (under the same time zone data).
 */

/** A calendar day in the programme's zone, `2026-11-01`. */
export type LocalDay = string;

/** An hour. @unit ms */
export const hourMs = 3_600_000;

/** A day on which the clocks are not moved. @unit ms */
export const dayMs = 24 * hourMs;

/** A local day and the instants at which it begins and ends: 23, 24 or 25 hours apart. */
export interface DaySpan {
  readonly day: LocalDay;
  readonly startAt: number;
  readonly endAt: number;
}

const cacheLimit = 2_000;
const spans = new Map<string, DaySpan>();

const remember = (key: string, span: DaySpan): DaySpan => {
  if (spans.size >= cacheLimit) spans.clear();
  spans.set(key, span);
  return span;
};

/** The span of a local day. @throws RangeError for a day or zone that does not exist. */
export const daySpan = (day: LocalDay, timeZone: string): DaySpan => {
  const key = `${timeZone} ${day}`;
  const known = spans.get(key);
  if (known !== undefined) return known;
  const date = Temporal.PlainDate.from(day);
  const startAt = date.toZonedDateTime(timeZone).startOfDay().epochMilliseconds;
  const endAt = date.add({ days: 1 }).toZonedDateTime(timeZone).startOfDay().epochMilliseconds;
  return remember(key, { day: date.toString(), startAt, endAt });
};

/** @limit Days that are found again without a look into the calendar: who asks of today asks of tomorrow and yesterday too. */
const recentDays = 4;

/** Days that were asked of, the last one first. */
const recent: { readonly timeZone: string; readonly span: DaySpan }[] = [];

/** The local day an instant falls in. */
export const dayOf = (at: number, timeZone: string): DaySpan => {
  for (const { timeZone: zone, span } of recent)
    if (zone === timeZone && at >= span.startAt && at < span.endAt) return span;
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
  const span = daySpan(day, timeZone);
  recent.unshift({ timeZone, span });
  if (recent.length > recentDays) recent.pop();
  return span;
};

/** The day after a day. */
export const nextDay = (span: DaySpan, timeZone: string): DaySpan => dayOf(span.endAt, timeZone);

/** From an instant until the local clock shows the same time some days later: an hour more or less than whole days where the clocks are moved. @unit ms */
export const wholeDaysMs = (at: number, days: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).add({ days }).epochMilliseconds - at;

/** Starts of the hours of a local day, oldest first: 23, 24 or 25 of them. */
export const hoursOf = (span: DaySpan): readonly number[] =>
  Array.from({ length: Math.round((span.endAt - span.startAt) / hourMs) }, (_, hour) => span.startAt + hour * hourMs);

const timesOnDays = new Map<string, number>();

/** The instant of a local time of day (`17:30`) on a day; a time that the clocks skip is moved forward. */
export const timeOnDay = ({ day }: DaySpan, time: string, timeZone: string): number => {
  const key = `${timeZone} ${day} ${time}`;
  const known = timesOnDays.get(key);
  if (known !== undefined) return known;
  const plainTime = Temporal.PlainTime.from(time);
  const { epochMilliseconds } = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime });
  if (timesOnDays.size >= cacheLimit) timesOnDays.clear();
  timesOnDays.set(key, epochMilliseconds);
  return epochMilliseconds;
};

/** The first instant strictly after `at` at which the local clock shows the time of day. */
export const nextTimeOfDay = (at: number, time: string, timeZone: string): number => {
  const today = dayOf(at, timeZone);
  const candidate = timeOnDay(today, time, timeZone);
  return candidate > at ? candidate : timeOnDay(nextDay(today, timeZone), time, timeZone);
};

/** The hour that the local clock shows at an instant: 0 to 23. */
export const localHourOf = (at: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).hour;

/** The instants at which the local clock shows a time of a day: one, two in the hour that is repeated, none in the hour that is skipped. */
export const instantsOf = (day: LocalDay, timeOfDayMs: number, timeZone: string): readonly number[] => {
  const { startAt, endAt } = daySpan(day, timeZone);
  if (timeOfDayMs >= dayMs) return [endAt + (timeOfDayMs - dayMs)];
  if (endAt - startAt === dayMs) return [startAt + timeOfDayMs];
  const wanted = Temporal.PlainDate.from(day).toPlainDateTime().add({ milliseconds: timeOfDayMs });
  const found = (['earlier', 'later'] as const).map((disambiguation) =>
    wanted.toZonedDateTime(timeZone, { disambiguation }),
  );
  return [
    ...new Set(
      found.filter((each) => each.toPlainDateTime().equals(wanted)).map(({ epochMilliseconds }) => epochMilliseconds),
    ),
  ];
};

/** A time in which the clocks of a zone are not moved. */
export interface SteadyClocks {
  readonly timeZone: string;
  readonly fromAt: number;
  /** When they are moved next. */
  readonly toAt: number;
  /** How far they are ahead of UTC. @unit ms */
  readonly offsetMs: number;
}

/** @limit Such times that are remembered: those of sixty years. */
const mostRemembered = 120;

/** Those that were asked for, the last one first. */
const remembered: SteadyClocks[] = [];

/** The time around an instant in which the clocks are not moved. */
export const steadyClocksAt = (at: number, timeZone: string): SteadyClocks => {
  const found = remembered.find((each) => at >= each.fromAt && at < each.toAt && each.timeZone === timeZone);
  if (found !== undefined) return found;
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const next = zoned.getTimeZoneTransition('next');
  // A move at the very instant is the one before it.
  const last = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const stretch: SteadyClocks = {
    timeZone,
    fromAt: last?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    toAt: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: zoned.offsetNanoseconds / 1_000_000,
  };
  remembered.unshift(stretch);
  if (remembered.length > mostRemembered) remembered.pop();
  return stretch;
};

const zoneNames = new Map<string, Intl.DateTimeFormat>();

/** What people call the offset in force at an instant: `EST`, `EDT`. */
export const zoneNameAt = (at: number, timeZone: string): string => {
  const known = zoneNames.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  if (known === undefined) zoneNames.set(timeZone, format);
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
};

/** The local month (`2026-11`) from its first day to its last. @throws RangeError for a month that does not exist. */
export const monthSpan = (month: string, timeZone: string): DaySpan => {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const [start, end] = [first, first.add({ months: 1 })].map(
    (day) => day.toZonedDateTime(timeZone).startOfDay().epochMilliseconds,
  ) as [number, number];
  return { day: month, startAt: start, endAt: end };
};

/** The local hour and minute of an instant, with its offset, for people: `2026-11-01 01:00 -05:00`. */
export const localText = (at: number, timeZone: string): string => {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return `${zoned.toPlainDate().toString()} ${zoned.toPlainTime().toString({ smallestUnit: 'minute' })} ${zoned.offset}`;
};

/** Whether a name is a time zone this machine knows. */
export const isTimeZone = (timeZone: string): boolean => {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
    return true;
  } catch {
    return false;
  }
};
