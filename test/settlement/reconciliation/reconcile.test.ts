import { describe, expect, it } from 'vitest';
import { daySpan, hourMs, hoursOf } from '../../../src/programme/calendar.ts';
import { billFromCsv } from '../../../src/files/billFile.ts';
import { noLayout } from '../../../src/files/layout.ts';
import { meterFromCsv } from '../../../src/files/meterFile.ts';
import type { ReconciledHour } from '../../../src/settlement/reconciliation/hour.ts';
import { reconcile, type Reconciliation } from '../../../src/settlement/reconciliation/reconcile.ts';
import type { RoundingPolicy } from '../../../src/settlement/rounding.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { devicesOf, madeLine, type MadeHour, madeSettlement, timeZone } from '../support/made.ts';

const first = Date.parse('2026-06-10T04:00Z');
const hours = (...made: readonly Partial<MadeHour>[]) =>
  made.map((each, index) => madeLine({ startAt: first + index * hourMs, ...each }));
const cents: RoundingPolicy = { stage: 'interval', digits: 2, mode: 'HALF_EVEN' };

const against = (
  settlement: Settlement,
  rows: readonly string[],
  meterRows?: readonly string[],
  header = 'Start,kWh,Price ($/kWh),Amount ($)',
): Reconciliation =>
  reconcile({
    settlement,
    bill: billFromCsv('bill.csv', [header, ...rows].join('\n'), noLayout, timeZone),
    meter:
      meterRows === undefined
        ? null
        : meterFromCsv('meter.csv', ['Start,Net kWh', ...meterRows].join('\n'), noLayout, timeZone),
    devices: devicesOf(settlement),
  });

const classes = ({ hours: all }: Reconciliation): readonly string[] => all.map(({ hourClass }) => hourClass);
const only = (reconciliation: Reconciliation): ReconciledHour => reconciliation.hours[0] as ReconciledHour;

