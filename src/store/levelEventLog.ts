import type { Draft, Entry } from '../facts/entry.ts';
import { EndMarker, readEndMark } from './endMark.ts';
import { closedError, LogError } from './errors.ts';
import type { Checkpoint, ClosingListener, EntryListener, LogStats, ReadRange, Wire } from './eventLog.ts';
import type { DiskLog, DiskUse, DiskUseOptions } from './diskLog.ts';
import type { Head } from './head.ts';
import { Followers, type FollowerFault } from './followers.ts';
import { Footing } from './footing.ts';
import { entriesIn, type Gap, mustFit } from './gaps.ts';
import { emptyHead, type SealedEntry } from './hashChain.ts';
import { Database } from './levelDatabase.ts';
import { explain } from './levelErrors.ts';
import { check, identify, mayCreate } from './levelOpening.ts';
import { checkTables, checkWriteAhead } from './leveldb/checkFiles.ts';
import {
  bytesOnDisk,
  closeDirectory,
  freeBytesOnDisk,
  type LogPaths,
  logPaths,
  makeDirectory,
} from './logDirectory.ts';
import { compactedFormat, type Marker, MarkerKeeper, readMarker, writeMarker } from './logMarker.ts';
import type { Base } from './logView.ts';
import { headAt, LogWriter } from './logWriter.ts';
import { entriesOf, verifyChain, wireOf } from './reading.ts';

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

class LevelEventLog implements DiskLog {
  readonly closedToOthers: readonly string[];
  readonly createdAt: number;
  readonly #database: Database;
  readonly #footing: Footing;
  readonly #followers: Followers;
  readonly #keeper: MarkerKeeper;
  readonly #endMarker: EndMarker;
  readonly #writer: LogWriter;
  #base: Base;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor({ database, footing, marker, endMarker, base, closedToOthers }: Opened, followers: Followers) {
    this.closedToOthers = closedToOthers;
    this.createdAt = marker.createdAt;
    this.#database = database;
    this.#footing = footing;
    this.#followers = followers;
    this.#keeper = new MarkerKeeper(database.paths, marker, footing);
    this.#endMarker = endMarker;
    this.#base = base;
    this.#writer = new LogWriter(marker.head, (group) => this.#write(group), followers);
  }

  get base(): Head {
    return headAt(this.#base);
  }

  get head(): Head {
    return this.#writer.head;
  }

  get durableHead(): Head {
    return this.#writer.durableHead;
  }

  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<readonly Entry[]> {
    return this.#writer.append(drafts, wires);
  }

  read(range: ReadRange = {}): AsyncGenerator<Entry> {
    return this.#read(range);
  }

  async *#read(range: ReadRange): AsyncGenerator<Entry> {
    this.#mustBeOpen();
    try {
      const { view, close } = this.#database.frozen();
      try {
        yield* entriesOf(view, range, this.durableHead);
      } finally {
        await close();
      }
    } catch (error) {
      throw this.#explain(error);
    }
  }

  verify(from = 0): Promise<Head> {
    const durable = this.durableHead;
    return this.#ask((database) => database.atOnce((view) => verifyChain(view, from, durable)));
  }

  wire(position: number): Promise<string | undefined> {
    const durable = this.durableHead;
    return this.#ask((database) => database.atOnce((view) => wireOf(view, position, durable)));
  }

  forgetEntries(gaps: readonly Gap[], next: Head, checkpoints: readonly Checkpoint[]): Promise<void> {
    return this.#ask(async (database) => {
      await mustFit(gaps, this.base, next, (position) => database.headAt(position));
      const base = { ...headAt(next), forgotten: this.#base.forgotten + entriesIn(gaps) };
      await this.#keeper.raiseFormat(compactedFormat);
      await database.forgetEntries(gaps, base, checkpoints);
      this.#base = base;
      await database.giveBack();
    });
  }

  forgetWires(recordedBefore: number): Promise<number> {
    return this.#ask((database) => database.forgetWires(recordedBefore));
  }

  loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return this.#ask((database) => database.checkpoint(name));
  }

  saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#ask((database) => database.saveCheckpoint(checkpoint));
  }

  follow(listener: EntryListener, closing?: ClosingListener): () => void {
    this.#mustBeOpen();
    return this.#followers.add(listener, closing);
  }

  async stats(): Promise<LogStats> {
    this.#mustBeOpen();
    return { entries: this.durableHead.position + 1 - this.#base.forgotten };
  }

  diskUse({ parts = false }: DiskUseOptions = {}): Promise<DiskUse> {
    return this.#ask(async (database) => ({
      ...(parts ? { parts: await database.parts() } : {}),
      bytes: bytesOnDisk(database.paths),
      freeBytes: await freeBytesOnDisk(database.paths),
    }));
  }

  noLongerBackup(): Promise<void> {
    return this.#keeper.noLongerBackup();
  }

  mustBeWhole(): void {
    this.#footing.mustBeWhole();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#followers.dismiss();
    this.#closed = true;
    await this.#database.close();
    await this.#endMarker.close();
    await this.#keeper.finish(this.durableHead);
  }

  async #write(group: readonly SealedEntry[]): Promise<void> {
    try {
      this.#footing.mustHold();
      const bytes = await this.#database.write(group);
      const [first, last] = [group[0]?.entry, group.at(-1)?.entry];
      if (first === undefined || last === undefined) return;
      if (first.position === 0) this.#keeper.begin(headAt(first));
      await this.#endMarker.advance(headAt(last));
      this.#keeper.advance(headAt(last), last.recordedAt, bytes);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #ask<Answer>(question: (database: Database) => Promise<Answer>): Promise<Answer> {
    this.#mustBeOpen();
    try {
      return await question(this.#database);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    return explain(error, this.#database.paths.directory);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError();
  }
}
