import { describe, expect, it } from 'vitest';
import type { Bill } from '../../src/files/bill.ts';
import { billFromCsv } from '../../src/files/billFile.ts';
import { fileText } from '../../src/files/fileText.ts';
import { layoutOfJson, layoutOfText, noLayout } from '../../src/files/layout.ts';
import { csv, timeZone } from './support/csv.ts';

const read = (text: string, columns?: string): Bill =>
  billFromCsv('bill.csv', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone);

describe('a bill', () => {
  it('is read line by line, its totals apart', () => {
    const { lines, totals, steps } = read(
      csv(
        'Start,kWh,Price ($/kWh),Amount ($)',
        '2026-06-10T04:00Z,1.250,0.12345,0.15',
        '2026-06-10T05:00Z,-0.5,0.2,-$0.10',
        'Total,0.75,,$0.05',
      ),
    );
    expect(lines).toMatchObject([
      {
        startAt: Date.parse('2026-06-10T04:00Z'),
        durationMs: 3_600_000,
        energyWattHours: '1250',
        usdPerKwh: '0.12345',
        amountUsd: '0.15',
        line: 2,
      },
      { energyWattHours: '-500', usdPerKwh: '0.2', amountUsd: '-0.1' },
    ]);
    expect(totals).toEqual([
      { device: null, stage: 'bill', startAt: null, endAt: null, energyWattHours: '750', amountUsd: '0.05', line: 4 },
    ]);
    expect(steps).toEqual({ energyWattHours: '1', usdPerKwh: '0.00001', amountUsd: '0.01' });
  });

  it('of several devices has a total of all, named where a device would stand', () => {
    const { totals } = read(
      csv(
        'Device,Start,kWh,Amount',
        'battery,2026-06-10T04:00Z,1,0.10',
        'battery,2026-06-10T05:00Z,1,0.10',
        'car,2026-06-10T04:00Z,1,0.10',
        'car,2026-06-10T05:00Z,1,0.10',
        'battery,Total,,0.20',
        'Total,,,0.40',
      ),
    );
    expect(totals.map(({ device, amountUsd }) => [device, amountUsd])).toEqual([
      ['battery', '0.2'],
      [null, '0.4'],
    ]);
    // And a device may be called so, where the word for a total stands in another cell
    const hours = ['2026-06-10T04:00Z,1,0.10', '2026-06-10T05:00Z,1,0.10', 'Total,2,0.20'];
    const named = read(csv('Device,Start,kWh,Amount', ...hours.map((row) => `Total house,${row}`)));
    expect(named.totals.map(({ device }) => device)).toEqual(['Total house']);
  });

  it('names what it charges for no time, and takes the sum of all its rows for a total', () => {
    const rows = ['2026-06-10T04:00Z,1,0.5', '2026-06-10T05:00Z,2,-$0.25'];
    const charged = read(csv('Start,kWh,Amount', ...rows, 'Customer charge,,$14.00', 'Total,3,14.25'));
    expect(charged.totals).toMatchObject([{ stage: 'bill', amountUsd: '14.25' }]);
    expect(charged.notes.join('\n')).toContain('line 4 is left out: it states no interval: "Customer charge $14.00"');
    const summed = read(csv('Start,kWh,Amount', rows[0] as string, ',1,0.5', rows[1] as string, ',3,$0.25'));
    expect(summed.totals).toMatchObject([{ stage: 'bill', energyWattHours: '3000', amountUsd: '0.25', line: 5 }]);
    expect(summed.notes.join('\n')).toContain('line 3 is left out: it states no interval: "1 0.5"');
    expect(() => read(csv('Start,kWh,Amount', ...rows, ',3,0.26'))).toThrow('line 4 states numbers and no time');
  });

  it('by days and months has totals of local days and months', () => {
    const { lines, totals } = read(csv('Date,kWh,Amount', '2026-11-01,25,1.25', '2026-11,100,9'));
    expect(lines).toEqual([]);
    expect(totals).toMatchObject([
      {
        stage: 'day',
        startAt: Date.parse('2026-11-01T04:00Z'),
        endAt: Date.parse('2026-11-02T05:00Z'),
        amountUsd: '1.25',
      },
      {
        stage: 'month',
        startAt: Date.parse('2026-11-01T04:00Z'),
        endAt: Date.parse('2026-12-01T05:00Z'),
        amountUsd: '9',
      },
    ]);
  });

  it('may state prices in cents or per MWh, amounts in cents, and charges beside credits', () => {
    expect(
      read(csv('Start,min,kWh,¢', '2026-06-10T04:00Z,60,1,12.5'), 'time=Start,minutes=min,kwh=kWh,priceCents=¢').lines,
    ).toMatchObject([{ usdPerKwh: '0.125' }]);
    expect(
      read(csv('Start,min,kWh,LMP', '2026-06-10T04:00Z,60,1,42.17'), 'time=Start,minutes=min,kwh=kWh,pricePerMwh=LMP')
        .lines,
    ).toMatchObject([{ usdPerKwh: '0.04217' }]);
    expect(
      read(csv('Start,min,c', '2026-06-10T04:00Z,60,1250'), 'time=Start,minutes=min,amountCents=c').lines,
    ).toMatchObject([{ amountUsd: '12.5', energyWattHours: null }]);
    expect(
      read(csv('Start,Minutes,Charges,Credits', '2026-06-10T04:00Z,60,1.50,', '2026-06-10T05:00Z,60,,0.75')).lines.map(
        ({ amountUsd }) => amountUsd,
      ),
    ).toEqual(['1.5', '-0.75']);
  });

  it('with hours left out is no fault of the file but a finding', () => {
    const { gaps, lines } = read(
      csv('Start,Amount', '2026-06-10T04:00Z,1', '2026-06-10T05:00Z,1', '2026-06-10T07:00Z,1'),
    );
    expect(lines).toHaveLength(3);
    expect(gaps).toMatchObject([{ startAt: Date.parse('2026-06-10T06:00Z'), endAt: Date.parse('2026-06-10T07:00Z') }]);
  });

  it('may have its columns declared in a JSON file', () => {
    const layout = layoutOfJson('columns.json', { time: 'When', amount: 'Due', interval: 60, delimiter: 'tab' });
    expect(billFromCsv('bill.csv', 'When\tDue\n2026-06-10T04:00Z\t1.5\n', layout, timeZone).lines).toMatchObject([
      { amountUsd: '1.5', durationMs: 3_600_000 },
    ]);
    expect(() => layoutOfJson('columns.json', ['time'])).toThrow(/^columns\.json: a column map is one JSON object/);
    expect(() => layoutOfJson('columns.json', { time: ['When'] })).toThrow(/"time" must be given the header/);
  });
});