describe('an hour', () => {
  const two = hours({ importWattHours: 1_000 }, { exportWattHours: 2_000 });
  const good = ['2026-06-10T04:00Z,1.000,0.1,0.10', '2026-06-10T05:00Z,-2.000,0.1,-0.20'];

  it('agrees when quantity, price and amount do', () => {
    const found = against(madeSettlement(two, { rounding: cents }), good);
    expect(classes(found)).toEqual(['agree', 'agree']);
    expect(found.byClass).toMatchObject([
      { hourClass: 'agree', hours: 2, expectedUsd: '-0.1', billedUsd: '-0.1', differenceUsd: '0' },
    ]);
  });

  it('differs in quantity: what was billed for energy that did not flow', () => {
    expect(only(against(madeSettlement(two), ['2026-06-10T04:00Z,1.500,0.1,0.15', good[1] ?? '']))).toMatchObject({
      hourClass: 'quantityDiffers',
      differenceUsd: '0.05',
      parts: { quantityUsd: '0.05', priceUsd: '0', restUsd: '0' },
    });
  });

  it('differs in price, or in both, the difference taken apart', () => {
    expect(only(against(madeSettlement(two), ['2026-06-10T04:00Z,1.000,0.12,0.12', good[1] ?? '']))).toMatchObject({
      hourClass: 'priceDiffers',
      differenceUsd: '0.02',
      parts: { priceUsd: '0.02' },
    });
    expect(only(against(madeSettlement(two), ['2026-06-10T04:00Z,2.000,0.12,0.25', good[1] ?? '']))).toMatchObject({
      hourClass: 'bothDiffer',
      differenceUsd: '0.15',
      parts: { quantityUsd: '0.1', priceUsd: '0.04', restUsd: '0.01' },
    });
  });

  it('differs in its amount alone when that is not the product', () => {
    expect(only(against(madeSettlement(two), ['2026-06-10T04:00Z,1.000,0.1,0.40', good[1] ?? '']))).toMatchObject({
      hourClass: 'amountDiffers',
      differenceUsd: '0.3',
    });
  });

  it('is missing there when it is not billed: its credit is owed', () => {
    const found = against(
      madeSettlement(two),
      ['2026-06-10T04:00Z,60,1.000,0.1,0.10'],
      undefined,
      'Start,Minutes,kWh,Price ($/kWh),Amount ($)',
    );
    expect(found.hours).toHaveLength(2);
    expect(found.hours[1]).toMatchObject({
      hourClass: 'missingThere',
      billed: null,
      differenceUsd: '0.2',
      parts: { quantityUsd: '0.2' },
    });
  });

  it('is missing here when it was not metered, or has no price', () => {
    const settlement = madeSettlement(hours({ importWattHours: null }, { importWattHours: 1, usdPerKwh: null }));
    const found = against(settlement, good);
    expect(classes(found)).toEqual(['missingHere', 'missingHere']);
    expect(found.byClass).toMatchObject([{ hours: 2, untold: 2, billedUsd: '-0.1', differenceUsd: '0' }]);
  });

  it('is left to the ledger’s exceptions when it was neither metered nor billed', () => {
    const rows = ['2026-06-10T04:00Z,60,0,0.1,0', '2026-06-10T06:00Z,60,0,0.1,0'];
    expect(
      against(
        madeSettlement(hours({}, { importWattHours: null }, {})),
        rows,
        undefined,
        'Start,Minutes,kWh,Price ($/kWh),Amount ($)',
      ).hours,
    ).toHaveLength(2);
  });

  it('differs by rounding only where the bill is written in fewer places', () => {
    const odd = madeSettlement(hours({ importWattHours: 1_234, usdPerKwh: '0.12345' }, { exportWattHours: 2_000 }));
    const found = against(odd, ['2026-06-10T04:00Z,1.23,0.1235,0.15', '2026-06-10T05:00Z,-2.00,0.1000,-0.20']);
    expect(classes(found)).toEqual(['roundingOnly', 'agree']);
    expect(only(found).differenceUsd).toBe('-0.0023373');
    expect(
      classes(against(odd, ['2026-06-10T04:00Z,1.24,0.1235,0.15', '2026-06-10T05:00Z,-2.00,0.1000,-0.20']))[0],
    ).toBe('quantityDiffers');
    expect(
      classes(against(odd, ['2026-06-10T04:00Z,1.23,0.1234,0.15', '2026-06-10T05:00Z,-2.00,0.1000,-0.20']))[0],
    ).toBe('roundingOnly');
    expect(
      classes(against(odd, ['2026-06-10T04:00Z,1.23,0.1236,0.15', '2026-06-10T05:00Z,-2.00,0.1000,-0.20']))[0],
    ).toBe('priceDiffers');
    expect(
      classes(against(odd, ['2026-06-10T04:00Z,1.23,0.1235,0.17', '2026-06-10T05:00Z,-2.00,0.1000,-0.20']))[0],
    ).toBe('amountDiffers');
  });

  it('does not pass for rounded where a bill happens to be written in whole dollars', () => {
    const rows = ['2026-06-10T04:00Z,1', '2026-06-10T05:00Z,0'];
    expect(
      classes(
        against(
          madeSettlement(hours({ importWattHours: 1_000, usdPerKwh: '0.93' }, {})),
          rows,
          undefined,
          'Start,Amount ($)',
        ),
      ),
    ).toEqual(['amountDiffers', 'agree']);
  });

  it('agrees when it is rounded as the declared policy says, and only then', () => {
    const odd = hours({ importWattHours: 1_250, usdPerKwh: '0.1' }, {});
    const rows = (amount: string) => [`2026-06-10T04:00Z,1.25,0.1,${amount}`, '2026-06-10T05:00Z,0,0.1,0.00'];
    expect(classes(against(madeSettlement(odd, { rounding: cents }), rows('0.12')))[0]).toBe('agree');
    expect(classes(against(madeSettlement(odd, { rounding: cents }), rows('0.13')))[0]).toBe('roundingOnly');
    expect(classes(against(madeSettlement(odd, { rounding: { ...cents, mode: 'HALF_UP' } }), rows('0.13')))[0]).toBe(
      'agree',
    );
  });
});

