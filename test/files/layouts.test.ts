import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf, localText } from '../../src/programme/calendar.ts';
import { billFromCsv } from '../../src/files/billFile.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { type MeterFile, meterFromCsv } from '../../src/files/meterFile.ts';
import { csv, timeZone } from './support/csv.ts';

/** Layouts as people have them, each with a made sample of two hours or of a day, whose true net is known. */

const read = (text: string, columns?: string, acceptsGaps = false): MeterFile =>
  meterFromCsv('meter.csv', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone, acceptsGaps);
const net = ({ readings }: MeterFile): readonly string[] => readings.map(({ energyWattHours }) => energyWattHours);
const starts = ({ readings }: MeterFile): readonly string[] =>
  readings.map(({ startAt }) => new Date(startAt).toISOString().slice(0, 16));
const permanent = ({ notes }: MeterFile): string =>
  /--columns "meter:(.*)"$/.exec(notes.find((note) => note.includes('permanent')) ?? '')?.[1] ?? '';

const twoHours = ['2026-10-31T04:00', '2026-10-31T05:00'];

interface Sample {
  readonly name: string;
  /** As the first note calls it. */
  readonly called: string;
  readonly text: string;
  readonly net: readonly string[];
  readonly columns?: string;
  readonly starts?: readonly string[];
}

