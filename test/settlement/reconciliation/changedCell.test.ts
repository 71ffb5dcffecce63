import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, decimalOf, decimalText } from '../../../src/programme/decimal.ts';
import { billFromCsv } from '../../../src/files/billFile.ts';
import { noLayout } from '../../../src/files/layout.ts';
import { reconcile, type Reconciliation } from '../../../src/settlement/reconciliation/reconcile.ts';
import type { RoundingPolicy } from '../../../src/settlement/rounding.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { anySettlement } from '../support/arbitraries.ts';
import { billCells, fileOf } from '../support/billOf.ts';
import { devicesOf, timeZone } from '../support/made.ts';
import { triesOf } from '../../support/leftOut.ts';

const policies: readonly RoundingPolicy[] = [
  { stage: 'interval', digits: 2, mode: 'HALF_EVEN' },
  { stage: 'interval', digits: 4, mode: 'DOWN' },
  { stage: 'month', digits: 2, mode: 'HALF_EVEN' },
];

const reconciled = (settlement: Settlement, cells: readonly (readonly string[])[]): Reconciliation =>
  reconcile({
    settlement,
    bill: billFromCsv('bill.csv', fileOf(cells), noLayout, timeZone),
    meter: null,
    devices: devicesOf(settlement),
  });

const odd = ({ hours }: Reconciliation): readonly { readonly line: number | undefined; readonly hourClass: string }[] =>
  hours
    .filter(({ hourClass }) => hourClass !== 'agree')
    .map(({ billed, hourClass }) => ({ line: billed?.lines[0]?.line, hourClass }));

/** The number changed by some of its last places. */
const changed = (text: string, steps: number, decimals: number): string =>
  decimalText(add(decimalOf(text), decimalOf(`${steps}e-${decimals}`)));

describe('a bill made from the ledger by a declared policy', () => {
  const settlements = anySettlement(fc.constantFrom(...policies));

  it('agrees in every hour and every total', () => {
    fc.assert(
      fc.property(settlements, (settlement) => {
        const found = reconciled(settlement, billCells(settlement, { policy: settlement.rounding }));
        expect(odd(found)).toEqual([]);
        expect(found.hours).toHaveLength(settlement.lines.length);
        for (const { statedUsd, ownUsd, expectedUsd } of found.totals)
          expect([Number(ownUsd), Number(expectedUsd)]).toEqual([Number(statedUsd), Number(statedUsd)]);
      }),
      { numRuns: triesOf(25), seed: 1 },
    );
  });

  it('differs in exactly the hour of which a single cell is changed', () => {
    fc.assert(
      fc.property(
        settlements,
        fc.nat(),
        fc.constantFrom('kwh', 'price', 'amount'),
        fc.integer({ min: 1, max: 500 }),
        fc.boolean(),
        (settlement, pick, which, size, up) => {
          const cells = billCells(settlement, { policy: settlement.rounding });
          const row = 1 + (pick % settlement.lines.length);
          const column = (settlement.resourceIDs.length > 1 ? 2 : 1) + ['kwh', 'price', 'amount'].indexOf(which);
          const decimals =
            which === 'kwh'
              ? 3
              : which === 'price'
                ? 5
                : settlement.rounding.stage === 'interval'
                  ? settlement.rounding.digits
                  : 8;
          const cell = cells[row] as string[];
          cell[column] = changed(cell[column] as string, up ? size : -size, decimals);
          const found = odd(reconciled(settlement, cells));
          expect(found).toHaveLength(1);
          expect(found[0]?.line).toBe(row + 1);
          const expected =
            which === 'kwh'
              ? ['quantityDiffers']
              : which === 'price'
                ? ['priceDiffers']
                : ['amountDiffers', 'roundingOnly'];
          expect(expected).toContain(found[0]?.hourClass);
        },
      ),
      { numRuns: triesOf(100), seed: 2 },
    );
  });

  it('misses exactly the hour whose row is taken out', () => {
    fc.assert(
      fc.property(settlements, fc.nat(), (settlement, pick) => {
        const index = pick % settlement.lines.length;
        // The distance of two rows still says how long an hour is.
        const cells = billCells(settlement, { policy: settlement.rounding }).toSpliced(1 + index, 1);
        const zoned = cells.map((row) =>
          row.map((cell) => (/^\d{4}-.* [+-]\d\d:\d\d$/.test(cell) ? cell.replace(' -', '-').replace(' ', 'T') : cell)),
        );
        const { hours } = reconciled(settlement, zoned);
        const missing = hours.filter(({ hourClass }) => hourClass !== 'agree');
        expect(missing).toMatchObject([
          {
            hourClass: 'missingThere',
            startAt: settlement.lines[index]?.startAt,
            resourceID: settlement.lines[index]?.resourceID,
          },
        ]);
      }),
      { numRuns: triesOf(50), seed: 3 },
    );
  });
});
