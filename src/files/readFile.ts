import type { Bill, BilledRows } from './bill.ts';
import { billFromCsv } from './billFile.ts';
import { billFromCmep, meterFromCmep } from './cmep/cmep.ts';
import { isCmep } from './cmep/records.ts';
import type { Layout } from './layout.ts';
import { type MeterFile, meterFromCsv } from './meterFile.ts';
import { refuseFile } from './unusableFile.ts';

const refuseColumns = (file: string, { columns }: Layout): void => {
  if (columns !== null)
    refuseFile({ file }, 'MEPMD01 records have no columns, and say all of themselves; leave --columns out.');
};

/** Reads a meter's file of text, by what it holds: MEPMD01 records, or a table. @throws UnusableFile */
export const meterFromText = (
  file: string,
  text: string,
  layout: Layout,
  timeZone: string,
  acceptsGaps = false,
): MeterFile => {
  if (!isCmep(text)) return meterFromCsv(file, text, layout, timeZone, acceptsGaps);
  refuseColumns(file, layout);
  return meterFromCmep(file, text, timeZone, acceptsGaps);
};

/** Reads a bill of text, by what it holds: MEPMD01 records, or a table. @throws UnusableFile */
export const billFromText = (file: string, text: string, layout: Layout, timeZone: string): Bill<BilledRows> => {
  if (!isCmep(text)) return billFromCsv(file, text, layout, timeZone);
  refuseColumns(file, layout);
  return billFromCmep(file, text, timeZone);
};
