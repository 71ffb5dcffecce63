import { describe, expect, it } from 'vitest';
import { daySpan } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import type { MeterFile } from '../../src/files/meterFile.ts';
import { csv, timeZone } from './support/csv.ts';
import { feed, intervalEnergy } from './support/greenButton.ts';
import { billFromText, meterFromText } from './support/readText.ts';

/** Files as programs and spreadsheets leave them: what is right in them is read, and what is doubtful is said. */

const read = (text: string, columns?: string): MeterFile =>
  meterFromText('meter', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone);
const net = ({ readings }: MeterFile): readonly string[] => readings.map(({ energyWattHours }) => energyWattHours);
const told = ({ notes }: MeterFile): string => notes.join('\n');

const day = '2026-07-14';
const two = (number: number): string => String(number).padStart(2, '0');
const hourly = (line: (hour: number) => string): readonly string[] =>
  Array.from({ length: 24 }, (_, hour) => line(hour));
const plain = hourly((hour) => `${day} ${two(hour)}:00,1`);
const startAt = daySpan(day, timeZone).startAt;

describe('a table as it was downloaded', () => {
  it.each([
    ['(1.5)', '-1500'],
    ['1.5-', '-1500'],
    ['-1.5', '-1500'],
  ])('may write a negative number as %s', (written, wattHours) =>
    expect(net(read(csv('Start,Net kWh', `${day} 00:00,${written}`, `${day} 01:00,1`)))).toEqual([wattHours, '1000']),
  );

  it.each([
    ['($1.20)', '-1.2'],
    ['$(1.20)', '-1.2'],
    ['1.20 CR', '-1.2'],
    ['$1.20 DR', '1.2'],
  ])('may write money as %s', (written, usd) => {
    const bill = billFromText(
      'bill',
      csv('Start,Amount', `${day} 00:00,${written}`, `${day} 01:00,1`),
      noLayout,
      timeZone,
    );
    expect([...bill.lines][0]?.amountUsd).toBe(usd);
  });

  it('may leave midnight out of its times, as spreadsheets do', () => {
    const meter = read(csv('Start,kWh', ...hourly((hour) => `7/14/2026${hour === 0 ? '' : ` ${hour}:00`},1`)));
    expect(meter.readings[0]).toMatchObject({ startAt, durationMs: 3_600_000 });
    expect(meter.readings).toHaveLength(24);
    expect(told(meter)).toContain('dates without a time of day, among times, are taken for midnight');
  });

  it('may have the sum of a day under its hours, by the date and a word', () => {
    const meter = read(csv('Start,kWh', ...plain, '7/14/2026 Total,24'));
    expect(meter.readings).toHaveLength(24);
    expect(told(meter)).toContain('"7/14/2026 Total 24"');
  });

  it('has its total held against its rows', () => {
    expect(told(read(csv('Start,kWh', ...plain, 'Total,24')))).not.toContain('rows may be missing');
    expect(told(read(csv('Start,kWh', ...plain, 'Total,31.5')))).toContain(
      'the total on line 26 is 31.5 in the column "kWh", and the rows sum to 24: rows may be missing',
    );
  });

  it('is cut off where only its last row lacks a cell, and nothing ends it', () => {
    const text = csv('Start,Import kWh,Export kWh', ...plain.map((row) => `${row},0`));
    expect(() => read(text.slice(0, -3))).toThrow('line 25: the row has 2 of 3 cells: the file is cut off here');
  });

  it('has what the house used beside what passed the meter', () => {
    const header = 'Start,Production (Wh),Consumption (Wh),Export (Wh),Import (Wh)';
    const meter = read(csv(header, ...plain.map((row) => `${row.slice(0, -2)},900,800,200,100`)));
    expect(meter.readings[0]).toMatchObject({ importWattHours: '100', exportWattHours: '200' });
    expect(told(meter)).toContain('not needed: the columns "Production (Wh)", "Consumption (Wh)"');
  });

  it('may number the hours of several meters, each in its column', () => {
    const meter = read(csv('Date,Hour Ending,North kWh,South kWh', ...hourly((hour) => `${day},${hour + 1},1,2`)));
    expect(meter.readings).toHaveLength(48);
    expect(meter.readings[0]).toMatchObject({ device: 'North', startAt, energyWattHours: '1000' });
  });

  it('may head its hours 12am to 11pm', () => {
    const heads = hourly((hour) => `${hour % 12 || 12}${hour < 12 ? 'am' : 'pm'}`);
    const text = csv(`Date,${heads.join(',')}`, `${day},${hourly(String).join(',')}`);
    expect(net(read(text, 'date=Date,wh=12am..11pm'))).toEqual(hourly(String));
  });

  it('says what is missing where no column was declared that says when', () => {
    expect(() => read(csv('When,kWh', `${day} 00:00,1`), 'kwh=kWh')).toThrow('no column is declared that says when');
    const wide = csv(`Date,${hourly((hour) => `HE${hour + 1}`).join(',')}`, `${day},${hourly(String).join(',')}`);
    expect(() => read(wide, 'wh=HE1..HE24')).toThrow('no column is declared that says the day of its hours');
  });

  it('says how both directions are declared where what was delivered is negative', () => {
    const text = csv('Start,Import kWh,Export kWh', ...plain.map((row) => `${row},-0.5`));
    expect(() => read(text)).toThrow('declare the sum of both as net, kwh=Import kWh+Export kWh');
    expect(net(read(text, 'time=Start,kwh=Import kWh+Export kWh'))[0]).toBe('500');
    expect(() => read(csv('Start,Import kW', `${day} 00:00,-1`, `${day} 01:00,1`))).toThrow('as net (kw)');
  });
});

