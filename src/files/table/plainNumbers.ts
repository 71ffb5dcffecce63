import type { CsvRow } from '../cells/csvRows.ts';
import { openThousands, plainNumberText, provenDecimalSign, signFirst, withoutSpaces } from '../cells/numberStyle.ts';
import type { DecimalSign, Layout } from '../layout.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** The numbers of a table as they are written, and written plainly. */

/** The cells of other columns that are numbers: one hand writes them all alike. */
function* otherNumbers(rows: readonly CsvRow[], known: ReadonlySet<number>): Generator<string> {
  for (const { cells } of rows)
    for (const [index, cell] of cells.entries())
      if (!known.has(index) && /^[+-]?[$€£]? ?\d[\d ']*[.,]\d+$/.test(cell)) yield cell;
}

/** Writes the numbers of a file plainly, however it writes them. */
export const withPlainNumbers = (
  file: string,
  rows: readonly CsvRow[],
  numeric: readonly number[],
  { decimal, delimiter }: Pick<Layout, 'decimal' | 'delimiter'>,
): { readonly rows: readonly CsvRow[]; readonly sign: DecimalSign | null } => {
  const cells = function* (): Generator<string> {
    for (const row of rows) for (const index of numeric) yield row.cells[index] ?? '';
  };
  const own = provenDecimalSign(cells());
  const proven = own ?? (decimal === null ? provenDecimalSign(otherNumbers(rows, new Set(numeric))) : null);
  if (decimal !== null && proven !== null && proven !== decimal)
    refuseFile({ file }, `decimal=${decimal} was declared, and its numbers are written with a decimal ${proven}.`);
  const sign = decimal ?? proven;
  // Where commas do not part cells, they may part decimals.
  const open = sign === null && delimiter !== ',' ? openThousands(cells()) : null;
  if (open !== null)
    refuseFile(
      { file, line: rows.find((row) => numeric.some((index) => row.cells[index] === open))?.line ?? 0 },
      `${shown(open)} beside whole numbers may be more than a thousand or little more than one; add decimal=comma (it is ${open.replace('.', '')}) or decimal=point to the declared columns.`,
    );
  const signs = sign === null ? /[ ')]|-$|[CD]R$/i : /[,.' )]|-$|[CD]R$/i;
  const plainly = (given: string): string => {
    const cell = signFirst(given);
    return sign === null ? withoutSpaces(cell) : plainNumberText(cell, sign);
  };
  const wanted = new Set(numeric);
  const plain = rows.map((row) =>
    row.cells.some((cell, index) => wanted.has(index) && signs.test(cell))
      ? { ...row, cells: row.cells.map((cell, index) => (wanted.has(index) ? plainly(cell) : cell)) }
      : row,
  );
  return { rows: plain, sign };
};
