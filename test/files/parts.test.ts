import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { daySpan, hoursOf, localText, nextDay } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { meterInParts } from '../../src/files/meterParts.ts';
import { meterFromText } from './support/readText.ts';
import { UsualRows } from '../../src/files/table/usualRows.ts';
import { csv, timeZone } from './support/csv.ts';
import { triesOf } from '../support/leftOut.ts';

/** A table that streams by in parts has to say what it says when it is read whole: the same readings, gaps, notes and refusals. */

/** All hours from the day on. */
const hoursFrom = (day: string, days: number): readonly number[] => {
  const hours: number[] = [];
  for (let span = daySpan(day, timeZone), left = days; left > 0; left -= 1, span = nextDay(span, timeZone))
    hours.push(...hoursOf(span));
  return hours;
};
const local = (at: number): string => localText(at, timeZone).slice(0, 16);
const american = (at: number): string => {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+) (.*)$/.exec(local(at)) ?? [];
  return `${month}/${day}/${year} ${time}`;
};
const twelve = (at: number): string => {
  const hour = Number(local(at).slice(11, 13));
  return `${american(at).slice(0, 10)} ${hour % 12 || 12}:00 ${hour < 12 ? 'AM' : 'PM'}`;
};
const zoned = (at: number): string => localText(at, timeZone);

const autumn = hoursFrom('2026-10-29', 8);
/** Two autumns with the spring between them: the first hour that stands twice has to be told, those after it not. */
const seasons = [...hoursFrom('2025-10-31', 4), ...hoursFrom('2026-03-06', 4), ...hoursFrom('2026-10-30', 4)];
const summer = hoursFrom('2026-06-01', 30);
const spring = hoursFrom('2026-03-06', 6);
const meters = ['M1', 'M2', 'M3'];

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly columns?: string;
  readonly acceptsGaps?: boolean;
  /** What has to be among its notes. */
  readonly says?: string;
  /** Whether it has to be read whole after all. */
  readonly isWhole?: true;
}

