import { dayMs } from '../../programme/calendar.ts';
import { decimalText } from '../../programme/decimal.ts';
import { grouped } from '../grouped.ts';
import { type ChannelRoles, channelRolesOf } from './channelRoles.ts';
import type { EnergyRole } from './columnKeys.ts';
import { asidesNote } from './asides.ts';
import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { type EnergyColumns, energyColumnsOf, powerNotes, rowSays } from './energyColumns.ts';
import type { FileReading } from './fileReading.ts';
import { readAs } from './readAs.ts';
import { type RegisterContext, registersOf } from './registers.ts';
import type { FileGap } from './sequence.ts';
import {
  directionNotes,
  type Directions,
  directionsOf,
  energyOf,
  statementNotes,
  type Statements,
  statementsOf,
  type StatementTally,
} from './statements.ts';
import { type Table, tableNotes } from './table.ts';
import { type RowSpan, rowSpanOf, suspectEnds, timedRows, type TimedRows, timeNotes } from './timedRows.ts';
import { refuseFile } from './unusableFile.ts';

/** A part of a meter's table, or all of it: what its rows state, and what has to be told of them. */

/** What a device states in a part. */
export interface DevicePart {
  readonly directions: Directions;
  /** Whether a direction is stated in some of its intervals and not in others. */
  readonly isSparse: boolean;
  readonly hasNet: boolean;
  /** Intervals in which a direction that is not stated counts as none. */
  readonly silent: number;
  readonly fromAt: number;
  readonly toAt: number;
}

/** What was read of a part. */
export interface MeterPart {
  readonly table: Omit<Table, 'rows'>;
  readonly timed: Omit<TimedRows, 'rows'>;
  readonly span: RowSpan;
  readonly energies: EnergyColumns;
  readonly channels: ChannelRoles;
  readonly tally: StatementTally;
  readonly readings: readonly FileReading[];
  readonly holes: readonly FileGap[];
  /** By the names of devices; empty where registers were read. */
  readonly devices: ReadonlyMap<string | null, DevicePart>;
  readonly hasRegisters: boolean;
  /** What reading registers had to say. */
  readonly registerNotes: readonly string[];
}

const good = /^(|a|act|actual|v|valid|validated|measured|good|ok|n|no|false|0|quality good.*)$/i;
const estimated = /^(e|est|estimated?|y|yes|true|8|9|quality (limited|uncertain).*)$/i;

/** How good a row says it is. @throws UnusableFile for words that are not known */
export const qualityOf = (columns: Columns, row: CsvRow): Pick<FileReading, 'quality' | 'remark'> => {
  const text = cellOf(columns, row, 'quality') ?? '';
  if (good.test(text)) return { quality: 'measured', remark: null };
  if (estimated.test(text)) return { quality: 'estimated', remark: text };
  return refuseFile(
    placeOf(columns, row, 'quality'),
    `it is not known what the quality ${JSON.stringify(text)} means; write "measured" or "estimated", and leave rows out that were not measured.`,
  );
};

const joinedQuality = (columns: Columns, rows: readonly CsvRow[]): Pick<FileReading, 'quality' | 'remark'> => {
  const [first = { quality: 'measured', remark: null } as const, ...others] = rows.map((row) =>
    qualityOf(columns, row),
  );
  return [first, ...others].find(({ quality }) => quality === 'estimated') ?? first;
};

type OfDevices = Pick<MeterPart, 'readings' | 'holes' | 'devices' | 'registerNotes'>;

