import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import type { FileReading } from '../fileReading.ts';
import { refuseFile } from '../unusableFile.ts';

const good = /^(|a|act|actual|v|valid|validated|measured|good|ok|n|no|false|0|quality good.*)$/i;
const estimated = /^(e|est|estimated?|y|yes|true|8|9|quality (limited|uncertain).*)$/i;

/** Whether a header is of notes, which may say anything. */
export const isOfNotes = (header: string): boolean => /^(notes?|remarks?|comments?)$/i.test(header.trim());

/** Whether a note says that its row is estimated. */
export const saysEstimated = (note: string): boolean =>
  /^est(imated?|\.)?( (read(ing)?|usage|value|data))?$/i.test(note.trim());

/** Whether a text, of however many rows, may hold such a note. */
export const mentionsEstimate = (text: string): boolean => /\best(?:imate|\b)/i.test(text);

/** How good a row says it is. A note that says nothing of it is told as it stands. @throws UnusableFile for words that are not known */
export const qualityOf = (columns: Columns, row: CsvRow): Pick<FileReading, 'quality' | 'remark'> => {
  const text = cellOf(columns, row, 'quality') ?? '';
  if (good.test(text)) return { quality: 'measured', remark: null };
  if (isOfNotes(columns.headers[columns.at.get('quality') ?? -1] ?? ''))
    return { quality: saysEstimated(text) ? 'estimated' : 'measured', remark: text };
  if (estimated.test(text)) return { quality: 'estimated', remark: text };
  return refuseFile(
    placeOf(columns, row, 'quality'),
    `it is not known what the quality ${JSON.stringify(text)} means; write "measured" or "estimated", and leave rows out that were not measured.`,
  );
};
