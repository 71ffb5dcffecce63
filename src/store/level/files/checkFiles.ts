import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damageAdvice, LogError } from '../../errors.ts';
import { MalformedBytes } from './bytes.ts';
import { liveFiles, type LiveFiles } from './manifest.ts';
import { salvageWriteAhead, type Write } from './salvage.ts';
import { checkTable } from './table.ts';

/**
 * A look at the files of a database before LevelDB opens it.
 *
 * LevelDB drops damaged records of its write-ahead file in silence, and the file itself once it has been read; it reads
 * tables without looking at their checksums, and ends the whole process when it finds keys out of order while it
 * rewrites them. A file that is gone is left for LevelDB to judge: a process that has the database open may have removed it just now.
 */

/** Checks the write-ahead files, which are small. @throws LogError `corrupt`, naming the file. */
export const checkWriteAhead = async (database: string): Promise<void> => {
  const live = await filesOf(database);
  if (live === undefined) return;
  let last = -1;
  for (const name of writeAheadFiles(await readdir(database), live))
    last = (await inspect(database, name, (bytes) => checkRecords(bytes, last))) ?? last;
};

/** The write-ahead files that count, in the order in which they were written. */
export const writeAheadFiles = (names: readonly string[], { firstWriteAhead }: LiveFiles): readonly string[] =>
  names
    .filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= firstWriteAhead)
    .toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));

/** Checks all table files, which takes a while. @throws LogError `corrupt`, naming the file. */
export const checkTables = async (database: string): Promise<void> => {
  for (const table of (await filesOf(database))?.tables ?? [])
    await inspect(database, tableName(table.number), (bytes) => checkTable(bytes, table));
};

/** Checks that the database's list of files can be read, and that all of them are there. @throws LogError `corrupt` or `missing` */
export const checkManifest = async (database: string): Promise<void> => {
  const names = new Set(await readdir(database));
  const live = await filesOf(database);
  if (live === undefined) throw new LogError('missing', 'The MANIFEST of the database is gone.');
  const gone = live.tables.find(({ number }) => !names.has(tableName(number)));
  if (gone !== undefined) throw new LogError('missing', `The file ${tableName(gone.number)} of the database is gone.`);
};

const filesOf = async (database: string): Promise<LiveFiles | undefined> => {
  const current = await inspect(database, 'CURRENT', manifestName);
  return current === undefined ? undefined : inspect(database, current, liveFiles);
};

const checkRecords = (bytes: Uint8Array, lastBefore: number): number =>
  soundWrites(bytes, lastBefore).at(-1)?.number ?? lastBefore;

const inspect = async <Result>(
  database: string,
  name: string,
  look: (bytes: Uint8Array) => Result,
): Promise<Result | undefined> => {
  const bytes = await readFile(join(database, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return bytes === undefined ? undefined : orDamaged(name, () => look(bytes));
};

/** Looks at bytes of a file. @throws LogError `corrupt`, naming the file, when they are not what LevelDB writes */
export const orDamaged = <Result>(name: string, look: () => Result): Result => {
  try {
    return look();
  } catch (error) {
    throw error instanceof MalformedBytes ? damaged(name, error) : error;
  }
};

/**
 * The writes of a write-ahead file that follow on a number. A damaged end is what a power cut leaves of a write that nobody was told of;
 * whether anything is missing there, the marks know.
 *
 * Writes are numbered, each one higher than the last: a number that comes again was copied there, and LevelDB ends the whole
 * process at it.
 * @throws MalformedBytes
 */
export const soundWrites = (bytes: Uint8Array, lastBefore: number): readonly Write[] => {
  const { findings, writes } = salvageWriteAhead(bytes, { withTornEnd: false });
  if (findings[0] !== undefined) throw new MalformedBytes(findings[0]);
  let last = lastBefore;
  for (const { number } of writes) {
    if (number <= last) throw new MalformedBytes(`its write ${number} stands there twice, or in another file as well`);
    last = number;
  }
  return writes;
};

/** The name of the MANIFEST in force, from the file CURRENT. @throws MalformedBytes */
export const manifestName = (bytes: Uint8Array): string => {
  const name = Buffer.from(bytes).toString('latin1').trim();
  if (!/^MANIFEST-\d+$/.test(name)) throw new MalformedBytes('it names no MANIFEST');
  return name;
};

/** What the file of a table is called. */
export const tableName = (number: number): string => `${String(number).padStart(6, '0')}.ldb`;

const damaged = (name: string, cause: MalformedBytes): LogError =>
  new LogError('corrupt', `The file ${name} of the log's database is damaged: ${cause.message}. ${damageAdvice}.`, {
    cause,
  });
