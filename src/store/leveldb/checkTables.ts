import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damageAdvice, LogError } from '../errors.ts';
import { MalformedBytes } from './bytes.ts';
import { liveTables } from './manifest.ts';
import { checkTable } from './table.ts';

/**
 * Checks all table files of a database before LevelDB opens it.
 *
 * LevelDB reads tables without looking at their checksums, and ends the whole process when it finds keys out of
 * order while it rewrites them; a log whose last run ended without being closed is looked over before it may do so.
 * A file that is gone is left for LevelDB to judge: a process that has the database open may have removed it just now.
 *
 * @throws LogError `corrupt`, naming the file.
 */
export const checkTables = async (database: string): Promise<void> => {
  const current = await inspect(database, 'CURRENT', manifestName);
  if (current === undefined) return;
  for (const number of (await inspect(database, current, liveTables)) ?? []) await inspect(database, tableName(number), checkTable);
};

const inspect = async <Result>(database: string, name: string, look: (bytes: Uint8Array) => Result): Promise<Result | undefined> => {
  const bytes = await readFile(join(database, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    return bytes === undefined ? undefined : look(bytes);
  } catch (error) {
    throw error instanceof MalformedBytes ? damaged(name, error) : error;
  }
};

const manifestName = (bytes: Uint8Array): string => {
  const name = Buffer.from(bytes).toString('latin1').trim();
  if (!/^MANIFEST-\d+$/.test(name)) throw new MalformedBytes('it names no MANIFEST');
  return name;
};

const tableName = (number: number): string => `${String(number).padStart(6, '0')}.ldb`;

const damaged = (name: string, cause: MalformedBytes): LogError =>
  new LogError('corrupt', `The file ${name} of the log's database is damaged: ${cause.message}. ${damageAdvice}.`, { cause });
