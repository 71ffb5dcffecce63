import { fileText } from './fileText.ts';
import { meterFromGreenButton } from './greenButton/greenButton.ts';
import type { Layout } from './layout.ts';
import type { MeterFile } from './meterFile.ts';
import { meterFromText } from './readFile.ts';

/** XML begins with a tag, whatever the file is called, and in UTF-16 as well. */
const isXml = (bytes: Uint8Array): boolean =>
  /^[\u00ef\u00bb\u00bf\u00fe\u00ff\0\s]*</.test(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));

/** A file that need not be held whole: XML is read as it streams by. */
export interface FilePieces {
  /** Its first bytes. */
  readonly head: Uint8Array;
  readonly pieces: Iterable<Uint8Array>;
  readonly whole: () => Uint8Array;
}

const piecesOf = (bytes: Uint8Array | FilePieces): FilePieces =>
  bytes instanceof Uint8Array ? { head: bytes, pieces: [bytes], whole: () => bytes } : bytes;

/** Reads a meter's file of bytes, by what it holds: Green Button, MEPMD01 records, or a table. @throws UnusableFile */
export const meterFromBytes = (
  file: string,
  bytes: Uint8Array | FilePieces,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile => {
  const { head, pieces, whole } = piecesOf(bytes);
  return isXml(head)
    ? meterFromGreenButton(file, pieces, timeZone, acceptsGaps, layout)
    : meterFromText(file, fileText(file, whole()), layout, timeZone, acceptsGaps);
};
