import { isDisputed, type ReconciledHour } from '../../settlement/reconciliation/hour.ts';
import type { MeterCheck } from '../../settlement/reconciliation/meterCheck.ts';
import type { Reconciliation } from '../../settlement/reconciliation/reconcile.ts';
import { fitText } from '../../settlement/page/roundingText.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import type { SettlementVerdict } from '../../settlement/verdict.ts';
import { proseFor } from '../prose.ts';
import { rowsTable } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';
import type { Comparison } from './comparison.ts';
import { classColumns, hourColumns, meterColumns, totalColumns } from './comparisonColumns.ts';

/** @limit Rows of a table on the terminal; --csv has all compared hours, --json everything. */
const mostRows = 60;

const table = <Row>(
  output: TextOutput,
  columns: Parameters<typeof rowsTable<Row>>[1],
  rows: readonly Row[],
  wholeIn: '--csv' | '--json',
): string =>
  rowsTable(output, columns, rows.slice(0, mostRows)) +
  (rows.length > mostRows ? `… and ${rows.length - mostRows} more: ${wholeIn} has them all.\n` : '');

/** Dearest first; what cannot be told goes before all else. */
const byWeight = (a: ReconciledHour, b: ReconciledHour): number => weightOf(b) - weightOf(a) || a.startAt - b.startAt;

const weightOf = ({ differenceUsd }: ReconciledHour): number =>
  differenceUsd === null ? Number.POSITIVE_INFINITY : Math.abs(Number(differenceUsd));

const isWorthless = ({ differenceUsd }: ReconciledHour): boolean =>
  differenceUsd !== null && Number(differenceUsd) === 0;

/** The hours that differ in money. */
const differingText = (output: TextOutput, { hours, timeZone }: Reconciliation): string => {
  const disputed = hours.filter(({ hourClass }) => isDisputed(hourClass));
  const shown = disputed.filter((hour) => !isWorthless(hour)).toSorted(byWeight);
  if (shown.length === 0) return '';
  return `Hours that differ, dearest first:\n\n${table(output, hourColumns(timeZone), shown, '--csv')}`;
};

/** The hours that nobody has to read: how many, and the option that unfolds them. */
const foldedText = ({ hours }: Reconciliation): string => {
  const disputed = hours.filter(({ hourClass }) => isDisputed(hourClass));
  const [differing, agreeing] = [disputed.filter(isWorthless).length, hours.length - disputed.length];
  const parts = [
    ...(differing === 0
      ? []
      : [`${differing} ${differing === 1 ? 'hour differs' : 'hours differ'} without a difference in money`]),
    ...(agreeing === 0 ? [] : [`${agreeing} ${agreeing === 1 ? 'hour agrees' : 'hours agree'} to the cent`]),
  ];
  return parts.length === 0 ? '' : `${parts.join('; ')}: --all shows ${differing + agreeing === 1 ? 'it' : 'them'}.\n`;
};

/** Every compared hour, in order. */
const allText = (output: TextOutput, { hours, timeZone }: Reconciliation): string =>
  `All compared hours:\n\n${rowsTable(output, hourColumns(timeZone), hours)}`;

const billText = (output: TextOutput, reconciliation: Reconciliation, all: boolean): string => {
  const { billFile, meterFile, byClass, totals, timeZone } = reconciliation;
  const head = `The bill ${billFile} against ${meterFile === null ? 'the log' : `the meter ${meterFile}, the log’s prices`} and what the VTN acknowledged:\n\n`;
  const classes =
    byClass.length === 0
      ? 'It states no hours; only its totals can be compared.\n'
      : rowsTable(output, classColumns, byClass);
  const totalsText =
    totals.length === 0
      ? ''
      : `\nTotals that the bill states:\n\n${table(output, totalColumns(timeZone), totals, '--json')}`;
  const hoursText = all
    ? allText(output, reconciliation)
    : `${differingText(output, reconciliation)}${proseFor(output, foldedText(reconciliation))}`;
  return `${hoursText === '' ? '' : `${hoursText}\n`}${proseFor(output, head)}${classes}${totalsText}\n`;
};

/** The verdict, and before it that the bill covers less than was asked. */
export const verdictText = ({ text, partText }: SettlementVerdict): string =>
  `${partText === null ? '' : `${partText}\n`}${text}\n`;

const meterText = (output: TextOutput, { file, hours, differences }: MeterCheck, timeZone: string): string => {
  const head = `The meter ${file}: ${hours - differences.length} of ${hours} hours are the same in the log and as the VTN acknowledged them.\n`;
  return differences.length === 0
    ? `${proseFor(output, head)}\n`
    : `${proseFor(output, head)}\n${table(output, meterColumns(timeZone), differences, '--json')}\n`;
};

/** A comparison for people: what each class comes to, then each hour that differs. */
export const comparisonText = (
  output: TextOutput,
  { timeZone }: Settlement,
  { reconciliation, meterCheck, billRounding }: Comparison,
  all: boolean,
): string =>
  [
    reconciliation === null ? '' : billText(output, reconciliation, all),
    meterCheck === null ? '' : meterText(output, meterCheck, timeZone),
    billRounding === null ? '' : proseFor(output, `Rounding: ${fitText(billRounding)}\n\n`),
  ].join('');
