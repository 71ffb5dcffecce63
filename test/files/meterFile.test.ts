import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf, localText } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { type MeterFile, meterFromCsv } from '../../src/files/meterFile.ts';
import { csv, flat, timeZone } from './support/csv.ts';

const read = (text: string, columns?: string, acceptsGaps = false): MeterFile =>
  meterFromCsv('meter.csv', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone, acceptsGaps);

const starts = ({ readings }: MeterFile): readonly string[] =>
  readings.map(({ startAt }) => new Date(startAt).toISOString().slice(0, 16));

describe('a meter file', () => {
  it('with well-known headers and offsets is read as it stands', () => {
    const { readings, notes } = read(
      csv('Start,Net (kWh)', '2026-06-10T00:00-04:00,1.250', '2026-06-10T01:00-04:00,-0.5'),
    );
    expect(readings).toMatchObject([
      {
        device: null,
        startAt: Date.parse('2026-06-10T04:00Z'),
        durationMs: 3_600_000,
        energyWattHours: '1250',
        importWattHours: null,
        quality: 'measured',
        line: 2,
      },
      { energyWattHours: '-500', line: 3 },
    ]);
    expect(notes).toEqual([
      'meter.csv: read as: hours by their start; time = "Start", kwh = "Net (kWh)".',
      'meter.csv: to make this reading permanent: --columns "meter:time=Start,kwh=Net (kWh),interval=60"',
    ]);
  });

  it('of our own making is read back', () => {
    const { readings } = read(
      csv(
        'resourceID,startAt,importWattHours,exportWattHours,energyWattHours,usdPerKwh,delivery',
        'battery,2026-06-10T04:00:00.000Z,1250,250,1000,0.1,acknowledged',
        'battery,2026-06-10T05:00:00.000Z,0,0,0,0.1,owed',
      ),
    );
    expect(readings[0]).toMatchObject({
      device: 'battery',
      importWattHours: '1250',
      exportWattHours: '250',
      energyWattHours: '1000',
    });
  });

  it('may have a byte order mark, CRLF, quotes, a preamble, empty lines and a total', () => {
    const { readings } = read(
      '\ufeffName,A. Member\r\nAddress,"1 Main St, Plymouth"\r\n\r\n"Start","Usage (kWh)"\r\n2026-06-10T04:00Z,1\r\n2026-06-10T05:00Z,2\r\n\r\nTotal,3\r\n',
    );
    expect(readings.map(({ energyWattHours, line }) => [energyWattHours, line])).toEqual([
      ['1000', 5],
      ['2000', 6],
    ]);
  });

  it('in declared columns is read in their units, whichever direction is positive', () => {
    const text = csv('When;Made;Used', '11/13/2026 1:00 PM;2.5;0', '11/13/2026 2:00 PM;0;1');
    expect(
      read(text, 'time=When,mwhOut=Made,mwhIn=Used,delimiter=semicolon').readings.map(
        ({ energyWattHours }) => energyWattHours,
      ),
    ).toEqual(['-2500000', '1000000']);
    expect(
      read(text, 'time=When,whOutNet=Made,delimiter=semicolon').readings.map(({ energyWattHours }) => energyWattHours),
    ).toEqual(['-2.5', '0']);
  });

  it('of registers gives the energy between its readings', () => {
    const { readings } = read(
      csv(
        'time,import register kWh,export register kWh',
        '2026-06-10T04:00Z,100.5,7',
        '2026-06-10T05:00Z,101.75,7',
        '2026-06-10T06:00Z,101.75,9',
      ),
    );
    expect(readings).toMatchObject([
      {
        startAt: Date.parse('2026-06-10T04:00Z'),
        importWattHours: '1250',
        exportWattHours: '0',
        energyWattHours: '1250',
        source: 'register',
      },
      { startAt: Date.parse('2026-06-10T05:00Z'), energyWattHours: '-2000' },
    ]);
  });

  it('with ends instead of starts, or with both, or with minutes, is read alike', () => {
    const ends = read(csv('end,kWh', '2026-06-10T05:00Z,1', '2026-06-10T06:00Z,2'));
    const both = read(
      csv('start,end,kWh', '2026-06-10T04:00Z,2026-06-10T05:00Z,1', '2026-06-10T05:00Z,2026-06-10T06:00Z,2'),
    );
    const minutes = read(csv('start,minutes,kWh', '2026-06-10T04:00Z,60,1', '2026-06-10T05:00Z,60,2'));
    const plain = ({ readings }: MeterFile) =>
      readings.map(({ startAt, durationMs, energyWattHours }) => ({ startAt, durationMs, energyWattHours }));
    expect(plain(both)).toEqual(plain(ends));
    expect(plain(minutes)).toEqual(plain(ends));
  });

  it('tells estimated readings from measured ones', () => {
    const { readings } = read(csv('start,kWh,quality', '2026-06-10T04:00Z,1,A', '2026-06-10T05:00Z,2,Estimated'));
    expect(readings.map(({ quality }) => quality)).toEqual(['measured', 'estimated']);
  });

  it('reads dates with slashes where one of them proves their order', () => {
    expect(
      starts(
        read(csv('start,kWh', '11/06/2026 00:00,1', '11/06/2026 01:00,1', '11/13/2026 00:00,1'), undefined, true),
      )[0],
    ).toBe('2026-11-06T05:00');
    expect(
      starts(read(csv('start,kWh', '11/06/2026 00:00,1', '11/06/2026 01:00,1'), 'time=start,kwh=kWh,dates=dmy'))[0],
    ).toBe('2026-06-11T04:00');
  });
});