const samples: readonly Sample[] = [
  {
    name: 'local times over the hour that autumn repeats',
    text: csv('Start,kWh', ...autumn.map((at) => `${local(at)},0.25`)),
  },
  {
    name: 'a total at its end that is another than the sum of its rows',
    text: csv('Start;In kWh;Out kWh', ...autumn.map((at) => `${zoned(at)};0,25;1,5`), 'Total;50,25;289,5'),
    says: 'the total on line 195 is 50.25 in the column "In kWh", and the rows sum to 48.25: rows may be missing',
  },
  {
    name: 'a total at its end that is the sum of its rows',
    text: csv(
      'Start,kWh',
      ...autumn.map((at, index) => `${zoned(at)},${index % 70 === 5 ? 'unavailable' : '0.25'}`),
      'Total,47.5',
    ),
    acceptsGaps: true,
  },
  {
    name: 'notes that first say far down that a row is estimated',
    text: csv('Start,kWh,Notes', ...summer.map((at, index) => `${zoned(at)},1,${index === 700 ? 'Estimated' : ''}`)),
    says: '"Estimated" (estimated) of 1',
  },
  { name: 'the newest first', text: csv('Start,kWh', ...autumn.toReversed().map((at) => `${local(at)},0.25`)) },
  {
    name: 'local times over the hour that spring skips',
    text: csv('Start,kWh', ...spring.map((at) => `${local(at)},0.5`)),
  },
  {
    name: 'several meters, one after another, in quotes with the name of a place in two lines',
    text: csv(
      '"Meter","Place","Start","In kWh","Out kWh","Quality"',
      ...meters.flatMap((meter) =>
        autumn.map(
          (at, index) => `"${meter}","A\nB","${local(at)}","1.${index}","0.5","${index % 9 === 0 ? 'E' : 'A'}"`,
        ),
      ),
    ),
  },
  {
    name: 'several meters, hour by hour, with both ends',
    text: csv(
      'Meter,Start,End,kWh',
      ...autumn.flatMap((at) => meters.map((meter) => `${meter},${zoned(at)},${zoned(at + 3_600_000)},1.25`)),
    ),
  },
  {
    name: 'a channel for each direction, with totals, page headers and averages',
    text: csv(
      'Smith Street',
      'Start,Direction,kWh,Cost',
      ...autumn.flatMap((at, index) => [
        `${local(at)},Delivered,1.5,`,
        `${local(at)},Received,0.5,${index > 150 ? '1' : ''}`,
        ...(index % 60 === 59 ? ['Page 7', 'Start,Direction,kWh,Cost', 'Day total,,9,', 'Total,,100,'] : []),
      ]),
    ).replaceAll('\n', '\r\n'),
  },
  {
    name: 'ends, in another order of dates, with a decimal comma',
    text: csv('Interval End;kWh', ...autumn.map((at) => `${american(at + 3_600_000)};1,5`)),
  },
  {
    name: 'gaps, rows that say nothing, and rows stated twice',
    text: csv(
      'Start,kWh',
      ...autumn.flatMap((at, index) =>
        index % 50 === 20
          ? []
          : index % 50 === 30
            ? [`${zoned(at)},unavailable`]
            : [`${zoned(at)},2`, ...(index % 40 === 7 ? [`${zoned(at)},2`] : [])],
      ),
    ),
    acceptsGaps: true,
  },
  {
    name: 'gaps that nobody accepts',
    text: csv('Start,kWh', ...autumn.filter((_, index) => index !== 100).map((at) => `${zoned(at)},2`)),
  },
  { name: 'seconds since 1970', text: csv('timestamp,import_kwh', ...autumn.map((at) => `${at / 1_000},0.125`)) },
  {
    name: 'a column for each hour',
    text: csv(
      `Meter ID,Date,UOM,${Array.from({ length: 24 }, (_, index) => `HR${index + 1}`).join(',')}`,
      ...Array.from(
        { length: 28 },
        (_, day) =>
          `M1,2026-02-${String(day + 1).padStart(2, '0')},KWH,${Array.from({ length: 24 }, (_, hour) => String(hour)).join(',')}`,
      ),
    ),
  },
  {
    name: 'declared columns without a header',
    text: csv(...autumn.map((at) => `${zoned(at)};0,5`)),
    columns: 'time=#1,kwh=#2,delimiter=semicolon,decimal=comma',
  },
  {
    name: 'an energy that is no number, far down',
    text: csv('Start,kWh', ...autumn.map((at, index) => `${zoned(at)},${index === 170 ? 'x' : '2'}`)),
  },
  {
    name: 'an hour stated twice with other numbers, far down',
    text: csv('Start,kWh', ...autumn.map((at) => `${zoned(at)},2`), `${zoned(autumn[3] as number)},3`),
    isWhole: true,
  },
  { name: 'a quote that is never closed', text: csv('Start,kWh', ...autumn.map((at) => `${zoned(at)},2`), '"2026,3') },
  {
    name: 'a direction that is silent here and there',
    text: csv(
      'Start,In kWh,Out kWh',
      ...autumn.map((at, index) => `${zoned(at)},${index % 30 === 3 ? '' : '1'},${index % 30 === 4 ? '' : '2'}`),
    ),
    isWhole: true,
  },
  {
    name: 'first all of what was drawn, then all of what was delivered',
    text: csv(
      'Start,Direction,kWh',
      ...['Delivered', 'Received'].flatMap((each) => autumn.map((at) => `${zoned(at)},${each},1.5`)),
    ),
    isWhole: true,
  },
  {
    name: 'registers',
    text: csv('Start,kWh Import Register', ...autumn.map((at, index) => `${zoned(at)},${index}`)),
    isWhole: true,
  },
  {
    name: 'intervals that change their length',
    text: csv(
      'Start,kWh',
      ...autumn.flatMap((at, index) =>
        index < 90 ? [`${zoned(at)},2`] : [0, 1, 2, 3].map((each) => `${zoned(at + each * 900_000)},1`),
      ),
    ),
    isWhole: true,
  },
  {
    name: 'dates whose order is proved late',
    text: csv('Start,kWh', ...hoursFrom('2026-10-10', 10).map((at) => `${american(at)},2`)),
  },
];

