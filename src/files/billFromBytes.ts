import type { Bill, BilledRows } from './bill.ts';
import { billInParts } from './billParts.ts';
import { type FilePieces, isXml, piecesOf, wholeUpTo } from './filePieces.ts';
import { fileText } from './fileText.ts';
import { billFromGreenButton } from './greenButton/greenButton.ts';
import type { Layout } from './layout.ts';
import { billFromText } from './readFile.ts';

/** Reads a bill of bytes, by what it holds: Green Button, MEPMD01 records, or a table. @throws UnusableFile */
export const billFromBytes = (
  file: string,
  bytes: Uint8Array | FilePieces,
  layout: Layout,
  timeZone: string,
): Bill<BilledRows> => {
  const { size, head, pieces, whole } = piecesOf(bytes);
  if (isXml(head)) return billFromGreenButton(file, pieces, timeZone, layout);
  const inParts = size > wholeUpTo ? billInParts(file, pieces, layout, timeZone) : null;
  return inParts ?? billFromText(file, fileText(file, whole()), layout, timeZone);
};
