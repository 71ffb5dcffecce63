/** Files as they are on ordinary bad days: cut off, joined, named after months of other languages, with clocks of twelve hours in every hand. */
import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { meterFromBytes } from '../../src/files/meterFromBytes.ts';
import { csv, timeZone } from './support/csv.ts';

const day = '2026-10-31';
const dayHours = hoursOf(daySpan(day, timeZone));
const two = (number: number): string => String(number).padStart(2, '0');
const kwh = (hour: number): string => (2.373 - 0.081 * hour).toFixed(3);
const wattHours = (hour: number): string => String(2_373 - 81 * hour);
const hourly = (line: (hour: number) => string): readonly string[] =>
  Array.from({ length: 24 }, (_, hour) => line(hour));
const started = (start: (hour: number) => string): string =>
  csv('Start;kWh', ...hourly((hour) => `${start(hour)};${kwh(hour)}`));
const ofTwelve = (hour: number, morning: string, evening: string): string =>
  `${day} ${hour % 12 || 12}:00${hour < 12 ? morning : evening}`;

const read = (text: string, columns?: string): ReturnType<typeof meterFromBytes> =>
  meterFromBytes('meter', Buffer.from(text), columns === undefined ? noLayout : layoutOfText(columns), timeZone, false);

const opower = (from: number, to: number): readonly string[] => [
  'Name,WILLIAM PENN',
  'Address,"1 S BROAD ST, PHILADELPHIA PA 19112"',
  'Account Number,1776000000',
  'Service,Service 1',
  '',
  'TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES',
  ...hourly((hour) => `Electric usage,${day},${two(hour)}:00,${two(hour)}:59,${kwh(hour)}`).slice(from, to),
];

describe('a file of a bad day', () => {
  it.each([
    ['a month in German', started((hour) => `31. Oktober 2026 ${two(hour)}:00`)],
    ['a month in French', started((hour) => `31 octobre 2026 ${two(hour)}:00`)],
    ['a month in Spanish', started((hour) => `31 de octubre de 2026 ${two(hour)}:00`)],
    ['a short month in Italian', started((hour) => `31-ott-2026 ${two(hour)}:00`)],
    ['a day in words', started((hour) => `Saturday, October 31st, 2026 ${two(hour)}:00`)],
    ['half days by a letter', started((hour) => ofTwelve(hour, 'a', 'p'))],
    ['half days with points', started((hour) => ofTwelve(hour, ' a.m.', ' p.m.'))],
    ['half days with points and a space', started((hour) => ofTwelve(hour, ' a. m.', ' p. m.'))],
    [
      'thousands behind the apostrophe of a printer',
      csv(
        'Start;Wh',
        ...hourly(
          (hour) =>
            `${day} ${two(hour)}:00;${wattHours(hour)
              .replace(/(?=\d{3}$)/, '’')
              .replace(/^’/, '')}`,
        ),
      ),
    ],
    [
      'a leap second at its end',
      csv('End,kWh', ...hourly((hour) => `${day} ${hour === 23 ? '23:59:60' : `${two(hour + 1)}:00:00`},${kwh(hour)}`)),
    ],
  ])('is read with %s', (_name, text) => {
    const readings = [...read(text).readings];
    expect(readings.map(({ startAt }) => startAt)).toEqual(dayHours);
    expect(readings.map(({ energyWattHours }) => energyWattHours)).toEqual(hourly(wattHours));
  });

  it('is read where two downloads were joined, and the second one’s titles are named', () => {
    const { readings, notes } = read(csv(...opower(0, 12), ...opower(12, 24)));
    expect([...readings].map(({ energyWattHours }) => energyWattHours)).toEqual(hourly(wattHours));
    expect(notes.join('\n')).toMatch(/4 lines, the first of them line 19, are left out.*"Name WILLIAM PENN"/);
  });

  it('is read by the units behind its numbers, where no column is declared for them', () => {
    const rows = hourly((hour) => `${day} ${two(hour)}:00,${hour < 12 ? `${kwh(hour)} kWh` : `${wattHours(hour)} Wh`}`);
    const { readings } = read(csv('Start,Usage', ...rows), 'time=Start,energy=Usage');
    expect([...readings].map(({ energyWattHours }) => energyWattHours)).toEqual(hourly(wattHours));
  });

  it.each([
    [
      'in its last number',
      csv('Start,kWh', ...hourly((hour) => `${day} ${two(hour)}:00,${kwh(hour)}`)).slice(0, -2),
      /line 25: "0.51" has fewer decimals than every number above it.*cut off here/,
    ],
    [
      'before its last cell',
      csv('Start,kWh,Note', ...hourly((hour) => `${day} ${two(hour)}:00,${kwh(hour)},ok`)).slice(0, -6),
      /line 25.*cut off here/,
    ],
  ])('is refused where it is cut off %s', (_name, text, sentence) => expect(() => read(text)).toThrow(sentence));

  it.each([
    [
      'a last number without an end of its line',
      csv('Start,kWh', ...hourly((hour) => `${day} ${two(hour)}:00,${kwh(hour)}`)).slice(0, -1),
    ],
    [
      'decimals of any length',
      `${csv('Start,kWh', ...hourly((hour) => `${day} ${two(hour)}:00,${hour === 3 ? '1.2' : kwh(hour)}`)).slice(0, -6)}0.5`,
    ],
    ['rows that all lack their last cell', csv(...opower(0, 24)).slice(0, -1)],
  ])('is read with %s', (_name, text) => expect([...read(text).readings]).toHaveLength(24));

  it('says which month it does not know', () =>
    expect(() => read(started((hour) => `31 loka 2026 ${two(hour)}:00`))).toThrow(
      /column "Start": "31 loka 2026 00:00" has "loka" for its month, which is none that is known/,
    ));
});
