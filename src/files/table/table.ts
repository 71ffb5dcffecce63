import { energyKeyParts, moneyKeys, priceKeys } from '../cells/columnKeys.ts';
import { type Columns, type Declared, declaredColumns, padded, withSum } from '../cells/columns.ts';
import { type CsvRow, csvRows } from '../cells/csvRows.ts';
import type { Delimiter } from '../cells/delimiters.ts';
import { delimiterOf } from '../cells/delimiter.ts';
import { recognise, type RecognisedLayout } from '../headers/recognise.ts';
import { type HourColumn, slotKeyOf, slotOf } from '../headers/slots.ts';
import { type DecimalSign, type Layout, layoutOf } from '../layout.ts';
import { refuseFile, shown } from '../unusableFile.ts';
import { asidesNote, sumsAmong, totalNotes, withoutDaySums } from './asides.ts';
import { bodyOf, unmarked } from './body.ts';
import { type Summed, summedOf } from './columnSums.ts';
import { withPlainNumbers } from './plainNumbers.ts';

/** A file as a table: one row for each statement, one column for each meaning. */
export interface Table {
  readonly columns: Columns;
  readonly rows: readonly CsvRow[];
  readonly totals: readonly CsvRow[];
  /** What was declared, or what was recognised in its place. */
  readonly layout: Layout;
  readonly declared: Declared;
  readonly wasDeclared: boolean;
  readonly name: string | null;
  /** How the numbers are written; null where they prove nothing. */
  readonly decimal: DecimalSign | null;
  readonly hasSections: boolean;
  /** Whether rows without a time were judged by those above them: then no part of it says what the whole does. */
  readonly hasUntimed: boolean;
  readonly leftOut: LeftOutRows;
  /** What its rows come to in its columns of energy over intervals. */
  readonly summed: Summed;
}

/** What of a file is none of its statements. */
export interface LeftOutRows {
  /** Lines without a time and a number. */
  readonly remarks: readonly CsvRow[];
  /** Sums, averages and extremes, and what is charged for no time. */
  readonly asides: readonly CsvRow[];
  /** Rows with words behind their last column. */
  readonly extra: readonly CsvRow[];
  /** Headers of columns that are not needed, by their place. */
  readonly idle: ReadonlyMap<number, string>;
}

/** What had to be said about a table. */
export const tableNotes = (
  file: string,
  { columns, totals, summed, leftOut }: Pick<Table, 'columns' | 'totals' | 'summed' | 'leftOut'>,
): readonly string[] => {
  const { remarks, asides, extra, idle } = leftOut;
  const [first] = remarks;
  const [beyond] = extra;
  return [
    ...(first === undefined
      ? []
      : [
          `${file}: ${remarks.length === 1 ? `line ${first.line} is` : `${remarks.length} lines, the first of them line ${first.line}, are`} left out, without a time and a number: ${shown(first.cells.filter((cell) => cell !== '').join(' '))}.`,
        ]),
    ...asidesNote(file, asides),
    ...(beyond === undefined
      ? []
      : [
          `${file}: what stands behind the last column is left out, in ${extra.length === 1 ? `line ${beyond.line}` : `${extra.length} lines, the first of them line ${beyond.line}`}: ${shown(beyond.cells.filter((cell) => cell !== '').join(' '))}.`,
        ]),
    ...(idle.size === 0
      ? []
      : [
          `${file}: not needed: the ${idle.size === 1 ? 'column' : 'columns'} ${[...idle.values()].map(shown).join(', ')}.`,
        ]),
    ...totalNotes(columns, summed, totals),
  ];
};

const optionsIn = (declared: Declared): Declared =>
  declared.filter(([key]) => ['interval', 'registers', 'import'].includes(key));

/** Where the columns of a file stand, by its first rows: as they were declared, or recognised. @throws UnusableFile */
export const placesOf = (file: string, rows: readonly CsvRow[], given: Layout, recognised: Declared): Columns => {
  const options = given.columns === null ? optionsIn(recognised) : [];
  const pairs = given.columns === null ? recognised.filter((pair) => !options.includes(pair)) : [...given.columns];
  return declaredColumns(file, rows, pairs).columns;
};

const isNumeric = (key: string): boolean =>
  energyKeyParts(key) !== null || moneyKeys.has(key) || priceKeys.has(key) || key === 'minutes' || key === 'seconds';

/** Where energy over intervals stands: power and prices have no sum. */
const intervalEnergies = ({ at }: Columns): readonly number[] =>
  [...at].flatMap(([key, index]) => {
    const meaning = energyKeyParts(key)?.meaning;
    return meaning === undefined || meaning.isPower || /register$/i.test(meaning.role) ? [] : [index];
  });

/** How many decimals a number is written with; null where a cell holds none. */
const decimalsIn = (cell = ''): number | null => /^[^.,]*\d(?:[.,](\d*))?$/.exec(cell)?.[1]?.length ?? null;

