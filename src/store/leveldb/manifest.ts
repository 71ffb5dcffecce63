import { crc32c, Cursor, MalformedBytes, uint32, unmask } from './bytes.ts';

/** LevelDB cuts its record files into blocks of this size; no record's header crosses a boundary. */
const blockBytes = 32 * 1024;
const headerBytes = 7;
const kinds = { full: 1, first: 2, middle: 3, last: 4 } as const;

/**
 * The numbers of the table files that a MANIFEST counts as part of the database.
 *
 * Others may lie beside them, half written by a process that died; LevelDB removes those.
 * @throws MalformedBytes when the MANIFEST is not what LevelDB writes.
 */
export const liveTables = (manifest: Uint8Array): readonly number[] => {
  const live = new Set<number>();
  for (const edit of records(manifest)) applyEdit(edit, live);
  return [...live].sort((one, other) => one - other);
};

/** The records of a MANIFEST; a last one that was cut off by a crash is left out, as LevelDB does. */
const records = (bytes: Uint8Array): Uint8Array[] => {
  const found: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const leftInBlock = blockBytes - (at % blockBytes);
    if (leftInBlock < headerBytes) {
      at += leftInBlock;
      continue;
    }
    const length = (bytes[at + 4] as number) | ((bytes[at + 5] as number) << 8);
    const kind = bytes[at + 6] as number;
    const end = at + headerBytes + length;
    if (end > bytes.length || (kind === 0 && length === 0)) break; // cut off, or space that was never written
    if (crc32c(bytes.subarray(at + 6, end)) !== unmask(uint32(bytes, at))) throw new MalformedBytes(`the record at byte ${at} has another checksum than its bytes`);
    parts = kind === kinds.full || kind === kinds.first ? [bytes.subarray(at + headerBytes, end)] : [...parts, bytes.subarray(at + headerBytes, end)];
    if (kind === kinds.full || kind === kinds.last) found.push(Buffer.concat(parts));
    at = end;
  }
  return found;
};

/** A change of the set of files: numbered fields, of which only the coming and going of tables concerns us. */
const applyEdit = (edit: Uint8Array, live: Set<number>): void => {
  const cursor = new Cursor(edit);
  const readers: Readonly<Record<number, () => void>> = {
    1: () => cursor.takePrefixed(), // comparator
    2: () => cursor.varint(), // write-ahead file
    3: () => cursor.varint(), // next file
    4: () => cursor.varint(), // last sequence number
    5: () => (cursor.varint(), cursor.takePrefixed()), // compaction pointer
    6: () => (cursor.varint(), live.delete(cursor.varint())),
    7: () => {
      cursor.varint(); // level
      live.add(cursor.varint());
      cursor.varint(); // size
      cursor.takePrefixed(); // smallest key
      cursor.takePrefixed(); // largest key
    },
    9: () => cursor.varint(), // previous write-ahead file
  };
  while (!cursor.isAtEnd) {
    const field = cursor.varint();
    const read = readers[field];
    if (read === undefined) throw new MalformedBytes(`field ${field} of a record is unknown`);
    read();
  }
};
