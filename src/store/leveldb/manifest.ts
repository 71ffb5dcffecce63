import { Cursor, MalformedBytes } from './bytes.ts';
import { readRecords } from './records.ts';

/** The files that a MANIFEST counts as part of the database. */
export interface LiveFiles {
  /** Numbers of the table files. */
  readonly tables: readonly number[];
  /** The number from which on write-ahead files count. */
  readonly firstWriteAhead: number;
}

/** The set of files while the edits are being applied. */
interface Census {
  readonly tables: Set<number>;
  firstWriteAhead: number;
}

/**
 * Reads which files a MANIFEST counts as part of the database.
 *
 * Others may lie beside them, half written by a process that died; LevelDB removes those. A last record that was cut off
 * by a crash is left out, as LevelDB does.
 * @throws MalformedBytes when the MANIFEST is not what LevelDB writes.
 */
export const liveFiles = (manifest: Uint8Array): LiveFiles => {
  const { records, damage, tornEnd } = readRecords(manifest);
  const changed = damage[0] ?? (tornEnd?.isCut === false ? tornEnd : undefined);
  if (changed !== undefined) throw new MalformedBytes(changed.finding);
  const census: Census = { tables: new Set(), firstWriteAhead: 0 };
  for (const edit of records) applyEdit(edit, census);
  return { tables: [...census.tables].sort((one, other) => one - other), firstWriteAhead: census.firstWriteAhead };
};

/** A change of the set of files: numbered fields, of which only the coming and going of tables concerns us. */
const applyEdit = (edit: Uint8Array, census: Census): void => {
  const cursor = new Cursor(edit);
  const readers: Readonly<Record<number, () => void>> = {
    1: () => cursor.takePrefixed(), // comparator
    2: () => (census.firstWriteAhead = cursor.varint()),
    3: () => cursor.varint(), // next file
    4: () => cursor.varint(), // last sequence number
    5: () => (cursor.varint(), cursor.takePrefixed()), // compaction pointer
    6: () => (cursor.varint(), census.tables.delete(cursor.varint())),
    7: () => {
      cursor.varint(); // level
      census.tables.add(cursor.varint());
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
