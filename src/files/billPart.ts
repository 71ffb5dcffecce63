import { dayMs, dayOf, hourMs } from '../programme/calendar.ts';
import { add, type Decimal, decimalText, subtract, zero } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { grouped } from './grouped.ts';
import type { BilledLine, BilledTotal } from './bill.ts';
import { channelRolesOf } from './headers/channelRoles.ts';
import { moneyKeys, priceKeys } from './cells/columnKeys.ts';
import { cellOf, type Columns } from './cells/columns.ts';
import type { CsvRow } from './cells/csvRows.ts';
import { checkCurrency } from './cells/currency.ts';
import { type EnergyColumns, energyColumnsOf, energyIn, powerNotes, rowSays } from './headers/energyColumns.ts';
import { moneyOf } from './cells/numbers.ts';
import { readAs } from './table/readAs.ts';
import {
  type Directions,
  directionsOf,
  energyOf,
  type Statement,
  statementNotes,
  statementsOf,
} from './table/statements.ts';
import { type Steps, stepsOf } from './headers/steps.ts';
import { type Table, tableNotes } from './table/table.ts';
import { devicePartOf, type TablePart } from './table/tablePart.ts';
import { rowSpanOf, suspectEnds, timedRows } from './table/timedRows.ts';
import { timeNotes } from './table/timesTold.ts';
import { isWordForTotal } from './times/rowTimes.ts';
import { refuseFile } from './unusableFile.ts';

/** A part of a bill's table, or all of it. */
export interface BillPart extends TablePart {
  /** What it states by intervals of less than a day, in the order of the file. */
  readonly lines: readonly BilledLine[];
  /** What it states of longer times, in the order of the file. */
  readonly periods: readonly BilledTotal[];
  /** What it calls totals. */
  readonly totals: readonly BilledTotal[];
  readonly steps: Steps;
}

const isStated = (columns: Columns, row: CsvRow, key: string): boolean => (cellOf(columns, row, key) ?? '') !== '';

const priceOf = (columns: Columns, row: CsvRow): Decimal | undefined => {
  const [key] = [...priceKeys.keys()].filter((each) => columns.at.has(each));
  return key === undefined ? undefined : moneyOf(columns, row, key, priceKeys.get(key) ?? 0);
};

/** Charges less credits; where both have a column, one of the two cells may be empty. */
const amountOf = (columns: Columns, row: CsvRow): Decimal | undefined => {
  const keys = [...moneyKeys.keys()].filter((key) => columns.at.has(key));
  const stated = keys.length > 1 ? keys.filter((key) => isStated(columns, row, key)) : keys;
  if (keys.length > 0 && stated.length === 0)
    refuseFile({ file: columns.file, line: row.line }, 'neither a charge nor a credit is stated.');
  const amounts = stated.map((key) => {
    const { powerOfTen, isCredit } = moneyKeys.get(key) ?? { powerOfTen: 0, isCredit: false };
    const amount = moneyOf(columns, row, key, powerOfTen) ?? zero;
    return isCredit ? subtract(zero, amount) : amount;
  });
  return amounts.length === 0 ? undefined : amounts.reduce(add, zero);
};

const textOrNull = (number: Decimal | null | undefined): DecimalText | null =>
  number === null || number === undefined ? null : decimalText(number);

/** What several rows of one stretch of time state together: of a channel each. */
const sumOf = (numbers: readonly (Decimal | undefined)[]): Decimal | undefined =>
  numbers.reduce((sum, each) => (sum === undefined ? each : each === undefined ? sum : add(sum, each)), undefined);

const lineOf = (columns: Columns, statement: Statement, directions: Directions): BilledLine => {
  const { device, startAt, durationMs, line, rows } = statement;
  return {
    device,
    startAt,
    durationMs,
    energyWattHours: textOrNull(energyOf(columns.file, statement, directions)?.energy.net),
    usdPerKwh: textOrNull(priceOf(columns, rows[0] as CsvRow)),
    amountUsd: textOrNull(sumOf(rows.map((row) => amountOf(columns, row)))),
    line,
  };
};

/** A total leaves out what it does not sum: its empty cells are no fault. */
const withoutEmpty = (columns: Columns, row: CsvRow): Columns => ({
  ...columns,
  at: new Map([...columns.at].filter(([key]) => isStated(columns, row, key))),
});

/** A total of one device, or of all: then the word for it may stand where a device would. */
const deviceOfTotal = (columns: Columns, row: CsvRow): string | null => {
  const device = columns.at.has('device') ? (cellOf(columns, row, 'device') ?? '') : '';
  return device === '' || isWordForTotal(columns, row, device) ? null : device;
};

