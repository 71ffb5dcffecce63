import { localText } from '../../programme/calendar.ts';
import { type Decimal, decimalText, subtract, zero } from '../../programme/decimal.ts';
import { type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { type EnergyColumns, energyIn, isNegative } from './energyColumns.ts';
import type { FileReading } from './fileReading.ts';
import { inSequence, type Spanned } from './sequence.ts';
import type { TimedRow } from './timedRows.ts';
import { refuseFile } from './unusableFile.ts';

/** What both registers show at an instant. @unit Wh */
interface Dial extends Spanned {
  readonly row: CsvRow;
  readonly importRegister: Decimal | undefined;
  readonly exportRegister: Decimal | undefined;
}

type Register = 'importRegister' | 'exportRegister';

const dialOf = (columns: Columns, energies: EnergyColumns, { row, device, startAt }: TimedRow): Dial => ({
  device,
  startAt,
  durationMs: 0,
  line: row.line,
  row,
  importRegister: energyIn(columns, row, energies, 'importRegister'),
  exportRegister: energyIn(columns, row, energies, 'exportRegister'),
});

/** Readings of registers of each device, one after another, become the energy between them. @throws UnusableFile when a register went backwards */
export const registersOf = (
  columns: Columns,
  rows: readonly TimedRow[],
  energies: EnergyColumns,
  qualityOf: (row: CsvRow) => Pick<FileReading, 'quality' | 'remark'>,
  timeZone: string,
): readonly FileReading[] => {
  const growth = (before: Dial, after: Dial, register: Register): Decimal => {
    const [from = zero, to = zero] = [before[register], after[register]];
    const grown = subtract(to, from);
    if (!isNegative(grown)) return grown;
    return refuseFile(
      placeOf(columns, after.row, energies.get(register)?.key ?? ''),
      `the register went backwards, from ${decimalText(from)} Wh on line ${before.line} to ${decimalText(to)} Wh at ${localText(after.startAt, timeZone)}; if the meter was replaced, settle the time before and the time after it from two files.`,
    );
  };
  const between = (before: Dial, after: Dial): FileReading => {
    const drawn = growth(before, after, 'importRegister');
    const delivered = growth(before, after, 'exportRegister');
    return {
      device: after.device,
      startAt: before.startAt,
      durationMs: after.startAt - before.startAt,
      importWattHours: decimalText(drawn),
      exportWattHours: decimalText(delivered),
      energyWattHours: decimalText(subtract(drawn, delivered)),
      source: 'register',
      ...qualityOf(after.row),
      line: after.line,
    };
  };
  const dials = inSequence(
    columns.file,
    rows.map((row) => dialOf(columns, energies, row)),
    timeZone,
  );
  const readings = dials
    .slice(1)
    .flatMap((after, index) => (dials[index]?.device === after.device ? [between(dials[index] as Dial, after)] : []));
  return readings.length > 0
    ? readings
    : refuseFile({ file: columns.file }, 'one reading of a register says nothing of an hour; give at least two.');
};
