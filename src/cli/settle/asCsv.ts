import type { Settlement } from '../../settlement/settlement.ts';
import { rowWriter } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';
import { lineColumns } from './columns.ts';
import { exceptionsByLine } from './exceptionsByLine.ts';

/** Writes the lines of a settlement for a spreadsheet: one row per device and hour, all that is known of it. */
export const writeCsv = (output: TextOutput, settlement: Settlement): void => {
  const write = rowWriter(output, 'csv', lineColumns(settlement.timeZone, exceptionsByLine(settlement), true));
  for (const line of settlement.lines) write(line);
};
