import type { DateOrder } from '../layout.ts';
import { monthOfName } from './monthNames.ts';

/** Which of the two that a clock showed is meant, where a text says so. */
export type Mark = 'first' | 'second';

/** What a cell says of time, before its zone is known. */
export type TimeText =
  | { readonly kind: 'instant'; readonly at: number }
  /** A local day and a time of day; `24:00` is the end of the day. `zone`: what stands behind it, such as `EST`. */
  | {
      readonly kind: 'local';
      readonly day: string;
      readonly timeOfDayMs: number;
      readonly zone: string | null;
      readonly mark?: Mark;
    }
  | { readonly kind: 'day'; readonly day: string }
  | { readonly kind: 'month'; readonly month: string };

/** Why a cell says nothing of time. */
export interface NoTime {
  readonly kind: 'none';
  readonly because: string;
}

const two = (text: string): string => text.padStart(2, '0');

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const dayText = (year: string, month: string, day: string): string | null => {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return m < 1 || m > 12 || d < 1 || d > daysIn(y, m)
    ? null
    : `${year.length === 2 ? '20' : ''}${year}-${two(month)}-${two(day)}`;
};

const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +(?=\S)/i;
const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/;
const plainDigits = /^(\d{4})(\d{2})(\d{2})(?=$|[T ])/;
const numbers = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
const dayFirstName =
  /^(\d{1,2})(?:st|nd|rd|th|er|[.º])?(?:-| +(?:de +)?)(\p{L}{3,})\.?(?:[-, ]+|,? +del? +)(\d{4}|\d{2})(?!\d)/iu;
