import { crc32c, Cursor, MalformedBytes, uint32, unmask, unpackSnappy } from './bytes.ts';
import type { LiveTable } from './manifest.ts';

/** Where a block lies in a table file. */
export interface Handle {
  readonly offset: number;
  readonly size: number;
}

const footerBytes = 48;
/** Behind every block: how it is packed, and its checksum. */
const trailerBytes = 5;
const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
const packing = { none: 0, snappy: 1 } as const;

/**
 * Checks every block of a table file against its checksum, which LevelDB itself does not do when it reads, and that it is
 * the file that the MANIFEST counts on.
 *
 * @throws MalformedBytes saying which bytes are not what was written.
 */
export const checkTable = (bytes: Uint8Array, { bytes: length, smallestKey, largestKey }: LiveTable): void => {
  for (const index of indexesOf(bytes)) {
    for (const handle of handlesIn(blockAt(bytes, index))) checkBlock(bytes, handle);
  }
  const blocks = dataBlocks(bytes);
  const isIt =
    bytes.length === length && keyIn(bytes, blocks[0], 0, smallestKey) && keyIn(bytes, blocks.at(-1), -1, largestKey);
  if (!isIt) throw new MalformedBytes('it is another table than the one that the MANIFEST counts on');
};

/** Whether a key stands at the beginning or the end of a block. */
const keyIn = (bytes: Uint8Array, handle: Handle | undefined, place: 0 | -1, key: Uint8Array): boolean =>
  handle !== undefined &&
  Buffer.compare([...pairsIn(blockAt(bytes, handle))].at(place)?.key ?? new Uint8Array(0), key) === 0;

/** Where a table says that its two indexes lie: of what is said about it, and of its data. */
const indexesOf = (bytes: Uint8Array): readonly [Handle, Handle] => {
  if (bytes.length < footerBytes) throw new MalformedBytes(`a table of ${bytes.length} bytes has no end`);
  const footer = bytes.subarray(bytes.length - footerBytes);
  if (magic.some((byte, index) => footer[footerBytes - magic.length + index] !== byte))
    throw new MalformedBytes('its end is not that of a table');
  const cursor = new Cursor(footer);
  return [readHandle(cursor), readHandle(cursor)];
};

const readHandle = (cursor: Cursor): Handle => ({ offset: cursor.varint(), size: cursor.varint() });

const checkBlock = (bytes: Uint8Array, { offset, size }: Handle): void => {
  const end = offset + size + 1;
  if (end + 4 > bytes.length - footerBytes)
    throw new MalformedBytes(`a block at byte ${offset} would reach beyond the end`);
  if (crc32c(bytes.subarray(offset, end)) !== unmask(uint32(bytes, end))) {
    throw new MalformedBytes(
      `the block of ${size + trailerBytes} bytes at byte ${offset} has another checksum than its bytes`,
    );
  }
};

/** The contents of a block. @throws MalformedBytes */
export const blockAt = (bytes: Uint8Array, handle: Handle): Uint8Array => {
  checkBlock(bytes, handle);
  const contents = bytes.subarray(handle.offset, handle.offset + handle.size);
  const kind = bytes[handle.offset + handle.size];
  if (kind !== packing.none && kind !== packing.snappy)
    throw new MalformedBytes(`a block is packed in the unknown way ${String(kind)}`);
  return kind === packing.snappy ? unpackSnappy(contents) : contents;
};

/** A key and its value. */
export interface TablePair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What stands in a block: each key says how much of it is as in the one before. @throws MalformedBytes */
export function* pairsIn(block: Uint8Array): Generator<TablePair> {
  const restarts = uint32(block, block.length - 4);
  const cursor = new Cursor(block.subarray(0, block.length - 4 - 4 * restarts));
  let key: Uint8Array = new Uint8Array(0);
  while (!cursor.isAtEnd) {
    const shared = cursor.varint();
    const keyBytes = cursor.varint();
    const valueBytes = cursor.varint();
    const rest = cursor.take(keyBytes);
    key = shared === 0 ? rest : Buffer.concat([key.subarray(0, shared), rest]);
    yield { key, value: cursor.take(valueBytes) };
  }
}

/** The values of an index block, which are handles. */
const handlesIn = (block: Uint8Array): readonly Handle[] =>
  [...pairsIn(block)].map(({ value }) => readHandle(new Cursor(value)));

/** Where the data blocks of a table lie, as its index says. @throws MalformedBytes */
export const dataBlocks = (bytes: Uint8Array): readonly Handle[] => handlesIn(blockAt(bytes, indexesOf(bytes)[1]));

/** A data block, and a key that is not before any of its own and before all of the next one's. */
export interface IndexedBlock extends Handle {
  readonly upTo: Uint8Array;
}

/** The data blocks of a table with the keys by which one is found. @throws MalformedBytes */
export const indexedBlocks = (bytes: Uint8Array): readonly IndexedBlock[] =>
  [...pairsIn(blockAt(bytes, indexesOf(bytes)[1]))].map(({ key, value }) => ({
    ...readHandle(new Cursor(value)),
    upTo: key,
  }));
