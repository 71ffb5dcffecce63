import { describe, expect, it } from 'vitest';
import { daySpan, nextDay } from '../../src/programme/calendar.ts';
import type { DaySpan } from '../../src/programme/calendar.ts';
import { PriceFileError, pricesFromCsv } from '../../src/vtn/events/priceFile.ts';
import { spikyPrices } from '../../src/vtn/events/prices.ts';

const timeZone = 'America/New_York';

const daysOf2026 = (): DaySpan[] => {
  const days: DaySpan[] = [];
  for (let day = daySpan('2026-01-01', timeZone); day.day < '2027-01-01'; day = nextDay(day, timeZone)) days.push(day);
  return days;
};

const yearOf = (seed: number): number[] => {
  const { pricesOf } = spikyPrices({ seed, timeZone });
  return daysOf2026().flatMap((day) => (pricesOf(day) ?? []).map(Number));
};

describe('spiky prices', () => {
  it('are there for every hour of a year, the short and the long day included', () => {
    expect(yearOf(1)).toHaveLength(8760);
    const { pricesOf } = spikyPrices({ seed: 1, timeZone });
    expect(pricesOf(daySpan('2026-03-08', timeZone))).toHaveLength(23);
    expect(pricesOf(daySpan('2026-11-01', timeZone))).toHaveLength(25);
  });

  it.each([1, 2, 3, 4, 5])(
    'of seed %i: usually 5 to 15 cents, a few hours 1 to 5 dollars, now and then negative',
    (seed) => {
      const year = yearOf(seed);
      const spikes = year.filter((price) => price >= 1);
      const negative = year.filter((price) => price < 0);
      const usual = year.filter((price) => price >= 0.05 && price <= 0.15);
      expect(spikes.length).toBeGreaterThan(20);
      expect(spikes.length).toBeLessThan(120);
      expect(Math.max(...year)).toBeLessThanOrEqual(5);
      expect(negative.length).toBeGreaterThan(10);
      expect(negative.length).toBeLessThan(120);
      expect(usual.length + spikes.length + negative.length).toBe(year.length);
    },
  );

  it('earn most of the year in their dearest hours, for who sells them one kilowatt-hour each day', () => {
    const { pricesOf } = spikyPrices({ seed: 1, timeZone });
    const best = daysOf2026().map((day) => Math.max(...(pricesOf(day) ?? []).map(Number)));
    const earned = best.reduce((all, price) => all + price, 0);
    const bySpikes = best.filter((price) => price >= 1).reduce((all, price) => all + price, 0);
    expect(bySpikes / earned).toBeGreaterThan(0.5);
  });

  it('are the same money in every unit', () => {
    const day = daySpan('2026-07-01', timeZone);
    const [dollars, cents, perMwh] = (['usd_per_kwh', 'cents_per_kwh', 'usd_per_mwh'] as const).map((unit) =>
      spikyPrices({ seed: 1, timeZone, unit }).pricesOf(day)?.map(Number),
    );
    expect(cents?.map((price) => (price / 100).toFixed(6))).toEqual(dollars?.map((price) => price.toFixed(6)));
    expect(perMwh?.map((price) => (price / 1000).toFixed(6))).toEqual(dollars?.map((price) => price.toFixed(6)));
  });
});

const fullDay = (day: string, offset: string): string[] =>
  Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, '0')}:00:00${offset},0.${hour + 10}`);

describe('a price file', () => {
  it('gives the prices of its days, and none for others', () => {
    const source = pricesFromCsv(['start,price', '# July', ...fullDay('2026-07-01', '-04:00'), ''].join('\r\n'), {
      timeZone,
    });
    expect(source.pricesOf(daySpan('2026-07-01', timeZone))?.slice(0, 3)).toEqual(['0.10', '0.11', '0.12']);
    expect(source.pricesOf(daySpan('2026-07-02', timeZone))).toBeUndefined();
  });

  it('tells the two hours between one and two in November apart by their offsets', () => {
    const lines = fullDay('2026-11-01', '-05:00').map((line, hour) =>
      hour < 2 ? line.replace('-05:00', '-04:00') : line,
    );
    const source = pricesFromCsv([...lines, '2026-11-01T01:00:00-05:00,9'].join('\n'), { timeZone });
    expect(source.pricesOf(daySpan('2026-11-01', timeZone))?.slice(0, 4)).toEqual(['0.10', '0.11', '9', '0.12']);
  });

  it.each([
    [
      'a start without an offset',
      '2026-07-01T00:00:00,0.1',
      'Line 1 of the price file begins with "2026-07-01T00:00:00", which is not a start time with an offset: write it as 2026-03-08T00:00:00-05:00.',
    ],
    [
      'a start that is no time',
      '2026-07-41T00:00:00Z,0.1',
      'Line 1 of the price file begins with "2026-07-41T00:00:00Z"',
    ],
    ['a quarter hour', '2026-07-01T00:15:00-04:00,0.1', 'which is not a full hour'],
    [
      'a price that is no number',
      '2026-07-01T00:00:00-04:00,cheap',
      'Line 1 of the price file has "cheap" where a price belongs: write a decimal number such as 0.0732.',
    ],
    ['a third column', '2026-07-01T00:00:00-04:00,1,USD', 'Line 1 of the price file has 3 columns instead of two'],
    [
      'an hour twice',
      '2026-07-01T00:00:00-04:00,1\n2026-07-01T04:00:00Z,2',
      'Line 2 of the price file gives a second price for the hour beginning 2026-07-01T04:00:00Z',
    ],
    [
      'a hole',
      fullDay('2026-11-01', '-05:00').join('\n'),
      'The price file has 24 prices for 2026-11-01, a day of 25 hours in America/New_York: the hour beginning 2026-11-01 00:00 -04:00 is missing.',
    ],
    ['nothing', 'start,price\n', 'The price file has no prices'],
  ])('with %s is refused in one sentence', (_, text, sentence) => {
    expect(() => pricesFromCsv(text, { timeZone })).toThrow(PriceFileError);
    expect(() => pricesFromCsv(text, { timeZone })).toThrow(sentence);
  });
});