const monthFirstName = /^(\p{L}{3,})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?!\d)/iu;
const monthPattern = /^\d{4}-\d{2}$/;
const timePattern =
  /^[T ,]*(?:(\d{1,2})([AB])?:(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? *([AaPp](?:\.? ?[Mm]\.?|(?![A-Za-z.])))?|(\d{1,2}) *([AaPp]\.?[Mm]\.?)|(\d{2})(\d{2})(?=$| ))/;
const offsetPattern = /^(?:[Zz]|(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?)$/;

type Parts = readonly [year: string, month: string, day: string];

const inOrder = (a: string, b: string, c: string, order: DateOrder): Parts =>
  order === 'mdy' ? [c, a, b] : order === 'dmy' ? [c, b, a] : [a, b, c];

/** The orders in which three numbers could be a day: dots are written day first, and a year of four digits is a year. */
const ordersOf = (a: string, separator: string, b: string, c: string): readonly DateOrder[] => {
  const orders: readonly DateOrder[] =
    c.length === 4
      ? separator === '.'
        ? ['dmy']
        : ['mdy', 'dmy']
      : a.length === 2
        ? ['mdy', 'dmy', 'ymd']
        : ['mdy', 'dmy'];
  return orders.filter((order) => dayText(...inOrder(a, b, c, order)) !== null);
};

const named = (day: string, name: string, year: string): Parts | NoTime => {
  const month = monthOfName(name);
  return month === null
    ? { kind: 'none', because: `has ${JSON.stringify(name)} for its month, which is none that is known` }
    : [year, String(month), day];
};

type DateRead = { readonly day: string; readonly rest: string } | NoTime;

const written = (text: string, whole: string, parts: Parts | NoTime): DateRead => {
  if ('kind' in parts) return parts;
  const day = dayText(...parts);
  return day === null
    ? { kind: 'none', because: 'is no day of the calendar' }
    : { day, rest: text.slice(whole.length) };
};

/** A day in numbers: in the order of the file, or in any where all come to the same day. */
const inNumbers = (text: string, match: RegExpExecArray, order: DateOrder | null): DateRead => {
  const [whole, a = '', separator = '', b = '', c = ''] = match;
  if (order !== null) return written(text, whole, inOrder(a, b, c, order));
  const days = new Set(ordersOf(a, separator, b, c).map((each) => dayText(...inOrder(a, b, c, each))));
  if (days.size > 1)
    return {
      kind: 'none',
      because:
        c.length === 2
          ? 'may be meant in more than one order of day, month and year; add dates=mdy, dates=dmy or dates=ymd to the declared columns'
          : 'may be in month/day or in day/month order; add dates=mdy or dates=dmy to the declared columns',
    };
  const [day] = days;
  return day === undefined || day === null
    ? { kind: 'none', because: 'is no day of the calendar' }
    : { day, rest: text.slice(whole.length) };
};

const dateOf = (given: string, order: DateOrder | null): DateRead => {
  const text = given.replace(weekday, '');
  const certain = yearFirst.exec(text);
  if (certain !== null) return written(text, certain[0], [certain[1] ?? '', certain[3] ?? '', certain[4] ?? '']);
  const digits = plainDigits.exec(text);
  if (digits !== null) return written(text, digits[0], [digits[1] ?? '', digits[2] ?? '', digits[3] ?? '']);
  const match = numbers.exec(text);
  if (match !== null) return inNumbers(text, match, order);
  const dayFirst = dayFirstName.exec(text);
  if (dayFirst !== null)
    return written(text, dayFirst[0], named(dayFirst[1] ?? '', dayFirst[2] ?? '', dayFirst[3] ?? ''));
  const monthFirst = monthFirstName.exec(text);
  if (monthFirst !== null)
    return written(text, monthFirst[0], named(monthFirst[2] ?? '', monthFirst[1] ?? '', monthFirst[3] ?? ''));
  return { kind: 'none', because: 'does not begin with a date such as 2026-11-01 or 11/01/2026' };
};

const hourOf = (hour: number, half: string | undefined): number | null => {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
};

type ClockRead = { readonly timeOfDayMs: number; readonly mark?: Mark; readonly rest: string } | NoTime;

const noClock: NoTime = { kind: 'none', because: 'has a time that no clock shows' };

const timeOf = (text: string): ClockRead => {
  const match = timePattern.exec(text);
  if (match === null) return { kind: 'none', because: 'has no time of day such as 17:00 behind its date' };
  const [whole, h1, letter, m1, seconds = '0', fraction = '', half1, h2, half2, h3, m3] = match;
  const hour = hourOf(Number(h1 ?? h2 ?? h3), half1 ?? half2);
  const minute = Number(m1 ?? m3 ?? '0');
  if (hour === null || minute >= 60 || hour > 24) return noClock;
  // A leap second is the 61st of its minute.
  if (Number(seconds) > (minute === 59 ? 60 : 59)) return noClock;
  const timeOfDayMs =
    ((hour * 60 + minute) * 60 + Number(seconds)) * 1_000 +
    Math.floor(Number(`0.${fraction === '' ? '0' : fraction}`) * 1_000);
  if (timeOfDayMs > 86_400_000) return noClock;
  return {
    timeOfDayMs,
    rest: text.slice(whole.length).trim(),
    ...(letter === undefined ? {} : { mark: letter === 'A' ? 'first' : 'second' }),
  };
};

const offsetMs = (text: string): number | null => {
  const match = offsetPattern.exec(text);
  if (match === null) return null;
  const [, sign, hours, minutes = '0'] = match;
  const length = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -length : length;
};

const placed = (day: string, { timeOfDayMs, mark }: Exclude<ClockRead, NoTime>, zone: string): TimeText | NoTime => {
  const local = { kind: 'local', day, timeOfDayMs, ...(mark === undefined ? {} : { mark }) } as const;
  if (zone === '') return { ...local, zone: null };
  const offset = offsetMs(zone);
  if (offset !== null) return { kind: 'instant', at: Date.parse(`${day}T00:00:00Z`) + timeOfDayMs - offset };
  if (/^(UTC|GMT)$/i.test(zone)) return { kind: 'instant', at: Date.parse(`${day}T00:00:00Z`) + timeOfDayMs };
  return /^[A-Za-z]{2,5}$/.test(zone)
    ? { ...local, zone: zone.toUpperCase() }
    : { kind: 'none', because: `ends in ${JSON.stringify(zone.slice(0, 20))}, which is no offset such as -05:00` };
};

/** Seconds or milliseconds since 1970, as programs write them: from September 2001 to May 2033 they begin with 1. */
const epoch = /^(1\d{9})(\d{3})?(?:\.\d+)?$/;

/** What a text says of time; `zone` is what another column says of its offset. */
export const timeTextOf = (given: string, order: DateOrder | null, zone = ''): TimeText | NoTime => {
  const text = given.trim();
  if (monthPattern.test(text)) return { kind: 'month', month: text };
  const [, seconds, ms = '000'] = epoch.exec(text) ?? [];
  if (seconds !== undefined) return { kind: 'instant', at: Number(seconds) * 1_000 + Number(ms) };
  if (/^[345]\d{4}([.,]\d+)?$/.test(text))
    return {
      kind: 'none',
      because: 'is the number of a day as spreadsheets count them; format the column as a date and export it again',
    };
  if (/^0?[.,]\d+$|^[01]$/.test(text))
    return {
      kind: 'none',
      because: 'is a part of a day as spreadsheets count them; format the column as a time and export it again',
    };
  const date = dateOf(text, order);
  if ('kind' in date) return date;
  if (date.rest.trim() === '') return { kind: 'day', day: date.day };
  const time = timeOf(date.rest);
  if ('kind' in time) return time;
  return placed(date.day, time, time.rest === '' ? zone.trim() : time.rest.replace(/^\((.*)\)$/, '$1'));
};

/** The order in which every date of a file is a day of the calendar. Null where more than one is possible, or none is needed. */
export const provenOrder = (texts: Iterable<string>): DateOrder | null | 'contradiction' => {
  let possible: readonly DateOrder[] | null = null;
  for (const text of texts) {
    const match = numbers.exec(text.trim().replace(weekday, ''));
    if (match === null) continue;
    const [, a = '', separator = '', b = '', c = ''] = match;
    const orders = ordersOf(a, separator, b, c);
    if (orders.length === 0) continue;
    possible = possible === null ? orders : possible.filter((order) => orders.includes(order));
    if (possible.length === 0) return 'contradiction';
  }
  return possible?.length === 1 ? (possible[0] ?? null) : null;
};
