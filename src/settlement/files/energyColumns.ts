import { compare, type Decimal, decimalText, subtract, zero } from '../../programme/decimal.ts';
import { energyKeys, type EnergyRole } from './columnKeys.ts';
import { type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { numberOf } from './numbers.ts';
import { refuseFile } from './unusableFile.ts';

/** Energy columns by what they say. */
export type EnergyColumns = ReadonlyMap<EnergyRole, { readonly key: string; readonly powerOfTen: number }>;

/** Energy in both directions; null where a file states only the net. @unit Wh */
export interface StatedEnergy {
  readonly net: Decimal;
  readonly drawn: Decimal | null;
  readonly delivered: Decimal | null;
}

/** The energy columns of a file by what they say. @throws UnusableFile when two say the same */
export const energyColumnsOf = ({ file, headerLine, at }: Columns): EnergyColumns => {
  const found = new Map<EnergyRole, { key: string; powerOfTen: number }>();
  for (const key of at.keys()) {
    const meaning = energyKeys.get(key);
    if (meaning === undefined) continue;
    const other = found.get(meaning.role)?.key;
    if (other !== undefined)
      refuseFile(
        { file, line: headerLine },
        `two columns state the same energy in different units, as "${other}" and as "${key}"; declare one of them.`,
      );
    found.set(meaning.role, { key, powerOfTen: meaning.powerOfTen });
  }
  return found;
};

/** The number in the column of a role, in watt-hours. */
export const energyIn = (
  columns: Columns,
  row: CsvRow,
  energies: EnergyColumns,
  role: EnergyRole,
): Decimal | undefined => {
  const column = energies.get(role);
  return column === undefined ? undefined : numberOf(columns, row, column.key, column.powerOfTen);
};

/** Whether a number is below zero. */
export const isNegative = (number: Decimal): boolean => compare(number, zero) < 0;

const oneWay = (
  columns: Columns,
  row: CsvRow,
  energies: EnergyColumns,
  role: 'import' | 'export',
): Decimal | undefined => {
  const energy = energyIn(columns, row, energies, role);
  if (energy === undefined || !isNegative(energy)) return energy;
  const place = placeOf(columns, row, energies.get(role)?.key ?? '');
  return refuseFile(
    place,
    'energy of one direction cannot be negative; declare the column as net (kwh) or as net with export positive (kwhOutNet).',
  );
};

/** The net energy as it is stated, whichever direction counts as positive. */
const netIn = (columns: Columns, row: CsvRow, energies: EnergyColumns): Decimal | undefined => {
  const exportNet = energyIn(columns, row, energies, 'exportNet');
  return energyIn(columns, row, energies, 'net') ?? (exportNet === undefined ? undefined : subtract(zero, exportNet));
};

/** What a row states of its interval; null when it states no energy. @throws UnusableFile when it contradicts itself */
export const energyOf = (columns: Columns, row: CsvRow, energies: EnergyColumns): StatedEnergy | null => {
  const net = netIn(columns, row, energies);
  const drawn = oneWay(columns, row, energies, 'import');
  const delivered = oneWay(columns, row, energies, 'export');
  if (drawn === undefined && delivered === undefined)
    return net === undefined ? null : { net, drawn: null, delivered: null };
  const difference = subtract(drawn ?? zero, delivered ?? zero);
  if (net === undefined || compare(net, difference) === 0)
    return { net: difference, drawn: drawn ?? zero, delivered: delivered ?? zero };
  return refuseFile(
    { file: columns.file, line: row.line },
    `the net energy ${decimalText(net)} Wh is not what was drawn less what was delivered, ${decimalText(difference)} Wh.`,
  );
};