describe('registers that are not called so', () => {
  const growing = hourly((hour) => `${day} ${two(hour)}:00,${1200 + hour / 2}`);

  it('are not taken for the energy of hours, and can be declared', () => {
    const text = csv('time,Import kWh', ...growing);
    expect(() => read(text)).toThrow('declare what it is, kwhInRegister=Import kWh or kwhIn=Import kWh');
    expect(net(read(text, 'time=time,kwhInRegister=Import kWh'))).toEqual(Array.from({ length: 23 }, () => '500'));
    expect(net(read(text, 'time=time,kwhIn=Import kWh'))[0]).toBe('1200000');
  });

  it('are no devices where their columns state the most of a time', () => {
    const meter = read(csv('time,North kWh,L1 max W', ...plain.map((row) => `${row},4000`)));
    expect(new Set(meter.readings.map(({ device }) => device))).toEqual(new Set(['North']));
  });
});

describe('the zone that a header names', () => {
  it.each([
    ['Start (EST)', '2026-07-14T04:00:00.000Z', 'its header says EST: if it keeps standard time in summer too'],
    ['Start (ET)', '2026-07-14T04:00:00.000Z', 'read in America/New_York.'],
    ['Start (PDT)', '2026-07-14T07:00:00.000Z', 'read in America/Los_Angeles.'],
    ['Start (CST)', '2026-07-14T05:00:00.000Z', 'read in America/Chicago; its header says CST'],
  ])('%s is where its times are read', (header, first, note) => {
    const meter = read(csv(`${header},kWh`, ...plain));
    expect(new Date(meter.readings[0]?.startAt ?? 0).toISOString()).toBe(first);
    expect(told(meter)).toContain(note);
  });

  it('is that of winter all year where a person says so', () => {
    const meter = read(csv('Start (EST),kWh', ...plain), 'time=Start (EST),kwh=kWh,times=standard,interval=60');
    expect(meter.readings[0]?.startAt).toBe(Date.parse('2026-07-14T05:00Z'));
  });
});

describe('a bill of periods', () => {
  const header = 'TYPE,START DATE,END DATE,USAGE (kWh),COST';
  const periods = (text: string, columns?: string): readonly (readonly [string, string | null])[] =>
    billFromText('bill', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone).totals.map(
      ({ startAt: from, endAt, amountUsd }) => [
        [from, endAt].map((at) => new Date(at ?? 0).toISOString().slice(0, 10)).join(' to '),
        amountUsd,
      ],
    );

  it('takes each from its first day to its last, as the next one says', () => {
    const months = [
      'Electric billing,2026-08-11,2026-09-09,410,$98.11',
      'Electric billing,2026-09-10,2026-10-08,388,$91',
    ];
    expect(periods(csv(header, ...months))).toEqual([
      ['2026-08-11 to 2026-09-10', '98.11'],
      ['2026-09-10 to 2026-10-09', '91'],
    ]);
    const shared = months.map((row) => row.replace('2026-09-09', '2026-09-10'));
    expect(periods(csv(header, ...shared))[0]).toEqual(['2026-08-11 to 2026-09-10', '98.11']);
  });

  it('asks whether the last day belongs to it, where nothing says so', () => {
    const one = csv('Start Date,End Date,Amount', '2026-08-11,2026-09-09,98.11');
    expect(() => periods(one)).toThrow('add ends=inclusive (it is the last) or ends=exclusive');
    const columns = 'date=Start Date,endDate=End Date,amount=Amount';
    expect(periods(one, `${columns},ends=exclusive`)).toEqual([['2026-08-11 to 2026-09-09', '98.11']]);
  });
});

describe('Green Button', () => {
  const { powerOfTenMultiplier: _unsaid, ...unscaled } = intervalEnergy(1);
  const block = [{ start: startAt / 1000, value: 5 }];

  it('whose type does not say its power of ten can be declared', () => {
    const text = feed([{ type: unscaled, blocks: [block] }]);
    expect(() => read(text)).toThrow('declare --columns "meter:powerOfTenMultiplier=0" where they are Wh');
    expect(net(read(text, 'powerOfTenMultiplier=3'))).toEqual(['5000']);
  });

  it('names the summaries that it leaves out', () => {
    const summary =
      '<entry><content><UsageSummary xmlns="http://naesb.org/espi"><billLastPeriod>9812000</billLastPeriod></UsageSummary></content></entry>';
    const meter = read(feed([{ type: intervalEnergy(1), blocks: [block] }]).replace('</feed>', `${summary}</feed>`));
    expect(told(meter)).toContain('1 UsageSummary, which states sums and nothing of an hour, is left out');
  });
});

describe('MEPMD01', () => {
  const record = (units: string, constant: string): string =>
    `mepmd01,19970819,NHEC,,TERVEN,,202607150500,N17,OK,E,${units},${constant},00000100,1,202607140500,R0,1.5\n`;

  it('tells by what its values are multiplied', () => {
    const meter = read(record('KWH', '40'));
    expect(net(meter)).toEqual(['60000']);
    expect(told(meter)).toContain('the values of N17 are multiplied by their calculation constant, 40');
  });

  it('names the units that it cannot read', () => {
    expect(() => read(record('MWH', '1'))).toThrow('of the first, its units are "MWH"');
  });
});
