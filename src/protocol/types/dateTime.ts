import type { DateTime } from './scalars.ts';

const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,30}))?(Z|[+-]\d{2}:?\d{2})?$/;

const dayMs = 24 * 60 * 60 * 1000;

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const isDay = (year: number, month: number, day: number): boolean =>
  year >= 1 && day >= 1 && day <= (daysOfMonths[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);

/** Milliseconds since midnight, or nothing; 24:00:00 is the next midnight. */
const timeOfDayMs = (hour: number, minute: number, second: number, fractionMs: number): number | undefined => {
  const isMidnightAfter = hour === 24 && minute === 0 && second === 0 && fractionMs === 0;
  if (isMidnightAfter) return dayMs;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + fractionMs;
};

const offsetMs = (zone: string | undefined): number | undefined => {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

/** Date.UTC takes the years 1 to 99 for the twentieth century. */
const midnightMs = (year: number, month: number, day: number): number => {
  if (year > 99) return Date.UTC(year, month - 1, day);
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  return midnight.getTime();
};

/** The last instant that can be written with four digits of a year. */
const lastMs = 253_402_300_799_999;
const firstMs = -62_135_596_800_000;

/**
 * The instant a text names, or nothing when it names none.
 *
 * @reading Without a zone it is UTC, as the schema allows and rule 1 forbids; an offset, which the schema forbids, is read.
 * A fraction is read to the millisecond. `24:00:00` is the next midnight.
 * @unit milliseconds since 1970-01-01T00:00:00Z
 */
export const parseDateTime = (text: string): number | undefined => {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const fractionMs = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const time = timeOfDayMs(hour, minute, second, fractionMs);
  const offset = offsetMs(match[8]);
  if (!isDay(year, month, day) || time === undefined || offset === undefined) return undefined;
  const instant = midnightMs(year, month, day) + time - offset;
  return instant >= firstMs && instant <= lastMs ? instant : undefined;
};

/** Whether the schema allows a date-time to be written so, given that it names an instant: without an offset. */
export const isSchemaDateTime = (text: string): boolean => !/[+-]\d{2}:?\d{2}$/.test(text.slice(10));

/**
 * Writes an instant in UTC with whole seconds, dropping what is below.
 *
 * @rule 2.0b 1
 * @throws RangeError when the instant is outside the years 1 to 9999.
 */
export const formatDateTime = (instantMs: number): DateTime => {
  if (!(instantMs >= firstMs && instantMs <= lastMs))
    throw new RangeError(`${instantMs} ms is not an instant of the years 1 to 9999.`);
  return `${new Date(instantMs).toISOString().slice(0, 19)}Z`;
};
