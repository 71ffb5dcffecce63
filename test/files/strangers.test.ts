import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { meterFromBytes } from '../../src/files/meterFromBytes.ts';
import type { MeterFile } from '../../src/files/meterFile.ts';
import { csv, timeZone } from './support/csv.ts';
import { feed, intervalEnergy } from './support/greenButton.ts';

/** Files of kinds that nobody had shown before, each with its true reading, or the sentence that refuses it. */

const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text);
const read = (text: string | Uint8Array, columns?: string, acceptsGaps = false): MeterFile => {
  const layout = columns === undefined ? noLayout : layoutOfText(columns);
  const meter = meterFromBytes('meter', bytesOf(text), layout, timeZone, acceptsGaps);
  return { ...meter, readings: [...meter.readings] };
};
const net = ({ readings }: MeterFile): readonly string[] => readings.map(({ energyWattHours }) => energyWattHours);
const startsOf = ({ readings }: MeterFile): readonly number[] => readings.map(({ startAt }) => startAt);
const permanent = ({ notes }: MeterFile): string =>
  /--columns "meter:(.*)"$/.exec(notes.find((note) => note.includes('permanent')) ?? '')?.[1] ?? '';

const day = '2026-10-31';
const dayHours = hoursOf(daySpan(day, timeZone));
const two = (number: number): string => String(number).padStart(2, '0');
/** One line for each hour of a day. */
const hourly = (line: (hour: number) => string): readonly string[] =>
  Array.from({ length: 24 }, (_, hour) => line(hour));
const times = (count: number, each: string): readonly string[] => Array.from({ length: count }, () => each);
const alike = (count: number, wattHours: string): readonly string[] => times(count, wattHours);

interface Stranger {
  readonly name: string;
  readonly text: string | Uint8Array;
  readonly net: readonly string[];
  readonly starts?: readonly number[];
  readonly columns?: string;
  /** Part of a note that has to be told. */
  readonly told?: string;
}

