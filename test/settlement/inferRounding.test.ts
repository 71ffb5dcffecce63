import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourMs } from '../../src/programme/calendar.ts';
import { billFromCsv } from '../../src/files/billFile.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { roundingGrid } from '../../src/settlement/inferRounding.ts';
import { inferBillRounding } from '../../src/settlement/reconciliation/billRounding.ts';
import type { RoundingPolicy } from '../../src/settlement/rounding.ts';
import type { Settlement } from '../../src/settlement/settlement.ts';
import { anyPolicy, anySettlement } from './support/arbitraries.ts';
import { billCells, type BillForm, fileOf } from './support/billOf.ts';
import { devicesOf, madeLine, madeSettlement, timeZone } from './support/made.ts';

const infer = (settlement: Settlement, form: BillForm, columns?: string) =>
  inferBillRounding({
    settlement,
    bill: billFromCsv(
      'bill.csv',
      fileOf(billCells(settlement, form)),
      columns === undefined ? noLayout : layoutOfText(columns),
      timeZone,
    ),
    meter: null,
    devices: devicesOf(settlement),
  });

const names = (policies: readonly { readonly policy: RoundingPolicy }[]): readonly string[] =>
  policies.map(({ policy: { stage, digits, mode } }) => `${stage} ${digits} ${mode}`);

const first = Date.parse('2026-06-10T04:00Z');

describe('the rounding of a bill', () => {
  it('is tried over stages, digits and modes', () => {
    expect(roundingGrid).toHaveLength(3 * 6 * 7);
  });

  it('is found among those that reproduce it, whichever made the bill', () => {
    fc.assert(
      fc.property(anySettlement(anyPolicy), fc.boolean(), (settlement, byLedger) => {
        const policy = settlement.rounding;
        const columns = byLedger
          ? `time=Start,amount=Amount ($)${settlement.resourceIDs.length > 1 ? ',device=Device' : ''}`
          : undefined;
        const { reproducing, basis } = infer(settlement, { policy, totals: ['day', 'bill'] }, columns);
        expect(basis).toBe(byLedger ? 'ledger' : 'bill');
        expect(names(reproducing)).toContain(`${policy.stage} ${policy.digits} ${policy.mode}`);
      }),
      { numRuns: 25, seed: 20261101 },
    );
  });

  it('is told apart where the amounts are: here ties, rests and a credit', () => {
    const lines = [
      ['0.125', 1_000, 0],
      ['0.135', 1_000, 0],
      ['0.121', 0, 1_000],
      ['0.129', 1_000, 0],
      ['0.121', 1_000, 0],
    ].map(([usdPerKwh, importWattHours, exportWattHours], index) =>
      madeLine({
        startAt: first + index * hourMs,
        usdPerKwh: String(usdPerKwh),
        importWattHours: Number(importWattHours),
        exportWattHours: Number(exportWattHours),
      }),
    );
    const settlement = madeSettlement(lines);
    for (const mode of ['HALF_EVEN', 'HALF_UP', 'HALF_DOWN', 'UP', 'DOWN', 'CEIL', 'FLOOR'] as const) {
      const { reproducing } = infer(settlement, { policy: { stage: 'interval', digits: 2, mode } });
      expect(names(reproducing.filter(({ judged }) => judged === 6))).toEqual([`interval 2 ${mode}`]);
    }
  });

  it('that none reproduces is answered with the nearest, and how far off it is', () => {
    const settlement = madeSettlement([
      madeLine({ startAt: first, importWattHours: 1_000, usdPerKwh: '0.125' }),
      madeLine({ startAt: first + hourMs, importWattHours: 1_000, usdPerKwh: '0.125' }),
    ]);
    const rows = [
      'Start,kWh,Price ($/kWh),Amount ($)',
      '2026-06-10T04:00Z,1,0.125,0.12',
      '2026-06-10T05:00Z,1,0.125,0.15',
      'Total,2,,0.27',
    ];
    const { reproducing, nearest } = inferBillRounding({
      settlement,
      bill: billFromCsv('bill.csv', rows.join('\n'), noLayout, timeZone),
      meter: null,
      devices: devicesOf(settlement),
    });
    expect(reproducing).toEqual([]);
    expect(nearest).toMatchObject({
      policy: { stage: 'interval', digits: 2, mode: 'HALF_EVEN' },
      judged: 3,
      matched: 1,
      offUsd: '0.06',
      largestOffUsd: '0.03',
    });
  });

  it('of a bill that states no amount cannot be told', () => {
    const settlement = madeSettlement([madeLine({ startAt: first })]);
    const bill = billFromCsv('bill.csv', 'Start,Minutes,kWh\n2026-06-10T04:00Z,60,0\n', noLayout, timeZone);
    expect(inferBillRounding({ settlement, bill, meter: null, devices: devicesOf(settlement) })).toMatchObject({
      reproducing: [],
      nearest: null,
    });
  });
});
