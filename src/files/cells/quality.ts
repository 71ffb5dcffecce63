import { cellOf, type Columns, placeOf } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import type { FileReading } from '../fileReading.ts';
import { refuseFile } from '../unusableFile.ts';

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
