import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError } from '../../errors.ts';
import { manifestName, orDamaged, soundWrites, tableName, writeAheadFiles } from './checkFiles.ts';
import { MalformedBytes } from './bytes.ts';
import { liveFiles, type LiveFiles, type LiveTable } from './manifest.ts';
import { stampBytes, stamped, type Write } from './salvage.ts';
import { type Sorted, sortedWrites } from './sorted.ts';
import { blockAt, type Handle, indexedBlocks, pairsIn } from './table.ts';

/** @limit Tables that are kept in memory at a time; each has about 2 MiB. */
const tablesInMemory = 12;

/** @limit How often files are looked for anew that a running agent replaced in between. */
const looks = 50;

/** A table that was read: its bytes, where its blocks are, and up to which key each goes. */
interface ReadTable {
  readonly bytes: Uint8Array;
  readonly blocks: readonly Handle[];
  readonly ends: readonly string[];
}

/** Keeps the tables that were read last. */
class Memory {
  readonly #tables = new Map<string, Promise<ReadTable>>();

  get(name: string, read: () => Promise<ReadTable>): Promise<ReadTable> {
    const kept = this.#tables.get(name) ?? read();
    this.#tables.delete(name);
    this.#tables.set(name, kept);
    const [oldest] = this.#tables.keys();
    if (this.#tables.size > tablesInMemory && oldest !== undefined) this.#tables.delete(oldest);
    return kept;
  }
}

const userKey = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.length - stampBytes).toString('utf8');

const writesIn = (bytes: Uint8Array, handle: Handle): readonly Write[] =>
  [...pairsIn(blockAt(bytes, handle))].map(({ key, value }) => {
    const write = stamped(key, value);
    if (write === null) throw new MalformedBytes('a key is too short');
    return write;
  });

const tableFrom = (bytes: Uint8Array): ReadTable => {
  const blocks = indexedBlocks(bytes);
  return { bytes, blocks, ends: blocks.map(({ upTo }) => userKey(upTo)) };
};

/** All bytes of a file, whoever has taken it out of its directory meanwhile. */
const bytesOf = async (file: FileHandle): Promise<Uint8Array> => {
  const { size } = await file.stat();
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
};

const sortedTable = (table: LiveTable, file: FileHandle, memory: Memory): Sorted => {
  const name = tableName(table.number);
  const read = (): Promise<ReadTable> =>
    memory.get(name, async () => {
      const bytes = await bytesOf(file);
      return orDamaged(name, () => tableFrom(bytes));
    });
  let last: { readonly index: number; readonly writes: readonly Write[] } | undefined;
  return {
    smallestKey: userKey(table.smallestKey),
    largestKey: userKey(table.largestKey),
    ends: async () => (await read()).ends,
    block: async (index) => {
      if (last?.index === index) return last.writes;
      const { bytes, blocks } = await read();
      const writes = orDamaged(name, () => writesIn(bytes, blocks[index] as Handle));
      last = { index, writes };
      return writes;
    },
  };
};

/** A file as it was at that instant. */
export interface StillFile {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** Everything a database held at one instant. */
export interface Still {
  readonly sources: readonly Sorted[];
  /** The files that LevelDB would need to read the same. */
  readonly files: readonly StillFile[];
  close(): Promise<void>;
}

/** The MANIFEST in force. */
interface ManifestFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const manifestOf = async (database: string): Promise<ManifestFile> => {
  const current = await readFile(join(database, 'CURRENT'));
  const name = orDamaged('CURRENT', () => manifestName(current));
  return { name, bytes: await readFile(join(database, name)) };
};

const inMemory = (name: string, bytes: Uint8Array): StillFile => ({ name, read: () => Promise.resolve(bytes) });

/** The write-ahead files and their writes, as far as they are whole. */
const recentWrites = async (
  database: string,
  live: LiveFiles,
): Promise<{ readonly writes: readonly Write[]; readonly files: readonly StillFile[] }> => {
  const writes: Write[] = [];
  const files: StillFile[] = [];
  for (const name of writeAheadFiles(await readdir(database), live)) {
    const bytes = await readFile(join(database, name));
    files.push(inMemory(name, bytes));
    for (const write of orDamaged(name, () => soundWrites(bytes, writes.at(-1)?.number ?? -1))) writes.push(write);
  }
  return { writes, files };
};

/** Opens all files as one MANIFEST counts them; null when that was replaced meanwhile. */
const look = async (database: string): Promise<Still | null> => {
  const before = await manifestOf(database);
  const live = orDamaged(before.name, () => liveFiles(before.bytes));
  const files: FileHandle[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    for (const { number } of live.tables) files.push(await open(join(database, tableName(number)), 'r'));
    const ahead = await recentWrites(database, live);
    const recent = sortedWrites(ahead.writes);
    const after = await manifestOf(database);
    if (after.name === before.name && after.bytes.equals(before.bytes)) {
      const memory = new Memory();
      const tables = live.tables.map((table, index) => sortedTable(table, files[index] as FileHandle, memory));
      const tableFiles = live.tables.map(({ number }, index) => ({
        name: tableName(number),
        read: () => bytesOf(files[index] as FileHandle),
      }));
      return {
        sources: recent === null ? tables : [recent, ...tables],
        files: [
          ...tableFiles,
          ...ahead.files,
          inMemory(before.name, before.bytes),
          inMemory('CURRENT', Buffer.from(`${before.name}\n`)),
        ],
        close,
      };
    }
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return null;
};

/**
 * Reads a database as it lies, without LevelDB: nothing is locked, written or created, so an agent may have it open or start
 * meanwhile, and the disk may be full or read-only. What is deleted later stays readable, for the files are open.
 *
 * @throws LogError `corrupt` or `missing`
 */
export const openStill = async (database: string): Promise<Still> => {
  for (let count = 1; ; count += 1) {
    try {
      const still = await look(database);
      if (still !== null) return still;
    } catch (error) {
      // A file that is gone may have been replaced by the one who writes; one that stays away is missing.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || count >= looks) throw error;
    }
    if (count >= looks)
      throw new LogError(
        'busy',
        `The files in ${database} change faster than they can be read: try again in a moment.`,
      );
  }
};
