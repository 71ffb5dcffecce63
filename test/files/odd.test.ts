import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { meterFromBytes } from '../../src/files/meterFromBytes.ts';
import type { MeterFile } from '../../src/files/meterFile.ts';
import { billFromText } from './support/readText.ts';
import { csv, timeZone } from './support/csv.ts';

/** Odd files: sums beside intervals, columns whose direction is said in full, clocks side by side, bytes that are no text. */

const day = '2026-10-31';
const dayHours = hoursOf(daySpan(day, timeZone));
const two = (number: number): string => String(number).padStart(2, '0');
const hourly = (line: (hour: number) => string): readonly string[] =>
  Array.from({ length: 24 }, (_, hour) => line(hour));
const plain = hourly((hour) => `${day} ${two(hour)}:00,1`);
const utc = (hour: number): string => new Date((dayHours[0] ?? 0) + hour * 3_600_000).toISOString();

const read = (text: string | Uint8Array, columns?: string): MeterFile => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const meter = meterFromBytes(
    'meter',
    bytes,
    columns === undefined ? noLayout : layoutOfText(columns),
    timeZone,
    false,
  );
  return { ...meter, readings: [...meter.readings] };
};

interface Odd {
  readonly name: string;
  readonly text: string | Uint8Array;
  /** Net, drawn and delivered of every hour. */
  readonly each: readonly [net: string, drawn: string | null, delivered: string | null];
  readonly told?: string;
}

const net = (wattHours: string): Odd['each'] => [wattHours, null, null];
const both: Odd['each'] = ['1000', '1500', '500'];

