import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies in a data directory: the database, and the marks that tell what the database should hold. */
export interface LogPaths {
  readonly directory: string;
  /** LevelDB's own directory; nothing else may write into it. */
  readonly database: string;
  readonly marker: string;
  readonly endMark: string;
}

/** The places of a log's parts. */
export const logPaths = (directory: string): LogPaths => ({
  directory,
  database: join(directory, 'log'),
  marker: join(directory, 'log.json'),
  endMark: join(directory, 'log.end'),
});

/** Makes the data directory, closed to other users, unless it is there. */
export const makeDirectory = async ({ directory }: LogPaths): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
};

/** Whether LevelDB would open what is there, rather than begin a new database in its place. */
export const databaseIsPresent = ({ database }: LogPaths): boolean => existsSync(join(database, 'CURRENT'));

/** Whether files with facts in them are there: a first start that was cut short leaves none. */
export const holdsData = ({ database }: LogPaths): boolean =>
  filesOf(database).some(([name, bytes]) => /\.(ldb|sst|log)$/.test(name) && bytes > 0);

/** What all files of the log take up. */
export const bytesOnDisk = ({ database, marker, endMark }: LogPaths): number =>
  filesOf(database).reduce((sum, [, bytes]) => sum + bytes, sizeOf(marker) + sizeOf(endMark));

/** What is left on the disk for this user. */
export const freeBytesOnDisk = async ({ directory }: LogPaths): Promise<number> => {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
};

const filesOf = (directory: string): [name: string, bytes: number][] =>
  existsSync(directory) ? readdirSync(directory).map((name) => [name, sizeOf(join(directory, name))]) : [];

/** LevelDB deletes files while we look: one that is gone has no size. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
