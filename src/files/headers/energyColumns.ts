import { compare, type Decimal, decimalOfInteger, multiply, shift, zero } from '../../programme/decimal.ts';
import { type EnergyMeaning, type EnergyRole, energyKeys, energyUnits } from '../cells/columnKeys.ts';
import { cellOf, type Columns, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { wordsOf } from './knownHeaders.ts';
import { numberIn } from '../cells/numbers.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** A column of energy, and where it stands. */
export interface EnergyColumn extends EnergyMeaning {
  readonly key: string;
}

/** Energy columns by what they say. */
export type EnergyColumns = ReadonlyMap<EnergyRole, EnergyColumn>;

/** The energy columns of a file by what they say. @throws UnusableFile when two say the same */
export const energyColumnsOf = ({ file, headerLine, at }: Columns): EnergyColumns => {
  const found = new Map<EnergyRole, EnergyColumn>();
  for (const key of at.keys()) {
    const meaning = energyKeys.get(key);
    if (meaning === undefined) continue;
    const other = found.get(meaning.role)?.key;
    if (other !== undefined)
      refuseFile(
        { file, line: headerLine },
        `two columns state the same energy in different units, as "${other}" and as "${key}"; declare one of them.`,
      );
    found.set(meaning.role, { key, ...meaning });
  }
  return found;
};

/** Whether a number is below zero. */
export const isNegative = (number: Decimal): boolean => compare(number, zero) < 0;

/** What people and programs write where nothing was measured. */
const nothingMeasured = /^(unavailable|unknown|none|null|#?n\/?a|no data|missing|not available|no ct|-{1,3}|—|\?)$/i;

/** Whether a cell says that nothing was measured, in words. */
export const saysNothing = (text: string): boolean => nothingMeasured.test(text);

/** A number and the unit behind it: `0.5 kWh`. */
const partsOfCell = (text: string): { readonly number: string; readonly unit: string } => {
  const [, number = text, unit = ''] = /^(.*\d) ?([a-z]{1,4})$/i.exec(text) ?? [];
  return { number, unit };
};

/** What makes Wh of the numbers of a row; null when its unit is none of energy. */
export const unitOf = (
  columns: Columns,
  row: CsvRow,
  column: EnergyColumn,
): Pick<EnergyMeaning, 'powerOfTen' | 'isPower'> | null => {
  if (!column.hasUnitByRow) return column;
  const words = wordsOf(cellOf(columns, row, 'unit') ?? partsOfCell(cellOf(columns, row, column.key) ?? '').unit);
  const unit = Object.keys(energyUnits).find((each) => each === words);
  return unit === undefined ? null : energyUnits[unit as keyof typeof energyUnits];
};

const microsPerHour = 3_600_000;

/** Power over a time: exact where decimals can say it, else to a billionth. */
const overTime = (power: Decimal, durationMs: number): Decimal => {
  const exact = multiply(power, decimalOfInteger(durationMs)).dividedBy(microsPerHour);
  return exact.toDecimalPlaces(9);
};

type UnitOfEnergy = Pick<EnergyMeaning, 'powerOfTen' | 'isPower'>;

/** A cell without the unit behind its number: `0.5 kWh`. @throws UnusableFile for another unit than that of its column */
const withoutUnit = (columns: Columns, row: CsvRow, key: string, text: string, unit: UnitOfEnergy): string => {
  const { number, unit: behind } = partsOfCell(text);
  if (behind === '') return text;
  const name = Object.keys(energyUnits).find((each) => each === wordsOf(behind));
  if (name === undefined) return text;
  const stated: UnitOfEnergy = energyUnits[name as keyof typeof energyUnits];
  return stated.powerOfTen === unit.powerOfTen && stated.isPower === unit.isPower
    ? number
    : refuseFile(placeOf(columns, row, key), `${shown(text)} is in another unit than its column.`);
};

/** The number in the column of a role, in watt-hours. */
export const energyIn = (
  columns: Columns,
  row: CsvRow,
  column: EnergyColumn,
  durationMs: number,
): Decimal | undefined => {
  const unit = unitOf(columns, row, column);
  if (unit === null)
    return refuseFile(
      placeOf(columns, row, 'unit'),
      `${shown(cellOf(columns, row, 'unit') ?? '')} is no unit of energy or power.`,
    );
  const text = cellOf(columns, row, column.key);
  if (text === undefined) return undefined;
  const number = numberIn(columns, row, column.key, withoutUnit(columns, row, column.key, text, unit));
  const value = shift(number, unit.powerOfTen);
  return unit.isPower ? overTime(value, durationMs) : value;
};

/** What the cells of some columns say in a row, whatever they mean. */
export const rowSays = (
  columns: Columns,
  keys: readonly string[],
): Readonly<Record<'nothing' | 'unmeasured' | 'blank', (row: CsvRow) => boolean>> => {
  const own = keys.filter((key) => columns.at.has(key));
  const textOf = (row: CsvRow, key: string): string => cellOf(columns, row, key) ?? '';
  const unmeasured = (row: CsvRow): boolean => own.every((key) => saysNothing(textOf(row, key)));
  const isZero = (text: string): boolean => /^[-+$ ]*0*[.,]?0*$/.test(text) || saysNothing(text);
  return {
    unmeasured,
    nothing: (row) => own.every((key) => isZero(textOf(row, key))),
    blank: (row) => own.every((key) => textOf(row, key) === ''),
  };
};

/** What is to be told where power stands for energy. */
export const powerNotes = (file: string, energies: EnergyColumns): readonly string[] =>
  [...energies.values()].some(({ isPower }) => isPower)
    ? [`${file}: power is taken as the average of its interval.`]
    : [];
