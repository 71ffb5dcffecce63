import { compare, type Decimal, decimalOfInteger, decimalText, subtract, zero } from '../../programme/decimal.ts';
import { energyKeyParts, type EnergyRole } from '../cells/columnKeys.ts';
import type { Declared } from '../cells/columns.ts';
import { grouped } from '../grouped.ts';
import type { EnergyColumns } from '../headers/energyColumns.ts';
import { refuseFile } from '../unusableFile.ts';
import type { Statement } from './statements.ts';
import type { Table } from './table.ts';

/** Registers whose header does not call them so: numbers that only ever grow, by little beside what they are. */

/** @limit Numbers in a row that grow by chance in no house. */
const leastRows = 12;

/** @limit How many of its largest steps a register has counted before: a meter of some days. */
const counted = 10;

/** @limit The least that a register shows before it is taken for one: few intervals hold so much. @unit Wh */
const leastShown = decimalOfInteger(10_000);

const doesCount = (values: readonly Decimal[]): boolean => {
  const [first] = values;
  if (first === undefined || values.length < leastRows) return false;
  const steps = values.slice(1).map((value, index) => subtract(value, values[index] as Decimal));
  if (steps.some((step) => compare(step, zero) < 0)) return false;
  const largest = steps.reduce((most, step) => (compare(step, most) > 0 ? step : most), zero);
  const grown = steps.filter((step) => compare(step, zero) > 0).length;
  return grown * 2 > steps.length && compare(first, leastShown) > 0 && compare(first, largest.times(counted)) > 0;
};

const hasRegister: ReadonlySet<EnergyRole> = new Set(['net', 'import', 'export']);

/** The column that states a role of a device, as it is declared. */
const declaredFor = (
  declared: Declared,
  role: EnergyRole,
  device: string | null,
): readonly [string, string] | undefined => {
  const own = declared.filter(([key]) => energyKeyParts(key)?.meaning.role === role);
  return own.find(([key]) => energyKeyParts(key)?.device === device) ?? own[0];
};

/** Holds the energy of intervals against what registers show; of what a person declared nothing is doubted. No line is named: a part of a file does not decide it for the whole. @throws UnusableFile */
export const checkRegisters = (
  { columns, declared, wasDeclared }: Pick<Table, 'columns' | 'declared' | 'wasDeclared'>,
  energies: EnergyColumns,
  statements: readonly Statement[],
): void => {
  if (wasDeclared) return;
  for (const [device, of] of grouped(statements, (each) => each.device))
    for (const [role, { isPower }] of energies) {
      if (isPower || !hasRegister.has(role)) continue;
      const inTime = of.toSorted((a, b) => a.startAt - b.startAt);
      const values = inTime.flatMap(({ energies: stated }) => stated.get(role) ?? []);
      const [key, header] = declaredFor(declared, role, device) ?? [];
      if (key === undefined || header === undefined || !doesCount(values)) continue;
      const [unit = '', own] = key.split('@');
      const register = `${unit}${role === 'net' ? 'In' : ''}Register${own === undefined ? '' : `@${own}`}`;
      refuseFile(
        { file: columns.file, column: header },
        `from ${decimalText(values[0] as Decimal)} Wh its numbers only grow, as those of a register do, and its header does not say so; declare what it is, ${register}=${header} or ${key}=${header}, beside the other columns.`,
      );
    }
};
