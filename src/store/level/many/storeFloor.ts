import type { Level } from 'level';
import { closedError, damageAdvice, LogError } from '../../errors.ts';
import type { Head } from '../../head.ts';
import { type Commit, commitOn, Database, openLevel, type Put } from '../levelDatabase.ts';
import { explain } from '../levelErrors.ts';
import { checkWriteAhead } from '../files/checkFiles.ts';
import type { LogPaths } from '../logDirectory.ts';
import { type LogEnd, GroupCommit } from './groupCommit.ts';
import type { HeadsFile } from './headsFile.ts';
import { logPrefixOf } from './storePaths.ts';

/** @limit What LevelDB holds in memory before it makes a table of it, and what it keeps of what it has read. */
const sizes = { writeBufferSize: 8 * 1024 * 1024, cacheSize: 8 * 1024 * 1024 };

/** Opens the database of a store; damage to its write-ahead file is named before LevelDB empties it. */
export const openFloor = async (paths: LogPaths, createIfMissing: boolean): Promise<Level> => {
  if (!createIfMissing) await checkWriteAhead(paths.database);
  return openLevel(paths.database, createIfMissing, sizes);
};

/**
 * What all logs of a store stand on: one database, one flush for all that wait.
 *
 * LevelDB refuses everything once a write has failed, even when there is space again, until it is opened anew. So the
 * first refusal is given to all who write after it, until somebody opens a log: the database is opened anew before that.
 */
export class StoreFloor {
  readonly paths: LogPaths;
  readonly #heads: HeadsFile;
  readonly #group: GroupCommit;
  #level: Level;
  #opening = 0;
  #refusal: unknown;
  #mending: Promise<void> | undefined;
  #isClosed = false;

  constructor(paths: LogPaths, level: Level, heads: HeadsFile) {
    this.paths = paths;
    this.#level = level;
    this.#heads = heads;
    this.#group = new GroupCommit((puts, ends) => this.#write(puts, ends));
  }

  /** How often the database was opened anew. */
  get opening(): number {
    return this.#opening;
  }

  get level(): Level {
    return this.#level;
  }

  databaseOf(key: string, commit: Commit): Database {
    return new Database(this.paths, this.#level, logPrefixOf(key), commit);
  }

  placeOf(venID: string): string {
    return `${this.paths.directory} (VEN ${venID})`;
  }

  headOf(key: string): Head | undefined {
    return this.#heads.headOf(key);
  }

  commit(puts: readonly Put[], end?: LogEnd): Promise<void> {
    return this.#group.put(puts, end);
  }

  /** Notes up to where the chain of a log need not be walked again; nothing is lost when that is lost. */
  async settle(key: string, settled: Head): Promise<void> {
    const database = this.databaseOf(key, commitOn(this.#level));
    await this.#level.batch([database.settledAt(settled)] as Put<string>[]).catch(() => undefined);
  }

  /** Opens the database anew when it has refused something. @throws LogError when that is refused as well */
  async mend(): Promise<void> {
    if (this.#isClosed) throw closedError();
    if (this.#refusal !== undefined) await (this.#mending ??= this.#mend().finally(() => (this.#mending = undefined)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#group.settled();
    await this.#level.close();
    await this.#heads.close();
  }

  async #mend(): Promise<void> {
    await this.#group.settled();
    try {
      await this.#level.close();
      this.#level = await openFloor(this.paths, false);
    } catch (error) {
      throw explain(error, this.paths.directory);
    }
    this.#opening += 1;
    this.#refusal = undefined;
  }

  async #write(puts: readonly Put[], ends: ReadonlyMap<string, Head>): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    try {
      await commitOn(this.#level)(puts);
    } catch (error) {
      this.#refusal = explain(error, this.paths.directory);
      throw this.#refusal;
    }
    await this.#heads.advance(ends);
  }
}

/** Says that marks and database do not belong together. */
export const strangeStore = ({ database, endMark }: LogPaths): LogError =>
  new LogError('corrupt', `The database ${database} is not the one that ${endMark} was written for. ${damageAdvice}.`);