/**
 * Whether the last number of the last line has fewer decimals than those of the rows above, which are written to as many, zeros at the
 * end included: it is not whole. Who leaves such zeros out writes fewer of them at times.
 */
const isCutNumber = (rows: readonly CsvRow[], index: number): boolean => {
  const [last = '', ...above] = rows.map(({ cells }) => cells[index] ?? '').toReversed();
  const usual = decimalsIn(above[0]);
  if (usual === null || !above.every((each) => decimalsIn(each) === usual)) return false;
  return (decimalsIn(last) ?? 0) < usual && above.some((each) => each.endsWith('0'));
};

/** Whether the file ends in the middle of a row: before it states anything, in its last number, or as the only one that lacks cells. @throws UnusableFile */
const checkLastRow = (
  { file, headers }: Columns,
  rows: readonly CsvRow[],
  quantities: readonly number[],
  isOpen: boolean,
): void => {
  const row = rows.at(-1);
  if (row === undefined) return;
  const lastCell = (row.shortOf ?? headers.length) - 1;
  const isInNumber = isOpen && quantities.includes(lastCell);
  if (isInNumber && isCutNumber(rows, lastCell))
    refuseFile(
      { file, line: row.line },
      `${shown(row.cells[lastCell] ?? '')} has fewer decimals than every number above it, zeros and all, and nothing ends its line: the file is cut off here; download it again, or end the line where the number is whole.`,
    );
  const cellsGiven = row.shortOf;
  if (cellsGiven === undefined) return;
  const lacks = quantities.filter((index) => index >= cellsGiven).length;
  const isOnly =
    isOpen && (lacks > 0 || isInNumber) && rows.every((each) => each === row || each.shortOf === undefined);
  if (lacks < quantities.length && !isOnly) return;
  refuseFile(
    { file, line: row.line },
    `the row has ${cellsGiven} of ${headers.length} cells: the file is cut off here; download it again, or leave the row out.`,
  );
};

/** One row for each slot of a row: what was written in a line stands in a column. */
const unfolded = (
  rows: readonly CsvRow[],
  headers: readonly string[],
  slots: readonly HourColumn[],
): readonly CsvRow[] =>
  rows.flatMap((row) =>
    slots.map(({ index, label }) => ({
      line: row.line,
      cells: [...row.cells, label, row.cells[index] ?? ''],
      column: headers[index] ?? '',
    })),
  );

/** One row for each device of a row. */
const byDevice = (
  rows: readonly CsvRow[],
  of: ReadonlyMap<string, ReadonlyMap<string, number>>,
  keys: readonly string[],
): readonly CsvRow[] =>
  rows.flatMap((row) =>
    [...of].map(([device, at]) => ({
      ...row,
      cells: [...row.cells, device, ...keys.map((key) => row.cells[at.get(key) ?? -1] ?? '')],
    })),
  );

interface Shaped {
  readonly rows: readonly CsvRow[];
  readonly at: Map<string, number>;
  readonly headers: string[];
}

const append = (shaped: Shaped, key: string, header: string): void => {
  shaped.at.set(key, shaped.headers.length);
  shaped.headers.push(header);
};

const withSlots = (file: string, shaped: Shaped, key: string, slots: readonly (HourColumn | null)[]): Shaped => {
  const known = slots.flatMap((slot) => slot ?? []);
  if (known.length < slots.length || known.length === 0)
    return refuseFile(
      { file },
      `not every column declared as ${key} is called by its hour, such as HR1, 01:00 or 2026-11-01T05:00Z.`,
    );
  const timeKey = slotKeyOf(known);
  const rows = unfolded(shaped.rows, shaped.headers, known);
  append(shaped, timeKey, 'the columns of hours');
  append(shaped, key, 'the columns of hours');
  return { ...shaped, rows };
};

const withDevices = (shaped: Shaped): Shaped => {
  const of = new Map<string, Map<string, number>>();
  for (const [key, index] of [...shaped.at]) {
    const device = energyKeyParts(key)?.device ?? null;
    if (device === null) continue;
    shaped.at.delete(key);
    const own = of.get(device) ?? new Map<string, number>();
    of.set(device, own.set(key.slice(0, key.indexOf('@')), index));
  }
  if (of.size === 0) return shaped;
  const keys = [...new Set([...of.values()].flatMap((at) => [...at.keys()]))];
  const rows = byDevice(shaped.rows, of, keys);
  append(shaped, 'device', 'the columns of devices');
  for (const key of keys) append(shaped, key, key);
  return { ...shaped, rows };
};

/** Headers of columns that state something and are not used. */
const idleIn = (
  { headers, headerLine }: Columns,
  rows: readonly CsvRow[],
  used: ReadonlySet<number>,
): ReadonlyMap<number, string> =>
  new Map(
    headers.flatMap((header, index): readonly (readonly [number, string])[] =>
      headerLine === 0 || used.has(index) || header === '' || rows.every(({ cells }) => (cells[index] ?? '') === '')
        ? []
        : [[index, header]],
    ),
  );

