import { constants, existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError } from '../errors.ts';

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

const othersMayWrite = 0o022;
const sticky = 0o1000;

/** Takes from a directory what lets others write into it; returns whether that was needed. @throws LogError `exposed` */
const closeToOthers = async (directory: string): Promise<boolean> => {
  const { mode } = await stat(directory);
  if ((mode & othersMayWrite) === 0) return false;
  // A directory for everybody is none of ours, and to close it would lock its other users out.
  const refused = (mode & sticky) !== 0 || (await chmod(directory, mode & 0o7755).catch(() => 'refused')) === 'refused';
  if (!refused) return ((await stat(directory)).mode & othersMayWrite) === 0; // some systems have no such bits
  throw new LogError(
    'exposed',
    `Other users may write into ${directory}, and could so put another log in the place of this one: use a directory that is the agent's own, or run chmod go-w on it.`,
  );
};

/** Sees to it that nobody else can change what lies in the data directory; returns what had to be closed. @throws LogError `exposed` */
export const closeDirectory = async ({ directory, database }: LogPaths): Promise<readonly string[]> => {
  const closed: string[] = [];
  for (const each of [directory, database]) if (existsSync(each) && (await closeToOthers(each))) closed.push(each);
  return closed;
};

/** How a file of ours is opened: `new` when there must be none yet, `kept` when it is written in place. */
const openingFlags = {
  read: constants.O_RDONLY,
  kept: constants.O_WRONLY | constants.O_CREAT,
  new: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
} as const;

/** Opens a file beside the database, never through a link: who can place one decides otherwise what is read and written. @throws LogError `exposed` */
export const openOwn = async (path: string, how: keyof typeof openingFlags): Promise<FileHandle> => {
  const noLinks = constants.O_NOFOLLOW as number | undefined; // Windows has none
  try {
    return await open(path, openingFlags[how] | (noLinks ?? 0), 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    throw new LogError(
      'exposed',
      `${path} is a link, and no log has one there: remove the link, find out who placed it, and restore the file if it is missing then.`,
    );
  }
};

/** What stands in a file beside the database; undefined when there is none. @throws LogError `exposed` */
export const readOwn = async (path: string): Promise<Buffer | undefined> => {
  const file = await openOwn(path, 'read').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
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