const samples: readonly Sample[] = [
  {
    name: 'SmartHub (NISC)',
    called: 'SmartHub (NISC) download, hours by their start',
    text: csv(
      'Service Location,Meter Number,Interval Start,Interval End,Usage (kWh)',
      '1001,N17,10/31/2026 12:00 AM,10/31/2026 01:00 AM,1.324',
      '1001,N17,10/31/2026 01:00 AM,10/31/2026 02:00 AM,-1.676',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'Eversource, with the unit in a column of its own',
    called: 'Opower download',
    text: csv(
      'Name,SAMPLE PERSON',
      '',
      'TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES',
      'Electric usage,2026-10-31,00:00,00:59,1.324,kWh,$0.20,',
      'Electric usage,2026-10-31,01:00,01:59,-1.676,kWh,$0.10,',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'PG&E, quarters in both directions',
    called: 'Opower download',
    text: csv(
      'TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES',
      ...['00', '15', '30', '45'].map(
        (minute) => `Electric usage,2026-10-31,00:${minute},00:${Number(minute) + 14},0.50,0.25,$0,`,
      ),
    ),
    net: ['250', '250', '250', '250'],
    starts: ['2026-10-31T04:00', '2026-10-31T04:15', '2026-10-31T04:30', '2026-10-31T04:45'],
  },
  {
    name: 'SCE, delivered and received in two sections',
    called: 'SCE download',
    text: csv(
      'Energy Usage Information',
      'Energy Delivered time period,Usage(Real energy in kilowatt-hours),Reading quality',
      '"2026-10-31 00:00:00 to 2026-10-31 01:00:00","2.000",""',
      '"2026-10-31 01:00:00 to 2026-10-31 02:00:00","0.000",""',
      '"Data for period starting: 2026-10-31"',
      'Energy Received time period,Usage(Real energy in kilowatt-hours),Reading quality',
      '"2026-10-31 00:00:00 to 2026-10-31 01:00:00","0.676",""',
      '"2026-10-31 01:00:00 to 2026-10-31 02:00:00","1.676",""',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'SDG&E, with generation blank where none was',
    called: 'SDG&E download, in kWh',
    text: csv(
      'Meter Number,Date,Start Time,Duration,Consumption,Generation,Net',
      '17,10/31/2026,12:00 AM,60,1.3240,,1.3240',
      '17,10/31/2026,1:00 AM,60,,1.6760,-1.6760',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'ComEd',
    called: 'Opower download',
    text: csv(
      'TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES',
      'Electric usage,10/31/2026,12:00 AM,12:59 AM,1.324,$0.20,',
      'Electric usage,10/31/2026,1:00 AM,1:59 AM,-1.676,$0.10,',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'PECO, with gas beside electricity',
    called: 'Opower download',
    text: csv(
      'TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES',
      'Electric usage,2026-10-31,00:00,00:59,1.324',
      'Natural gas usage,2026-10-31,00:00,00:59,9',
      'Electric usage,2026-10-31,01:00,01:59,-1.676',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'a German export, both directions, with decimal commas',
    called: 'hours by their start',
    text: csv(
      'Datum;Uhrzeit;Bezug [kWh];Einspeisung [kWh]',
      '31.10.2026;00:00;2,000;0,676',
      '31.10.2026;01:00;0,000;1,676',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'a German export from and to',
    called: 'hours by their start and their end',
    text: csv(
      'Von;Bis;Verbrauch (kWh)',
      '31.10.2026 00:00;31.10.2026 01:00;1,3240',
      '31.10.2026 01:00;31.10.2026 02:00;1,6760',
    ),
    net: ['1324', '1676'],
  },
  {
    name: 'Smart Meter Texas, both directions, the one after the other',
    called: 'Smart Meter Texas download',
    text: csv(
      'ESIID,USAGE_DATE,REVISION_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,ESTIMATED_ACTUAL,CONSUMPTION_SURPLUSGENERATION',
      "'104,10/31/2026,11/01/2026 07:37:17, 00:00, 01:00,2.000,A,Consumption",
      "'104,10/31/2026,11/01/2026 07:37:17, 01:00, 02:00,0,E,Consumption",
      "'104,10/31/2026,11/01/2026 07:37:17, 00:00, 01:00,0.676,A,Surplus Generation",
      "'104,10/31/2026,11/01/2026 07:37:17, 01:00, 02:00,1.676,A,Surplus Generation",
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'ISO-NE, with marked rows and hours by their end',
    called: 'ISO-NE report',
    text: csv(
      '"C","Hourly load"',
      '"H","Date","Hour Ending","Net kWh"',
      '"H","mm/dd/yyyy","HE","kWh"',
      '"D","10/31/2026","01","1.324"',
      '"D","10/31/2026","02","-1.676"',
      '"T","2"',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'Octopus Energy',
    called: 'Octopus Energy download',
    text: csv(
      'Consumption (kwh), Estimated Cost Inc. Tax (p), Standing Charge Inc. Tax (p), Start, End',
      '1.324, 10, 2, 2026-10-31T00:00:00-04:00, 2026-10-31T01:00:00-04:00',
      '0.500, 10, 2, 2026-10-31T01:00:00-04:00, 2026-10-31T02:00:00-04:00',
    ),
    net: ['1324', '500'],
  },
  {
    name: 'Home Assistant, statistics by their change',
    called: 'Home Assistant, statistics',
    text: csv(
      'statistic_id\tunit\tstart\tdelta',
      'sensor.grid_import\tkWh\t31.10.2026 00:00\t2',
      'sensor.grid_import\tkWh\t31.10.2026 01:00\t0',
      'sensor.grid_export\tkWh\t31.10.2026 00:00\t0.676',
      'sensor.grid_export\tkWh\t31.10.2026 01:00\t1.676',
      'sensor.price\tUSD\t31.10.2026 01:00\t1.676',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'Home Assistant, statistics by their sum, which is that of the end of the hour',
    called: 'Home Assistant, statistics',
    text: csv(
      'statistic_id,unit,start,state,sum',
      'sensor.grid_import,kWh,30.10.2026 23:00,5000,100',
      'sensor.grid_import,kWh,31.10.2026 00:00,5001.324,101.324',
      'sensor.grid_import,kWh,31.10.2026 01:00,5001.824,101.824',
    ),
    net: ['1324', '500'],
  },
  {
    name: 'Tesla, in kW of five minutes',
    called: 'Tesla export',
    text: csv(
      'Date time,Home (kW),Solar (kW),Powerwall (kW),Grid (kW)',
      ...Array.from(
        { length: 12 },
        (_, index) => `2026-10-31T00:${String(index * 5).padStart(2, '0')}:00-04:00,3,0,0,1.2`,
      ),
    ),
    net: Array.from({ length: 12 }, () => '100'),
    starts: Array.from({ length: 12 }, (_, index) => `2026-10-31T04:${String(index * 5).padStart(2, '0')}`),
  },
  {
    name: 'Tesla, in kWh',
    called: 'Tesla export',
    text: csv(
      'Date time,Home (kWh),From Powerwall (kWh),To Powerwall (kWh),Solar Energy (kWh),From Grid (kWh),To Grid (kWh)',
      '2026-10-31T00:00:00-04:00,3,0,0,1,2.000,0.676',
      '2026-10-31T01:00:00-04:00,3,0,0,1,0,1.676',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'Enphase, with what the house made and used beside what the grid saw',
    called: 'Enphase report',
    text: csv(
      'Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)',
      '10/31/2026 00:00,0,1324,0,1324',
      '10/31/2026 01:00,2000,324,1676,0',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'Emporia, its mains summed',
    called: 'Emporia export',
    text: csv(
      'Time Bucket (America/New_York),House-Mains_A (kWhs),House-Mains_B (kWhs),House-Mains_C (kWhs),House-Dryer (kWhs)',
      '10/31/2026 00:00:00,1.000,0.324,No CT,0.2',
      '10/31/2026 01:00:00,-1.000,-0.676,No CT,0.1',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'Sense, a row for each device',
    called: 'Sense export',
    text: csv(
      'Sense Energy Export',
      'DateTime,Device ID,Name,Device Type,Device Make,Device Model,Device Location,Avg Wattage,kWh',
      '2026-10-31 00:00:00,mains,Total Usage,,,,,1324.0,1.324',
      '2026-10-31 00:00:00,a1,Fridge,,,,,100,0.1',
      '2026-10-31 01:00:00,mains,Total Usage,,,,,500.0,0.5',
      '2026-10-31 01:00:00,a1,Fridge,,,,,100,0.1',
    ),
    net: ['1324', '500'],
  },
  {
    name: 'Tibber',
    called: 'Tibber export',
    text: csv(
      'from,to,consumption,consumptionUnit,cost,currency',
      '2026-10-31T00:00:00.000-04:00,2026-10-31T01:00:00.000-04:00,1.324,kWh,1,NOK',
      '2026-10-31T01:00:00.000-04:00,2026-10-31T02:00:00.000-04:00,0.5,kWh,1,NOK',
    ),
    net: ['1324', '500'],
  },
  {
    name: 'a table of days with HR1 to HR24',
    called: 'hours by the number of the hour that ends',
    text: csv(
      `Meter,Date,${Array.from({ length: 24 }, (_, index) => `HR${index + 1} kWh`).join(',')}`,
      `N17,10/31/2026,${Array.from({ length: 24 }, (_, index) => index).join(',')}`,
    ),
    net: Array.from({ length: 24 }, (_, index) => `${index}000`.replace(/^0+$/, '0')),
    starts: hoursOf(daySpan('2026-10-31', timeZone)).map((at) => new Date(at).toISOString().slice(0, 16)),
  },
  {
    name: 'a table of days with the ends of its quarters',
    called: 'intervals of 15 minutes by their end',
    text: csv(
      `Date,Unit,${Array.from({ length: 96 }, (_, index) => `${String(Math.floor((index + 1) / 4)).padStart(2, '0')}:${String(((index + 1) % 4) * 15).padStart(2, '0')}`).join(',')}`,
      `10/31/2026,kWh,${Array.from({ length: 96 }, () => '0.25').join(',')}`,
    ),
    net: Array.from({ length: 96 }, () => '250'),
    starts: Array.from({ length: 96 }, (_, index) =>
      new Date(Date.parse('2026-10-31T04:00Z') + index * 900_000).toISOString().slice(0, 16),
    ),
  },
  {
    name: 'delivered and received, as the utility says it',
    called: 'hours by their start',
    text: csv('Start,kWh Delivered,kWh Received', '2026-10-31 00:00,2,0.676', '2026-10-31 01:00,0,1.676'),
    net: ['1324', '-1676'],
  },
  {
    name: 'ends of hours with a midnight that is the end of its day',
    called: 'hours by their end',
    text: csv(
      'Date,Time,Net kWh',
      ...Array.from(
        { length: 24 },
        (_, index) => `10/31/2026,${String((index + 1) % 24).padStart(2, '0')}:00,${index}`,
      ),
    ),
    net: Array.from({ length: 24 }, (_, index) => `${index}000`.replace(/^0+$/, '0')),
    starts: hoursOf(daySpan('2026-10-31', timeZone)).map((at) => new Date(at).toISOString().slice(0, 16)),
  },
  {
    name: 'semicolons, decimal commas and dots in dates',
    called: 'hours by their start',
    text: csv('Start;Net kWh', '31.10.2026 00:00;1.001,324', '31.10.2026 01:00;-1,676'),
    net: ['1001324', '-1676'],
  },
  {
    name: 'spaces of all kinds and the minus of a typesetter',
    called: 'hours by their start',
    text: csv(
      'Start,Net\u00a0kWh',
      '10/31/2026 12:00\u202fAM,\u20091.324\u00a0',
      '10/31/2026 1:00\u202fAM,\u22121.676',
    ),
    net: ['1324', '-1676'],
  },
  {
    name: 'years of two digits where one date proves their order',
    called: 'hours by their start',
    text: csv('Start,Net kWh', '10/31/26 00:00,1.324', '10/31/26 01:00,-1.676'),
    net: ['1324', '-1676'],
  },
  {
    name: 'months by their names',
    called: 'hours by their start',
    text: csv('Start,Net kWh', '31-Oct-2026 00:00,1.324', '"Oct 31, 2026 1 AM",-1.676'),
    net: ['1324', '-1676'],
  },
  {
    name: 'times with a hyphen between them',
    called: 'hours by their start and their end',
    text: csv('Date,Time,Net kWh', '2026-10-31,00:00-01:00,1', '2026-10-31,01:00-02:00,2', '2026-10-31,02:00-03:00,3'),
    net: ['1000', '2000', '3000'],
    starts: [...twoHours, '2026-10-31T06:00'],
  },
  {
    name: 'average power beside nothing else',
    called: 'intervals of 30 minutes by their start',
    text: csv('Start,kW', '2026-10-31 00:00,1', '2026-10-31 00:30,-2'),
    net: ['500', '-1000'],
    starts: ['2026-10-31T04:00', '2026-10-31T04:30'],
  },
  {
    name: 'a table that tells spreadsheets what parts its cells',
    called: 'hours by their start',
    text: csv('sep=;', 'Zeitpunkt;Netzbezug [kWh]', '31.10.2026 00:00;2,37', '31.10.2026 01:00;2,29'),
    net: ['2370', '2290'],
  },
  {
    name: 'a utility’s meter, delivered and received in short, reactive energy beside them',
    called: 'hours by their start',
    text: csv('Start,kWh Del,kvarh Del,kWh Rec', '2026-10-31 00:00,2,0.5,0.676', '2026-10-31 01:00,0,0.5,1.676'),
    net: ['1324', '-1676'],
  },
];

describe('a layout', () => {
  it.each(samples)('of $name is read, named, and read alike by what it prints', (sample) => {
    const meter = read(sample.text, sample.columns);
    expect(net(meter)).toEqual(sample.net);
    expect(starts(meter)).toEqual(sample.starts ?? twoHours);
    expect(meter.notes[0]).toContain(`read as: ${sample.called}`);
    const again = read(sample.text, permanent(meter));
    expect(again.readings).toEqual(meter.readings);
  });

  it('with a column for each device is read for the devices, or for the one that is declared', () => {
    const text = csv(
      'Start,N17 import kWh,N17 export kWh,N18 kWh',
      '2026-10-31 00:00,2,0.676,5',
      '2026-10-31 01:00,0,1.676,6',
    );
    const meter = read(text);
    expect(meter.readings.map(({ device, energyWattHours }) => `${device} ${energyWattHours}`)).toEqual([
      'N17 1324',
      'N17 -1676',
      'N18 5000',
      'N18 6000',
    ]);
    expect(read(text, permanent(meter)).readings).toEqual(meter.readings);
    expect(net(read(text, 'time=Start,kwh=N18 kWh'))).toEqual(['5000', '6000']);
  });

  it('of a bill is named as well', () => {
    const { lines, notes } = billFromCsv(
      'bill.csv',
      csv(
        'TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES',
        'Electric usage,2026-11-01,00:00,00:59,1.5,$0.05,',
        'Electric usage,2026-11-01,01:00,01:59,1.5,$0.05,',
        'Electric usage,2026-11-01,01:00,01:59,2.5,$0.06,',
      ),
      noLayout,
      timeZone,
    );
    expect(lines.map(({ amountUsd, durationMs }) => [amountUsd, durationMs])).toEqual([
      ['0.05', 3_600_000],
      ['0.05', 3_600_000],
      ['0.06', 3_600_000],
    ]);
    expect(notes[1]).toMatch(/^bill\.csv: to make this reading permanent: --columns "bill:/);
  });
});

describe('the notes of an Opower download', () => {
  it('say which readings are estimated, and what else they say is told', () => {
    const { readings, notes } = read(
      csv(
        'TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES',
        'Electric usage,2026-10-31,00:00,00:59,1.324,Estimated',
        'Electric usage,2026-10-31,01:00,01:59,1.676,',
        'Electric usage,2026-10-31,02:00,02:59,1.5,after a storm',
      ),
    );
    expect([...readings].map(({ quality }) => quality)).toEqual(['estimated', 'measured', 'measured']);
    expect(notes.join('\n')).toContain('"Estimated" (estimated) of 1, "after a storm" (measured) of 1');
  });
});

describe('what a file cannot say', () => {
  it.each([
    [
      'whether an hour begins or ends',
      csv('Date,Hour,kWh', '2026-10-31,5,1', '2026-10-31,6,1'),
      /whether hour 1 begins or ends at 01:00 is not said; declare hourBeginning=Hour or hourEnding=Hour/,
    ],
    [
      'what was generated',
      csv('Start,Generation kWh', '2026-10-31 00:00,1', '2026-10-31 01:00,1'),
      /what was generated need not be what was delivered; if it is, declare kwhOut=Generation kWh/,
    ],
    [
      'the unit of a wide table',
      csv(
        `Date,${Array.from({ length: 24 }, (_, index) => `HR${index + 1}`).join(',')}`,
        `2026-10-31,${Array.from({ length: 24 }, () => 1).join(',')}`,
      ),
      /do not say their unit; add kwh=HR1\.\.HR24/,
    ],
    [
      'what its channels are',
      csv('Start,Channel,kWh', '2026-10-31 00:00,CH1,1', '2026-10-31 01:00,CH1,1', '2026-10-31 00:00,CH2,1'),
      /it is not known what the channels state that are called "CH1", "CH2"; declare which is which, as in import=CH1,export=CH2/,
    ],
    [
      'the order of a short year',
      csv('Start,kWh', '10/11/26 00:00,1', '10/11/26 01:00,1'),
      /may be meant in more than one order of day, month and year; add dates=mdy/,
    ],
  ])('is asked for: %s', (_name, text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it('can be declared', () => {
    const hour = csv('Date,Hour,kWh', '2026-10-31,1,1.324', '2026-10-31,2,-1.676');
    expect(starts(read(hour, 'date=Date,hourEnding=Hour,kwh=kWh'))).toEqual(twoHours);
    expect(starts(read(hour, 'date=Date,hourBeginning=Hour,kwh=kWh'))[0]).toBe('2026-10-31T05:00');
    const channels = csv(
      'Start,Channel,kWh',
      '2026-10-31 00:00,CH1,2',
      '2026-10-31 00:00,CH2,0.676',
      '2026-10-31 01:00,CH1,0',
      '2026-10-31 01:00,CH2,1.676',
      '2026-10-31 01:00,CH3,9',
    );
    const declared = read(channels, 'time=Start,channel=Channel,kwh=kWh,import=CH1,export=CH2');
    expect(net(declared)).toEqual(['1324', '-1676']);
    expect(declared.notes).toContain('meter.csv: the channel "CH3" is left out: it was not declared.');
    expect(net(read(csv('10/11/26 00:00,1', '10/11/26 01:00,2'), 'time=#1,kwh=#2,dates=mdy'))).toEqual([
      '1000',
      '2000',
    ]);
    expect(
      net(
        read(
          csv('start;kWh', '2026-06-10T04:00Z;1,234', '2026-06-10T05:00Z;2,345'),
          'time=start,kwh=kWh,decimal=comma',
        ),
      ),
    ).toEqual(['1234', '2345']);
    expect(
      net(
        read(
          csv('start;kWh', '2026-06-10T04:00Z;1,234', '2026-06-10T05:00Z;2,345'),
          'time=start,kwh=kWh,decimal=point',
        ),
      ),
    ).toEqual(['1234000', '2345000']);
    expect(
      starts(read(csv('start,kWh', '2026-10-31T00:00Z,1', '2026-10-31T01:00Z,1'), 'time=start,kwh=kWh,times=local')),
    ).toEqual(twoHours);
    expect(
      starts(read(csv('start,kWh', '2026-10-30 23:00,1', '2026-10-31 00:00,1'), 'time=start,kwh=kWh,times=standard')),
    ).toEqual(twoHours);
  });
});

describe('what the clocks do to a file', () => {
  const hours = (day: string): readonly string[] =>
    hoursOf(daySpan(day, timeZone)).map((at) => localText(at, timeZone).slice(0, 16));
  const rows = (day: string, change: (time: string, index: number) => readonly string[]): readonly string[] =>
    hours(day).flatMap((time, index) => change(time, index));
  const before = rows('2026-10-31', (time) => [`${time},1`]);

  it.each([
    [
      'stands once',
      (time: string, index: number) => (index === 2 ? [] : [`${time},${index}`]),
      /the file has only one row for it: line 27 is left out/,
    ],
    [
      'stands three times',
      (time: string, index: number) => (index === 2 ? [`${time},2`, `${time},9`] : [`${time},${index}`]),
      /more than two rows for it: lines 27, 28, 29 are left out/,
    ],
  ])('costs the repeated hour alone where it %s', (_name, change, sentence) => {
    const meter = read(csv('start,kWh', ...before, ...rows('2026-11-01', change)));
    expect(meter.readings).toHaveLength(24 + 23);
    expect(meter.gaps).toMatchObject([
      { startAt: Date.parse('2026-11-01T05:00Z'), endAt: Date.parse('2026-11-01T07:00Z') },
    ]);
    expect(meter.notes.join('\n')).toMatch(sentence);
    const bill = billFromCsv(
      'bill.csv',
      csv('start,amount', ...before, ...rows('2026-11-01', change)),
      noLayout,
      timeZone,
    );
    expect(bill.lines).toHaveLength(24 + 23);
    expect(bill.gaps).toHaveLength(1);
  });

  it('costs it as well where no order says which row is which', () => {
    const meter = read(
      csv(
        'start,kWh',
        ...before,
        '2026-11-01 01:00,1',
        '2026-11-01 00:00,1',
        '2026-11-01 01:00,1',
        '2026-11-01 02:00,1',
      ),
    );
    expect(meter.readings).toHaveLength(24 + 2);
    expect(meter.notes.join('\n')).toContain(
      'the rows around it are in no order that says which is meant: lines 26, 28 are left out',
    );
  });

  it('does not excuse a gap elsewhere', () => {
    const change = (time: string, index: number): readonly string[] =>
      index === 2 || index === 9 ? [] : [`${time},${index}`];
    expect(() => read(csv('start,kWh', ...before, ...rows('2026-11-01', change)))).toThrow(
      /nothing is stated from 2026-11-01 08:00 -05:00 to 2026-11-01 09:00 -05:00; add --accept-gaps/,
    );
  });

  it.each([
    ['02X', ['01', '02', '02X', '03', '04']],
    ['2*', ['1', '2', '2*', '3', '4']],
    ['HE2B', ['HE1', 'HE2A', 'HE2B', 'HE3', 'HE4']],
  ])('is told by hours that are numbered, the second of two as %s', (_name, labels) => {
    const meter = read(
      csv('Date,Hour Ending,kWh', ...labels.map((label, index) => `11/01/2026,${label},${index}`)),
      'date=Date,hourEnding=Hour Ending,kwh=kWh,dates=mdy',
    );
    expect(starts(meter)).toEqual(
      hoursOf(daySpan('2026-11-01', timeZone))
        .slice(0, 5)
        .map((at) => new Date(at).toISOString().slice(0, 16)),
    );
  });

  it('is told by a twenty-fifth hour, and by a twenty-third that is the last', () => {
    for (const [day, count] of [
      ['2026-11-01', 25],
      ['2026-03-08', 23],
    ] as const) {
      const meter = read(csv('Date,HE,kWh', ...Array.from({ length: count }, (_, index) => `${day},${index + 1},1`)));
      expect(meter.readings.map(({ startAt }) => startAt)).toEqual(hoursOf(daySpan(day, timeZone)));
    }
  });

  it('skips the hour that spring skipped, in a table of days as well', () => {
    const header = `Date,${Array.from({ length: 24 }, (_, index) => `HE${index + 1} kWh`).join(',')}`;
    for (const third of ['0', '']) {
      const meter = read(
        csv(header, `2026-03-08,${Array.from({ length: 24 }, (_, index) => (index === 2 ? third : '1')).join(',')}`),
      );
      expect(meter.readings.map(({ startAt }) => startAt)).toEqual(hoursOf(daySpan('2026-03-08', timeZone)));
    }
  });

  it('reads a file that keeps standard time all year as that, when it is declared', () => {
    const spring = Array.from({ length: 24 }, (_, index) => `2026-03-08 ${String(index).padStart(2, '0')}:00,1`);
    expect(() => read(csv('start,kWh', ...spring))).toThrow(
      /the clocks skipped it, and something is stated for it; .* times=standard/,
    );
    const meter = read(csv('start,kWh', ...spring), 'time=start,kwh=kWh,times=standard');
    expect(meter.readings).toHaveLength(24);
    expect(starts(meter)[0]).toBe('2026-03-08T05:00');
    expect(meter.notes.join('\n')).toContain('read in standard time of America/New_York');
  });
});

describe('rows that state nothing', () => {
  it('for an hour that the clocks skip are told by the columns that they stand in', () => {
    const hours = Array.from({ length: 24 }, (_, index) => index + 1);
    const text = csv(
      `Date,Unit,${hours.map((hour) => `HR${hour}`).join(',')}`,
      `2026-03-08,kWh,${hours.map((hour) => (hour === 3 ? '' : '1')).join(',')}`,
    );
    const { readings, notes } = read(text);
    expect(readings).toHaveLength(23);
    expect(notes.join('\n')).toContain('skipped 2026-03-08 02:00: line 2 in "HR3" is left out, and nothing is lost.');
  });

  it('are holes that have to be accepted, where intervals are stated', () => {
    const text = csv('start,kWh', '2026-06-10T04:00Z,1', '2026-06-10T05:00Z,unavailable', '2026-06-10T06:00Z,1');
    expect(() => read(text)).toThrow(
      /line 2: nothing is stated from 2026-06-10 01:00 -04:00 to 2026-06-10 02:00 -04:00; add --accept-gaps/,
    );
    expect(read(text, undefined, true).gaps).toHaveLength(1);
  });

  it('cost what a direction says elsewhere: silence counts as none only where nobody says zero', () => {
    const silent = csv('start,import kWh,export kWh', '2026-06-10T04:00Z,1,', '2026-06-10T05:00Z,,2');
    expect(net(read(silent))).toEqual(['1000', '-2000']);
    const once = csv('start,import kWh,export kWh', '2026-06-10T04:00Z,1,', '2026-06-10T05:00Z,1,2');
    expect(read(once).notes.join('\n')).toContain('in one interval one direction is not stated');
    expect(read(silent).notes.join('\n')).toContain(
      'in 2 intervals one direction is not stated, and never zero elsewhere: it counts as none',
    );
    const saying = csv(
      'start,import kWh,export kWh',
      '2026-06-10T04:00Z,1,0',
      '2026-06-10T05:00Z,1,',
      '2026-06-10T06:00Z,1,3',
    );
    expect(() => read(saying)).toThrow(/nothing is stated from 2026-06-10 01:00/);
  });

  it('and registers that change at any time are taken before each hour, when that is declared', () => {
    const text = csv(
      'entity_id,state,last_changed',
      'sensor.meter,10,2026-06-10T03:59:40Z',
      'sensor.meter,11,2026-06-10T04:30:10Z',
      'sensor.meter,12,2026-06-10T04:59:50Z',
      'sensor.meter,12.5,2026-06-10T05:30:20Z',
      'sensor.meter,13,2026-06-10T06:00:20Z',
    );
    const columns = 'time=last_changed,kwhInRegister=state';
    expect(() => read(text, columns)).toThrow(/was read at no regular times, .* add interval=60/);
    const meter = read(text, `${columns},interval=60`);
    expect(net(meter)).toEqual(['2000', '500']);
    expect(meter.notes.join('\n')).toContain('taken as it was read last before each interval, 1780 seconds at most');
  });
});