const strangers: readonly Stranger[] = [
  {
    name: 'SmartHub with a byte order mark, quotes, CRLF and a row for each direction',
    text: `\ufeff${csv(
      '"Account","Service Location","Meter","Reading Date/Time","Flow Direction","kWh"',
      ...hourly((hour) =>
        ['DELIVERED","1.5', 'RECEIVED","0.5']
          .map((flow) => `"1001","17","N1","10/31/2026 ${two(hour)}:00","${flow}"`)
          .join('\n'),
      ),
    ).replaceAll('\n', '\r\n')}`,
    net: alike(24, '1000'),
    told: 'read as: SmartHub (NISC) download',
  },
  {
    name: 'SmartHub with its unit twice in a header, beside the demand',
    text: csv(
      '"Usage Point","Date","Kilowatt-hour (kWh) Usage","Kilowatt (kW) Demand"',
      ...hourly((hour) => `"17","${day} ${two(hour)}:00","1.5","3.2"`),
    ),
    net: alike(24, '1500'),
  },
  {
    name: 'Eversource intervals with a preamble and a row of totals at the foot',
    text: csv(
      'Account Number:,123456789',
      'Service Address:,"1 Main St, Keene NH"',
      '',
      'Meter Number,Date,Time,kWh Delivered,kWh Received,Quality',
      ...hourly((hour) => `M1,10/31/2026,${two(hour)}:00,1.25,0.25,A`),
      'Totals,,,30.0,6.0,',
    ),
    net: alike(24, '1000'),
  },
  {
    name: 'PG&E on the autumn day, quarters to their last minute',
    text: csv(
      'Name,SAMPLE PERSON',
      '',
      'TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES',
      ...Array.from({ length: 100 }, (_, quarter) => {
        const hour = quarter < 8 ? Math.floor(quarter / 4) : Math.floor(quarter / 4) - 1;
        const from = (quarter % 4) * 15;
        return `Electric usage,2026-11-01,${two(hour)}:${two(from)},${two(hour)}:${two(from + 14)},0.25,0.00,$0.1,`;
      }),
    ),
    net: alike(100, '250'),
    starts: Array.from({ length: 100 }, (_, index) => Date.parse('2026-11-01T04:00Z') + index * 900_000),
  },
  {
    name: 'ComEd in UTF-16, with tabs and unbreakable spaces',
    text: Buffer.from(
      `\ufeff${csv(
        '"TYPE"\t"DATE"\t"START\u00a0TIME"\t"END TIME"\t"USAGE\u00a0(kWh)"\t"COST"\t"NOTES"',
        ...hourly(
          (hour) => `"Electric usage"\t"10/31/2026"\t"${two(hour)}:00"\t"${two(hour)}:59"\t"\u00a01.5\u00a0"\t"$1"`,
        ),
      )}`,
      'utf16le',
    ),
    net: alike(24, '1500'),
  },
  {
    name: 'PECO with a year of two digits and an end at 24:00',
    text: csv(
      'TYPE,DATE,START TIME,END TIME,USAGE,UNITS,NOTES',
      ...hourly((hour) => `Electric usage,10/31/26,${two(hour)}:00,${two(hour + 1)}:00,1.5,kWh,`),
    ),
    net: alike(24, '1500'),
  },
  {
    name: 'a table of days to HR25, which only the day of autumn has',
    text: csv(
      `Meter ID,Date,UOM,${Array.from({ length: 25 }, (_, index) => `HR${index + 1}`).join(',')}`,
      `M1,10/31/2026,KWH,${times(24, '1').join(',')},`,
      `M1,11/01/2026,KWH,${times(25, '2').join(',')}`,
      `M1,11/02/2026,KWH,${times(24, '3').join(',')},0`,
    ),
    net: [...alike(24, '1000'), ...alike(25, '2000'), ...alike(24, '3000')],
    starts: ['2026-10-31', '2026-11-01', '2026-11-02'].flatMap((each) => hoursOf(daySpan(each, timeZone))),
  },
  {
    name: 'a table of days to HR25, which ends two hours early in spring',
    text: csv(
      `Date,Unit,${Array.from({ length: 25 }, (_, index) => `HR${index + 1}`).join(',')}`,
      `2027-03-14,kWh,${times(23, '1').join(',')},,`,
      `2027-03-15,kWh,${times(24, '2').join(',')},`,
    ),
    net: [...alike(23, '1000'), ...alike(24, '2000')],
    starts: ['2027-03-14', '2027-03-15'].flatMap((each) => hoursOf(daySpan(each, timeZone))),
  },
  {
    name: 'Home Assistant, statistics by their "change"',
    text: csv(
      'statistic_id\tunit\tstart\tstate\tsum\tchange',
      ...hourly((hour) => `sensor.grid_import\tkWh\t31.10.2026 ${two(hour)}:00\t${100 + hour}\t${hour}\t1.5`),
    ),
    net: alike(24, '1500'),
  },
  {
    name: 'Home Assistant, statistics with "start_ts" in seconds since 1970',
    text: csv(
      'statistic_id,unit,start_ts,delta',
      ...dayHours.map((at) => `sensor.grid_import,kWh,${at / 1_000}.0,1.5`),
    ),
    net: alike(24, '1500'),
  },
  {
    name: 'milliseconds since 1970',
    text: csv('timestamp,import_wh,export_wh', ...dayHours.map((at) => `${at},1500,500`)),
    net: alike(24, '1000'),
  },
  {
    name: 'a Shelly meter, in UTC by its header, returned energy beside its own',
    text: csv(
      'date/time utc,Active energy Wh (A),Returned energy Wh (A)',
      ...dayHours.map((at) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')},100,20`),
    ),
    net: alike(24, '80'),
    told: 'times without an offset are read in UTC',
  },
  {
    name: 'times in UTC that only a person knows of',
    text: csv('start,kWh', ...dayHours.map((at) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')},1.5`)),
    columns: 'times=utc',
    net: alike(24, '1500'),
  },
  {
    name: 'Tibber with semicolons, its decimal comma proved by the price alone',
    text: csv(
      'From;To;Consumption;Consumption Unit;Total Cost;Currency',
      ...hourly(
        (hour) =>
          `${day}T${two(hour)}:00:00.000-04:00;${hour < 23 ? `${day}T${two(hour + 1)}` : '2026-11-01T00'}:00:00.000-04:00;1,500;kWh;1,2;NOK`,
      ),
    ),
    net: alike(24, '1500'),
  },
  {
    name: 'UtilityAPI: net beside forward and reverse, which prove it',
    text: csv(
      'meter_uid,interval_start,interval_end,interval_kWh,net_kWh,fwd_kWh,rev_kWh,source',
      ...hourly((hour) => `1,10/31/2026 ${two(hour)}:00,10/31/2026 ${two(hour)}:59,1.25,1,1.25,0.25,x`),
    ),
    net: alike(24, '1000'),
    told: 'not needed: the columns "meter_uid", "interval_kWh", "source"',
  },
  {
    name: 'a demand in kW by the ends of its quarters',
    text: csv(
      'Interval Ending,Demand (kW)',
      ...Array.from({ length: 96 }, (_, index) => {
        const end = index + 1;
        return `${end < 96 ? day : '2026-11-01'} ${two(Math.floor(end / 4) % 24)}:${two((end % 4) * 15)},4.0`;
      }),
    ),
    net: alike(96, '1000'),
    starts: Array.from({ length: 96 }, (_, index) => Date.parse('2026-10-31T04:00Z') + index * 900_000),
    told: 'power is taken as the average of its interval',
  },
  {
    name: 'usage beside export: what is not called net was drawn',
    text: csv('Start,Usage kWh,Export kWh', ...hourly((hour) => `${day} ${two(hour)}:00,1.25,0.25`)),
    net: alike(24, '1000'),
  },
  {
    name: 'two channels that make a direction together',
    text: csv(
      'Start,Channel,kWh',
      ...hourly((hour) => ['CH1', 'CH2'].map((channel) => `${day} ${two(hour)}:00,${channel},0.75`).join('\n')),
    ),
    columns: 'time=Start,channel=Channel,kwh=kWh,import=CH1|CH2',
    net: alike(24, '1500'),
  },
  {
    name: 'Sense with solar, as it asks to be declared',
    text: csv(
      'DateTime,Device ID,Name,Device Type,Device Make,Device Model,Device Location,Avg Wattage,kWh',
      ...hourly((hour) =>
        [`mains,Total Usage,,,,,2000,2`, `solar,Solar Production,,,,,-500,-0.5`]
          .map((row) => `${day} ${two(hour)}:00,${row}`)
          .join('\n'),
      ),
    ),
    columns: 'time=DateTime,kwh=kWh,channel=Name,net=Total Usage|Solar Production',
    net: alike(24, '1500'),
  },
  {
    name: 'Green Button whose readings leave their length to the type, with plus signs',
    text: feed([
      { type: intervalEnergy(4), blocks: [dayHours.map((at, hour) => ({ start: at / 1_000, value: `+${hour}` }))] },
    ]).replaceAll(/<espi:duration>3600<\/espi:duration>/g, ''),
    net: dayHours.map((_, hour) => String(hour)),
  },
  {
    name: 'MEPMD01 in quotes, in UTF-16',
    text: Buffer.from(
      `\ufeff"MEPMD01","19970819","NHEC","","PARTICIPANT","","202611010500","N17","OK","E","KWH","1","00000100","24",${dayHours
        .map((at) => `"${new Date(at + 3_600_000).toISOString().slice(0, 16).replaceAll(/[-T:]/g, '')}","R","1.5"`)
        .join(',')}\n`,
      'utf16le',
    ),
    net: alike(24, '1500'),
  },
];

describe('a file that nobody had shown before', () => {
  it.each(strangers)('is read: $name', ({ text, columns, net: expected, starts = dayHours, told }) => {
    const meter = read(text, columns);
    expect(net(meter)).toEqual(expected);
    expect(startsOf(meter)).toEqual(starts);
    expect(meter.gaps).toEqual([]);
    if (told !== undefined) expect(meter.notes.join('\n')).toContain(told);
    if (columns === undefined && permanent(meter) !== '')
      expect(read(text, permanent(meter)).readings).toEqual(meter.readings);
  });

  it.each([
    [
      'Sense with solar, which does not say what passed the meter',
      csv(
        'DateTime,Device ID,Name,Device Type,Device Make,Device Model,Device Location,Avg Wattage,kWh',
        '2026-10-31 00:00,mains,Total Usage,,,,,2000,2',
        '2026-10-31 00:00,solar,Solar Production,,,,,-500,-0.5',
      ),
      'not what passed the grid\'s meter; where the rows of "Solar Production" are negative, the sum of both did: declare --columns "meter:time=DateTime,kwh=kWh,channel=Name,net=Total Usage|Solar Production"',
    ],
    [
      'usage beside generation, which need not be what was delivered',
      csv('Start,Usage kWh,Generation kWh', '2026-10-31 00:00,2,0.5', '2026-10-31 01:00,2,0.5'),
      'what was generated need not be what was delivered; if it is, declare kwhOut=Generation kWh',
    ],
    [
      'numbers with three digits behind a comma, and nothing that proves it',
      csv('Start;kWh', '2026-10-31 00:00;1,500', '2026-10-31 01:00;1,250'),
      'may be a decimal comma or a thousands separator',
    ],
    [
      'an hour 25 with energy, on a day that has 24',
      csv(
        `Date,UOM,${Array.from({ length: 25 }, (_, index) => `HR${index + 1}`).join(',')}`,
        `10/31/2026,KWH,${times(25, '1').join(',')}`,
      ),
      'there is no hour 25 on 2026-10-31',
    ],
  ])('is refused: %s', (_name, text, sentence) => expect(() => read(text)).toThrow(sentence));

  it('has a hole where a declared sum lacks one of its channels', () => {
    const text = csv(
      'Start,Channel,kWh',
      ...hourly((hour) =>
        (hour === 5 ? ['CH1'] : ['CH1', 'CH2']).map((channel) => `${day} ${two(hour)}:00,${channel},1`).join('\n'),
      ),
    );
    const columns = 'time=Start,channel=Channel,kwh=kWh,net=CH1|CH2';
    expect(() => read(text, columns)).toThrow('nothing is stated from 2026-10-31 05:00');
    expect(net(read(text, columns, true))).toEqual(alike(23, '2000'));
  });

  it('is suspected of ends where its quarters run from 00:15 to midnight', () => {
    const text = csv(
      'Date & Time,Usage kWh',
      ...Array.from({ length: 96 }, (_, index) => {
        const end = index + 1;
        return `${end < 96 ? day : '2026-11-01'} ${two(Math.floor(end / 4) % 24)}:${two((end % 4) * 15)},0.25`;
      }),
    );
    expect(read(text).notes.join('\n')).toContain('its times run from 00:15 to 00:00 of the next day');
  });
});
