import { dayMs } from '../../programme/calendar.ts';
import { decimalText } from '../../programme/decimal.ts';
import { grouped } from '../grouped.ts';
import { channelRolesOf } from './channelRoles.ts';
import type { EnergyRole } from './columnKeys.ts';
import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { type EnergyColumns, energyColumnsOf, powerNotes, rowSays } from './energyColumns.ts';
import type { FileReading } from './fileReading.ts';
import type { Layout } from './layout.ts';
import { readAs } from './readAs.ts';
import { type RegisterContext, registersOf } from './registers.ts';
import { type FileGap, gapsIn, gapText, inSequence, joinedGaps } from './sequence.ts';
import { directionNotes, directionsOf, energyOf, type Statements, statementsOf } from './statements.ts';
import { tableOf } from './table.ts';
import { suspectEnds, timedRows } from './timedRows.ts';
import { type Counted, placeAt, refuseFile } from './unusableFile.ts';

/** A meter file, read. */
export interface MeterFile {
  readonly file: string;
  /** By device, then by time. */
  readonly readings: readonly FileReading[];
  readonly gaps: readonly FileGap[];
  /** What a person should know about how it was read. */
  readonly notes: readonly string[];
}

const good = /^(|a|act|actual|v|valid|validated|measured|good|ok|n|no|false|0|quality good.*)$/i;
const estimated = /^(e|est|estimated?|y|yes|true|8|9|quality (limited|uncertain).*)$/i;

const qualityOf = (columns: Columns, row: CsvRow): Pick<FileReading, 'quality' | 'remark'> => {
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

const intervalsOf = (columns: Columns, { statements, holes, notes }: Statements): ReadOfMeter => {
  const readings: FileReading[] = [];
  const missing: FileGap[] = [...holes];
  const told: string[] = [];
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
    const hasNet = of.some(({ energies }) => energies.has('net') || energies.has('exportNet'));
    told.push(...directionNotes(columns.file, directions, silent, hasNet));
  }
  return { readings, holes: missing, notes: [...notes, ...new Set(told)] };
};

const usualLength = (readings: readonly FileReading[]): number => {
  const counts = new Map<number, number>();
  for (const { durationMs } of readings) counts.set(durationMs, (counts.get(durationMs) ?? 0) + 1);
  return [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || a - b)[0]?.[0] ?? 0;
};

/** Longer stretches between two registers are gaps: their energy is known, but not when it flowed. */
const isStretch =
  (usualMs: number) =>
  ({ source, durationMs }: FileReading): boolean =>
    source === 'register' && durationMs > usualMs;

const refuseGaps = (file: string, [first, ...more]: readonly FileGap[], timeZone: string, counted: Counted): void => {
  if (first === undefined) return;
  const others =
    more.length === 0 ? '' : ` (and ${more.length} more such ${more.length === 1 ? 'gap follows' : 'gaps follow'})`;
  refuseFile(
    placeAt(file, counted, first.line),
    `${gapText(first, timeZone)}${others}; add --accept-gaps to settle the rest and have these hours listed as missing.`,
  );
};

/** What was read of a meter, whatever it was read from. */
export interface ReadOfMeter {
  readonly readings: readonly FileReading[];
  /** Stretches that were stated, and cannot be settled by: beside the holes between the readings. */
  readonly holes?: readonly FileGap[];
  /** Stretches that were told already: they are missing, and nobody has to accept that. */
  readonly lost?: readonly FileGap[];
  readonly notes: readonly string[];
  readonly counted?: Counted;
}

/** Checks what was read, whatever it was read from. @throws UnusableFile for repeated or overlapping times, and for gaps unless they are accepted */
export const checkedMeterFile = (
  file: string,
  { readings: read, holes = [], lost = [], notes, counted = 'line' }: ReadOfMeter,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile => {
  const all = inSequence(file, read, timeZone, counted);
  const tooLong = isStretch(usualLength(all));
  const stretches = all
    .filter(tooLong)
    .map(({ device, startAt, durationMs, line }) => ({ device, startAt, endAt: startAt + durationMs, line }));
  const unstated = joinedGaps([...gapsIn(all), ...stretches, ...holes]);
  const known = joinedGaps(lost);
  const isKnown = ({ device, startAt, endAt }: FileGap): boolean =>
    known.some((each) => each.device === device && each.startAt <= startAt && each.endAt >= endAt);
  if (!acceptsGaps)
    refuseGaps(
      file,
      unstated.filter((gap) => !isKnown(gap)),
      timeZone,
      counted,
    );
  const gaps = joinedGaps([...unstated, ...known]);
  const told = gaps.map((gap) => `${file}: ${gapText(gap, timeZone)}; these hours are missing.`);
  return { file, readings: all.filter((reading) => !tooLong(reading)), gaps, notes: [...notes, ...told] };
};

const isRegisterRole = (role: EnergyRole): boolean => /register$/i.test(role);

const withNotes = (read: ReadOfMeter, { notes }: Statements): ReadOfMeter => ({
  ...read,
  notes: [...notes, ...read.notes],
});

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

/** Reads a meter's CSV file. @throws UnusableFile */
export const meterFromCsv = (
  file: string,
  text: string,
  layout: Layout,
  timeZone: string,
  acceptsGaps = false,
): MeterFile => {
  const table = tableOf(file, text, layout);
  const { columns } = table;
  const energies = energyColumnsOf(columns);
  checkColumns(columns, energies);
  if (table.rows.length === 0) refuseFile({ file }, 'there is a header and nothing below it.');
  const hasRegisters = [...energies.keys()].some(isRegisterRole);
  const timed = timedRows(
    table,
    hasRegisters ? 'instants' : 'intervals',
    timeZone,
    rowSays(
      columns,
      [...energies.values()].map(({ key }) => key),
    ),
  );
  const channels = channelRolesOf(
    columns,
    timed.rows.map(({ channel }) => channel),
    table.layout,
  );
  const stated = statementsOf({ columns, energies, channels, timeZone, joinsAlike: true }, timed.rows);
  const { intervalMinutes } = table.layout;
  const registerContext: RegisterContext = {
    columns,
    energies,
    qualityOf: (row) => qualityOf(columns, row),
    timeZone,
    intervalMs: intervalMinutes === null ? null : intervalMinutes * 60_000,
  };
  const read = hasRegisters
    ? withNotes(registersOf(registerContext, stated.statements), stated)
    : intervalsOf(columns, stated);
  return checkedMeterFile(
    file,
    {
      ...read,
      lost: timed.lost,
      notes: [
        ...readAs('meter', table, timed),
        ...timed.notes,
        ...table.notes,
        ...channels.notes,
        ...powerNotes(file, energies),
        ...read.notes,
        ...(hasRegisters ? [] : suspectEnds(file, timed.rows, timeZone)),
      ],
    },
    timeZone,
    acceptsGaps,
  );
};
