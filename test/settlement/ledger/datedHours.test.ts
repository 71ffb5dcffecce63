import { describe, expect, it } from 'vitest';
import { daySpan, hourMs } from '../../../src/programme/calendar.ts';
import { hoursTouching, hoursWithin } from '../../../src/settlement/datedHours.ts';

/** Which hours there are, and whose day each is: an hour too many is billed twice, one too few never. */

const newYork = { fromAt: 0, value: { timeZone: 'America/New_York' } };
const at = (text: string): number => Date.parse(`2026-07-29T${text}Z`);
const starts = (hours: readonly { readonly startAt: number }[]): readonly string[] =>
  hours.map(({ startAt }) => new Date(startAt).toISOString().slice(11, 16));

describe('hours in one time zone', () => {
  it.each([
    ['from one edge to another', at('10:00'), at('12:00'), ['10:00', '11:00'], ['10:00', '11:00']],
    ['that end a moment after an edge', at('10:00'), at('12:00') + 1, ['10:00', '11:00', '12:00'], ['10:00', '11:00']],
    ['that begin a moment before one', at('10:00') - 1, at('11:00'), ['09:00', '10:00'], ['10:00']],
    ['that begin a moment after one', at('10:00') + 1, at('12:00'), ['10:00', '11:00'], ['11:00']],
    ['within one hour', at('10:20'), at('10:40'), ['10:00'], []],
    ['of no length, within an hour', at('10:20'), at('10:20'), ['10:00'], []],
    ['of no length, at an edge', at('10:00'), at('10:00'), [], []],
    ['that end before they begin', at('12:00'), at('10:00'), [], []],
  ] as const)(
    '%s: those that share time with them, and those that lie in them whole',
    (_, fromAt, toAt, touching, within) => {
      expect(starts(hoursTouching(fromAt, toAt, [newYork]))).toEqual(touching);
      expect(starts(hoursWithin(fromAt, toAt, [newYork]))).toEqual(within);
    },
  );

  it('are of their local day, and know when it ends, over midnight', () => {
    const { startAt, endAt } = daySpan('2026-07-29', 'America/New_York');
    expect(hoursTouching(endAt - hourMs, endAt + hourMs, [newYork])).toEqual([
      { startAt: endAt - hourMs, day: '2026-07-29', dayEndAt: endAt },
      { startAt: endAt, day: '2026-07-30', dayEndAt: endAt + 24 * hourMs },
    ]);
    expect(hoursWithin(startAt, endAt, [newYork])).toHaveLength(24);
  });

  it.each([
    ['2026-03-08', 23],
    ['2026-11-01', 25],
  ])('of %s, when the clocks change, are %i', (day, count) => {
    const { startAt, endAt } = daySpan(day, 'America/New_York');
    const hours = hoursWithin(startAt, endAt, [newYork]);
    expect(hours).toHaveLength(count);
    expect(new Set(hours.map((hour) => hour.day))).toEqual(new Set([day]));
  });
});

describe('hours over a change of the time zone', () => {
  const changedTo = (timeZone: string, fromAt: number) => [newYork, { fromAt, value: { timeZone } }];
  const told = (zones: Parameters<typeof hoursTouching>[2], fromAt = at('02:00'), toAt = at('07:00')) =>
    hoursTouching(fromAt, toAt, zones).map(
      ({ startAt, day }) => `${new Date(startAt).toISOString().slice(11, 16)} ${day}`,
    );

  it('given one of whole hours, then those after it are grouped by the new day, and none is there twice', () => {
    expect(told(changedTo('America/Chicago', at('04:00')))).toEqual([
      '02:00 2026-07-28',
      '03:00 2026-07-28',
      '04:00 2026-07-28',
      '05:00 2026-07-29',
      '06:00 2026-07-29',
    ]);
    expect(told(changedTo('America/New_York', at('04:00')))).toEqual(told([newYork]));
  });

  it('given one in the middle of an hour, then that hour is of the former zone, and the next begins when it is over', () => {
    expect(told(changedTo('America/Chicago', at('04:20')))).toEqual([
      '02:00 2026-07-28',
      '03:00 2026-07-28',
      '04:00 2026-07-29',
      '05:00 2026-07-29',
      '06:00 2026-07-29',
    ]);
  });

  it('given one of half hours, then no hour begins before the last one is over', () => {
    expect(told(changedTo('Asia/Kolkata', at('04:00')))).toEqual([
      '02:00 2026-07-28',
      '03:00 2026-07-28',
      '04:30 2026-07-29',
      '05:30 2026-07-29',
      '06:30 2026-07-29',
    ]);
    expect(told(changedTo('Asia/Kolkata', at('03:10')))).toEqual([
      '02:00 2026-07-28',
      '03:00 2026-07-28',
      '04:30 2026-07-29',
      '05:30 2026-07-29',
      '06:30 2026-07-29',
    ]);
  });

  it('given a change before or after them, then only the zone that held is asked', () => {
    expect(told(changedTo('America/Chicago', at('07:00')))).toEqual(told([newYork]));
    expect(told(changedTo('America/Chicago', at('01:00')))).toEqual([
      '02:00 2026-07-28',
      '03:00 2026-07-28',
      '04:00 2026-07-28',
      '05:00 2026-07-29',
      '06:00 2026-07-29',
    ]);
  });
});
