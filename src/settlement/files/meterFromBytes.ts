import { fileText } from './fileText.ts';
import { meterFromGreenButton } from './greenButton/greenButton.ts';
import type { Layout } from './layout.ts';
import type { MeterFile } from './meterFile.ts';
import { meterFromText } from './readFile.ts';

/** XML begins with a tag, whatever the file is called, and in UTF-16 as well. */
const isXml = (bytes: Uint8Array): boolean =>
  /^[\u00ef\u00bb\u00bf\u00fe\u00ff\0\s]*</.test(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));

/** Reads a meter's file of bytes, by what it holds: Green Button, MEPMD01 records, or a table. @throws UnusableFile */
export const meterFromBytes = (
  file: string,
  bytes: Uint8Array,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile =>
  isXml(bytes)
    ? meterFromGreenButton(file, bytes, timeZone, acceptsGaps, layout)
    : meterFromText(file, fileText(file, bytes), layout, timeZone, acceptsGaps);
