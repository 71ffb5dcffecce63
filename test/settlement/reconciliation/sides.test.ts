import { describe, expect, it } from 'vitest';
import { hourMs } from '../../../src/programme/calendar.ts';
import type { BilledLine } from '../../../src/files/bill.ts';
import { billFromCsv } from '../../../src/files/billFile.ts';
import type { FileReading } from '../../../src/files/fileReading.ts';
import { noLayout } from '../../../src/files/layout.ts';
import { meterFromCsv } from '../../../src/files/meterFile.ts';
import type { ComparedCell } from '../../../src/settlement/reconciliation/cells.ts';
import { elsewhereOf } from '../../../src/settlement/reconciliation/elsewhere.ts';
import { checkMeter } from '../../../src/settlement/reconciliation/meterCheck.ts';
import { reconcile } from '../../../src/settlement/reconciliation/reconcile.ts';
import {
  acknowledgedIn,
  billedIn,
  expectedIn,
  isNothing,
  meteredIn,
  priceIn,
} from '../../../src/settlement/reconciliation/sides.ts';
import { devicesOf, madeLine, type MadeHour, madeSettlement, timeZone } from '../support/made.ts';

/** What each side says of a stretch of time, and when it says nothing: nothing is guessed where a part is not known. */

const first = Date.parse('2026-06-10T04:00Z');
const at = (hours: number): number => first + hours * hourMs;
const line = (hours: number, made: Partial<MadeHour> = {}) => madeLine({ startAt: at(hours), ...made });
const reading = (hours: number, energyWattHours: string, changes: Partial<FileReading> = {}): FileReading => ({
  device: null,
  startAt: at(hours),
  durationMs: hourMs,
  importWattHours: null,
  exportWattHours: null,
  energyWattHours,
  source: 'interval',
  quality: 'measured',
  remark: null,
  line: 1,
  ...changes,
});
const cell = (hours: number, sides: Partial<ComparedCell>): ComparedCell => ({
  startAt: first,
  endAt: at(hours),
  lines: [],
  readings: [],
  billed: [],
  ...sides,
});
const estimated = (hours: number) => {
  const made = line(hours, { importWattHours: 500 });
  return { ...made, reading: { ...made.reading, quality: 'estimated' as const } };
};

describe('what was metered', () => {
  it.each([
    ['all of it', [reading(0, '1000'), reading(1, '500.5')], '1500.5', 'measured'],
    ['all of it, some of it estimated', [reading(0, '1'), reading(1, '2', { quality: 'estimated' })], '3', 'estimated'],
    ['the first hour', [reading(0, '1000')], null, 'missing'],
    ['the second hour', [reading(1, '1000')], null, 'missing'],
    ['nothing', [], null, 'missing'],
  ] as const)('given a file that has %s, then that is what it says', (_, readings, energyWattHours, quality) => {
    expect(meteredIn(cell(2, { readings, lines: [line(0), line(1)] }), true)).toEqual({
      energyWattHours,
      quality,
      from: 'file',
      readings: quality === 'missing' ? [] : readings,
    });
  });

  it.each([
    ['all of it', [line(0, { importWattHours: 1_000 }), line(1, { exportWattHours: 300 })], '700', 'measured'],
    ['all of it, some of it estimated', [line(0), estimated(1)], '500', 'estimated'],
    ['the first hour', [line(0)], null, 'missing'],
    ['both, of which one was not measured', [line(0), line(1, { importWattHours: null })], null, 'missing'],
    ['nothing', [], null, 'missing'],
  ] as const)('given a log that has %s, then that is what it says', (_, lines, energyWattHours, quality) => {
    expect(meteredIn(cell(2, { lines, readings: [reading(0, '9')] }), false)).toEqual({
      energyWattHours,
      quality,
      from: 'log',
      readings: [],
    });
  });

  it('given a stretch of no length, then nothing was metered in it', () => {
    expect([meteredIn(cell(0, {}), true), meteredIn(cell(0, {}), false)]).toMatchObject([
      { quality: 'missing' },
      { quality: 'missing' },
    ]);
  });
});