const odd: readonly Odd[] = [
  {
    name: 'what was delivered before what was drawn',
    text: csv('Date,Hour,Received kWh,Delivered kWh', ...hourly((hour) => `${day},${hour},0.5,1.5`)),
    each: both,
  },
  ...(
    [
      ['Delivered to Grid (kWh)', 'Received from Grid (kWh)'],
      ['Delivered to Utility kWh', 'Received from Utility kWh'],
      ['Received by Utility kWh', 'Delivered by Utility kWh'],
      ['Received from Customer kWh', 'Delivered to Customer kWh'],
      ['Sold to the Utility (kWh)', 'Purchased from the Utility (kWh)'],
      ['To Grid (kWh)', 'From Grid (kWh)'],
    ] as const
  ).map(([out, into]) => ({
    name: `"${out}" beside "${into}", which say whose word "delivered" is`,
    text: csv(`Start,${out},${into}`, ...hourly((hour) => `${day} ${two(hour)}:00,0.5,1.5`)),
    each: both,
  })),
  {
    name: 'a total where its time would stand',
    text: csv('Date,Time,kWh', ...hourly((hour) => `${day},${two(hour)}:00,1`), `${day},Total,24`),
    each: net('1000'),
    told: 'line 26 is left out: it states no interval: "2026-10-31 Total 24"',
  },
  {
    name: 'the sum of a day behind it, without a time',
    text: csv('Date,Time,kWh', ...hourly((hour) => `${day},${two(hour)}:00,1`), `${day},,24`),
    each: net('1000'),
    told: 'line 26 is left out: it states no interval: "2026-10-31 24"',
  },
  {
    name: 'a total of the day and one of the month, in words',
    text: csv('Start,kWh', ...plain, 'Day total,24', 'Month total,24'),
    each: net('1000'),
    told: '2 lines, the first of them line 26, are left out: they state no interval',
  },
  {
    name: 'a sum in another language',
    text: csv('Start;kWh', ...hourly((hour) => `${day} ${two(hour)}:00;1,5`), 'Summe;36,0'),
    each: net('1500'),
    told: 'line 26 is left out',
  },
  {
    name: 'an average and extremes below',
    text: csv('Start,kWh', ...plain, 'Average,1.0', 'Max,1', 'Min,1'),
    each: net('1000'),
    told: '3 lines, the first of them line 26, are left out',
  },
  {
    name: 'a column of what the tariff calls the hour, which is no average',
    text: csv('Season,Start,kWh', ...plain.map((row, hour) => `${hour < 12 ? 'Peak' : 'Minimum'},${row}`)),
    each: net('1000'),
  },
  {
    name: 'a total beside a column for each hour',
    text: csv(
      `Date,${Array.from({ length: 24 }, (_, index) => `HE${index + 1} kWh`).join(',')},Total kWh`,
      `${day},${Array.from({ length: 24 }, () => '1').join(',')},24`,
    ),
    each: net('1000'),
    told: 'not needed: the column "Total kWh"',
  },
  {
    name: 'the sum of all rows at their foot, without a word',
    text: csv('Start,kWh', ...plain, ',24'),
    each: net('1000'),
    told: 'line 26 is left out: it states no interval: "24"',
  },
  {
    name: 'the sum of each half of the day, without a word',
    text: csv('Start,kWh', ...plain.slice(0, 10), ',10', ...plain.slice(10), ',14'),
    each: net('1000'),
    told: '2 lines, the first of them line 12, are left out: they state no interval',
  },
  {
    name: 'units in a row of their own',
    text: csv('Start,Energy', 'local,[kWh]', ...plain),
    each: net('1000'),
    told: '--columns "meter:time=Start,kwh=Energy,interval=60"',
  },
  {
    name: 'units beside those of the header',
    text: csv('Start,Net kWh', ',(kWh)', ...plain),
    each: net('1000'),
    told: 'line 2 is left out, without a time and a number',
  },
  {
    name: 'remarks behind the last column',
    text: csv('Start,kWh', ...plain.map((row, hour) => (hour === 5 ? `${row},meter read by hand` : row))),
    each: net('1000'),
    told: 'what stands behind the last column is left out, in line 7: "meter read by hand"',
  },
  {
    name: 'cells that are formulas, as spreadsheets keep text',
    text: csv('Start,kWh', ...hourly((hour) => `="${day} ${two(hour)}:00",="1"`)),
    each: net('1000'),
  },
  {
    name: 'an hour stated twice alike',
    text: csv('Start,kWh', ...plain.slice(0, 6), ...plain.slice(5)),
    each: net('1000'),
    told: '1 row is stated twice alike, and count once',
  },
  {
    name: 'weekdays in a column called Day',
    text: csv('Day,Date,Interval End,kWh', ...hourly((hour) => `Sat,10/31/2026,${two(hour + 1)}:00,1`)),
    each: net('1000'),
    told: 'not needed: the column "Day"',
  },
  {
    name: 'two clocks side by side, of which the one that is never moved counts',
    text: csv('Local Start,UTC Start,kWh', ...hourly((hour) => `${day} ${two(hour)}:00,${utc(hour)},1`)),
    each: net('1000'),
    told: 'not needed: the column "Local Start"',
  },
  {
    name: 'a line that tells a spreadsheet the delimiter',
    text: csv('sep=;', 'Start;kWh', ...hourly((hour) => `${day} ${two(hour)}:00;1,5`)),
    each: net('1500'),
  },
  {
    name: 'the header again on each page',
    text: csv(
      'Start,kWh',
      ...plain.flatMap((row, hour) => (hour % 8 === 7 ? [row, 'Page 1 of 3', 'Start,kWh'] : [row])),
    ),
    each: net('1000'),
  },
  {
    name: 'UTF-16 in the other order of bytes, without a mark',
    text: Buffer.from(csv('Start,kWh', ...plain), 'utf16le').swap16(),
    each: net('1000'),
  },
  {
    name: 'two byte order marks, and lines that end as on old machines',
    text: `\ufeff\ufeff${csv('Start,kWh', ...plain).replaceAll('\n', '\r')}`,
    each: net('1000'),
  },
];