/** Whoever recognises a layout by its rows. */
type Recogniser = (file: string, rows: readonly CsvRow[]) => RecognisedLayout;

/** Reads a text as a table, by what was declared or by what its headers say. @throws UnusableFile */
export const tableOf = (file: string, text: string, given: Layout, recognised: Recogniser = recognise): Table => {
  const delimiter: Delimiter = given.delimiter ?? delimiterOf(file, text);
  return tableOfRows(
    file,
    csvRows(file, text, delimiter),
    delimiter,
    given,
    recognised,
    !/[\r\n]\s*$/.test(text.slice(-20)),
  );
};

/** The same of rows; `endsOpen` where nothing ends the last line. @throws UnusableFile */
export const tableOfRows = (
  file: string,
  rows: readonly CsvRow[],
  delimiter: Delimiter,
  given: Layout,
  recognised: Recogniser = recognise,
  endsOpen = false,
): Table => {
  const all = unmarked(rows);
  if (all.length === 0) refuseFile({ file }, 'the file has no rows.');
  const wasDeclared = given.columns !== null;
  const { declared: pairs, name } =
    given.columns === null ? recognised(file, all) : { declared: [...given.columns], name: null };
  const options = wasDeclared ? [] : optionsIn(pairs);
  const declared = pairs.filter((pair) => !options.includes(pair));
  const { intervalMinutes, showsRegisterAtEnd, series } = layoutOf(options);
  const layout: Layout = {
    ...given,
    intervalMinutes: given.intervalMinutes ?? intervalMinutes,
    showsRegisterAtEnd: given.showsRegisterAtEnd || showsRegisterAtEnd,
    series: given.series.size > 0 ? given.series : series,
  };
  const { columns, sums, stretches } = declaredColumns(file, all, declared);
  const inStretch = [...stretches.values()].flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, each) => from + each),
  );
  const numeric = [
    ...[...columns.at].flatMap(([key, index]) => (isNumeric(key) ? [index] : [])),
    ...[...sums.values()].flat(),
    ...inStretch,
  ];
  const body = bodyOf(columns, all, numeric);
  checkLastRow(columns, body.rows, numeric, endsOpen);
  const { rows: stated, sign } = withPlainNumbers(file, body.rows, numeric, { ...layout, delimiter });
  const { rows: plain, asides } = withoutDaySums(columns, stated, numeric);
  const signed = { decimal: sign === 'comma' ? ('comma' as const) : layout.decimal, delimiter: ',' as const };
  const { rows: plainTotals } = withPlainNumbers(file, body.totals, numeric, signed);
  const { rows: plainSums } = withPlainNumbers(file, body.untimed, numeric, signed);
  const untimedSums = sumsAmong(columns, plain, plainSums, numeric);
  const width = Math.max(columns.headers.length, ...[...columns.at.values()].map((index) => index + 1));
  let shaped: Shaped = {
    rows: plain,
    at: new Map(columns.at),
    headers: [...padded(columns.headers, width), 'the section'],
  };
  if (body.hasSections && !shaped.at.has('channel')) shaped.at.set('channel', width);
  for (const [key, of] of sums) {
    shaped = { ...shaped, rows: withSum(shaped.rows, shaped.headers.length, of) };
    append(shaped, key, of.map((index) => columns.headers[index]).join('+'));
  }
  for (const [key, [from, to]] of stretches)
    shaped = withSlots(
      file,
      shaped,
      key,
      Array.from({ length: to - from + 1 }, (_, each) => slotOf(columns.headers[from + each] ?? '', from + each)),
    );
  shaped = withDevices(shaped);
  const used = new Set([...columns.at.values(), ...numeric]);
  return {
    columns: { ...columns, at: shaped.at, headers: shaped.headers },
    rows: shaped.rows,
    totals: [...plainTotals, ...untimedSums.totals],
    layout,
    declared: [
      ...declared.map(([key, header]): readonly [string, string] => [key, header]),
      ...options,
      ...(delimiter === ',' ? [] : [['delimiter', delimiterNames[delimiter]] as const]),
      ...(sign === 'comma' ? [['decimal', 'comma'] as const] : []),
    ],
    wasDeclared,
    name,
    decimal: sign,
    hasSections: body.hasSections,
    hasUntimed: body.untimed.length > 0,
    summed: summedOf(plain, intervalEnergies(columns)),
    leftOut: {
      remarks: body.remarks,
      asides: [...body.asides, ...asides, ...untimedSums.asides],
      extra: body.extra,
      idle: idleIn(columns, body.rows, used),
    },
  };
};

const delimiterNames: Readonly<Record<Delimiter, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};
