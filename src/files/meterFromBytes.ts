import { meterFromCmep } from './cmep/cmep.ts';
import { isCmep } from './cmep/records.ts';
import { type FilePieces, isXml, piecesOf, wholeUpTo } from './filePieces.ts';
import { fileText } from './fileText.ts';
import { meterFromGreenButton } from './greenButton/greenButton.ts';
import type { ReadingRows } from './kept/keptReadings.ts';
import type { Layout } from './layout.ts';
import { type MeterFile, meterFromCsv } from './meterFile.ts';
import { meterInParts } from './meterParts.ts';

/** Reads a meter's file of bytes, by what it holds: Green Button, MEPMD01 records, or a table. @throws UnusableFile */
export const meterFromBytes = (
  file: string,
  bytes: Uint8Array | FilePieces,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile<ReadingRows> => {
  const source = piecesOf(bytes);
  const { size, head, pieces, whole } = source;
  if (isXml(head)) return meterFromGreenButton(file, pieces, timeZone, acceptsGaps, layout);
  if (isCmep(head)) return meterFromCmep(file, source, layout, timeZone, acceptsGaps);
  const inParts = size > wholeUpTo ? meterInParts(file, pieces, layout, timeZone, acceptsGaps) : null;
  return inParts ?? meterFromCsv(file, fileText(file, whole()), layout, timeZone, acceptsGaps);
};
