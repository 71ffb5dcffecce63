import { type FilePieces, isXml, piecesOf, wholeUpTo } from './filePieces.ts';
import { fileText } from './fileText.ts';
import type { ReadingRows } from './kept/keptReadings.ts';
import { meterFromGreenButton } from './greenButton/greenButton.ts';
import type { Layout } from './layout.ts';
import type { MeterFile } from './meterFile.ts';
import { meterInParts } from './meterParts.ts';
import { meterFromText } from './readFile.ts';

/** Reads a meter's file of bytes, by what it holds: Green Button, MEPMD01 records, or a table. @throws UnusableFile */
export const meterFromBytes = (
  file: string,
  bytes: Uint8Array | FilePieces,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile<ReadingRows> => {
  const { size, head, pieces, whole } = piecesOf(bytes);
  if (isXml(head)) return meterFromGreenButton(file, pieces, timeZone, acceptsGaps, layout);
  const inParts = size > wholeUpTo ? meterInParts(file, pieces, layout, timeZone, acceptsGaps) : null;
  return inParts ?? meterFromText(file, fileText(file, whole()), layout, timeZone, acceptsGaps);
};