/** Tables whose rows are as those before them, but where the clocks are moved. */
const usual: readonly (Pick<Sample, 'name' | 'columns'> & {
  readonly header: string;
  readonly row: (at: number, index: number) => string;
})[] = [
  {
    name: 'Opower',
    header: 'TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES',
    row: (at, index) =>
      `Electric usage,${local(at).slice(0, 10)},${local(at).slice(11)},${local(at).slice(11, 14)}59,${index % 7}.25,kWh,$0.${index % 90},`,
  },
  {
    name: 'hours by their end',
    header: 'Date,Hour Ending,kWh',
    row: (at, index) =>
      `${local(at).slice(0, 10)},HE${String(Number(local(at).slice(11, 13)) + 1).padStart(2, '0')},${index % 13}.5`,
  },
  {
    name: 'net beside both directions of two meters',
    header: 'Meter,Start,Import kWh,Export kWh,Net kWh,Quality',
    row: (at, index) =>
      ['M1', 'M2']
        .map(
          (meter) =>
            `${meter},${zoned(at)},${index % 13}.5,2.25,${((index % 13) - 1.75).toFixed(2)},${index % 9 === 0 ? 'E' : 'A'}`,
        )
        .join('\n'),
  },
  {
    name: 'power, with export positive',
    header: 'when;out',
    columns: 'time=when,kwOutNet=out,delimiter=semicolon,interval=60',
    row: (at, index) => `${zoned(at)};${index % 5 === 0 ? '-' : ''}${index},125`,
  },
  {
    name: 'a row for each channel',
    header: 'Meter,End,Channel,MWh',
    row: (at, index) => ['Delivered', 'Received'].map((each) => `M1,${zoned(at)},${each},0.00${index}`).join('\n'),
  },
  {
    name: 'standard time, the newest first',
    header: 'Start,Wh',
    columns: 'time=Start,wh=Wh,times=standard',
    row: (at, index) =>
      `${new Date(-at + 1_793_000_000_000 * 2 - ((1_793_000_000_000 * 2) % 3_600_000) - 18_000_000).toISOString().slice(0, 16).replace('T', ' ')},${index * 10}`,
  },
  {
    name: 'start and end with twelve hours, in quotes',
    header: '"Start","End","kWh","Note"',
    row: (at, index) => `"${twelve(at)}","${twelve(at + 3_600_000)}","${index % 13}.5",""`,
  },
];

/** The same in local times, which days of moved clocks show none of, or two. */
const ofClocks: typeof usual = [
  ...usual.filter(({ name }) => name === 'Opower' || name.startsWith('start and end with twelve')),
  {
    name: 'half hours of two meters',
    header: 'Meter,Start,In kWh,Out kWh',
    row: (at, index) =>
      ['M1', 'M2']
        .flatMap((meter) =>
          ['00', '30'].map((minute) => `${meter},${local(at).slice(0, 14)}${minute},${index % 7}.5,0.25`),
        )
        .join('\n'),
  },
];

/** Pieces of a few bytes, cut anywhere. */
const inPieces = (text: string): Iterable<Uint8Array> => ({
  *[Symbol.iterator]() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.byteLength; at += 997) yield bytes.subarray(at, at + 997);
  },
});

const outcome = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
};

/** What a row may have instead of what it has. */
const oddCells = [
  '',
  '0',
  '-1',
  'x',
  '1.2345678901234567',
  '1,5',
  '99',
  'unavailable',
  ' 2 ',
  "'3",
  '"4"',
  '1e3',
  'Total',
  '24:00',
  'E',
];

const oddRows: readonly ((rows: string[], at: number) => void)[] = [
  (rows, at) => void rows.splice(at, 1),
  (rows, at) => void rows.splice(at, 0, rows[at] as string),
  (rows, at) => void rows.splice(at, 2, rows[at + 1] as string, rows[at] as string),
  (rows, at) => void rows.splice(at, 0, 'Page 7'),
  (rows, at) => void rows.splice(at, 1, (rows[at] as string).slice(0, -4)),
];

const both = (text: string, columns: string | undefined): readonly [whole: unknown, parted: unknown] => {
  const layout = columns === undefined ? noLayout : layoutOfText(columns);
  const whole = outcome(() => meterFromText('m', text, layout, timeZone, true));
  const parted = outcome(() => {
    const meter = meterInParts('m', inPieces(text), layout, timeZone, true, { partRows: 24 });
    return meter === null ? whole : { ...meter, readings: [...meter.readings] };
  });
  return [whole, parted];
};

