import type { DateOrder } from './layout.ts';

/** What a cell says of time, before its zone is known. */
export type TimeText =
  | { readonly kind: 'instant'; readonly at: number }
  /** A local day and a time of day; `24:00` is the end of the day. `zone`: what stands behind it, such as `EST`. */
  | { readonly kind: 'local'; readonly day: string; readonly timeOfDayMs: number; readonly zone: string | null }
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
  return m < 1 || m > 12 || d < 1 || d > daysIn(y, m) ? null : `${year}-${two(month)}-${two(day)}`;
};

const datePattern = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})\/(\d{1,2})\/(\d{1,2})|(\d{1,2})\/(\d{1,2})\/(\d{4}))/;
const monthPattern = /^\d{4}-\d{2}$/;
const timePattern = /^[T ,]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)? *([AaPp]\.?[Mm]\.?)?/;
const offsetPattern = /^(?:[Zz]|(?:UTC|GMT)?([+-])(\d{2}):?(\d{2}))$/;

/** The three parts of a date with slashes, in the order year, month, day. */
const slashed = (
  a: string,
  b: string,
  year: string,
  order: DateOrder | null,
): readonly [string, string, string] | NoTime => {
  if (order !== null) return order === 'mdy' ? [year, a, b] : [year, b, a];
  if (Number(a) > 12) return [year, b, a];
  if (Number(b) > 12 || a === b) return [year, a, b];
  return {
    kind: 'none',
    because: 'may be in month/day or in day/month order; add dates=mdy or dates=dmy to the declared columns',
  };
};

const dateOf = (text: string, order: DateOrder | null): { readonly day: string; readonly rest: string } | NoTime => {
  const match = datePattern.exec(text);
  if (match === null) return { kind: 'none', because: 'does not begin with a date such as 2026-11-01 or 11/01/2026' };
  const [whole, y1, m1, d1, y2, m2, d2, a = '', b = '', y3 = ''] = match;
  const parts =
    y1 !== undefined
      ? ([y1, m1 ?? '', d1 ?? ''] as const)
      : y2 !== undefined
        ? ([y2, m2 ?? '', d2 ?? ''] as const)
        : slashed(a, b, y3, order);
  if ('kind' in parts) return parts;
  const day = dayText(...parts);
  return day === null
    ? { kind: 'none', because: 'is no day of the calendar' }
    : { day, rest: text.slice(whole.length) };
};

const hourOf = (hour: number, half: string | undefined): number | null => {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
};

const timeOf = (text: string): { readonly timeOfDayMs: number; readonly rest: string } | NoTime => {
  const [whole = '', hours = '', minutes = '', seconds = '0', fraction = '', half] = timePattern.exec(text) ?? [];
  if (whole === '') return { kind: 'none', because: 'has no time of day such as 17:00 behind its date' };
  const hour = hourOf(Number(hours), half);
  const isClock = hour !== null && Number(minutes) < 60 && Number(seconds) < 60;
  if (!isClock || hour > 24) return { kind: 'none', because: 'has a time that no clock shows' };
  const timeOfDayMs =
    ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 +
    Math.floor(Number(`0.${fraction === '' ? '0' : fraction}`) * 1_000);
  if (timeOfDayMs > 86_400_000) return { kind: 'none', because: 'has a time that no clock shows' };
  return { timeOfDayMs, rest: text.slice(whole.length).trim() };
};

const offsetMs = (text: string): number | null => {
  const match = offsetPattern.exec(text);
  if (match === null) return null;
  const [, sign, hours, minutes] = match;
  const length = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -length : length;
};

const placed = (day: string, timeOfDayMs: number, zone: string): TimeText | NoTime => {
  if (zone === '') return { kind: 'local', day, timeOfDayMs, zone: null };
  const offset = offsetMs(zone);
  if (offset !== null) return { kind: 'instant', at: Date.parse(`${day}T00:00:00Z`) + timeOfDayMs - offset };
  if (/^(UTC|GMT)$/i.test(zone)) return { kind: 'instant', at: Date.parse(`${day}T00:00:00Z`) + timeOfDayMs };
  return /^[A-Za-z]{2,5}$/.test(zone)
    ? { kind: 'local', day, timeOfDayMs, zone: zone.toUpperCase() }
    : { kind: 'none', because: `ends in ${JSON.stringify(zone.slice(0, 20))}, which is no offset such as -05:00` };
};

/** What a text says of time; `zone` is what another column says of its offset. */
export const timeTextOf = (given: string, order: DateOrder | null, zone = ''): TimeText | NoTime => {
  const text = given.trim();
  if (monthPattern.test(text)) return { kind: 'month', month: text };
  const date = dateOf(text, order);
  if ('kind' in date) return date;
  if (date.rest.trim() === '') return { kind: 'day', day: date.day };
  const time = timeOf(date.rest);
  if ('kind' in time) return time;
  return placed(date.day, time.timeOfDayMs, time.rest === '' ? zone.trim() : time.rest);
};

/** The order that one date of a file proves for all of them: a part above 12 is a day. Null when none does. */
export const provenOrder = (texts: Iterable<string>): DateOrder | null | 'contradiction' => {
  let proven: DateOrder | null = null;
  for (const text of texts) {
    const [, a, b] = /^(\d{1,2})\/(\d{1,2})\/\d{4}/.exec(text.trim()) ?? [];
    const order = Number(a) > 12 ? 'dmy' : Number(b) > 12 ? 'mdy' : null;
    if (order !== null && proven !== null && order !== proven) return 'contradiction';
    proven ??= order;
  }
  return proven;
};
