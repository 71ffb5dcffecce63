import { dayOf, hourMs, hoursOf, nextDay } from '../programme/calendar.ts';
import type { Dated } from '../store/projections/dated.ts';

/** Hours by the local days of the time zone that was configured at the time: another zone groups what comes after it, and nothing before. */

/** An hour and the local day it is grouped under. */
export interface DatedHour {
  readonly startAt: number;
  readonly day: string;
  /** When that day ends. UTC ms. */
  readonly dayEndAt: number;
}

/** Who says in which time zone days are. */
export type Zones = Dated<{ readonly timeZone: string }>;

/** The hours that share time with [fromAt, toAt), oldest first; where the zone changes, no hour begins before the last one is over. */
export const hoursTouching = (fromAt: number, toAt: number, zones: Zones): readonly DatedHour[] => {
  const hours: DatedHour[] = [];
  zones.forEach(({ fromAt: zoneFrom, value: { timeZone } }, index) => {
    const beginsAt = Math.max(fromAt - hourMs + 1, index === 0 ? Number.MIN_SAFE_INTEGER : zoneFrom);
    const endsAt = Math.min(toAt, zones[index + 1]?.fromAt ?? Number.MAX_SAFE_INTEGER);
    if (beginsAt >= endsAt) return;
    for (let span = dayOf(beginsAt, timeZone); span.startAt < endsAt; span = nextDay(span, timeZone))
      for (const startAt of hoursOf(span)) {
        const isFree = startAt >= (hours.at(-1)?.startAt ?? Number.MIN_SAFE_INTEGER) + hourMs;
        if (startAt >= beginsAt && startAt < endsAt && isFree)
          hours.push({ startAt, day: span.day, dayEndAt: span.endAt });
      }
  });
  return hours;
};

/** The hours that lie in [fromAt, toAt) whole. */
export const hoursWithin = (fromAt: number, toAt: number, zones: Zones): readonly DatedHour[] =>
  hoursTouching(fromAt, toAt, zones).filter(({ startAt }) => startAt >= fromAt && startAt + hourMs <= toAt);