describe('what was acknowledged, and at which price', () => {
  it.each([
    ['both hours', [line(0, { acknowledgedWattHours: 1_000 }), line(1, { acknowledgedWattHours: -200 })], 800],
    ['the first', [line(0, { acknowledgedWattHours: 5 }), line(1, { acknowledgedWattHours: null })], null],
    ['the second', [line(0, { acknowledgedWattHours: null }), line(1, { acknowledgedWattHours: 5 })], null],
    ['none there is', [], null],
  ] as const)('%s', (_, lines, sum) => {
    expect(acknowledgedIn(cell(2, { lines }))).toBe(sum);
  });

  it.each([
    ['the same price in all of it', [line(0), line(1, { usdPerKwh: '0.10' })], '0.1'],
    ['another in the second hour', [line(0), line(1, { usdPerKwh: '0.2' })], null],
    ['none in the first hour', [line(0, { usdPerKwh: null }), line(1)], null],
    ['none in the second hour', [line(0), line(1, { usdPerKwh: null })], null],
    ['a price each way', [{ ...line(0), exportUsdPerKwh: '0.05' }, line(1)], null],
    ['a price for half of it', [line(0)], null],
  ] as const)('given %s, then it has one price for all of it, or none', (_, lines, price) => {
    expect(priceIn(cell(2, { lines }))).toBe(price);
  });
});

describe('what it should come to', () => {
  const expected = (sides: Partial<ComparedCell>, hasFile: boolean, hours = 2): string | null => {
    const of = cell(hours, sides);
    return expectedIn(of, meteredIn(of, hasFile));
  };
  const two = [line(0, { importWattHours: 1_000 }), line(1, { exportWattHours: 2_000, usdPerKwh: '0.3' })];
  const eachWay = [{ ...line(0), exportUsdPerKwh: '0.05' }];
  const directed = (importWattHours: string | null, exportWattHours: string | null, hours = 0, durationMs = hourMs) =>
    reading(hours, '1', { importWattHours, exportWattHours, durationMs });

  it('by the log is what its lines come to, and nothing where one of them has no amount', () => {
    expect(expected({ lines: two }, false)).toBe('-0.5');
    expect(expected({ lines: [two[0]!, line(1, { importWattHours: 1, usdPerKwh: null })] }, false)).toBeNull();
  });

  it('by a file is its energy at the one price', () => {
    expect(expected({ lines: [line(0), line(1)], readings: [reading(0, '1000'), reading(1, '500')] }, true)).toBe(
      '0.15',
    );
    expect(expected({ lines: [line(0)], readings: [reading(0, '1000'), reading(1, '500')] }, true)).toBeNull();
    expect(expected({ lines: [line(0), line(1)], readings: [reading(0, '1000')] }, true)).toBeNull();
  });

  it('by a file that states both ways is each at its own price, hour by hour, and what is delivered is a credit', () => {
    expect(expected({ lines: eachWay, readings: [directed('2000', '1000')] }, true, 1)).toBe('0.15');
    const halves = [directed('2000', '0', 0, hourMs / 2), directed('0', '1000', 0.5, hourMs / 2)];
    expect(expected({ lines: eachWay, readings: halves }, true, 1)).toBe('0.15');
    const later = { ...line(1, { usdPerKwh: '0.4' }), exportUsdPerKwh: '0.6' };
    expect(
      expected({ lines: [...eachWay, later], readings: [directed('2000', '1000'), directed('1000', '500', 1)] }, true),
    ).toBe('0.25');
  });

  it.each([
    ['what is drawn is not stated', [directed(null, '1')], eachWay],
    ['what is delivered is not stated', [directed('1', null)], eachWay],
    ['there is no price for what is delivered', [directed('1', '1')], [{ ...line(0), exportUsdPerKwh: null }]],
    ['there is no price for what is drawn', [directed('1', '1')], [{ ...line(0), importUsdPerKwh: null }]],
  ] as const)('given that %s, then nobody can tell', (_, readings, lines) => {
    expect(expected({ lines, readings }, true, 1)).toBeNull();
  });
});

