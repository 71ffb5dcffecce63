import { Cursor, MalformedBytes } from './bytes.ts';
import { readRecords } from './records.ts';

/** A table file as the MANIFEST knows it. */
export interface LiveTable {
  readonly number: number;
  readonly bytes: number;
  readonly smallestKey: Uint8Array;
  readonly largestKey: Uint8Array;
}

/** The files that a MANIFEST counts as part of the database. */
export interface LiveFiles {
  /** The table files, by their number. */
  readonly tables: readonly LiveTable[];
  /** The number from which on write-ahead files count. */
  readonly firstWriteAhead: number;
}

/** The set of files while the edits are being applied. */
interface Census {
  readonly tables: Map<number, LiveTable>;
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
  const census: Census = { tables: new Map(), firstWriteAhead: 0 };
  for (const edit of records) applyEdit(edit, census);
  return {
    tables: [...census.tables.values()].sort((one, other) => one.number - other.number),
    firstWriteAhead: census.firstWriteAhead,
  };
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
      const [number, bytes] = [cursor.varint(), cursor.varint()];
      census.tables.set(number, {
        number,
        bytes,
        smallestKey: cursor.takePrefixed(),
        largestKey: cursor.takePrefixed(),
      });
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
