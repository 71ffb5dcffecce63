import type { Bill, BilledRows } from './bill.ts';
import { billFromCsv } from './billFile.ts';
import { billInParts } from './billParts.ts';
import { billFromCmep } from './cmep/cmep.ts';
import { isCmep } from './cmep/records.ts';
import { type FilePieces, isXml, piecesOf, wholeUpTo } from './filePieces.ts';
import { fileText } from './fileText.ts';
import { billFromGreenButton } from './greenButton/greenButton.ts';
import type { Layout } from './layout.ts';

/** Reads a bill of bytes, by what it holds: Green Button, MEPMD01 records, or a table. @throws UnusableFile */
export const billFromBytes = (
  file: string,
  bytes: Uint8Array | FilePieces,
  layout: Layout,
  timeZone: string,
): Bill<BilledRows> => {
  const source = piecesOf(bytes);
  const { size, head, pieces, whole } = source;
  if (isXml(head)) return billFromGreenButton(file, pieces, timeZone, layout);
  if (isCmep(head)) return billFromCmep(file, source, layout, timeZone);
  const inParts = size > wholeUpTo ? billInParts(file, pieces, layout, timeZone) : null;
  return inParts ?? billFromCsv(file, fileText(file, whole()), layout, timeZone);
};
