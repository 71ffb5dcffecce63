import { decimalOfInteger, decimalText, shift } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { moneyKeys, priceKeys } from '../cells/columnKeys.ts';
import { cellOf, type Columns } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import type { EnergyColumns } from './energyColumns.ts';
import { decimalsOf } from '../cells/numbers.ts';

/** The last decimal place in which a file writes its numbers: finer differences it cannot show. Null where it has no such column. */
export interface Steps {
  /** @unit Wh */
  readonly energyWattHours: DecimalText | null;
  /** @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
  /** @unit USD */
  readonly amountUsd: DecimalText | null;
}

const stepOf = (columns: Columns, rows: readonly CsvRow[], key: string, powerOfTen: number): DecimalText => {
  const decimals = rows.reduce((most, row) => Math.max(most, decimalsOf(cellOf(columns, row, key) ?? '')), 0);
  return decimalText(shift(decimalOfInteger(1), powerOfTen - decimals));
};

/** The last places of the columns of a bill, over its rows. */
export const stepsOf = (columns: Columns, energies: EnergyColumns, rows: readonly CsvRow[]): Steps => {
  const [energy] = energies.values();
  const price = [...priceKeys.keys()].find((key) => columns.at.has(key));
  const money = [...moneyKeys.keys()].find((key) => columns.at.has(key));
  return {
    energyWattHours: energy === undefined ? null : stepOf(columns, rows, energy.key, energy.powerOfTen),
    usdPerKwh: price === undefined ? null : stepOf(columns, rows, price, priceKeys.get(price) ?? 0),
    amountUsd: money === undefined ? null : stepOf(columns, rows, money, moneyKeys.get(money)?.powerOfTen ?? 0),
  };
};
