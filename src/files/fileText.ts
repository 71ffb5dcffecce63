import { refuseFile } from './unusableFile.ts';

/** @limit The largest bill or meter file: a year of minutes is about 40 MB. @unit bytes */
export const longestFileBytes = 64 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

const startsWith = (bytes: Uint8Array, ...first: number[]): boolean =>
  first.every((byte, index) => bytes[index] === byte);

/** @limit Bytes of which every eighth is zero at least, if they are UTF-16 of Latin letters. */
const lookedAt = 1_000;

/** UTF-16 shows itself by its mark, or by zero bytes, which no text in UTF-8 has: in Latin text every other byte. */
const utf16Of = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le';
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be';
  const head = bytes.subarray(0, lookedAt);
  const [even, odd] = [0, 1].map((from) => head.filter((byte, index) => byte === 0 && index % 2 === from).length) as [
    number,
    number,
  ];
  if (Math.max(even, odd) === 0) return null;
  if (Math.max(even, odd) * 8 < head.length || Math.min(even, odd) * 8 > Math.max(even, odd)) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
};

/** How files begin that hold no text, or text that is none of a table. */
const signatures: readonly (readonly [what: string, first: readonly number[]])[] = [
  ['a spreadsheet or a zip archive', [0x50, 0x4b]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['a 7-Zip archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['a RAR archive', [0x52, 0x61, 0x72, 0x21]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a Zstandard archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a spreadsheet of an old kind', [0xd0, 0xcf]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
  ['a picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a picture', [0xff, 0xd8, 0xff]],
  ['a database (SQLite)', [...Buffer.from('SQLite format 3')]],
  ['a Parquet file', [...Buffer.from('PAR1')]],
  ['a document (RTF)', [...Buffer.from('{\\rtf')]],
];

const tarMark = { at: 257, text: 'ustar' };

/** What a file is by its first bytes, where it is no text of a table; else null. */
const otherThanText = (bytes: Uint8Array): string | null => {
  const known = signatures.find(([, first]) => startsWith(bytes, ...first));
  if (known !== undefined) return known[0];
  const mark = Buffer.from(bytes.subarray(tarMark.at, tarMark.at + tarMark.text.length)).toString('latin1');
  return mark === tarMark.text ? 'a tar archive' : null;
};

/** The line of the first byte that is not UTF-8. */
const firstStrangeLine = (bytes: Uint8Array): number => {
  const lossy = new TextDecoder('utf-8').decode(bytes);
  return lossy.slice(0, lossy.indexOf('\ufffd')).split('\n').length;
};

const decoded = (file: string, bytes: Uint8Array): string => {
  const utf16 = utf16Of(bytes);
  try {
    return utf16 === null ? utf8.decode(bytes) : new TextDecoder(utf16, { fatal: true }).decode(bytes);
  } catch {
    if (utf16 !== null)
      return refuseFile({ file }, 'the file looks like UTF-16, and is cut off or damaged; save it as "CSV UTF-8".');
    return refuseFile(
      { file, line: firstStrangeLine(bytes) },
      'here stands a byte that is no UTF-8, perhaps of Windows-1252; save the file as "CSV UTF-8" and try again.',
    );
  }
};

const isJson = (text: string): boolean => /^\s*[[{]\s*["{[\]}]/.test(text.slice(0, lookedAt));

/** The files of the Australian market: records by their numbers, with no header. */
const isNem = (text: string): boolean => /^\s*"?100"?,"?NEM1[23]\b/.test(text.slice(0, lookedAt));

/** Whether a text begins as one of a table does. */
export const isText = (start: string): boolean =>
  !isJson(start) &&
  !isNem(start) &&
  start.trim() !== '' &&
  otherThanText(Buffer.from(start.slice(0, lookedAt), 'latin1')) === null;

/** The text of a file: UTF-8 or UTF-16, with or without a byte order mark. @throws UnusableFile for anything else */
export const fileText = (file: string, bytes: Uint8Array): string => {
  if (bytes.byteLength > longestFileBytes)
    refuseFile(
      { file },
      `the file has ${bytes.byteLength} bytes, and the limit is ${longestFileBytes}; give the part that is to be settled.`,
    );
  const other = otherThanText(bytes);
  if (other !== null)
    refuseFile({ file }, `this is ${other}, not text; give the table that is in it, or export it as "CSV UTF-8".`);
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff))
    refuseFile({ file }, 'the file is in UTF-32, which nothing else writes; save it as "CSV UTF-8" and try again.');
  const text = decoded(file, bytes);
  const zeroAt = text.indexOf('\0');
  if (zeroAt >= 0)
    refuseFile(
      { file, line: text.slice(0, zeroAt).split('\n').length },
      'here stand zero bytes, which no text has: the file was not written to its end, or is damaged; download it again.',
    );
  if (isJson(text)) refuseFile({ file }, 'this is JSON, and no table; export the same as CSV, or as Green Button XML.');
  if (isNem(text))
    refuseFile({ file }, 'this is NEM12 or NEM13, which is not read; export the same as CSV, a row for each interval.');
  if (text.trim() === '') refuseFile({ file }, 'the file is empty.');
  return text;
};
