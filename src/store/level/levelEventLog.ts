import type { DiskLog, DiskUse, DiskUseOptions } from '../diskLog.ts';
import { EndMarker, readEndMark } from './endMark.ts';
import { LogError } from '../errors.ts';
import { Followers, type FollowerFault } from '../followers.ts';
import { Footing } from './footing.ts';
import { emptyHead, type SealedEntry } from '../hashChain.ts';
import { Database } from './levelDatabase.ts';
import { explain } from './levelErrors.ts';
import { LevelLog } from './levelLog.ts';
import { check, identify, mayCreate } from './levelOpening.ts';
import { checkTables, checkWriteAhead } from './files/checkFiles.ts';
import {
  bytesOnDisk,
  closeDirectory,
  freeBytesOnDisk,
  type LogPaths,
  logPaths,
  makeDirectory,
} from './logDirectory.ts';
import { type Marker, MarkerKeeper, readMarker, writeMarker } from './logMarker.ts';
import type { Base } from '../logView.ts';
import { headAt } from '../logWriter.ts';

/** How a log on disk is opened. */
export interface LevelLogOptions {
  /** UTC ms, from the clock port; remembered when this call begins the log. */
  readonly createdAt: number;
  /** Whether a log that was never begun is begun now; false for those who only want to read. Default true. */
  readonly create?: boolean;
  /** Whether every table file is checked against its checksums first, as is done anyway after a run that was not closed and while the log is small. Default false. */
  readonly checkTables?: boolean;
  /** Whether a backup may be written to: only by whoever records first what may have been sent since. Default false. */
  readonly fromBackup?: boolean;
  readonly onFollowerFault?: FollowerFault;
}

/** @limit A log up to this size is looked over whenever it is opened: a few milliseconds for each MiB. */
const alwaysCheckedBytes = 48 * 1024 * 1024;

/**
 * Opens the log in a data directory, checking that nothing is missing and nothing was changed since it was last open.
 *
 * @throws LogError `locked`, `full`, `io`, `missing`, `corrupt` or `newer`; a refusal changes none of the entries on disk.
 */
export const openLevelEventLog = async (directory: string, options: LevelLogOptions): Promise<DiskLog> => {
  const paths = logPaths(directory);
  let database: Database | undefined;
  try {
    const begun = await readMarker(paths);
    if (begun?.backupAt !== undefined && options.fromBackup !== true) throw isBackup(paths, begun.backupAt);
    const marks = { begun, endMark: await readEndMark(paths) };
    const create = mayCreate(paths, marks, options.create ?? true);
    if (create) await makeDirectory(paths);
    else
      await checkFiles(
        paths.database,
        begun?.open !== false || options.checkTables === true || bytesOnDisk(paths) <= alwaysCheckedBytes,
      );
    const closedToOthers = await closeDirectory(paths);
    database = await Database.open(paths, create);
    const footing = Footing.of(paths);
    // Only now, for only one process has the database open, and only that may write the marker.
    if (begun?.open === false) await writeMarker(paths, { ...begun, open: true });
    const marker = await identify(database, marks, options.createdAt);
    const base = await database.readBase();
    const checked = {
      ...marker,
      ...(await firstOf(database, marker)),
      ...(await check(database, {
        settled: marker.settled,
        base,
        remembered: [marker.head, marks.endMark?.head ?? emptyHead],
      })),
      open: true,
    };
    await writeMarker(paths, checked);
    const endMarker = await EndMarker.begin(paths, checked);
    return new LevelEventLog(
      { database, footing, marker: checked, endMarker, base, closedToOthers },
      new Followers(options.onFollowerFault),
    );
  } catch (error) {
    await database?.close().catch(() => undefined);
    throw explain(error, directory);
  }
};

/** The first entry of all, where nobody has noted it and it is still there. */
const firstOf = async (database: Database, { first }: Marker): Promise<Pick<Marker, 'first'>> => {
  if (first !== undefined) return { first };
  const isBegun = (await database.lastPosition()) >= 0;
  const found = isBegun ? await database.headAt(0) : emptyHead;
  return found.position === 0 ? { first: found } : {};
};

const isBackup = ({ directory }: LogPaths, backupAt: number): LogError =>
  new LogError(
    'restored',
    `The log in ${directory} is a backup of ${new Date(backupAt).toISOString()}, and its agent may have sent reports since: run "ven log restored", which puts in doubt what may have been sent, and start again.`,
  );

/** LevelDB must see no damaged write-ahead file, for it empties it; nor, after a run that was not closed, a damaged table, for it rewrites those. */
const checkFiles = async (database: string, withTables: boolean): Promise<void> => {
  await checkWriteAhead(database);
  if (withTables) await checkTables(database);
};

/** The parts of a log that has been opened. */
interface Opened {
  readonly database: Database;
  readonly footing: Footing;
  readonly closedToOthers: readonly string[];
  readonly marker: Marker;
  readonly endMarker: EndMarker;
  readonly base: Base;
}

class LevelEventLog extends LevelLog implements DiskLog {
  readonly closedToOthers: readonly string[];
  readonly createdAt: number;
  readonly #database: Database;
  readonly #footing: Footing;
  readonly #keeper: MarkerKeeper;
  readonly #endMarker: EndMarker;

  constructor({ database, footing, marker, endMarker, base, closedToOthers }: Opened, followers: Followers) {
    super({ head: marker.head, base }, followers);
    this.closedToOthers = closedToOthers;
    this.createdAt = marker.createdAt;
    this.#database = database;
    this.#footing = footing;
    this.#keeper = new MarkerKeeper(database.paths, marker, footing);
    this.#endMarker = endMarker;
  }

  diskUse({ parts = false }: DiskUseOptions = {}): Promise<DiskUse> {
    return this.ask(async (database) => ({
      ...(parts ? { parts: await database.parts() } : {}),
      bytes: bytesOnDisk(database.paths),
      freeBytes: await freeBytesOnDisk(database.paths),
    }));
  }

  backupFrom(at: number): Promise<void> {
    return this.#keeper.backupFrom(at);
  }

  noLongerBackup(): Promise<void> {
    return this.#keeper.noLongerBackup();
  }

  mustBeWhole(): void {
    this.#footing.mustBeWhole();
  }

  protected get database(): Database {
    return this.#database;
  }

  protected get place(): string {
    return this.#database.paths.directory;
  }

  protected raiseFormat(format: number): Promise<void> {
    return this.#keeper.raiseFormat(format);
  }

  protected async put(group: readonly SealedEntry[]): Promise<void> {
    this.#footing.mustHold();
    const bytes = await this.#database.write(group);
    const [first, last] = [group[0]?.envelope, group.at(-1)?.envelope];
    if (first === undefined || last === undefined) return;
    if (first.position === 0) this.#keeper.begin(headAt(first));
    await this.#endMarker.advance(headAt(last));
    this.#keeper.advance(headAt(last), last.recordedAt, bytes);
  }

  protected async leave(): Promise<void> {
    await this.#database.close();
    await this.#endMarker.close();
    await this.#keeper.finish(this.durableHead);
  }
}
