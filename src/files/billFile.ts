import type { Bill } from './bill.ts';
import { billNotes, billPartOf } from './billPart.ts';
import type { Layout } from './layout.ts';
import { gapsIn, inSequence, joinedGaps } from './sequence.ts';
import { tableOf } from './table/table.ts';
import { refuseFile } from './unusableFile.ts';

/** Reads a bill's CSV file. @throws UnusableFile */
export const billFromCsv = (file: string, text: string, layout: Layout, timeZone: string): Bill => {
  const part = billPartOf(tableOf(file, text, layout), timeZone);
  const { periods, totals, holes, timed, steps } = part;
  const lines = inSequence(file, part.lines, timeZone);
  if (lines.length + periods.length + totals.length === 0)
    refuseFile({ file }, 'there is a header and nothing below it.');
  return {
    file,
    lines,
    totals: [...periods, ...totals],
    gaps: joinedGaps([...gapsIn(lines), ...holes, ...timed.lost]),
    steps,
    notes: billNotes(part, timeZone),
  };
};
