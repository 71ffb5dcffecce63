import { describe, expect, it } from 'vitest';
import { noLayout, layoutOfText } from '../../src/files/layout.ts';
import { meterFromBytes } from '../../src/files/meterFromBytes.ts';
import { billFromText, meterFromText } from './support/readText.ts';
import type { MeterFile } from '../../src/files/meterFile.ts';
import { csv, timeZone } from './support/csv.ts';
import { itOf } from './support/field.ts';

const read = (text: string, acceptsGaps = false): MeterFile =>
  meterFromText('meter.csv', text, noLayout, timeZone, acceptsGaps);
const net = ({ readings }: MeterFile): readonly string[] => readings.map(({ energyWattHours }) => energyWattHours);

/** Quarters or hours of 2026-10-31 from midnight in New York, which is 04:00Z. */
const record = (
  units: string,
  values: readonly (string | readonly [flag: string, value: string])[],
  { minutes = 60, made = '202611010600', purpose = 'OK', first = Date.parse('2026-10-31T04:00Z'), meter = 'N17' } = {},
): string => {
  const isRegister = units.endsWith('REG');
  const readings = values.map((value, index) => {
    const at = new Date(first + (index + (isRegister ? 0 : 1)) * minutes * 60_000).toISOString().replace(/\D/g, '');
    const [flag, number] = typeof value === 'string' ? ['R0', value] : value;
    return `${at.slice(0, 12)},${flag},${number}`;
  });
  const interval = `0000${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`;
  return `MEPMD01,19970819,NHEC,,TERVEN,,${made},${meter},${purpose},E,${units},1,${interval},${values.length},${readings.join(',')}`;
};

describe('MEPMD01 records from the field', () => {
  itOf('csv', 'cmep.csv', 'is read in both directions, as meter and as what was billed', (text) => {
    const meter = read(text);
    expect(meter.readings).toHaveLength(24);
    expect(meter.readings[0]).toMatchObject({
      device: 'N17000001',
      startAt: Date.parse('2026-10-31T04:00Z'),
      durationMs: 3_600_000,
      importWattHours: '2373',
      exportWattHours: '1049',
      energyWattHours: '1324',
      source: 'interval',
    });
    const bill = billFromText('bill.csv', text, noLayout, timeZone);
    expect(Array.from(bill.lines, ({ energyWattHours }) => energyWattHours)).toEqual(net(meter));
    expect(bill.steps.energyWattHours).toBe('1');
  });

  itOf('csv', 'cmep_reg.csv', 'is read by the growth of its register', (text) => {
    const meter = read(text);
    expect(meter.readings).toHaveLength(24);
    expect(meter.readings[0]).toMatchObject({ energyWattHours: '2373', source: 'register' });
    expect(meter.notes.join('\n')).toContain('of N17000001 only what was drawn is stated');
  });
});

