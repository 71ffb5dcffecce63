import { isDisputed } from '../../settlement/reconciliation/hour.ts';
import type { MeterCheck } from '../../settlement/reconciliation/meterCheck.ts';
import type { Reconciliation } from '../../settlement/reconciliation/reconcile.ts';
import { fitText } from '../../settlement/page/roundingText.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { rowsTable } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';
import type { Comparison } from './comparison.ts';
import { classColumns, hourColumns, meterColumns, totalColumns } from './comparisonColumns.ts';

/** @limit Rows of a table on the terminal; --csv has them all. */
const mostRows = 60;

const table = <Row>(output: TextOutput, columns: Parameters<typeof rowsTable<Row>>[1], rows: readonly Row[]): string =>
  rowsTable(output, columns, rows.slice(0, mostRows)) +
  (rows.length > mostRows ? `… and ${rows.length - mostRows} more: --csv has them all.\n` : '');

const billText = (
  output: TextOutput,
  { billFile, meterFile, hours, byClass, totals, timeZone }: Reconciliation,
): string => {
  const disputed = hours.filter(({ hourClass }) => isDisputed(hourClass));
  const head = `\nThe bill ${billFile} against ${meterFile === null ? 'the log' : `the meter ${meterFile}, the log’s prices`} and what the VTN acknowledged:\n\n`;
  const classes =
    byClass.length === 0
      ? 'It states no hours; only its totals can be compared.\n'
      : rowsTable(output, classColumns, byClass);
  const hoursText =
    disputed.length === 0
      ? ''
      : `\nHours that differ; "too much" is billed less expected:\n\n${table(output, hourColumns(timeZone), disputed)}`;
  const totalsText =
    totals.length === 0 ? '' : `\nTotals that the bill states:\n\n${table(output, totalColumns(timeZone), totals)}`;
  return head + classes + hoursText + totalsText;
};

const meterText = (output: TextOutput, { file, hours, differences }: MeterCheck, timeZone: string): string => {
  const head = `\nThe meter ${file}: ${hours - differences.length} of ${hours} hours are the same in the log and as the VTN acknowledged them.\n`;
  return differences.length === 0 ? head : `${head}\n${table(output, meterColumns(timeZone), differences)}`;
};

/** A comparison for people: what each class comes to, then each hour that differs. */
export const comparisonText = (
  output: TextOutput,
  { timeZone }: Settlement,
  { reconciliation, meterCheck, billRounding }: Comparison,
): string =>
  [
    reconciliation === null ? '' : billText(output, reconciliation),
    meterCheck === null ? '' : meterText(output, meterCheck, timeZone),
    billRounding === null ? '' : `\nRounding: ${fitText(billRounding)}\n`,
  ].join('');