const billTotalOf = (columns: Columns, energies: EnergyColumns, row: CsvRow): BilledTotal => {
  const stated = withoutEmpty(columns, row);
  const own: EnergyColumns = new Map(
    [...energies].filter(([, { key, hasUnitByRow }]) => stated.at.has(key) && !hasUnitByRow),
  );
  const values = [...own].map(([role, column]) => [role, energyIn(stated, row, column, hourMs) ?? zero] as const);
  const statement: Statement = {
    device: null,
    startAt: 0,
    durationMs: 0,
    line: row.line,
    rows: [row],
    energies: new Map(values),
  };
  return {
    device: deviceOfTotal(stated, row),
    stage: 'bill',
    startAt: null,
    endAt: null,
    energyWattHours: textOrNull(energyOf(columns.file, statement, directionsOf([statement]))?.energy.net),
    amountUsd: textOrNull(amountOf(stated, row)),
    line: row.line,
  };
};

const periodTotalOf = ({ usdPerKwh: _price, ...line }: BilledLine, timeZone: string): BilledTotal => {
  const day = dayOf(line.startAt, timeZone);
  const { durationMs, ...rest } = line;
  return {
    ...rest,
    endAt: line.startAt + durationMs,
    stage: day.startAt === line.startAt && day.endAt === line.startAt + durationMs ? 'day' : 'month',
  };
};

const checkColumns = ({ file, headerLine, at }: Columns, energies: EnergyColumns): void => {
  const place = { file, line: headerLine };
  const money = [...moneyKeys.keys()].filter((key) => at.has(key));
  if ([...energies.keys()].some((role) => /register$/i.test(role)))
    refuseFile(place, 'a bill states energy by intervals, not registers; declare its columns with --columns.');
  if (energies.size === 0 && money.length === 0)
    refuseFile(
      place,
      'no column states energy or an amount; declare them with --columns, as in --columns "bill:time=Start,kwh=Net,price=Rate,amount=Charge".',
    );
  if (money.length > 1 && money.some((key) => key.startsWith('amount')))
    refuseFile(
      place,
      `both "${money[0]}" and "${money[1]}" state money; declare the one to use, or charge and credit.`,
    );
  if ([...priceKeys.keys()].filter((key) => at.has(key)).length > 1)
    refuseFile(place, 'two columns state a price in different units; declare one of them.');
};

/** Reads a table of a bill, or a part of one. @throws UnusableFile */
export const billPartOf = (table: Table, timeZone: string): BillPart => {
  const { columns, layout, rows, ...rest } = table;
  const energies = energyColumnsOf(columns);
  checkColumns(columns, energies);
  checkCurrency(columns, [...rows, ...table.totals]);
  const quantities = [...[...energies.values()].map(({ key }) => key), ...moneyKeys.keys()];
  const { rows: timedOnes, ...timed } = timedRows(table, 'intervals', timeZone, rowSays(columns, quantities));
  const channels = channelRolesOf(
    columns,
    timedOnes.map(({ channel }) => channel),
    layout,
  );
  const { statements, holes, tally } = statementsOf({ columns, energies, channels, joinsAlike: false }, timedOnes);
  const byDevice = [...grouped(statements, ({ device }) => device)].map(([device, of]) => {
    const directions = directionsOf(of);
    return {
      device,
      part: devicePartOf(of, directions, 0),
      lines: of.map((statement) => lineOf(columns, statement, directions)),
    };
  });
  const stated = byDevice.flatMap((each) => each.lines);
  const isLong = ({ durationMs }: BilledLine): boolean => durationMs >= dayMs - hourMs;
  const lines = stated.filter((line) => !isLong(line));
  const hourly = new Set(lines.map(({ line }) => line));
  const ofLines = rows.filter(({ line }) => hourly.has(line));
  return {
    table: { columns, layout, ...rest },
    timed,
    span: rowSpanOf(timedOnes),
    energies,
    channels,
    tally,
    holes,
    devices: new Map(byDevice.map(({ device, part }) => [device, part])),
    hasRegisters: false,
    lines,
    periods: stated.filter(isLong).map((line) => periodTotalOf(line, timeZone)),
    totals: table.totals.map((row) => billTotalOf(columns, energies, row)),
    steps: stepsOf(columns, energies, ofLines),
  };
};

/** What had to be said about the reading of a table of a bill. */
export const billNotes = (part: TablePart, timeZone: string): readonly string[] => {
  const { table, timed, channels, energies, tally, span } = part;
  const { file } = table.columns;
  return [
    ...readAs('bill', table, timed),
    ...timeNotes(file, timed.found),
    ...tableNotes(file, table),
    ...channels.notes,
    ...powerNotes(file, energies),
    ...statementNotes(file, tally, timeZone),
    ...suspectEnds(file, span, timeZone),
  ];
};
