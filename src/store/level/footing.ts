import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LogError } from '../errors.ts';
import type { LogPaths } from './logDirectory.ts';

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return []; // it went between two looks
  }
};

/** Which file a path leads to. */
const fileAt = (path: string): string | undefined => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
};

/**
 * Where an open log stands: the file that LevelDB has locked.
 *
 * LevelDB keeps its files open and knows them by their names, so it would neither notice that its directory is gone nor
 * that another one has come into its place, and would write what nobody finds again, or into the other one's files. And
 * a lock that was deleted keeps nobody out.
 */
export class Footing {
  readonly #paths: LogPaths;
  readonly #lock: string;
  readonly #lockPath: string;

  private constructor(paths: LogPaths, lockPath: string, lock: string) {
    this.#paths = paths;
    this.#lockPath = lockPath;
    this.#lock = lock;
  }

  /** Of a database that was opened just now. @throws LogError `replaced` */
  static of(paths: LogPaths): Footing {
    const lockPath = join(paths.database, 'LOCK');
    const lock = fileAt(lockPath);
    if (lock === undefined) throw replaced(paths);
    return new Footing(paths, lockPath, lock);
  }

  /** To be called before each write: costs a few microseconds. @throws LogError `replaced` */
  mustHold(): void {
    if (fileAt(this.#lockPath) !== this.#lock) throw replaced(this.#paths);
  }

  /** To be called now and then: whether the files are there as well, without which the log could not be opened again. @throws LogError `replaced` */
  mustBeWhole(): void {
    this.mustHold();
    const { database, marker, endMark } = this.#paths;
    const names = namesIn(database);
    const isWhole =
      names.includes('CURRENT') &&
      names.some((name) => name.endsWith('.log')) &&
      [marker, endMark].every((path) => fileAt(path) !== undefined);
    if (!isWhole) throw replaced(this.#paths);
  }
}

const replaced = ({ directory }: LogPaths): LogError =>
  new LogError(
    'replaced',
    `The data directory ${directory}, or a file of the log in it, was deleted, moved or replaced while the log was open, so nothing more can be kept there: put back what was there, or restore a backup, and start again.`,
  );
