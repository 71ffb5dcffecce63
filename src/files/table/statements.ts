import { dayMs, hourMs, localText } from '../../programme/calendar.ts';
import { add, compare, type Decimal, decimalText, subtract, zero } from '../../programme/decimal.ts';
import type { ChannelRoles } from '../headers/channelRoles.ts';
import type { EnergyRole } from '../cells/columnKeys.ts';
import { cellOf, type Columns, headerText, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import {
  type EnergyColumn,
  type EnergyColumns,
  energyIn,
  isNegative,
  saysNothing,
  unitOf,
} from '../headers/energyColumns.ts';
import type { SeriesRole } from '../layout.ts';
import type { FileGap } from '../sequence.ts';
import type { TimedRow } from './timedRows.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** What one or several rows state of a stretch of time. */
export interface Statement {
  readonly device: string | null;
  readonly startAt: number;
  readonly durationMs: number;
  readonly line: number;
  readonly rows: readonly CsvRow[];
  /** In watt-hours, by what the numbers say. */
  readonly energies: ReadonlyMap<EnergyRole, Decimal>;
}

/** What is told of rows that did not count each by itself. */
export interface StatementTally {
  readonly alike: number;
  readonly strangeUnits: ReadonlyMap<string, number>;
  readonly empty: number;
  readonly firstEmpty: { readonly line: number; readonly startAt: number } | null;
}

/** What the rows of a file state. */
export interface Statements {
  readonly statements: readonly Statement[];
  readonly holes: readonly FileGap[];
  readonly tally: StatementTally;
}

/** How the rows of a file are taken. */
export interface StatementContext {
  readonly columns: Columns;
  readonly energies: EnergyColumns;
  readonly channels: ChannelRoles;
  /** Whether rows that say the same twice are one; what is billed twice is not. */
  readonly joinsAlike: boolean;
}

const oneWay: ReadonlySet<EnergyRole> = new Set(['import', 'export']);

/** What a column says in the row of a channel: a number without a direction has that of its channel. */
const roleIn = (
  { columns }: StatementContext,
  row: CsvRow,
  { role, key }: EnergyColumn,
  channel: SeriesRole | 'neutral',
): EnergyRole => {
  if (channel === 'neutral') {
    if (role !== 'register') return role;
    return refuseFile(
      placeOf(columns, row, key),
      'whether this register counts what was drawn or what was delivered is not said; declare it as kwhInRegister or kwhOutRegister.',
    );
  }
  if (role === 'register') return channel === 'export' ? 'exportRegister' : 'importRegister';
  if (role === 'net') return channel;
  const own = role === 'importRegister' ? 'import' : role === 'exportRegister' ? 'export' : role;
  return own === channel || channel === 'net'
    ? role
    : refuseFile(placeOf(columns, row, key), `the column and the channel of the row say different directions.`);
};

type Cell =
  | { readonly kind: 'stated'; readonly role: EnergyRole; readonly value: Decimal }
  | { readonly kind: 'blank' | 'nothing' };

/** How a column with both signs is declared: as net, or where both directions have a column, as their sum. */
const netInstead = ({ columns, energies }: StatementContext, { key }: EnergyColumn): string => {
  const unit = key.replace(/(?:In|Out)$/, '');
  const pair = (['import', 'export'] as const).map((role) => energies.get(role)?.key);
  const [drawn, delivered] = pair.map((each) =>
    each === undefined ? null : headerText(columns.headers, columns.at.get(each) ?? -1),
  );
  return drawn !== null && drawn !== undefined && delivered !== null && delivered !== undefined
    ? `if what was delivered is written with a minus, declare the sum of both as net, ${unit}=${drawn}+${delivered}`
    : `declare the column as net (${unit}) or as net with export positive (${unit}OutNet)`;
};

const cellIn = (
  context: StatementContext,
  { row, durationMs }: TimedRow,
  column: EnergyColumn,
  channel: SeriesRole | 'neutral',
): Cell => {
  const { columns, energies } = context;
  const text = cellOf(columns, row, column.key) ?? '';
  if (saysNothing(text)) return { kind: 'nothing' };
  const mayBeBlank = energies.size > 1 || row.column !== undefined;
  if (text === '' && mayBeBlank) return { kind: 'blank' };
  const value = energyIn(columns, row, column, durationMs) ?? zero;
  const role = roleIn(context, row, column, channel);
  if (oneWay.has(role) && isNegative(value))
    return refuseFile(
      placeOf(columns, row, column.key),
      `energy of one direction cannot be negative; ${netInstead(context, column)}.`,
    );
  return { kind: 'stated', role, value };
};

const sameAs = (before: Decimal | undefined, now: Decimal): boolean =>
  before !== undefined && compare(before, now) === 0;

/** A column that is not needed may be the one that tells two rows apart: a time that was not recognised, or another meter. */
const areSame = (before: CsvRow | undefined, { cells }: CsvRow): boolean =>
  before !== undefined && before.cells.every((cell, index) => cell === cells[index]);

/** A statement that may grow, and the channels it is from. */
type OpenStatement = { -readonly [Key in keyof Statement]: Statement[Key] } & {
  readonly from: Set<string | null>;
};

interface Gathering {
  readonly byTime: Map<string, OpenStatement[]>;
  alike: number;
  readonly empty: TimedRow[];
  readonly strangeUnits: Map<string, number>;
}

const gather = (context: StatementContext, gathering: Gathering, timed: TimedRow): void => {
  const { columns, energies, channels, joinsAlike } = context;
  const { row, device, channel, startAt, durationMs } = timed;
  const role = channels.of.get(channel);
  if (role === undefined || role === null) return;
  const strange = [...energies.values()].find((column) => unitOf(columns, row, column) === null);
  if (strange !== undefined) {
    const unit = cellOf(columns, row, 'unit') ?? '';
    gathering.strangeUnits.set(unit, (gathering.strangeUnits.get(unit) ?? 0) + 1);
    return;
  }
  const cells = [...energies.values()].map((column) => cellIn(context, timed, column, role));
  const stated = new Map(cells.flatMap((cell) => (cell.kind === 'stated' ? [[cell.role, cell.value] as const] : [])));
  if (energies.size > 0 && stated.size === 0) {
    gathering.empty.push(timed);
    return;
  }
  const key = `${device ?? ''}\n${startAt}\n${durationMs}`;
  const of = gathering.byTime.get(key) ?? [];
  gathering.byTime.set(key, of);
  const beside = of.find(({ energies: before }) => [...stated.keys()].every((each) => !before.has(each)));
  const alike = joinsAlike
    ? of.find(
        ({ energies: before, rows: [first] }) =>
          [...stated].every(([each, value]) => sameAs(before.get(each), value)) && areSame(first, row),
      )
    : undefined;
  const summed = channels.areDeclared ? of.find(({ from }) => !from.has(channel)) : undefined;
  if (summed !== undefined) {
    const sums = [...stated].map(([each, value]) => [each, add(summed.energies.get(each) ?? zero, value)] as const);
    summed.energies = new Map([...summed.energies, ...sums]);
    summed.rows = [...summed.rows, row];
    summed.from.add(channel);
  } else if (alike !== undefined) gathering.alike += 1;
  else if (beside !== undefined && stated.size > 0) {
    beside.energies = new Map([...beside.energies, ...stated]);
    beside.rows = [...beside.rows, row];
  } else {
    const [before] = of;
    if (joinsAlike && before !== undefined && durationMs >= dayMs - hourMs)
      refuseFile(
        { file: columns.file, line: row.line },
        `line ${before.line} states the same day; if a column says the time of day, declare it, as in --columns "date=Date,time=Hour,kwh=Net", else leave one of the two out.`,
      );
    of.push({ device, startAt, durationMs, line: row.line, rows: [row], energies: stated, from: new Set([channel]) });
  }
};

/** Whether a sum of channels lacks one of them: then it is no sum. */
const isPartial =
  ({ of, areDeclared }: ChannelRoles) =>
  ({ from }: OpenStatement): boolean =>
    areDeclared &&
    [...from].some((own) => [...of].some(([other, role]) => role !== null && role === of.get(own) && !from.has(other)));

/** What had to be said about the rows of a file. */
export const statementNotes = (
  file: string,
  { alike, strangeUnits, empty, firstEmpty }: StatementTally,
  timeZone: string,
): readonly string[] => [
  ...(alike === 0
    ? []
    : [`${file}: ${alike} ${alike === 1 ? 'row is' : 'rows are'} stated twice alike, and count once.`]),
  ...[...strangeUnits].map(
    ([unit, count]) =>
      `${file}: ${count} ${count === 1 ? 'row is' : 'rows are'} left out: ${shown(unit)} is no unit of energy.`,
  ),
  ...(firstEmpty === null
    ? []
    : [
        `${file}: ${empty === 1 ? 'one row states' : `${empty} rows state`} nothing, the first on line ${firstEmpty.line}, at ${localText(firstEmpty.startAt, timeZone)}.`,
      ]),
];

const firstOf = ([first]: readonly TimedRow[]): StatementTally['firstEmpty'] =>
  first === undefined ? null : { line: first.row.line, startAt: first.startAt };

/** What rows state of each stretch of time, those of several channels together. @throws UnusableFile when a row contradicts itself */
export const statementsOf = (context: StatementContext, rows: readonly TimedRow[]): Statements => {
  const gathering: Gathering = { byTime: new Map(), alike: 0, empty: [], strangeUnits: new Map() };
  for (const timed of rows) gather(context, gathering, timed);
  const all = [...gathering.byTime.values()].flat();
  const lacksOne = isPartial(context.channels);
  const partial = all.filter(lacksOne);
  const statements = partial.length === 0 ? all : all.filter((each) => !lacksOne(each));
  const stated = new Set(statements.map(({ device, startAt }) => `${device ?? ''}\n${startAt}`));
  const missing = gathering.empty.filter(({ device, startAt }) => !stated.has(`${device ?? ''}\n${startAt}`));
  return {
    statements,
    holes: [...missing.map(({ row: { line }, ...each }) => ({ ...each, line })), ...partial].map(
      ({ device, startAt, durationMs, line }) => ({ device, startAt, endAt: startAt + durationMs, line }),
    ),
    tally: {
      alike: gathering.alike,
      strangeUnits: gathering.strangeUnits,
      empty: gathering.empty.length,
      firstEmpty: firstOf(gathering.empty),
    },
  };
};

/** Energy in both directions; null where a file states only the net. @unit Wh */
export interface StatedEnergy {
  readonly net: Decimal;
  readonly drawn: Decimal | null;
  readonly delivered: Decimal | null;
}

/** Which directions a device states anywhere, and whether one of them ever says that nothing flowed. */
export interface Directions {
  readonly hasImport: boolean;
  readonly hasExport: boolean;
  readonly saysZero: boolean;
}

/** What the statements of a device say of its directions. */
export const directionsOf = (statements: readonly Statement[]): Directions => {
  const values = (role: EnergyRole): readonly Decimal[] =>
    statements.flatMap(({ energies }) => energies.get(role) ?? []);
  const [drawn, delivered] = [values('import'), values('export')];
  const isSparse = (of: readonly Decimal[]): boolean => of.length < statements.length;
  return {
    hasImport: drawn.length > 0,
    hasExport: delivered.length > 0,
    saysZero: [drawn, delivered].some((of) => isSparse(of) && of.some((value) => compare(value, zero) === 0)),
  };
};

/** The energy of a statement; null where one of its directions is missing. `isSilent`: a direction that is not stated counts as none. @throws UnusableFile when it contradicts itself */
export const energyOf = (
  file: string,
  { energies, line }: Statement,
  { hasImport, hasExport, saysZero }: Directions,
): { readonly energy: StatedEnergy; readonly isSilent: boolean } | null => {
  const exportNet = energies.get('exportNet');
  const net = energies.get('net') ?? (exportNet === undefined ? undefined : subtract(zero, exportNet));
  const [drawn, delivered] = [energies.get('import'), energies.get('export')];
  if (drawn === undefined && delivered === undefined)
    return net === undefined ? null : { energy: { net, drawn: null, delivered: null }, isSilent: false };
  const misses = hasImport && hasExport && (drawn === undefined || delivered === undefined);
  if (misses && net === undefined && saysZero) return null;
  const into = drawn ?? (net === undefined || !misses ? zero : subtract(net, subtract(zero, delivered ?? zero)));
  const out = delivered ?? (net === undefined ? zero : subtract(into, net));
  const difference = subtract(into, out);
  if (net !== undefined && (compare(net, difference) !== 0 || isNegative(into) || isNegative(out)))
    refuseFile(
      { file, line },
      `the net energy ${decimalText(net)} Wh is not what was drawn less what was delivered, ${decimalText(subtract(drawn ?? zero, delivered ?? zero))} Wh.`,
    );
  return { energy: { net: difference, drawn: into, delivered: out }, isSilent: misses && net === undefined };
};

/** What is to be told of directions: one that is nowhere stated, and one that is silent here and there. */
export const directionNotes = (
  file: string,
  { hasImport, hasExport }: Directions,
  silent: number,
  hasNet: boolean,
): readonly string[] => {
  if (hasImport && hasExport)
    return silent === 0
      ? []
      : [
          `${file}: in ${silent === 1 ? 'one interval' : `${silent} intervals`} one direction is not stated, and never zero elsewhere: it counts as none.`,
        ];
  if (!hasImport && !hasExport) return [];
  if (hasNet) return [];
  return [
    `${file}: it states only what was ${hasImport ? 'drawn; what was delivered' : 'delivered; what was drawn'} counts as none.`,
  ];
};