describe('local times without an offset', () => {
  const naive = (day: string): readonly string[] =>
    hoursOf(daySpan(day, timeZone)).map((at) => localText(at, timeZone).slice(0, 16));

  it('are read in the programme’s zone, and that is said', () => {
    const meter = read(csv('start,kWh', '2026-06-10 00:00,1', '2026-06-10 01:00,1'));
    expect(starts(meter)).toEqual(['2026-06-10T04:00', '2026-06-10T05:00']);
    expect(meter.notes).toContain('meter.csv: times without an offset are read in America/New_York.');
  });

  it.each([
    ['2026-11-01', 25],
    ['2026-03-08', 23],
    ['2026-06-10', 24],
  ])('of %s make its %i hours, oldest first or newest first', (day, count) => {
    const hours = naive(day);
    expect(hours).toHaveLength(count);
    const forward = read(csv('start,kWh', ...hours.map((hour, index) => `${hour},${index}`)));
    const backward = read(csv('start,kWh', ...hours.map((hour, index) => `${hour},${index}`).reverse()));
    expect(forward.readings.map(({ startAt }) => startAt)).toEqual(hoursOf(daySpan(day, timeZone)));
    expect(backward.readings.map(({ startAt, energyWattHours }) => [startAt, energyWattHours])).toEqual(
      forward.readings.map(({ startAt, energyWattHours }) => [startAt, energyWattHours]),
    );
  });

  it('on the repeated hour are told apart by their order, which is said', () => {
    const { notes } = read(csv('start,kWh', ...naive('2026-11-01').map((hour) => `${hour},1`)));
    expect(notes.at(-1)).toBe(
      'meter.csv: the clocks showed 2026-11-01 01:00 twice; the order of the rows says that line 3 is 2026-11-01 01:00 -04:00 and line 4 is 2026-11-01 01:00 -05:00.',
    );
  });

  it('on the repeated hour with starts and ends fit as well', () => {
    const meter = read(
      csv(
        'start,end,kWh',
        ...hoursOf(daySpan('2026-11-01', timeZone)).map(
          (at) => `${localText(at, timeZone).slice(0, 16)},${localText(at + 3_600_000, timeZone).slice(0, 16)},1`,
        ),
      ),
    );
    expect(meter.readings.map(({ durationMs }) => durationMs)).toEqual(Array(25).fill(3_600_000));
  });

  it('may name the offset as people do', () => {
    expect(starts(read(csv('start,kWh', '2026-11-01 01:00 EST,1', '2026-11-01 01:00 EDT,1')))).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T06:00',
    ]);
    expect(starts(read(csv('start,zone,kWh', '2026-11-01 01:00,-05:00,1', '2026-11-01 01:00,-04:00,1')))).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T06:00',
    ]);
  });

  it('of several devices are in order each by itself', () => {
    const rows = naive('2026-11-01').flatMap((hour) => [`a,${hour},1`, `b,${hour},2`]);
    expect(read(csv('device,start,kWh', ...rows)).readings.map(({ startAt }) => startAt)).toEqual([
      ...hoursOf(daySpan('2026-11-01', timeZone)),
      ...hoursOf(daySpan('2026-11-01', timeZone)),
    ]);
  });
});