describe('what was billed', () => {
  const billed = (energyWattHours: string | null, usdPerKwh: string | null, amountUsd: string | null): BilledLine =>
    ({
      device: null,
      startAt: first,
      durationMs: hourMs,
      energyWattHours,
      usdPerKwh,
      amountUsd,
      line: 2,
    }) as BilledLine;

  it('is the sum of its lines; an amount that is not stated is the product, where both are', () => {
    const lines = [billed('1000', '0.1', '0.11'), billed('2000', '0.1', null)];
    expect(billedIn(cell(1, { billed: lines }))).toEqual({
      energyWattHours: '3000',
      usdPerKwh: '0.1',
      amountUsd: '0.31',
      lines,
    });
    expect(billedIn(cell(1, { billed: [] }))).toBeNull();
    expect(billedIn(cell(1, { billed: [billed('1000', '0.1', '1'), billed(null, '0.2', null)] }))).toMatchObject({
      energyWattHours: null,
      usdPerKwh: null,
      amountUsd: null,
    });
    expect(billedIn(cell(1, { billed: [billed('1000', null, null)] }))).toMatchObject({ amountUsd: null });
  });

  it('is nothing where it is zero in however many places', () => {
    expect(['0', '0.00', '-0', '0.01'].map(isNothing)).toEqual([true, true, true, false]);
  });
});

describe('a meter file beside the log', () => {
  const settlement = madeSettlement([
    line(0, { importWattHours: 1_000 }),
    line(1, { importWattHours: 2_000 }),
    line(2, { importWattHours: 3_000, acknowledgedWattHours: 2_999 }),
    line(3, { importWattHours: 4_000, acknowledgedWattHours: null }),
    line(4, { importWattHours: null }),
  ]);
  const meter = (...rows: readonly string[]) =>
    meterFromCsv('meter.csv', ['Start,Net kWh', ...rows].join('\n'), noLayout, timeZone);
  const check = (...rows: readonly string[]) => checkMeter(settlement, meter(...rows), devicesOf(settlement));

  it('differs where one of the three says something else, or nothing', () => {
    const found = check(
      '2026-06-10T04:00Z,1.000',
      '2026-06-10T05:00Z,2.001',
      '2026-06-10T06:00Z,3.000',
      '2026-06-10T07:00Z,4.000',
      '2026-06-10T08:00Z,5.000',
    );
    expect(found).toMatchObject({ file: 'meter.csv', hours: 5 });
    expect(
      found.differences.map(({ startAt, fileWattHours, logWattHours, acknowledgedWattHours }) => [
        (startAt - first) / hourMs,
        fileWattHours,
        logWattHours,
        acknowledgedWattHours,
      ]),
    ).toEqual([
      [1, '2001', '2000', 2_000],
      [2, '3000', '3000', 2_999],
      [3, '4000', '4000', null],
      [4, '5000', null, null],
    ]);
    expect(found.differences[0]).toMatchObject({ resourceID: 'battery', durationMs: hourMs });
  });

  it('leaves out what lies outside of the time that is settled', () => {
    const narrow = { ...settlement, startAt: at(0), endAt: at(1), lines: settlement.lines.slice(0, 1) };
    const of = (...rows: readonly string[]): number => checkMeter(narrow, meter(...rows), devicesOf(settlement)).hours;
    expect(of('2026-06-10T03:00Z,1', '2026-06-10T04:00Z,1', '2026-06-10T05:00Z,1')).toBe(1);
    expect(
      checkMeter(narrow, meter('2026-06-10T03:00Z,1', '2026-06-10T04:00Z,1.000'), devicesOf(settlement)).differences,
    ).toEqual([]);
  });
});

