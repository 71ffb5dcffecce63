/** Bills that a utility would make of a settlement, by any rounding. */
import { dayOf, daySpan, localText, monthSpan } from '../../../src/programme/calendar.ts';
import { decimalOf, decimalText, shift } from '../../../src/programme/decimal.ts';
import { roundBy, type RoundingPolicy } from '../../../src/settlement/rounding.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';

/** How a bill is written. */
export interface BillForm {
  readonly policy: RoundingPolicy;
  /** Which totals stand beside the hours. */
  readonly totals?: readonly ('day' | 'bill')[];
  /** Whether each hour has an amount. */
  readonly withAmounts?: boolean;
  readonly withDevices?: boolean;
}

/** Cells of a bill, header first, so that a test can change one. */
export const billCells = (
  settlement: Settlement,
  { policy, totals = ['bill'], withAmounts = true, withDevices = settlement.resourceIDs.length > 1 }: BillForm,
): string[][] => {
  const lines = settlement.lines.filter(({ money }) => money !== null);
  const amounts = lines.map(({ resourceID, day, money }) => ({ resourceID, day, amountUsd: money?.amountUsd ?? '0' }));
  const { groups, roundedUsd } = roundBy(policy, amounts);
  const row = (device: string, time: string, kwh: string, price: string, amount: string): string[] => [
    ...(withDevices ? [device] : []),
    time,
    kwh,
    price,
    ...(withAmounts || amount === 'Amount ($)' || totals.length > 0 ? [amount] : []),
  ];
  const hours = lines.map(({ resourceID, startAt, energyWattHours, importUsdPerKwh, money }, index) =>
    row(
      resourceID,
      localText(startAt, settlement.timeZone),
      decimalText(shift(decimalOf(String(energyWattHours)), -3)),
      importUsdPerKwh ?? '',
      policy.stage === 'interval' ? (groups[index]?.roundedUsd ?? '') : (money?.amountUsd ?? ''),
    ),
  );
  const days = [...new Set(lines.map(({ resourceID, day }) => `${resourceID}\n${day}`))].map((key) => {
    const [resourceID = '', day = ''] = key.split('\n');
    const of = amounts.filter((amount) => amount.resourceID === resourceID && amount.day === day);
    return row(
      resourceID,
      day,
      '0',
      '0',
      roundBy(policy.stage === 'month' ? { stage: 'day', digits: 30, mode: 'HALF_EVEN' } : policy, of).roundedUsd,
    );
  });
  const total = row('', 'Total', '', '', roundedUsd);
  return [
    row('Device', 'Start', 'kWh', 'Price ($/kWh)', 'Amount ($)'),
    ...hours,
    ...(totals.includes('day') ? days : []),
    ...(totals.includes('bill') ? [total] : []),
  ];
};

/** The file of cells. */
export const fileOf = (cells: readonly (readonly string[])[]): string =>
  `${cells.map((row) => row.join(',')).join('\r\n')}\r\n`;

/** The local day or month that a time lies in. */
export const spanAround = (
  at: number,
  timeZone: string,
  stage: 'day' | 'month',
): { readonly startAt: number; readonly endAt: number } => {
  const { day } = dayOf(at, timeZone);
  return stage === 'day' ? daySpan(day, timeZone) : monthSpan(day.slice(0, 7), timeZone);
};