const refused: readonly (readonly [name: string, text: string | Uint8Array, sentence: string])[] = [
  [
    'a row without a time that is not the sum of its day',
    csv('Date,Time,kWh', ...hourly((hour) => `${day},${two(hour)}:00,1`), `${day},,25`),
    'meter, line 26: the row has a day and no time, beside rows that have one, and is not the sum of its day',
  ],
  [
    'numbers without a time that are no sum',
    csv('Start,kWh', ...plain, ',25'),
    'meter: line 26 states numbers and no time, and is no sum of the rows above it',
  ],
  [
    'a row of units that are not those of the header',
    csv('Start,Net kWh', ',Wh', ...plain),
    'meter, line 2, column "Net kWh": the row under the header says "Wh", and the column is read as "kwh"',
  ],
  [
    'hours of a day, alike, in a column that is not known',
    csv('Date,Heure,kWh', ...hourly((hour) => `${day},${two(hour)}:00,1`)),
    'meter, line 3: line 2 states the same day; if a column says the time of day, declare it',
  ],
  [
    'two meters that used the same, in a column that is not known',
    csv(
      'Start,Zähler,kWh',
      ...hourly((hour) => `${day} ${two(hour)}:00,A,0`),
      ...plain.map((row) => row.replace(',1', ',B,0')),
    ),
    'stands here again',
  ],
  ['an hour stated twice with other numbers', csv('Start,kWh', ...plain, `${day} 05:00,2`), 'line 26: the interval'],
  [
    'days as spreadsheets count them',
    csv('Start,kWh', '46326.000000,1', '46326.041667,1'),
    'is the number of a day as spreadsheets count them',
  ],
  ['JSON', JSON.stringify({ data: [{ start: day, kwh: 1 }] }), 'this is JSON, and no table'],
  [
    'records of the Australian market',
    '100,NEM12,202611010000,MDP,RET\n200,NMI1,E1,1,E1,N1,M1,kWh,30,',
    'this is NEM12',
  ],
  ['JSON in lines', '[\n {"start":1}\n]', 'this is JSON, and no table'],
  ['what was packed', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4), 'this is a gzip archive, not text'],
  ['what was packed otherwise', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'this is an xz archive, not text'],
  ['a tape', Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar')]), 'this is a tar archive, not text'],
  ['a photograph of a bill', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), 'this is a picture, not text'],
  ['a database', Buffer.from('SQLite format 3\0kWh'), 'this is a database (SQLite), not text'],
  ['a document', '{\\rtf1\\ansi Start,kWh}', 'this is a document (RTF), not text'],
  [
    'a decimal comma that parts cells',
    csv('Start,kWh', ...hourly((hour) => `${day} ${two(hour)}:00,1,25`)),
    'meter, line 2: the row has 3 cells, and the header 2: "25" belongs to no column',
  ],
  [
    'a file that ends in the middle of a row',
    `${csv('Start,kWh', ...plain)}${day} 23:3`,
    'meter, line 26: the row has 1 of 2 cells: the file is cut off here',
  ],
  [
    'a file that ends behind a date',
    `${csv('Date,Time,kWh', ...hourly((hour) => `${day},${two(hour)}:00,1`))}${day}`,
    'meter, line 26: the row has 1 of 3 cells: the file is cut off here',
  ],
  [
    'times as spreadsheets count them',
    csv('Date,Time,kWh', `${day},0.0417,1`, `${day},0.0833,1`),
    'is a part of a day as spreadsheets count them',
  ],
  [
    'another kind of record',
    'MEPLD01,19970819,NHEC,,T,,202611010900,M1,OK,E,KWH\n',
    'none of its records states electricity',
  ],
  [
    'UTF-32',
    Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(csv('Start,kWh', ...plain), 'utf16le')]),
    'the file is in UTF-32',
  ],
  [
    'a file whose end was never written',
    Buffer.concat([Buffer.from(csv('Start,kWh', ...plain)), Buffer.alloc(512)]),
    'meter, line 26: here stand zero bytes',
  ],
  [
    'an export that is negative beside an import',
    csv('Start,Import kWh,Export kWh', ...hourly((hour) => `${day} ${two(hour)}:00,1,-0.5`)),
    'column "Export kWh": energy of one direction cannot be negative',
  ],
];