describe('a meter file is refused, in one sentence, when', () => {
  const hours = flat(['2026-06-10T04:00Z', '2026-06-10T05:00Z', '2026-06-10T06:00Z']);
  const cases: readonly (readonly [name: string, text: string, sentence: string | RegExp, columns?: string])[] = [
    ['it is empty', '', 'meter.csv: the file has no rows.'],
    ['there is only a header', 'start,kWh\n', 'meter.csv: there is a header and nothing below it.'],
    [
      'its headers are not known',
      csv('Begins,Power', ...hours),
      /^meter\.csv, line 1: the headers "Begins", "Power" do not say which column is the time .*--columns/,
    ],
    ['its energy has no unit', csv('start,usage', ...hours), /the headers "start", "usage" do not say/],
    [
      'a declared column is missing',
      csv('start,kWh', ...hours),
      'meter.csv, line 1: there is no column "Net"; the header there has "start", "kWh".',
      'time=start,kwh=Net',
    ],
    [
      'two columns fit',
      csv('start,net kWh,usage kWh', '2026-06-10T04:00Z,1,2'),
      /both "net kWh" and "usage kWh" could be meant by "kwh"; declare them/,
    ],
    [
      'two columns have the declared name',
      csv('start,kWh,kWh', '2026-06-10T04:00Z,1,2'),
      /two columns are called "kWh"/,
      'time=start,kwh=kWh',
    ],
    [
      'a decimal comma may separate thousands',
      csv('start;kWh', '2026-06-10T04:00Z;1,234', '2026-06-10T05:00Z;2,345'),
      'meter.csv, line 2, column "kWh": "1,234" has a comma, which may be a decimal comma or a thousands separator; add decimal=comma or decimal=point to the declared columns.',
    ],
    [
      'numbers are written in two ways',
      csv('start;kWh', '2026-06-10T04:00Z;1,5', '2026-06-10T05:00Z;1.5'),
      /"1,5" has a comma/,
    ],
    [
      'a number is NaN',
      csv('start,kWh', '2026-06-10T04:00Z,NaN', '2026-06-10T05:00Z,1'),
      'meter.csv, line 2, column "kWh": "NaN" is not a number.',
    ],
    [
      'a number is hexadecimal',
      csv('start,kWh', '2026-06-10T04:00Z,0x1F', '2026-06-10T05:00Z,1'),
      /"0x1F" is not a number/,
    ],
    [
      'a number is missing',
      csv('start,kWh', '2026-06-10T04:00Z,', '2026-06-10T05:00Z,1'),
      'meter.csv, line 2, column "kWh": the cell is empty, and an empty cell is not zero; leave the row out if nothing was measured.',
    ],
    [
      'a row is cut off',
      csv('start,kWh', ...hours.slice(0, 2), '2026-06-10T06:00Z'),
      /^meter\.csv, line 4: the row has 1 of 2 cells: the file is cut off here/,
    ],
    ['a quote is not closed', csv('start,kWh', '"2026-06-10T04:00Z,1'), /a quote that was opened is never closed/],
    [
      'a row is repeated',
      csv('start,kWh', ...hours, '2026-06-10T05:00Z,2'),
      'meter.csv, line 5: the interval 2026-06-10 01:00 -04:00 stands here again, after line 3; an hour is counted once, so leave one of them out.',
    ],
    [
      'a table of days stands above one of hours',
      csv('Date,kWh', '2026-06-09,24', '2026-06-10,24', 'Start,kWh', ...hours),
      /^meter\.csv, line 5: the file states the day 2026-06-10 whole in line 3, and a part of it in line 5, as two tables in one file do; give each table in a file of its own/,
    ],
    [
      'intervals overlap',
      csv('start,kWh', ...hours, '2026-06-10T07:00Z,1', '2026-06-10T08:00Z,1', '2026-06-10T04:30Z,2'),
      /^meter\.csv, line 7: the interval .* overlaps/,
    ],
    [
      'there is a gap',
      csv('start,kWh', ...hours, '2026-06-10T09:00Z,2', '2026-06-10T12:00Z,2'),
      'meter.csv, line 4: nothing is stated from 2026-06-10 03:00 -04:00 to 2026-06-10 05:00 -04:00 (and 1 more such gap follows); add --accept-gaps to settle the rest and have these hours listed as missing.',
    ],
    [
      'a register went backwards',
      csv('time,import register kWh', '2026-06-10T04:00Z,10', '2026-06-10T05:00Z,12', '2026-06-10T06:00Z,3'),
      /^meter\.csv, line 4, column "import register kWh": the register went backwards, from 12000 Wh on line 3 to 3000 Wh at 2026-06-10 02:00 -04:00; if the meter was replaced/,
    ],
    [
      'registers leave an hour out',
      csv(
        'time,import register kWh',
        '2026-06-10T04:00Z,10',
        '2026-06-10T05:00Z,12',
        '2026-06-10T06:00Z,13',
        '2026-06-10T08:00Z,13',
      ),
      /nothing is stated from 2026-06-10 02:00 -04:00 to 2026-06-10 04:00 -04:00; add --accept-gaps/,
    ],
    [
      'there is one reading of a register',
      csv('time,import register kWh', '2026-06-10T04:00Z,10'),
      /give at least two/,
    ],
    [
      'one direction is negative',
      csv('start,export kWh', '2026-06-10T04:00Z,-1', '2026-06-10T05:00Z,1'),
      /energy of one direction cannot be negative; declare the column as net/,
    ],
    [
      'net, import and export disagree',
      csv('start,net kWh,import kWh,export kWh', '2026-06-10T04:00Z,1,2,2', '2026-06-10T05:00Z,1,1,0'),
      /the net energy 1000 Wh is not what was drawn less what was delivered, 0 Wh/,
    ],
    [
      'energy is stated for a time that was skipped',
      csv('start,kWh', '2026-03-08 01:00,1', '2026-03-08 02:00,1'),
      /^meter\.csv, line 3: the time 2026-03-08 02:00 does not exist in America\/New_York: the clocks skipped it, and something is stated for it; .* times=standard/,
    ],
    ['a zone is named that did not hold', csv('start,kWh', '2026-06-10 00:00 EST,1'), /did not show EST, but EDT/],
    [
      'the order of a date is open',
      csv('start,kWh', '11/06/2026 00:00,1', '11/06/2026 01:00,1'),
      /"11\/06\/2026 00:00" may be in month\/day or in day\/month order; add dates=mdy/,
    ],
    [
      'dates contradict one another',
      csv('start,kWh', '13/06/2026 00:00,1', '06/13/2026 01:00,1'),
      /some dates are in month\/day order and some in day\/month order/,
    ],
    ['a date does not exist', csv('start,kWh', '2026-02-30 00:00,1'), /"2026-02-30 00:00" is no day of the calendar/],
    ['a time is no time', csv('start,kWh', 'yesterday,1'), /"yesterday" does not begin with a date/],
    [
      'a time has no time of day',
      csv('time,import register kWh', '2026-06-10,1', '2026-06-11,2'),
      /a reading of a register needs a time of day/,
    ],
    [
      'the length of its interval is not known',
      csv('start,kWh', '2026-06-10T04:00Z,1'),
      /does not say how long its intervals are; add interval=60/,
    ],
    [
      'an interval ends before it begins',
      csv('start,end,kWh', '2026-06-10T05:00Z,2026-06-10T04:00Z,1'),
      /the interval ends before it begins/,
    ],
    [
      'a quality is not known',
      csv('start,kWh,quality', ...hours.map((row) => `${row},odd`)),
      /it is not known what the quality "odd" means/,
    ],
    [
      'a row names no device',
      csv('start,kWh,device', ...hours.map((row) => `${row},`)),
      /the row does not say which device/,
    ],
  ];

  it.each(cases.map(([name, ...rest]) => ({ name, rest })))('$name', ({ rest: [text, sentence, columns] }) => {
    const reading = (): MeterFile => read(text, columns);
    expect(reading).toThrow(sentence);
    try {
      reading();
    } catch (error) {
      expect(error).toMatchObject({ name: 'UnusableFile' });
      expect((error as Error).message).toMatch(/^[^\n]*\.$/);
    }
  });

  it('gaps are accepted only when that was asked for, and are listed then', () => {
    const { readings, gaps, notes } = read(csv('start,kWh', ...hours, '2026-06-10T08:00Z,2'), undefined, true);
    expect(readings).toHaveLength(4);
    expect(gaps).toMatchObject([
      { startAt: Date.parse('2026-06-10T07:00Z'), endAt: Date.parse('2026-06-10T08:00Z'), line: 4 },
    ]);
    expect(notes.at(-1)).toBe(
      'meter.csv: nothing is stated from 2026-06-10 03:00 -04:00 to 2026-06-10 04:00 -04:00; these hours are missing.',
    );
  });
});

describe('a declared column map', () => {
  it.each([
    ['kwh', /which is no pair/],
    ['time=Start,watts=Net', /A column cannot mean "watts": it can mean time, end/],
    ['time=Start,time=Begin', /declare "time" twice/],
    ['delimiter=x', /The delimiter "x" is not known/],
    ['dates=ydm', /The order of dates "ydm" is not known: it is mdy/],
    ['decimal=;', /The decimal sign ";" is not known/],
    ['ends=open', /The kind of ends "open" is not known: it is inclusive/],
    ['times=gmt', /The kind of times "gmt" is not known: it is local/],
    ['registers=then', /The kind of registers "then" is not known/],
    ['interval=0', /The interval "0" is no number of minutes/],
  ])('%s is refused in a sentence', (text, sentence) => expect(() => layoutOfText(text)).toThrow(sentence));

  it('may name headers with commas', () => {
    expect(layoutOfText('time=Start, local,kwh=Net').columns).toEqual(
      new Map([
        ['time', 'Start, local'],
        ['kwh', 'Net'],
      ]),
    );
  });
});
