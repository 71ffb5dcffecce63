import { asidesNote, isAside, sumsAmong, withoutDaySums } from './asides.ts';
import { energyKeyParts, moneyKeys, priceKeys } from '../cells/columnKeys.ts';
import { type Columns, type Declared, declaredColumns, padded, withSum } from '../cells/columns.ts';
import { type CsvRow, csvRows, type Delimiter } from '../cells/csvRows.ts';
import { delimiterOf } from '../cells/delimiter.ts';
import { knownKeysOf } from '../headers/knownHeaders.ts';
import { type DecimalSign, type Layout, layoutOf } from '../layout.ts';
import { plainNumberText, provenDecimalSign } from '../cells/numberStyle.ts';
import { recognise, type RecognisedLayout } from '../headers/recognise.ts';
import { isTotal, timeKeys } from '../times/rowTimes.ts';
import { type HourColumn, slotKeyOf, slotOf } from '../headers/slots.ts';
import { checkUnits, isUnitsRow } from '../headers/unitsRow.ts';
import { refuseFile, shown } from '../unusableFile.ts';

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
export const tableNotes = (file: string, { leftOut }: Pick<Table, 'leftOut'>): readonly string[] => {
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

/** Some reports mark their rows: comments, headers, data, and a trailer. */
const unmarked = (rows: readonly CsvRow[]): readonly CsvRow[] => {
  const marks = rows.map(({ cells: [mark = ''] }) => mark);
  const isMarked = marks.every((mark) => /^[CHDT]$/.test(mark)) && marks.includes('H') && marks.includes('D');
  const header = rows[marks.indexOf('H')];
  return isMarked && header !== undefined ? [header, ...rows.filter((_, index) => marks[index] === 'D')] : rows;
};

interface Body {
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

/** Splits what stands below the header: statements, totals, titles and further headers. */
const bodyOf = (columns: Columns, all: readonly CsvRow[], quantities: readonly number[]): Body => {
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
    if (isTotal(columns, row)) totals.push(row);
    else if (isAside(columns, row) || isCharge(columns, row, hasTimes && isTimeless)) asides.push(row);
    else if (isTimeless && isUnitsRow(row)) {
      checkUnits(columns, row);
      remarks.push(row);
    } else if (isHeader) sections.push(row.cells.join(' '));
    else if (
      quantities.every((index) => !states(index)) &&
      timeIndexes.every((index) => !/^\d/.test(row.cells[index] ?? ''))
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

/** Whether the file ends in the middle of a row: before it states anything. @throws UnusableFile */
const checkLastRow = ({ file, headers }: Columns, row: CsvRow | undefined, quantities: readonly number[]): void => {
  const cellsGiven = row?.shortOf;
  if (row === undefined || cellsGiven === undefined || quantities.some((index) => index < cellsGiven)) return;
  refuseFile(
    { file, line: row.line },
    `the row has ${cellsGiven} of ${headers.length} cells: the file is cut off here; download it again, or leave the row out.`,
  );
};

/** The cells of other columns that are numbers: one hand writes them all alike. */
function* otherNumbers(rows: readonly CsvRow[], known: ReadonlySet<number>): Generator<string> {
  for (const { cells } of rows)
    for (const [index, cell] of cells.entries())
      if (!known.has(index) && /^[+-]?[$€£]? ?\d[\d ']*[.,]\d+$/.test(cell)) yield cell;
}

/** Writes the numbers of a file plainly, however it writes them. */
const withPlainNumbers = (
  file: string,
  rows: readonly CsvRow[],
  numeric: readonly number[],
  { decimal }: Layout,
): { readonly rows: readonly CsvRow[]; readonly sign: DecimalSign | null } => {
  const cells = function* (): Generator<string> {
    for (const row of rows) for (const index of numeric) yield row.cells[index] ?? '';
  };
  const own = provenDecimalSign(cells());
  const proven = own ?? (decimal === null ? provenDecimalSign(otherNumbers(rows, new Set(numeric))) : null);
  if (decimal !== null && proven !== null && proven !== decimal)
    refuseFile({ file }, `decimal=${decimal} was declared, and its numbers are written with a decimal ${proven}.`);
  const sign = decimal ?? proven;
  if (sign === null) return { rows, sign };
  const wanted = new Set(numeric);
  const plain = rows.map((row) =>
    row.cells.some((cell, index) => wanted.has(index) && /[,.' ]/.test(cell))
      ? { ...row, cells: row.cells.map((cell, index) => (wanted.has(index) ? plainNumberText(cell, sign) : cell)) }
      : row,
  );
  return { rows: plain, sign };
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
  return tableOfRows(file, csvRows(file, text, delimiter), delimiter, given, recognised);
};

/** The same of rows. @throws UnusableFile */
export const tableOfRows = (
  file: string,
  rows: readonly CsvRow[],
  delimiter: Delimiter,
  given: Layout,
  recognised: Recogniser = recognise,
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
  checkLastRow(columns, body.rows.at(-1), numeric);
  const { rows: stated, sign } = withPlainNumbers(file, body.rows, numeric, layout);
  const { rows: plain, asides } = withoutDaySums(columns, stated, numeric);
  const signed: Layout = { ...layout, decimal: sign === 'comma' ? 'comma' : layout.decimal };
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
