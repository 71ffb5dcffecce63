import { dayMs } from '../programme/calendar.ts';
import { decimalText } from '../programme/decimal.ts';
import { grouped } from './grouped.ts';
import { channelRolesOf } from './headers/channelRoles.ts';
import type { EnergyRole } from './cells/columnKeys.ts';
import { asidesNote } from './table/asides.ts';
import type { Columns } from './cells/columns.ts';
import type { CsvRow } from './cells/csvRows.ts';
import { type EnergyColumns, energyColumnsOf, powerNotes, rowSays } from './headers/energyColumns.ts';
import type { FileReading } from './fileReading.ts';
import { readAs } from './table/readAs.ts';
import { qualityOf } from './cells/quality.ts';
import { type RegisterContext, registersOf } from './table/registers.ts';
import type { FileGap } from './sequence.ts';
import {
  directionNotes,
  directionsOf,
  energyOf,
  statementNotes,
  type Statements,
  statementsOf,
} from './table/statements.ts';
import { checkRegisters } from './table/suspectRegisters.ts';
import { type Table, tableNotes } from './table/table.ts';
import { type DevicePart, devicePartOf, type TablePart } from './table/tablePart.ts';
import { rowSpanOf, suspectEnds, timedRows } from './table/timedRows.ts';
import { timeNotes } from './table/timesTold.ts';
import { refuseFile } from './unusableFile.ts';

/** A part of a meter's table, or all of it. */
export interface MeterPart extends TablePart {
  readonly readings: readonly FileReading[];
  /** What reading registers had to say. */
  readonly registerNotes: readonly string[];
}

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
    devices.set(device, devicePartOf(of, directions, silent));
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
  if (!hasRegisters) checkRegisters(table, energies, stated.statements);
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
