import type { Duration } from './scalars.ts';

/** A duration taken apart; all numbers are positive, `sign` says which way it runs. */
export interface DurationParts {
  readonly sign: 1 | -1;
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  /** May have a fraction, like any of the others from weeks on; received only, never sent. @rule 2.0b 1 */
  readonly seconds: number;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** @limit Longer than this no duration is believed. @unit years */
const longestYears = 9999;
const longestMs = longestYears * 366 * dayMs;

const whole = String.raw`\d{1,18}`;
const number = String.raw`\d{1,18}(?:[.,]\d{0,18})?`;
const pattern = new RegExp(
  `^([+-]?)P(?:(${whole})Y)?(?:(${whole})M)?(?:(${number})W)?(?:(${number})D)?T?(?:(${number})H)?(?:(${number})M)?(?:(${number})S)?$`,
);
const bareWeeks = new RegExp(`^(${whole})W$`);

const valueOf = (digits: string | undefined): number => (digits === undefined ? 0 : Number(digits.replace(',', '.')));

const isBelievable = (parts: DurationParts): boolean =>
  parts.years + parts.months / 12 <= longestYears && dayTimeMs(parts) <= longestMs;

const partsOf = (match: RegExpExecArray): DurationParts => ({
  sign: match[1] === '-' ? -1 : 1,
  years: valueOf(match[2]),
  months: valueOf(match[3]),
  weeks: valueOf(match[4]),
  days: valueOf(match[5]),
  hours: valueOf(match[6]),
  minutes: valueOf(match[7]),
  seconds: valueOf(match[8]),
});

const zero: DurationParts = { sign: 1, years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };

/**
 * Takes a duration apart, or gives nothing when it is none.
 *
 * @reading Beyond ISO 8601 what the schema allows is read too: `P` and `PT` are zero, `P1H` is an hour, `1W` is a week.
 * Beyond the schema `P1W` and fractions are read, as section 8.1 of the profile asks.
 * @limit 9999 years.
 */
export const parseDuration = (text: string): DurationParts | undefined => {
  const match = pattern.exec(text);
  const weeks = match === null ? bareWeeks.exec(text) : null;
  const parts = match !== null ? partsOf(match) : weeks !== null ? { ...zero, weeks: valueOf(weeks[1]) } : undefined;
  return parts !== undefined && isBelievable(parts) ? parts : undefined;
};

const dayTimeMs = ({ weeks, days, hours, minutes, seconds }: DurationParts): number =>
  weeks * weekMs + days * dayMs + hours * hourMs + minutes * minuteMs + Math.round(seconds * secondMs);

/** What all spellings of one length have in common: months apart, for no month is a number of days. */
export const lengthOf = (parts: DurationParts): { readonly months: number; readonly ms: number } => ({
  months: parts.sign * (parts.years * 12 + parts.months),
  ms: parts.sign * dayTimeMs(parts),
});

/** Midnight of a day in UTC; `Date.UTC` takes the years 0 to 99 for 1900 to 1999. @unit ms */
const utcDay = (year: number, month: number, day: number): number => new Date(0).setUTCFullYear(year, month, day);

const daysInMonth = (year: number, month: number): number => new Date(utcDay(year, month + 1, 0)).getUTCDate();

/** Adds months by the calendar; the 31st becomes the last day of a shorter month. */
const addMonths = (fromMs: number, months: number): number => {
  const from = new Date(fromMs);
  const index = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12;
  const day = Math.min(from.getUTCDate(), daysInMonth(year, month));
  const timeOfDay = fromMs - utcDay(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate());
  return utcDay(year, month, day) + timeOfDay;
};

/**
 * The length of a duration, years and months by the calendar from an instant on.
 *
 * @reading Without that instant they are counted from 1970-01-01: a month is 31 days, a year is 365.
 * @unit milliseconds
 * @throws RangeError when the text is no duration; what was decoded always is one.
 */
export const durationMs = (text: Duration, fromMs = 0): number => {
  const parts = parseDuration(text);
  if (parts === undefined) throw new RangeError(`${JSON.stringify(text)} is not an ISO 8601 duration such as PT1H.`);
  const months = parts.years * 12 + parts.months;
  const calendarMs = months === 0 ? 0 : addMonths(fromMs, parts.sign * months) - fromMs;
  const length = calendarMs + parts.sign * dayTimeMs(parts);
  return length === 0 ? 0 : length;
};

/** Whether the schema allows a duration to be written so. */
export const isSchemaDuration = (text: string): boolean =>
  /^(?:[+-]?P(?:\d+Y)?(?:\d+M)?(?:\d+D)?T?(?:\d+H)?(?:\d+M)?(?:\d+S)?|\d+W)$/.test(text);

const unit = (amount: number, letter: string): string => (amount === 0 ? '' : `${amount}${letter}`);

const timePart = (seconds: number): string => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const time = unit(hours, 'H') + unit(minutes, 'M') + unit(seconds % 60, 'S');
  return time === '' ? '' : `T${time}`;
};

/**
 * Writes a length of time in days, hours, minutes and whole seconds; a fraction of a second is dropped.
 *
 * @rule 2.0b 1
 * @throws RangeError when the length is not a finite number.
 */
export const formatDurationMs = (lengthMs: number): Duration => {
  if (!Number.isFinite(lengthMs)) throw new RangeError(`A duration of ${lengthMs} ms cannot be written.`);
  const seconds = Math.floor(Math.abs(lengthMs) / secondMs);
  if (seconds === 0) return 'PT0S';
  const days = Math.floor(seconds / 86_400);
  return `${lengthMs < 0 ? '-' : ''}P${unit(days, 'D')}${timePart(seconds % 86_400)}`;
};