describe('the three sides', () => {
  it('tell whose quantity a bill goes by', () => {
    const settlement = madeSettlement(
      hours(
        { importWattHours: 1_000, acknowledgedWattHours: 900 },
        { importWattHours: 1_000, acknowledgedWattHours: 900 },
        { importWattHours: 1_000, acknowledgedWattHours: 900 },
        { importWattHours: 1_000 },
      ),
    );
    const found = against(settlement, [
      '2026-06-10T04:00Z,1,0.1,0.1',
      '2026-06-10T05:00Z,0.9,0.1,0.09',
      '2026-06-10T06:00Z,0.5,0.1,0.05',
      '2026-06-10T07:00Z,1,0.1,0.1',
    ]);
    expect(found.hours.map(({ billedAs }) => billedAs)).toEqual(['metered', 'acknowledged', 'neither', null]);
    expect(classes(found)).toEqual(['agree', 'quantityDiffers', 'quantityDiffers', 'agree']);
  });

  it('may take the metered side from a file', () => {
    const settlement = madeSettlement(hours({ importWattHours: 1_000 }, { importWattHours: 1_000 }));
    const found = against(
      settlement,
      ['2026-06-10T04:00Z,1.5,0.1,0.15', '2026-06-10T05:00Z,1,0.1,0.1'],
      ['2026-06-10T04:00Z,1.5', '2026-06-10T05:00Z,1'],
    );
    expect(classes(found)).toEqual(['agree', 'agree']);
    expect(only(found)).toMatchObject({
      metered: { from: 'file', energyWattHours: '1500' },
      acknowledgedWattHours: 1_000,
      billedAs: 'metered',
      expectedUsd: '0.15',
    });
  });

  it('may be stated on finer and coarser grids, and are compared where they meet', () => {
    const settlement = madeSettlement(hours({ importWattHours: 1_000 }, { importWattHours: 2_000 }));
    const quarters = ['04:00', '04:15', '04:30', '04:45'].map((time) => `2026-06-10T${time}Z,0.25,0.1,0.025`);
    expect(
      classes(
        against(settlement, [
          ...quarters,
          '2026-06-10T05:00Z,0.5,0.1,0.05',
          '2026-06-10T05:15Z,0.5,0.1,0.05',
          '2026-06-10T05:30Z,0.5,0.1,0.05',
          '2026-06-10T05:45Z,0.5,0.1,0.05',
        ]),
      ),
    ).toEqual(['agree', 'agree']);
    expect(classes(against(settlement, [...quarters, '2026-06-10T05:00Z,0.5,0.1,0.05']))).toEqual([
      'agree',
      'missingThere',
    ]);
    const twoHours = against(
      settlement,
      ['2026-06-10T04:00Z,120,3,0.1,0.3'],
      undefined,
      'Start,Minutes,kWh,Price ($/kWh),Amount ($)',
    );
    expect(twoHours.hours).toMatchObject([{ hourClass: 'agree', durationMs: 2 * hourMs }]);
  });

  it.each([
    ['2026-11-01', 25],
    ['2026-03-08', 23],
  ])('meet in each of the hours of %s', (day, count) => {
    const lines = hoursOf(daySpan(day, timeZone)).map((startAt, index) =>
      madeLine({ startAt, importWattHours: index * 10 }),
    );
    const naive = lines.map(
      ({ startAt, energyWattHours }) =>
        `${new Date(startAt).toLocaleString('sv', { timeZone })},${(energyWattHours ?? 0) / 1_000},0.1`,
    );
    const found = against(madeSettlement(lines), naive, undefined, 'Start,kWh,Price ($/kWh)');
    expect(found.hours).toHaveLength(count);
    expect(new Set(classes(found))).toEqual(new Set(['agree']));
  });
});

