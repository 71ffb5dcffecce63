import { fileText } from './fileText.ts';
import type { ReadingRows } from './keptReadings.ts';
import { meterFromGreenButton } from './greenButton/greenButton.ts';
import type { Layout } from './layout.ts';
import type { MeterFile } from './meterFile.ts';
import { meterInParts } from './meterParts.ts';
import { meterFromText } from './readFile.ts';

/** XML begins with a tag, whatever the file is called, and in UTF-16 as well. */
const isXml = (bytes: Uint8Array): boolean =>
  /^[\u00ef\u00bb\u00bf\u00fe\u00ff\0\s]*</.test(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));

/** A file that need not be held whole: XML is read as it streams by. */
export interface FilePieces {
  /** How much it holds. @unit bytes */
  readonly size: number;
  /** Its first bytes. */
  readonly head: Uint8Array;
  readonly pieces: Iterable<Uint8Array>;
  readonly whole: () => Uint8Array;
}

const piecesOf = (bytes: Uint8Array | FilePieces): FilePieces =>
  bytes instanceof Uint8Array ? { size: bytes.byteLength, head: bytes, pieces: [bytes], whole: () => bytes } : bytes;

/** @limit Tables up to this size are read whole. @unit bytes */
const wholeUpTo = 4 * 1024 * 1024;

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