describe('MEPMD01 records', () => {
  it('of registers beside intervals are held against their sum', () => {
    const intervals = [record('KWH', ['1', '2', '3']), record('GKWH', ['0', '0.5', '0'])];
    const right = read(
      csv(...intervals, record('KWHREG', ['100', '101', '103', '106']), record('GKWHREG', ['7', '7', '7.5', '7.5'])),
    );
    expect(net(right)).toEqual(['1000', '1500', '3000']);
    expect(right.notes).toContain('meter.csv: the register KWHREG grew by the sum of the intervals, 3 times out of 3.');
    expect(right.notes).toContain(
      'meter.csv: the register GKWHREG grew by the sum of the intervals, 3 times out of 3.',
    );
    const wrong = read(csv(...intervals, record('KWHREG', ['100', '101', '103.5', '106.5'])));
    expect(net(wrong)).toEqual(net(right));
    expect(wrong.notes).toContain(
      'meter.csv: the register KWHREG grew by 2500 Wh from 2026-10-31 01:00 -04:00 to 2026-10-31 02:00 -04:00, and the intervals sum to 2000 Wh; the intervals are read.',
    );
  });

  it('of a quarter, half and full hour meet where both directions begin and end', () => {
    const meter = read(
      csv(record('KWH', ['1', '1', '2', '2'], { minutes: 15 }), record('GKWH', ['0.5', '1'], { minutes: 30 })),
    );
    expect(meter.readings).toMatchObject([
      { durationMs: 1_800_000, importWattHours: '2000', exportWattHours: '500' },
      { durationMs: 1_800_000, importWattHours: '4000', exportWattHours: '1000' },
    ]);
  });

  it('say by their flags what was measured, estimated and missing', () => {
    const text = csv(record('KWH', ['1', ['A0', '2'], ['N0', ''], ['R8', '4']]));
    expect(() => read(text)).toThrow(
      'meter.csv, line 1: nothing is stated of N17 from 2026-10-31 02:00 -04:00 to 2026-10-31 03:00 -04:00; add --accept-gaps',
    );
    const { readings, gaps, notes } = read(text, true);
    expect(notes).toContain(
      'meter.csv: qualities that it states, each with the number of its readings: "A0" (estimated) of 1, "R8" (measured) of 1.',
    );
    const bill = billFromText('bill.csv', text, noLayout, timeZone);
    expect(bill.notes.join('\n')).toContain('"A0" (estimated) of 1');
    expect(readings.map(({ quality, remark }) => [quality, remark])).toEqual([
      ['measured', null],
      ['estimated', 'A0'],
      ['measured', 'R8'],
    ]);
    expect(gaps).toHaveLength(1);
  });

  it('that are sent again count once, and the later made corrects the earlier', () => {
    const first = record('KWH', ['1', '2']);
    expect(net(read(csv(first, first)))).toEqual(['1000', '2000']);
    const corrected = read(csv(record('KWH', ['1', '3'], { made: '202611020600', purpose: 'RESEND' }), first));
    expect(net(corrected)).toEqual(['1000', '3000']);
    expect(corrected.notes.join('\n')).toContain('line 1 corrects line 2 at 2026-10-31 02:00 -04:00');
    expect(() => read(csv(first, record('KWH', ['1', '3'])))).toThrow(/line 2: KWH at .* differs from line 1/);
  });

  it('that correct and leave out many times are told with a number', () => {
    const [first, again] = [
      ['1', '2', '3'],
      ['1', '4', '5'],
    ].map((values, index) => record('KWH', values, { made: `20261102060${index}`, purpose: 'RESEND' })) as [
      string,
      string,
    ];
    const others = [record('KVARH', ['1']), record('KVARH', ['2']), record('KVARH', ['3'])];
    const meter = read(csv(first, again, ...others));
    expect(net(meter)).toEqual(['1000', '4000', '5000']);
    expect(meter.notes).toContain(
      'meter.csv: 2 readings were sent again with another value, the first where line 2 corrects line 1 at 2026-10-31 02:00 -04:00: what was made later counts.',
    );
    expect(meter.notes).toContain(
      'meter.csv: the record on line 3 and 2 more are left out: of each, its units are "KVARH".',
    );
  });

  it('that state one time for two lengths are refused for that', () => {
    const text = csv(record('KWH', ['1', '1', '1', '1'], { minutes: 15 }), record('KWH', ['4']));
    expect(() => read(text)).toThrow(
      'line 2: KWH that ends at 2026-10-31 01:00 -04:00 is stated for 60 minutes here, and for 15 on line 1; leave one of them out.',
    );
  });

  it('are read by their constant, and no finer than it is written', () => {
    const bill = billFromText(
      'bill.csv',
      csv(record('KWH', ['1234']).replace('KWH,1,', 'KWH,0.001,')),
      noLayout,
      timeZone,
    );
    expect(Array.from(bill.lines, ({ energyWattHours }) => energyWattHours)).toEqual(['1234']);
    expect(bill.steps.energyWattHours).toBe('1');
  });

  it('of KWH alone are net where they go below zero, and contradict themselves beside GKWH', () => {
    const meter = read(csv(record('KWH', ['1', '-0.5'])));
    expect(meter.readings).toMatchObject([
      { importWattHours: '1000', exportWattHours: '0' },
      { importWattHours: null, exportWattHours: null, energyWattHours: '-500' },
    ]);
    expect(meter.notes.join('\n')).toContain(
      '1 reading of KWH is negative, the first that of N17 from 2026-10-31 01:00',
    );
    expect(() => read(csv(record('KWH', ['1', '-0.5']), record('GKWH', ['0', '0'])))).toThrow(
      /line 1: what N17 states from 2026-10-31 01:00 -04:00 is negative/,
    );
  });

  it('of a year in one line, and in UTF-16, are read', () => {
    const text = record(
      'KWH',
      Array.from({ length: 8_760 }, () => '0.25'),
    );
    expect(text.length).toBeGreaterThan(100_000);
    expect(read(csv(text)).readings).toHaveLength(8_760);
    const { readings } = meterFromBytes('m', Buffer.from(`\ufeff${csv(text)}`, 'utf16le'), noLayout, timeZone, false);
    expect(readings).toHaveLength(8_760);
  });

  it('of numbers that no column holds are exact', () => {
    const meter = read(csv(record('KWH', ['123456789012345.6789', '1']), record('GKWH', ['0.00000000001', '0'])));
    expect(net(meter)).toEqual(['123456789012345678.89999999', '1000']);
  });

  it('may leave stamps out, as the protocol allows, and stand beside other units', () => {
    const text = csv(
      'MEPMD01,19970819,NHEC,,TERVEN,,202611010600,N17,OK,E,KWH,10,00000100,2,202610310500,R0,0.1,,R0,0.2',
      'MEPMD01,19970819,NHEC,,TERVEN,,202611010600,N17,OK,E,KVARH,1,00000100,1,202610310500,R0,9',
      'MEPMD01,19970819,NHEC,,TERVEN,,202611010600,N18,OK,G,CCF,1,00000100,1,202610310500,R0,9',
    );
    const meter = read(text);
    expect(net(meter)).toEqual(['1000', '2000']);
    expect(meter.notes).toContain('meter.csv: the record on line 2 is left out: its units are "KVARH".');
    expect(meter.notes).toContain(
      'meter.csv: the record on line 3 is left out: its commodity is "G" and not electricity.',
    );
  });

  it('are missing where only one of two directions is stated', () => {
    const text = csv(record('KWH', ['1', '2', '3']), record('GKWH', ['0', '1']));
    expect(() => read(text)).toThrow(
      /nothing is stated of N17 from 2026-10-31 02:00 -04:00 to 2026-10-31 03:00 -04:00/,
    );
    expect(net(read(text, true))).toEqual(['1000', '1000']);
  });

  it.each([
    ['before a value', ',,R0', /line 1, reading 3: the record ends before its value, behind "R0"/],
    ['before the decimals of a value', ',,R0,1.', /line 1, reading 3: "1\." ends before its decimals/],
    ['and go on', ',,,,,R0,1', /line 1, reading 3: the record ends before its value/],
  ])('that announce no number of readings and end %s are refused', (_, rest, sentence) => {
    const text = record('KWH', ['1', '2']).trimEnd().replace(',2,2026', ',,2026');
    expect(net(read(csv(`${text},,`)))).toEqual(['1000', '2000']);
    expect(() => read(csv(`${text}${rest}`))).toThrow(sentence);
  });

  it.each([
    [
      'that are cut off',
      record('KWH', ['1', '2']).replace(',2,2026', ',3,2026'),
      /line 1: the record announces "3" readings and has 2/,
    ],
    [
      'with a flag nobody knows',
      record('KWH', [['Q1', '1']]),
      /line 1, reading 1: it is not known what the quality "Q1" means/,
    ],
    [
      'with a time that is none',
      record('KWH', ['1']).replace('202610310500', '202613310500'),
      /reading 1: "202613310500" is no time/,
    ],
    ['of a month each', record('KWH', ['1']).replace('00000100', '01000000'), /"01000000" is no length of an interval/],
    [
      'of a register that went backwards',
      record('KWHREG', ['5', '4']),
      /the register KWHREG went backwards, from 5000 Wh to 4000 Wh/,
    ],
    ['of one dial', record('KWHREG', ['5']), /one reading of a register says nothing of an hour/],
    ['of gas alone', record('KWH', ['5']).replace(',E,', ',G,'), /none of its records states electricity/],
  ])('%s are refused in one sentence', (_name, text, sentence) => {
    expect(() => read(csv(text))).toThrow(sentence);
  });

  it('need no columns', () => {
    expect(() => meterFromText('m.csv', csv(record('KWH', ['1'])), layoutOfText('time=A,kwh=B'), timeZone)).toThrow(
      'm.csv: MEPMD01 records have no columns, and say all of themselves; leave --columns out.',
    );
  });

  it('below a header, and beside a type that is not read, are read and the rest is named', () => {
    const text = `Record Type,Version\n${record('KWH', ['1', '2'], { minutes: 60 })}\nMEPLD01,19970819,NHEC\n`;
    const meter = read(text);
    expect(net(meter)).toEqual(['1000', '2000']);
    expect(meter.notes.join('\n')).toMatch(
      /line 1 is left out: its type is "Record Type".*line 3 is left out: its type is "MEPLD01"/s,
    );
  });
});