describe('a bill is refused, in one sentence, when', () => {
  const two = (row: (hour: string) => string): readonly string[] =>
    ['04', '05'].map((hour) => row(`2026-06-10T${hour}:00Z`));
  const cases: readonly (readonly [name: string, text: string, sentence: string | RegExp, columns?: string])[] = [
    [
      'it has two currencies',
      csv('Start,Amount,Currency', '2026-06-10T04:00Z,1,USD', '2026-06-10T05:00Z,1,CAD'),
      'bill.csv, line 3, column "Currency": the file has two currencies, "CAD" here and others elsewhere; only USD can be reckoned with.',
    ],
    [
      'it is in another currency',
      csv('Start,Amount,Currency', ...two((hour) => `${hour},1,EUR`)),
      /the file is in "EUR", and only USD can be reckoned with/,
    ],
    [
      'an amount is in another currency',
      csv('Start,Amount', '2026-06-10T04:00Z,$1', '2026-06-10T05:00Z,C$1'),
      'bill.csv, line 3, column "Amount": "C$1" is in another currency, and only USD can be settled.',
    ],
    [
      'an amount is in euros',
      csv('Start,Amount', ...two((hour) => `${hour},1.00 €`)),
      /"1.00 €" is in another currency/,
    ],
    [
      'a header names another currency',
      csv('Start,Amount (CAD)', ...two((hour) => `${hour},1`)),
      /column "Amount \(CAD\)": the column is in CAD/,
      'time=Start,amount=Amount (CAD)',
    ],
    ['an amount is empty', csv('Start,Amount', ...two((hour) => `${hour},`)), /column "Amount": the cell is empty/],
    [
      'neither a charge nor a credit is stated',
      csv('Start,Charges,Credits', ...two((hour) => `${hour},,`)),
      /neither a charge nor a credit is stated/,
    ],
    [
      'an amount stands beside a charge',
      csv('Start,Amount,Charges', ...two((hour) => `${hour},1,1`)),
      /both "amount" and "charge" state money/,
    ],
    [
      'two prices are stated',
      csv('Start,$/kWh,¢/kWh,Amount', ...two((hour) => `${hour},1,1,1`)),
      /two columns state a price in different units/,
    ],
    [
      'energy is stated in two units',
      csv('Start,kWh,Wh', ...two((hour) => `${hour},1,1000`)),
      /two columns state the same energy in different units, as "kwh" and as "wh"/,
    ],
    [
      'it states registers',
      csv('Start,import register kWh', ...two((hour) => `${hour},1`)),
      /a bill states energy by intervals, not registers/,
    ],
    [
      'an hour is billed twice',
      csv('Start,Amount', ...two((hour) => `${hour},1`), '2026-06-10T05:00Z,1'),
      /^bill\.csv, line 4: the interval 2026-06-10 01:00 -04:00 stands here again, after line 3/,
    ],
  ];

  it.each(cases.map(([name, ...rest]) => ({ name, rest })))('$name', ({ rest: [text, sentence, columns] }) => {
    expect(() => read(text, columns)).toThrow(sentence);
    expect(() => read(text, columns)).toThrow(/^[^\n]*\.$/);
  });
});

describe('the text of a file', () => {
  const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

  it('is UTF-8 with or without a mark', () => {
    expect(fileText('a.csv', bytes(0xef, 0xbb, 0xbf, 'Größe'))).toBe('Größe');
  });

  it('may be UTF-16, with or without a mark, in either order of bytes', () => {
    const little = Buffer.from('a,b\n', 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const given of [
      little,
      big,
      Buffer.concat([bytes(0xff, 0xfe), little]),
      Buffer.concat([bytes(0xfe, 0xff), big]),
    ])
      expect(fileText('a.csv', given)).toBe('a,b\n');
  });

  it.each([
    ['Windows-1252', bytes('a,b\nGr', 0xf6, 'e,1\n'), /^a\.csv, line 2: here stands a byte that is no UTF-8/],
    ['a spreadsheet', bytes('PK', 3, 4), /this is a spreadsheet or a zip archive, not text/],
    ['nothing', bytes(' \n'), 'a.csv: the file is empty.'],
  ])('is refused when it is %s', (_name, given, sentence) => expect(() => fileText('a.csv', given)).toThrow(sentence));
});
