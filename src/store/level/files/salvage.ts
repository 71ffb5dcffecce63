import { Cursor, endOfChecked, MalformedBytes, uint32 } from './bytes.ts';
import { readRecords } from './records.ts';
import { blockAt, dataBlocks, type Handle, pairsIn } from './table.ts';

/** A value as it was once written under a key; null when it was removed. The write with the highest number is the last one. */
export interface Write {
  readonly key: string;
  readonly number: number;
  readonly value: Uint8Array | null;
}

/** What could be read of a file that may be damaged, and what could not. */
export interface Salvaged {
  readonly writes: readonly Write[];
  readonly findings: readonly string[];
}

/** Behind every key of a table: what was done, and the number of the write. */
export const stampBytes = 8;
const done = { removed: 0, put: 1 } as const;

const text = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8');

/** Behind every block: how it is packed, and its checksum. */
const packingBytes = 1;
const checksumBytes = 4;

/** @limit Bytes in which the end of a block is looked for: the largest message, and some. */
const longestBlock = 16 * 1024 * 1024;

/** Whether a block is the index of the first ones, or of filters: what it holds are places, and no values. */
const isIndex = (bytes: Uint8Array, handle: Handle, first: Handle | undefined): boolean =>
  orElse(
    () => {
      const [pair] = pairsIn(blockAt(bytes, handle));
      if (pair === undefined || first === undefined) return false;
      if (text(pair.key).startsWith('filter.')) return true;
      const place = new Cursor(pair.value);
      return place.varint() === first.offset && place.varint() === first.size && place.isAtEnd;
    },
    () => false,
  );

/** Blocks lie side by side from the first byte on, so that their checksums tell where each ends even when no index does. */
const blocksByChecksum = (bytes: Uint8Array): readonly Handle[] => {
  const handles: Handle[] = [];
  for (let offset = 0; ;) {
    const end = endOfChecked(bytes, offset, Math.min(bytes.length, offset + longestBlock));
    if (end === null) return handles;
    const handle = { offset, size: end - offset - packingBytes };
    if (!isIndex(bytes, handle, handles[0])) handles.push(handle);
    offset = end + checksumBytes;
  }
};

/** A write as it stands in a table; null where there is no room for its stamp. */
export const stamped = (key: Uint8Array, value: Uint8Array): Write | null => {
  if (key.length < stampBytes) return null;
  const stampAt = key.length - stampBytes;
  return {
    key: text(key.subarray(0, stampAt)),
    number: (uint32(key, stampAt) >>> 8) + uint32(key, stampAt + 4) * 2 ** 24,
    value: key[stampAt] === done.put ? value : null,
  };
};

/** Reads one block; a finding when it cannot be read. */
const writesOfBlock = (bytes: Uint8Array, handle: Handle, into: Write[]): string | null => {
  try {
    for (const { key, value } of pairsIn(blockAt(bytes, handle))) {
      const write = stamped(key, value);
      if (write !== null) into.push(write);
    }
    return null;
  } catch (error) {
    if (error instanceof MalformedBytes) return error.message;
    throw error;
  }
};

const orElse = <T>(read: () => T, otherwise: (message: string) => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedBytes) return otherwise(error.message);
    throw error;
  }
};

/**
 * Everything of a table file that has its checksum; where its index is damaged, blocks are found without it, and a filter
 * may look like a block of senseless keys.
 */
export const salvageTable = (bytes: Uint8Array): Salvaged => {
  const findings: string[] = [];
  const handles = orElse(
    () => dataBlocks(bytes),
    (message) => {
      findings.push(message);
      return blocksByChecksum(bytes);
    },
  );
  const writes: Write[] = [];
  for (const handle of handles) {
    const finding = writesOfBlock(bytes, handle, writes);
    if (finding !== null && findings.length === 0) findings.push(finding);
  }
  return { writes, findings };
};

/** The writes of one record of a write-ahead file: its number, how many there are, and each of them. @throws MalformedBytes */
const writesOfRecord = (record: Uint8Array, into: Write[]): void => {
  const header = Buffer.from(record.subarray(0, 12));
  if (header.length < 12) throw new MalformedBytes('a record is too short for a write');
  const [first, count] = [Number(header.readBigUInt64LE()), header.readUInt32LE(8)];
  if (!Number.isSafeInteger(first + count)) throw new MalformedBytes('a record claims a number that no write ever had');
  const cursor = new Cursor(record.subarray(12));
  for (let index = 0; index < count; index += 1) {
    const kind = cursor.byte();
    if (kind !== done.put && kind !== done.removed) throw new MalformedBytes(`a record does the unknown thing ${kind}`);
    const key = text(cursor.takePrefixed());
    into.push({ key, number: first + index, value: kind === done.put ? cursor.takePrefixed() : null });
  }
  if (!cursor.isAtEnd) throw new MalformedBytes('a record is longer than its writes');
};

/** Everything of a write-ahead file that has its checksum. A torn end is a finding only for those who want all of it. */
export const salvageWriteAhead = (
  bytes: Uint8Array,
  { withTornEnd = true }: { readonly withTornEnd?: boolean } = {},
): Salvaged => {
  const { records, damage, tornEnd } = readRecords(bytes);
  const writes: Write[] = [];
  const malformed = records.flatMap((record) =>
    orElse<readonly string[]>(
      () => (writesOfRecord(record, writes), []),
      (message) => [message],
    ),
  );
  const stretches = [...damage, ...(tornEnd === null || !withTornEnd ? [] : [tornEnd])];
  return { writes, findings: [...stretches.map(({ finding }) => finding), ...malformed].slice(0, 1) };
};
