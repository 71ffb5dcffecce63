import { isDeepStrictEqual } from 'node:util';
import type { Bill, BilledRows } from '../bill.ts';
import { billOfReadings } from '../billOfReadings.ts';
import { textIn, Undivided } from '../table/divided.ts';
import type { FilePieces } from '../filePieces.ts';
import { fileText } from '../fileText.ts';
import type { KeptReadings } from '../kept/keptReadings.ts';
import { type Layout, noLayout } from '../layout.ts';
import { checkedColumns, type MeterFile, type ReadOfMeter } from '../meterFile.ts';
import { refuseFile } from '../unusableFile.ts';
import { readingsOf } from './meters.ts';
import { type CmepFile, cmepRecords } from './records.ts';

/** What a file states, and the last decimal place in which it writes kWh. */
interface ReadOfCmep extends ReadOfMeter<KeptReadings> {
  readonly written: number;
}

/** The records of a file as it streams by; what is no plain UTF-8 is read whole. @throws UnusableFile */
const recordsIn = (file: string, { pieces, whole }: FilePieces): CmepFile => {
  try {
    return cmepRecords(file, textIn(pieces));
  } catch (error) {
    if (error instanceof Undivided) return cmepRecords(file, [fileText(file, whole())]);
    throw error;
  }
};

const readOf = (file: string, source: FilePieces, layout: Layout, timeZone: string): ReadOfCmep => {
  if (!isDeepStrictEqual(layout, noLayout))
    refuseFile({ file }, 'MEPMD01 records have no columns, and say all of themselves; leave --columns out.');
  const { kept, written, notes: leftOut } = recordsIn(file, source);
  const { readings, holes, notes } = readingsOf({ file, timeZone, kept, unitPower: Math.min(0, 3 - written) });
  if (readings.length === 0)
    refuseFile({ file }, 'its records state no interval in full; one reading of a register says nothing of an hour.');
  const units = [...new Set(kept.records.map((record) => record.units.name))].join(', ');
  const readAs = `${file}: read as: MEPMD01 (CMEP), ${units}; stamps are UTC and end their interval.`;
  return { readings, holes, written, notes: [readAs, ...leftOut, ...notes] };
};

/** Reads a meter's MEPMD01 records. @throws UnusableFile */
export const meterFromCmep = (
  file: string,
  source: FilePieces,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile<KeptReadings> => checkedColumns(file, readOf(file, source, layout, timeZone), timeZone, acceptsGaps);

/** Reads MEPMD01 records as what was billed: its quantities alone. @throws UnusableFile */
export const billFromCmep = (file: string, source: FilePieces, layout: Layout, timeZone: string): Bill<BilledRows> => {
  const read = readOf(file, source, layout, timeZone);
  const { readings, gaps } = checkedColumns(file, read, timeZone, true);
  return billOfReadings({ file, readings, gaps, notes: read.notes }, 3 - read.written);
};
