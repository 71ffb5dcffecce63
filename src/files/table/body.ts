import { energyKeyParts, moneyKeys } from '../cells/columnKeys.ts';
import { type Columns, padded } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { knownKeysOf } from '../headers/knownHeaders.ts';
import { checkUnits, isUnitsRow } from '../headers/unitsRow.ts';
import { isTotal, timeKeys } from '../times/rowTimes.ts';
import { refuseFile, shown } from '../unusableFile.ts';
import { isAside } from './asides.ts';

/** What the rows of a file are: statements, totals, remarks, or the header of another section. */

/** Some reports mark their rows: comments, headers, data, and a trailer. */
export const unmarked = (rows: readonly CsvRow[]): readonly CsvRow[] => {
  const marks = rows.map(({ cells: [mark = ''] }) => mark);
  const isMarked = marks.every((mark) => /^[CHDT]$/.test(mark)) && marks.includes('H') && marks.includes('D');
  const header = rows[marks.indexOf('H')];
  if (!isMarked || header === undefined) return rows;
  return [header, ...rows.filter((row, index) => marks[index] === 'D' || (marks[index] === 'H' && row !== header))];
};

/** The rows below a header, by what they are. */
export interface Body {
  readonly rows: readonly CsvRow[];
  readonly totals: readonly CsvRow[];
  readonly remarks: readonly CsvRow[];
  readonly asides: readonly CsvRow[];
  readonly extra: readonly CsvRow[];
  /** Rows with numbers and no time: sums, or a fault. */
  readonly untimed: readonly CsvRow[];
  /** Whether the rows come in sections, each with a header whose words stand behind its rows. */
  readonly hasSections: boolean;
}

/** What stands behind the last column: words, such as a remark. A number with a comma in it that nobody quoted makes two cells. @throws UnusableFile */
const extraIn = ({ file, headerLine, headers }: Columns, { line, cells }: CsvRow, width: number): CsvRow | null => {
  const beyond = headerLine === 0 ? [] : cells.slice(width);
  const extra = beyond.find((cell) => /\d/.test(cell));
  if (extra !== undefined)
    refuseFile(
      { file, line },
      `the row has ${cells.length} cells, and the header ${headers.length}: ${shown(extra)} belongs to no column; a cell with the sign in it that parts cells has to be quoted, and each column needs a header.`,
    );
  return beyond.some((cell) => cell !== '') ? { line, cells: beyond } : null;
};

/** What a bill charges for no time: its row names it where a time would stand, and states money alone. */
const isCharge = ({ at }: Columns, { cells }: CsvRow, isTimeless: boolean): boolean => {
  const money = [...moneyKeys.keys()].flatMap((key) => at.get(key) ?? []);
  const energies = [...at].flatMap(([key, index]) => (energyKeyParts(key) === null ? [] : [index]));
  const states = (index: number): boolean => (cells[index] ?? '') !== '';
  return isTimeless && money.some(states) && !energies.some(states) && cells.some((cell) => /[a-z]{3}/i.test(cell));
};

/** Whether a key is of a column of energy over an interval. */
const isIntervalEnergy = (key = ''): boolean => energyKeyParts(key)?.meaning.isPower === false;

/** A header further down may open a section; where its columns mean something else it opens another table. @throws UnusableFile for that */
const checkOneTable = ({ file, headers }: Columns, { line, cells }: CsvRow, quantities: readonly number[]): void => {
  const [own, other] = [knownKeysOf(headers), knownKeysOf(cells)];
  const hasTime = other.some((key) => key === 'time' || key === 'end' || key === 'date');
  const energies = other.flatMap((key, index) => (isIntervalEnergy(key) ? [index] : []));
  const isOther = energies.some(
    (index) => !quantities.includes(index) || (own[index] ?? other[index]) !== other[index],
  );
  if (hasTime && isOther)
    refuseFile(
      { file, line },
      `here begins a second table, whose columns mean something else: ${cells
        .filter((cell) => cell !== '')
        .map(shown)
        .join(', ')}; give each table in a file of its own.`,
    );
};

/** Rows right above a further header that state no number and lack a part of their time: titles, such as a name and an address. They are taken away. */
const titlesAbove = (
  rows: CsvRow[],
  timeIndexes: readonly number[],
  quantities: readonly number[],
): readonly CsvRow[] => {
  const isEmpty = ({ cells }: CsvRow, index: number): boolean => (cells[index] ?? '') === '';
  const isTitle = (row: CsvRow): boolean =>
    quantities.every((index) => isEmpty(row, index)) && timeIndexes.some((index) => isEmpty(row, index));
  return rows.splice(rows.findLastIndex((row) => !isTitle(row)) + 1);
};

/** Splits what stands below the header: statements, totals, titles and further headers. */
export const bodyOf = (columns: Columns, all: readonly CsvRow[], quantities: readonly number[]): Body => {
  const { headerLine, headers, at } = columns;
  const timeIndexes = timeKeys.flatMap((key) => at.get(key) ?? []);
  const width = Math.max(headers.length, ...[...at.values()].map((index) => index + 1));
  const sections = [headers.join(' ')];
  const rows: CsvRow[] = [];
  const totals: CsvRow[] = [];
  const remarks: CsvRow[] = [];
  const asides: CsvRow[] = [];
  const extra: CsvRow[] = [];
  const untimed: CsvRow[] = [];
  const hasTimes = timeIndexes.length > 0;
  for (const row of all) {
    if (row.line <= headerLine) continue;
    const states = (index: number): boolean => (row.cells[index] ?? '') !== '';
    const isTimeless = timeIndexes.every((index) => !/\d/.test(row.cells[index] ?? ''));
    const isHeader =
      isTimeless && knownKeysOf(row.cells).some((key, index) => key !== undefined && timeIndexes.includes(index));
    if (isTimeless && hasTimes) checkOneTable(columns, row, quantities);
    if (isTotal(columns, row)) totals.push(row);
    else if (isAside(columns, row) || isCharge(columns, row, hasTimes && isTimeless)) asides.push(row);
    else if (isTimeless && isUnitsRow(row)) {
      checkUnits(columns, row);
      remarks.push(row);
    } else if (isHeader) {
      remarks.push(...titlesAbove(rows, timeIndexes, quantities));
      sections.push(row.cells.join(' '));
    } else if (
      (quantities.every((index) => !states(index)) &&
        timeIndexes.every((index) => !/^\d/.test(row.cells[index] ?? ''))) ||
      (timeIndexes.some(states) && isTimeless && quantities.every((index) => !/\d/.test(row.cells[index] ?? '')))
    )
      remarks.push(row);
    else if (hasTimes && timeIndexes.every((index) => !states(index)) && quantities.some(states)) untimed.push(row);
    else {
      const beyond = extraIn(columns, row, width);
      if (beyond !== null) extra.push(beyond);
      rows.push({
        ...row,
        ...(row.cells.length < headers.length ? { shortOf: row.cells.length } : {}),
        cells: [...padded(row.cells, width), sections.at(-1) ?? ''],
      });
    }
  }
  return { rows, totals, remarks, asides, extra, untimed, hasSections: new Set(sections).size > 1 };
};