describe('a bill', () => {
  const settlement = madeSettlement([
    ...hours({ importWattHours: 1_005 }, { importWattHours: 1_005 }),
    ...hours({ resourceID: 'ev', importWattHours: 500 }, { resourceID: 'ev' }),
  ]);

  it('of several devices is compared device by device', () => {
    const found = against(
      settlement,
      [
        'battery,2026-06-10T04:00Z,1.005,0.1,0.1005',
        'battery,2026-06-10T05:00Z,1.005,0.1,0.1005',
        'ev,2026-06-10T04:00Z,0.6,0.1,0.06',
        'ev,2026-06-10T05:00Z,0,0.1,0',
      ],
      undefined,
      'Device,Start,kWh,Price ($/kWh),Amount ($)',
    );
    expect(found.hours.map(({ resourceID, hourClass }) => [resourceID, hourClass])).toEqual([
      ['battery', 'agree'],
      ['battery', 'agree'],
      ['ev', 'quantityDiffers'],
      ['ev', 'agree'],
    ]);
  });

  it('that names no device, or a strange one, is refused in a sentence', () => {
    expect(() => against(settlement, ['2026-06-10T04:00Z,1.005,0.1,0.1', '2026-06-10T05:00Z,1.005,0.1,0.1'])).toThrow(
      'bill.csv: the file does not say which device it is about, and there are "battery", "ev"; add a device column, or settle one of them with --device RESOURCE_ID.',
    );
    expect(() =>
      against(
        settlement,
        ['SN17,2026-06-10T04:00Z,1,0.1,0.1', 'SN17,2026-06-10T05:00Z,1,0.1,0.1'],
        undefined,
        'Device,Start,kWh,Price ($/kWh),Amount ($)',
      ),
    ).toThrow(
      'bill.csv: the device "SN17" is none of "battery", "ev"; say which one it is with --file-device "SN17=RESOURCE_ID".',
    );
  });

  it('has its totals held against its own lines and against ours', () => {
    const one = madeSettlement(hours({ importWattHours: 1_005 }, { importWattHours: 1_005 }));
    const found = against(one, [
      '2026-06-10T04:00Z,1.005,0.1,0.1005',
      '2026-06-10T05:00Z,1.005,0.1,0.1005',
      'Total,2.01,,0.25',
    ]);
    expect(found.totals).toMatchObject([
      { stage: 'bill', statedUsd: '0.25', ownUsd: '0.2', expectedUsd: '0.2', line: 4 },
    ]);
  });

  it('of more than was settled has its total held against all of its lines, and not against ours', () => {
    const one = madeSettlement(hours({ importWattHours: 1_000 }, { importWattHours: 1_000 }));
    const rows = ['2026-06-10T04:00Z,1,0.1,0.1', '2026-06-10T05:00Z,1,0.1,0.1', '2026-06-12T05:00Z,1,0.1,0.1'];
    expect(against(one, [...rows, 'Total,3,,0.30']).totals).toMatchObject([
      { statedUsd: '0.3', ownUsd: '0.3', expectedUsd: null },
    ]);
  });

  it('with sums of groups between its lines has none of them held against all', () => {
    const one = madeSettlement(hours({ importWattHours: 1_000 }, { importWattHours: 1_000 }));
    const [first, second] = ['2026-06-10T04:00Z,1,0.1,0.1', '2026-06-10T05:00Z,1,0.1,0.1'] as const;
    expect(against(one, [first, 'Total,1,,0.1', second]).totals).toMatchObject([{ ownUsd: null }]);
    expect(against(one, [first, 'Total,1,,0.1', second, 'Total,1,,0.1']).totals).toMatchObject([
      { ownUsd: null },
      { ownUsd: null },
    ]);
  });

  it('that states only totals is compared by them', () => {
    const lines = hoursOf(daySpan('2026-06-10', timeZone)).map((startAt) =>
      madeLine({ startAt, importWattHours: 1_000 }),
    );
    const found = against(madeSettlement(lines), ['2026-06-10,24,2.50'], undefined, 'Date,kWh,Amount');
    expect(found.hours).toEqual([]);
    expect(found.totals).toMatchObject([{ stage: 'day', statedUsd: '2.5', ownUsd: null, expectedUsd: '2.4' }]);
  });

  it('about another time than was settled says so', () => {
    const one = madeSettlement(hours({ importWattHours: 1_000 }));
    const found = against(one, [
      '2026-06-10T04:00Z,1,0.1,0.1',
      '2026-06-10T05:00Z,1,0.1,0.1',
      '2026-06-10T06:00Z,1,0.1,0.1',
    ]);
    expect(found.hours).toHaveLength(1);
    expect(found.notes).toContain(
      'bill.csv: 2 of 3 rows are about another time or device than was settled, and are left out.',
    );
  });
});