describe('totals of a bill', () => {
  const settlement = madeSettlement([
    line(0, { importWattHours: 1_000 }),
    line(1, { importWattHours: 2_000, resourceID: 'car' }),
    line(30, { importWattHours: 4_000 }),
  ]);
  const checks = (...rows: readonly string[]) =>
    reconcile({
      settlement,
      bill: billFromCsv(
        'bill.csv',
        ['Device,Start,Minutes,kWh,Price ($/kWh),Amount ($)', ...rows].join('\n'),
        noLayout,
        timeZone,
      ),
      meter: null,
      devices: devicesOf(settlement),
    }).totals;
  const hours = [
    'battery,2026-06-10T04:00Z,60,1.000,0.1,0.10',
    'car,2026-06-10T05:00Z,60,2.000,0.1,0.21',
    'battery,2026-06-11T10:00Z,60,4.000,0.1,0.40',
  ];

  it('are held against the lines of the bill and against ours, of all devices or of the one they name', () => {
    expect(checks(...hours, ',Total,,,,0.71')).toMatchObject([
      { stage: 'bill', resourceID: null, statedUsd: '0.71', ownUsd: '0.71', expectedUsd: '0.7' },
    ]);
    expect(checks(...hours, 'battery,2026-06-10,,0,0,0.10', 'car,2026-06-10,,0,0,0.21')).toMatchObject([
      { stage: 'day', resourceID: 'battery', ownUsd: '0.1', expectedUsd: '0.1' },
      { stage: 'day', resourceID: 'car', ownUsd: '0.21', expectedUsd: '0.2' },
    ]);
  });
});

describe('files of other days', () => {
  const settlement = { startAt: at(0), endAt: at(24), timeZone };
  const bill = (...starts: readonly string[]) =>
    billFromCsv(
      'bill.csv',
      ['Start,Minutes,kWh,Amount ($)', ...starts.map((start) => `${start},60,1,0.1`)].join('\n'),
      noLayout,
      timeZone,
    );
  const meter = (...starts: readonly string[]) =>
    meterFromCsv(
      'meter.csv',
      ['Start,Minutes,Net kWh', ...starts.map((start) => `${start},60,1`)].join('\n'),
      noLayout,
      timeZone,
    );

  it('are told, each with the time it is about and how to settle that', () => {
    const told = elsewhereOf(settlement, {
      bill: bill('2026-05-10T04:00Z', '2026-05-10T05:00Z'),
      meter: meter('2026-07-10T04:00Z', '2026-07-10T05:00Z'),
    });
    expect(told.map(({ role }) => role)).toEqual(['bill', 'meter']);
    expect(told[0]?.text).toBe(
      'No hour of bill.csv lies in the time that is settled, 2026-06-10 00:00 -04:00 to 2026-06-11 00:00 -04:00: it is about 2026-05-10 00:00 -04:00 to 2026-05-10 02:00 -04:00. Settle that time with --from 2026-05-10T04:00Z --to 2026-05-10T06:00Z, or give the file of this one.',
    );
    expect(told[1]?.text).toContain('--from 2026-07-10T04:00Z --to 2026-07-10T06:00Z');
  });

  it('are none where one hour lies in it whole, or where there is no file', () => {
    expect(elsewhereOf(settlement, { bill: null, meter: null })).toEqual([]);
    expect(elsewhereOf(settlement, { bill: bill('2026-06-09T04:00Z', '2026-06-10T04:00Z'), meter: null })).toEqual([]);
    expect(elsewhereOf(settlement, { bill: null, meter: meter('2026-06-11T03:00Z', '2026-06-11T04:00Z') })).toEqual([]);
    expect(elsewhereOf(settlement, { bill: bill('2026-06-09T23:00Z', '2026-06-10T03:00Z'), meter: null })).toHaveLength(
      1,
    );
    expect(elsewhereOf(settlement, { bill: bill('2026-06-11T04:00Z', '2026-06-11T05:00Z'), meter: null })).toHaveLength(
      1,
    );
  });
});