describe('an odd file', () => {
  it.each(odd)('is read: $name', ({ text, each, told }) => {
    const { readings, gaps, notes } = read(text);
    expect(readings.map(({ startAt }) => startAt)).toEqual(dayHours);
    expect([
      ...new Set(
        readings.map(({ energyWattHours, importWattHours, exportWattHours }) =>
          JSON.stringify([energyWattHours, importWattHours, exportWattHours]),
        ),
      ),
    ]).toEqual([JSON.stringify(each)]);
    expect(gaps).toEqual([]);
    if (told !== undefined) expect(notes.join('\n')).toContain(told);
  });

  it.each(refused)('is refused: %s', (_name, text, sentence) => expect(() => read(text)).toThrow(sentence));

  it.each([
    ['the number of its rows', [...plain, '24 rows']],
    ['the number of its rows in a cell of its own', [...plain, '(24 records),']],
    ['words about its flags', [...plain, 'A = Actual,E = Estimated']],
  ])('leaves out and names %s under a table', (_name, rows) => {
    const { readings, notes } = read(csv('Start,kWh', ...rows));
    expect(readings).toHaveLength(24);
    expect(notes.join('\n')).toMatch(/line 26 is left out.*(24 re?c?o?r|24 row|Actual)/);
  });

  it.each([
    [
      'another direction',
      ['Start,Import kWh', ...plain, 'Start,Export kWh', ...plain],
      'meter, line 26: here begins a second table, whose columns mean something else: "Start", "Export kWh"; give each table in a file of its own.',
    ],
    ['another order', ['Start,kWh', ...plain, 'kWh,Start', `1,${day} 00:00`], /line 26: here begins a second table/],
    ['another unit', ['Start,kWh', ...plain, 'Start,Wh', ...plain], /line 26: here begins a second table/],
  ])('refuses two tables in one file, of %s', (_name, lines, sentence) =>
    expect(() => read(csv(...lines))).toThrow(sentence),
  );

  it.each([
    ['its end', 'Start,End,kWh', `${day} 05:00,${day} 05:00,1`],
    ['its end at midnight', 'Start,End,kWh', `${day} 00:00,${day} 00:00,1`],
    ['its length', 'Start,Minutes,kWh', `${day} 05:00,0,1`],
  ])('refuses an interval of no length by %s, and says so', (_name, header, row) =>
    expect(() => read(csv(header, row))).toThrow(/line 2.*the interval ends when it begins/),
  );

  it('names the cell of a date that may be read in two ways, and none beside it', () => {
    expect(() => read(csv('Date,Start Time,kWh', '11/01/2026,00:00,1'))).toThrow(
      'meter, line 2, column "Date": "11/01/2026" may be in month/day or in day/month order; add dates=mdy',
    );
  });

  it('reads a day that a layout of America alone writes in numbers', () => {
    const rows = hourly((hour) => `1,11/03/2026,${hour % 12 || 12}:00 ${hour < 12 ? 'AM' : 'PM'},60,1,0.5,0.5`);
    const { readings, notes } = read(csv('Meter Number,Date,Start Time,Duration,Consumption,Generation,Net', ...rows));
    expect(readings[0]).toMatchObject({ startAt: daySpan('2026-11-03', timeZone).startAt, energyWattHours: '500' });
    expect(notes.join('\n')).toContain('dates=mdy');
  });

  it('reads units in a second header of marked rows, behind numbers, and thousands that a space parts', () => {
    const marked = hourly((hour) => `"D","10/31/2026","${two(hour + 1)}","1"`);
    const isoNe = csv('"C","Metered"', '"H","Date","Hour Ending","Usage"', '"H","Date","String","kWh"', ...marked);
    expect(read(isoNe).readings).toHaveLength(24);
    const inCells = csv('Start,Usage', ...hourly((hour) => `${day} ${two(hour)}:00,1.5 kWh`));
    expect(read(inCells, 'time=Start,kwh=Usage').readings[0]?.energyWattHours).toBe('1500');
    expect(() => read(inCells, 'time=Start,wh=Usage')).toThrow('"1.5 kWh" is in another unit than its column.');
    const spaced = csv('Start;Wh', ...hourly((hour) => `${day} ${two(hour)}:00;1\u202f0${two(hour)}`));
    expect(read(spaced).readings[5]?.energyWattHours).toBe('1005');
  });

  it('asks what a point parts where commas part no cells and nothing proves it', () => {
    const text = csv('Start;Wh', ...hourly((hour) => `${day} ${two(hour)}:00;${hour < 20 ? 900 : '1.026'}`));
    expect(() => read(text)).toThrow('line 22: "1.026" beside whole numbers may be more than a thousand');
    expect(read(text, 'time=Start,wh=Wh,decimal=comma').readings[20]?.energyWattHours).toBe('1026');
    expect(read(text, 'time=Start,wh=Wh,decimal=point').readings[20]?.energyWattHours).toBe('1.026');
  });

  it('costs the hour that autumn repeats, where it stands three times, and no other', () => {
    const rows = ['00', '01', '01', '01', ...Array.from({ length: 22 }, (_, index) => two(index + 2))];
    const { readings, notes } = read(csv('Start,kWh', ...rows.map((hour) => `2026-11-01 ${hour}:00,1`)));
    expect(readings).toHaveLength(23);
    expect(notes.join('\n')).toContain('the file has more than two rows for it: lines 3, 4, 5 are left out');
  });

  it('as a bill has sums of days left out, and its own total kept', () => {
    const { lines, totals, notes } = billFromText(
      'bill',
      csv('Start,kWh,Amount USD', ...plain.map((row) => `${row},0.1`), 'Day total,24,2.4', 'Total,24,2.4'),
      noLayout,
      timeZone,
    );
    expect(lines).toHaveLength(24);
    expect(totals.map(({ stage, amountUsd }) => [stage, amountUsd])).toEqual([['bill', '2.4']]);
    expect(notes.join('\n')).toContain('line 26 is left out: it states no interval: "Day total 24 2.4"');
  });
});
