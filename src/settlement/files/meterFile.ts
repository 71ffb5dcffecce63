import { dayMs } from '../../programme/calendar.ts';
import { decimalText, zero } from '../../programme/decimal.ts';
import { cellOf, columnsOf, columnsText, type Columns, placeOf } from './columns.ts';
import { csvRows, type CsvRow } from './csvRows.ts';
import { type EnergyColumns, energyColumnsOf, energyOf } from './energyColumns.ts';
import type { Layout } from './layout.ts';
import { registersOf } from './registers.ts';
import { type FileGap, gapsIn, gapText, inSequence, joinedGaps } from './sequence.ts';
import { isTotal } from './rowTimes.ts';
import { type TimedRow, timedRows } from './timedRows.ts';
import { type Counted, placeAt, refuseFile } from './unusableFile.ts';
import type { FileReading } from './fileReading.ts';

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

const intervalsOf = (columns: Columns, rows: readonly TimedRow[], energies: EnergyColumns): readonly FileReading[] =>
  rows.map(({ row, device, startAt, durationMs }) => {
    if (durationMs > dayMs)
      refuseFile({ file: columns.file, line: row.line }, 'an interval of more than a day says nothing of its hours.');
    const { net, drawn, delivered } = energyOf(columns, row, energies) ?? { net: zero, drawn: null, delivered: null };
    return {
      device,
      startAt,
      durationMs,
      importWattHours: drawn === null ? null : decimalText(drawn),
      exportWattHours: delivered === null ? null : decimalText(delivered),
      energyWattHours: decimalText(net),
      source: 'interval',
      ...qualityOf(columns, row),
      line: row.line,
    };
  });

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
  readonly notes: readonly string[];
  readonly counted?: Counted;
}

/** Checks what was read, whatever it was read from. @throws UnusableFile for repeated or overlapping times, and for gaps unless they are accepted */
export const checkedMeterFile = (
  file: string,
  { readings: read, holes = [], notes, counted = 'line' }: ReadOfMeter,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile => {
  const all = inSequence(file, read, timeZone, counted);
  const tooLong = isStretch(usualLength(all));
  const stretches = all
    .filter(tooLong)
    .map(({ device, startAt, durationMs, line }) => ({ device, startAt, endAt: startAt + durationMs, line }));
  const gaps = joinedGaps([...gapsIn(all), ...stretches, ...holes]);
  if (!acceptsGaps) refuseGaps(file, gaps, timeZone, counted);
  const told = gaps.map((gap) => `${file}: ${gapText(gap, timeZone)}; these hours are missing.`);
  return { file, readings: all.filter((reading) => !tooLong(reading)), gaps, notes: [...notes, ...told] };
};

const checkColumns = ({ file, headerLine }: Columns, energies: EnergyColumns): void => {
  const roles = [...energies.keys()];
  const registers = roles.filter((role) => role.endsWith('Register'));
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
  const rows = csvRows(file, text, layout.delimiter);
  const columns = columnsOf(file, rows, layout);
  const energies = energyColumnsOf(columns);
  checkColumns(columns, energies);
  const body = rows.filter((row) => row.line > columns.headerLine && !isTotal(columns, row));
  if (body.length === 0) refuseFile({ file }, 'there is a header and nothing below it.');
  const hasRegisters = energies.has('importRegister') || energies.has('exportRegister');
  const timed = timedRows(columns, body, layout, hasRegisters ? 'instants' : 'intervals', timeZone);
  const quality = (row: CsvRow): Pick<FileReading, 'quality' | 'remark'> => qualityOf(columns, row);
  const readings = hasRegisters
    ? registersOf(columns, timed.rows, energies, quality, timeZone)
    : intervalsOf(columns, timed.rows, energies);
  return checkedMeterFile(
    file,
    { readings, notes: [`${file}: read as ${columnsText(columns)}.`, ...timed.notes] },
    timeZone,
    acceptsGaps,
  );
};
