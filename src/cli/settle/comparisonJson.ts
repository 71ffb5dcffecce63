import type { Bill } from '../../files/bill.ts';
import { objectOf } from '../rows.ts';
import type { Comparison } from './comparison.ts';
import { hourColumns, meterColumns, totalColumns } from './comparisonColumns.ts';

/** A comparison for programs; parts that were not asked for are left out. */
export const comparisonDocument = (
  { reconciliation, meterCheck, billRounding, sources }: Comparison,
  timeZone: string,
): object => ({
  ...(sources.length === 0 ? {} : { files: sources }),
  ...(reconciliation === null
    ? {}
    : {
        bill: {
          file: reconciliation.billFile satisfies Bill['file'],
          notes: reconciliation.notes,
          byClass: reconciliation.byClass.map((each) => ({ ...each, missingUsd: each.differenceUsd })),
          totals: reconciliation.totals.map((each) => objectOf(totalColumns(timeZone), each)),
          hours: reconciliation.hours.map((each) => objectOf(hourColumns(timeZone), each)),
        },
      }),
  ...(meterCheck === null
    ? {}
    : {
        meter: {
          file: meterCheck.file,
          hours: meterCheck.hours,
          differences: meterCheck.differences.map((each) => objectOf(meterColumns(timeZone), each)),
        },
      }),
  ...(billRounding === null ? {} : { billRounding }),
});