const intervalsOf = (columns: Columns, { statements, holes }: Statements): OfDevices => {
  const readings: FileReading[] = [];
  const missing: FileGap[] = [...holes];
  const devices = new Map<string | null, DevicePart>();
  for (const [device, of] of grouped(statements, (each) => each.device)) {
    const directions = directionsOf(of);
    let silent = 0;
    for (const statement of of) {
      const { startAt, durationMs, line, rows } = statement;
      if (durationMs > dayMs)
        refuseFile({ file: columns.file, line }, 'an interval of more than a day says nothing of its hours.');
      const found = energyOf(columns.file, statement, directions);
      if (found === null) {
        missing.push({ device, startAt, endAt: startAt + durationMs, line });
        continue;
      }
      if (found.isSilent) silent += 1;
      const { net, drawn, delivered } = found.energy;
      readings.push({
        device,
        startAt,
        durationMs,
        importWattHours: drawn === null ? null : decimalText(drawn),
        exportWattHours: delivered === null ? null : decimalText(delivered),
        energyWattHours: decimalText(net),
        source: 'interval',
        ...joinedQuality(columns, rows),
        line,
      });
    }
    devices.set(device, {
      directions,
      silent,
      hasNet: of.some(({ energies }) => energies.has('net') || energies.has('exportNet')),
      isSparse: (['import', 'export'] as const).some((role) => {
        const count = of.reduce((sum, { energies }) => sum + (energies.has(role) ? 1 : 0), 0);
        return count > 0 && count < of.length;
      }),
      fromAt: of.reduce((least, { startAt }) => Math.min(least, startAt), Number.POSITIVE_INFINITY),
      toAt: of.reduce((most, { startAt, durationMs }) => Math.max(most, startAt + durationMs), 0),
    });
  }
  return { readings, holes: missing, devices, registerNotes: [] };
};

const isRegisterRole = (role: EnergyRole): boolean => /register$/i.test(role);

const checkColumns = ({ file, headerLine }: Columns, energies: EnergyColumns): void => {
  const roles = [...energies.keys()];
  const registers = roles.filter(isRegisterRole);
  const place = { file, line: headerLine };
  if (roles.length === 0)
    refuseFile(
      place,
      'no column states energy; declare one with --columns, as in --columns "meter:time=Start,kwh=Net".',
    );
  if (registers.length > 0 && registers.length < roles.length)
    refuseFile(
      place,
      'there are columns of registers and columns of intervals; declare the ones to use with --columns.',
    );
};

/** Reads a table of a meter, or a part of one. @throws UnusableFile */
export const meterPartOf = (table: Table, timeZone: string): MeterPart => {
  const { columns, layout, rows, ...rest } = table;
  const energies = energyColumnsOf(columns);
  checkColumns(columns, energies);
  if (rows.length === 0) refuseFile({ file: columns.file }, 'there is a header and nothing below it.');
  const hasRegisters = [...energies.keys()].some(isRegisterRole);
  const keys = [...energies.values()].map(({ key }) => key);
  const { rows: timedOnes, ...timed } = timedRows(
    table,
    hasRegisters ? 'instants' : 'intervals',
    timeZone,
    rowSays(columns, keys),
  );
  const channels = channelRolesOf(
    columns,
    timedOnes.map(({ channel }) => channel),
    layout,
  );
  const stated = statementsOf({ columns, energies, channels, joinsAlike: true }, timedOnes);
  const registerContext: RegisterContext = {
    columns,
    energies,
    qualityOf: (row) => qualityOf(columns, row),
    timeZone,
    intervalMs: layout.intervalMinutes === null ? null : layout.intervalMinutes * 60_000,
  };
  const registers = hasRegisters ? registersOf(registerContext, stated.statements) : null;
  const read: OfDevices =
    registers === null
      ? intervalsOf(columns, stated)
      : { ...registers, devices: new Map(), registerNotes: registers.notes };
  return {
    table: { columns, layout, ...rest },
    timed,
    span: rowSpanOf(timedOnes),
    energies,
    channels,
    tally: stated.tally,
    readings: read.readings,
    holes: read.holes,
    devices: read.devices,
    hasRegisters,
    registerNotes: read.registerNotes,
  };
};

/** What had to be said about the reading of a table of a meter. */
export const partNotes = (part: Omit<MeterPart, 'readings'>, timeZone: string): readonly string[] => {
  const { table, timed, channels, energies, tally, devices, hasRegisters, registerNotes, span } = part;
  const { file } = table.columns;
  const directions = [...devices.values()].flatMap((each) =>
    directionNotes(file, each.directions, each.silent, each.hasNet),
  );
  return [
    ...readAs('meter', table, timed),
    ...timeNotes(file, timed.found),
    ...tableNotes(file, table),
    ...asidesNote(file, table.totals),
    ...channels.notes,
    ...powerNotes(file, energies),
    ...statementNotes(file, tally, timeZone),
    ...new Set(directions),
    ...registerNotes,
    ...(hasRegisters ? [] : suspectEnds(file, span, timeZone)),
  ];
};
