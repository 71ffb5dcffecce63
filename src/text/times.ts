/** Instants as people read them: in the programme's local time, with the zone named. */

const cached = <Value>(make: (timeZone: string) => Value): ((timeZone: string) => Value) => {
  const known = new Map<string, Value>();
  return (timeZone) => {
    const value = known.get(timeZone) ?? make(timeZone);
    known.set(timeZone, value);
    return value;
  };
};

const formatOf = (options: Intl.DateTimeFormatOptions): ((timeZone: string) => Intl.DateTimeFormat) =>
  cached((timeZone) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' }));

/** The last instant that a date can name, either way. @unit ms */
const farthestMs = 8.64e15;

/** What is said of a time that no calendar has: a slot without end is kept as a number beyond all dates. */
const beyond = (at: number): string | null =>
  Math.abs(at) <= farthestMs ? null : at > 0 ? 'without end' : at < 0 ? 'before all time' : 'no time';

const minutes = formatOf({ hour: '2-digit', minute: '2-digit' });
const seconds = formatOf({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortDays = formatOf({ weekday: 'short', day: 'numeric', month: 'short' });
const longDays = formatOf({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const numbers = formatOf({
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `16:45` */
export const clockText = (at: number, timeZone: string): string => beyond(at) ?? minutes(timeZone).format(at);

/** The end of a span: midnight is the end of its day, `24:00`. */
export const endClockText = (at: number, timeZone: string): string => {
  const text = clockText(at, timeZone);
  return text === '00:00' ? '24:00' : text;
};

/** `16:45:03` */
export const clockTextWithSeconds = (at: number, timeZone: string): string =>
  beyond(at) ?? seconds(timeZone).format(at);

/** `Tue 24 Nov` */
export const shortDayText = (at: number, timeZone: string): string =>
  beyond(at) ?? shortDays(timeZone).format(at).replace(',', '');

/** `Tuesday 24 November 2026` */
export const longDayText = (at: number, timeZone: string): string =>
  beyond(at) ?? longDays(timeZone).format(at).replace(',', '');

const numberParts = (at: number, timeZone: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    numbers(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );

/** For machines: `2026-11-24T21:45:03.000Z`; nothing where there is no such date. */
export const isoText = (at: number): string | undefined =>
  beyond(at) === null ? new Date(at).toISOString() : undefined;

/** The local day of an instant: `2026-11-24`. */
export const dayOfInstant = (at: number, timeZone: string): string => {
  if (beyond(at) !== null) return '';
  const { year, month, day } = numberParts(at, timeZone);
  return `${year}-${month}-${day}`;
};

/** The zone's abbreviation at an instant, as the zone's own country writes it: `EST`. */
export const zoneText = (at: number, timeZone: string): string => {
  if (beyond(at) !== null) return '';
  const names = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }).formatToParts(at);
  return names.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
};

/** What local time is ahead of UTC at an instant. @unit ms */
export const offsetAt = (at: number, timeZone: string): number => {
  if (beyond(at) !== null) return 0;
  const { year, month, day, hour, minute, second } = numberParts(at, timeZone);
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) -
    Math.floor(at / 1000) * 1000
  );
};

/** `Tue 24 Nov, 16:45:03 EST` */
export const momentText = (at: number, timeZone: string): string =>
  beyond(at) ?? `${shortDayText(at, timeZone)}, ${clockTextWithSeconds(at, timeZone)} ${zoneText(at, timeZone)}`;

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** A span in its two largest units: `2 h 5 min`, `12 s`. */
export const durationText = (ms: number): string => {
  if (ms < 1_000) return ms > 0 && ms < 1_000 ? `${Math.round(ms)} ms` : '0 s';
  const whole = Math.round(ms / 1_000) * 1_000;
  const first = units.findIndex((unit) => whole >= unit.ms);
  let rest = whole;
  const parts = units.slice(first, first + 2).map(({ name, ms: size }) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count} ${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
};

/** How long before another instant one lies: `12 s ago`, `just now`. */
export const agoText = (at: number, now: number): string =>
  now - at < 1_000 ? 'just now' : `${durationText(now - at)} ago`;

/** When an instant comes: `in 4 min 12 s`, `due`. */
export const inText = (at: number, now: number): string => (at - now < 500 ? 'due' : `in ${durationText(at - now)}`);
