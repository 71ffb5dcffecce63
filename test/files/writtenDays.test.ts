import { describe, expect, it } from 'vitest';
import { daySpan, instantsOf, steadyClocksAt } from '../../src/programme/calendar.ts';
import { noLayout } from '../../src/files/layout.ts';
import { instantsOn, WrittenDays } from '../../src/files/table/writtenDays.ts';

const quarterMs = 900_000;

/** Zones that move their clocks by an hour, by half of one, at midnight, over a whole day, and never. */
const zones = [
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'America/Havana',
  'America/Santiago',
  'Asia/Beirut',
  'Africa/Casablanca',
  'Pacific/Apia',
  'America/Phoenix',
];

/** The days around those on which the clocks of a zone are moved in a year, and one far from them. */
const daysOf = (timeZone: string, year: number): readonly string[] => {
  const days = new Set([`${year}-07-15`]);
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at = steadyClocksAt(at, timeZone).toAt)
    for (const off of [-2, -1, 0, 1, 2]) days.add(new Date(at + off * 86_400_000).toISOString().slice(0, 10));
  return [...days];
};

describe('the days of a file', () => {
  it.each(zones)(
    'begin, and show their times, when the calendar says it, or are left to a look of their own: %s',
    (timeZone) => {
      for (const day of [2011, 2026].flatMap((year) => daysOf(timeZone, year))) {
        const found = { timeZone, order: null } as ConstructorParameters<typeof WrittenDays>[0];
        const usual = new WrittenDays(found, noLayout, false).of(day);
        const { startAt, endAt } = daySpan(day, timeZone);
        expect(usual, day).toMatchObject({ startAt, isWhole: endAt - startAt === 86_400_000 });
        if (usual === null || usual.isWhole) continue;
        for (let time = 0; time < 96 * quarterMs; time += quarterMs) {
          const instants = instantsOn(usual, time);
          if (instants === null) continue;
          const { at, orAt } = instants;
          expect(orAt === null ? [at] : [at, orAt], `${day} ${time}`).toEqual(instantsOf(day, time, timeZone));
        }
      }
    },
  );
});