describe('rows that are as those before them', () => {
  it.each(usual)('are read by look-ups, and say what they say whole: $name', ({ header, row, columns }) => {
    const looked = vi.spyOn(UsualRows.prototype, 'read');
    const [whole, parted] = both(csv(header, ...autumn.map(row)), columns);
    expect(whole).not.toBeTypeOf('string');
    expect(parted).toEqual(whole);
    expect(looked.mock.results.filter(({ value }) => value !== null).length).toBeGreaterThan(3);
    looked.mockRestore();
  });

  it.each(ofClocks.flatMap((each) => [true, false].map((isNewest) => ({ ...each, isNewest }))))(
    'are read by look-ups on days of moved clocks too, once it was told how an hour stands twice: $name, newest first: $isNewest',
    ({ header, row, columns, isNewest }) => {
      const looked = vi.spyOn(UsualRows.prototype, 'read');
      const rows = csv(...seasons.map(row))
        .trimEnd()
        .split('\n');
      const [whole, parted] = both(csv(header, ...(isNewest ? rows.toReversed() : rows)), columns);
      expect(whole).not.toBeTypeOf('string');
      expect(parted).toEqual(whole);
      expect(JSON.stringify(whole)).toContain('twice; the order of the rows says');
      expect(looked.mock.results.filter(({ value }) => value === null)).toHaveLength(1);
      looked.mockRestore();
    },
  );

  it('need a look of their own wherever one is odd where the clocks are moved', () => {
    const around = [48, 49, 50, 51, 96 + 47, 96 + 48, 96 + 49, 96 + 50, 96 + 96 + 46, 96 + 96 + 48, 96 + 96 + 49];
    const odd = fc.record({ row: fc.constantFrom(...around), odd: fc.constantFrom(...oddRows) });
    fc.assert(
      fc.property(
        fc.constantFrom(...ofClocks),
        fc.boolean(),
        fc.array(odd, { minLength: 1, maxLength: 3 }),
        ({ header, row, columns }, isNewest, changes) => {
          const rows = seasons.map(row);
          for (const each of changes) each.odd(rows, each.row);
          const lines = rows.join('\n').split('\n');
          const [whole, parted] = both(csv(header, ...(isNewest ? lines.toReversed() : lines)), columns);
          expect(parted).toEqual(whole);
        },
      ),
      { numRuns: triesOf(15), seed: 20261130 },
    );
  });

  it('need a look of their own wherever one is odd', () => {
    const change = fc.record({
      row: fc.nat({ max: autumn.length - 3 }),
      cell: fc.nat(),
      odd: fc.oneof(fc.constantFrom(...oddCells), fc.constantFrom(...oddRows)),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...usual),
        fc.array(change, { minLength: 1, maxLength: 2 }),
        ({ header, row, columns }, changes) => {
          const rows = csv(...autumn.map(row))
            .trimEnd()
            .split('\n');
          const delimiter = header.includes(';') ? ';' : ',';
          for (const { row: at, cell, odd } of changes) {
            if (typeof odd === 'function') odd(rows, at);
            else {
              const cells = (rows[at] as string).split(delimiter);
              cells[cell % cells.length] = odd;
              rows[at] = cells.join(delimiter);
            }
          }
          const [whole, parted] = both(csv(header, ...rows), columns);
          expect(parted).toEqual(whole);
        },
      ),
      { numRuns: triesOf(15), seed: 20261129 },
    );
  });
});

describe('a table of a meter', () => {
  it.each(samples)(
    'says in parts what it says whole: $name',
    ({ text, columns, acceptsGaps = false, isWhole, says = '' }) => {
      const layout = columns === undefined ? noLayout : layoutOfText(columns);
      const whole = outcome(() => meterFromText('m', text, layout, timeZone, acceptsGaps));
      const parted = [24, 60, 100_000].map((partRows) =>
        outcome(() => {
          const meter = meterInParts('m', inPieces(text), layout, timeZone, acceptsGaps, { partRows });
          return meter === null ? null : { ...meter, readings: [...meter.readings] };
        }),
      );
      for (const each of parted) expect(each ?? whole).toEqual(whole);
      expect(parted[0] === null).toBe(isWhole === true);
      expect(JSON.stringify(whole)).toContain(JSON.stringify(says).slice(1, -1));
    },
  );
});
