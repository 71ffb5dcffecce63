import { energyKeys, energyUnits } from '../cells/columnKeys.ts';
import { type Columns, type Declared, headerText, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { wordsOf } from './knownHeaders.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** A row under the header that says in which units the columns are. */

const unitPattern = /^[[(]?\s*[kM]?Wh?\s*[\])]?$/i;

/** Whether a row says units and no number. */
export const isUnitsRow = ({ cells }: CsvRow): boolean =>
  cells.every((cell) => !/\d/.test(cell)) && cells.some((cell) => unitPattern.test(cell));

/** A header with the units under it, for whoever reads what its columns mean. */
export const withUnits = (header: CsvRow, below: CsvRow): CsvRow => ({
  ...header,
  cells: header.cells.map((cell, index) => {
    const unit = below.cells[index] ?? '';
    return unitPattern.test(unit) ? `${cell} ${unit.replace(/[[\]() ]/g, '')}` : cell;
  }),
});

/** What was recognised of such a header, by the names that stand in the file. */
export const namedAs = (declared: Declared, recognised: CsvRow, { cells }: CsvRow): Declared =>
  declared.map(([key, text]) => {
    const index = recognised.cells.indexOf(text);
    return [key, index < 0 ? text : headerText(cells, index)] as const;
  });

const unitIn = (text: string): (typeof energyUnits)[keyof typeof energyUnits] | undefined => {
  const words = wordsOf(text);
  return (energyUnits as Readonly<Record<string, (typeof energyUnits)[keyof typeof energyUnits]>>)[words];
};

/** Holds the units under a header against those that its columns are read in. @throws UnusableFile where they are others */
export const checkUnits = (columns: Columns, row: CsvRow): void => {
  for (const [key, index] of columns.at) {
    const cell = row.cells[index] ?? '';
    const [meaning, stated] = [energyKeys.get(key), unitIn(cell)];
    if (meaning === undefined || meaning.hasUnitByRow || stated === undefined) continue;
    if (stated.powerOfTen !== meaning.powerOfTen || stated.isPower !== meaning.isPower)
      refuseFile(
        placeOf(columns, row, key),
        `the row under the header says ${shown(cell)}, and the column is read as "${key}"; leave the row out, and declare the column as what is right.`,
      );
  }
};
