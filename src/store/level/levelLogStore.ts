import { canonicalJson } from '../canonicalJson.ts';
import { damageAt, LogError, noLogOf } from '../errors.ts';
import type { EventLog } from '../eventLog.ts';
import { Followers, type FollowerFault } from '../followers.ts';
import { emptyHead } from '../hashChain.ts';
import { type Database, putText } from './levelDatabase.ts';
import { explain } from './levelErrors.ts';
import { check, mayCreate } from './levelOpening.ts';
import { closeDirectory, makeDirectory } from './logDirectory.ts';
import { logFormat, newerError, wholeFormat } from './logMarker.ts';
import type { LogStore, OpenLogOptions } from '../logStore.ts';
import type { Head } from '../head.ts';
import { isSameHead } from '../logWriter.ts';
import { StoreCopy } from './many/copyIntoStore.ts';
import { HeadsFile, readHeads } from './many/headsFile.ts';
import { openFloor, StoreFloor, strangeStore } from './many/storeFloor.ts';
import { indexPrefix, storeKey, storePaths, venIDOf, venKeyOf } from './many/storePaths.ts';
import { type OpenedVenLog, settleEveryEntries, VenLog } from './many/venLog.ts';

/** How a store of logs is opened. */
export interface LevelStoreOptions {
  /** UTC ms, from the clock port; remembered when this call begins the store, or a log in it. */
  readonly createdAt: () => number;
  /** Whether a store that was never begun is begun now. Default true. */
  readonly create?: boolean;
  readonly onFollowerFault?: FollowerFault;
}

/** A store whose logs may be moved elsewhere, and come from there. */
export interface LevelStore extends LogStore {
  /** Whether a log is being copied here or goes on elsewhere; null of one that is appended to. @throws LogError `missing` */
  standingOf(venID: string): Promise<'arriving' | 'left' | null>;
  moveAway(venID: string, end: Head): Promise<void>;
  /** Begins a copy of a log that comes from elsewhere. @throws LogError `locked` */
  copyInto(venID: string): Promise<StoreCopy>;
}

/** What the store says of itself in the database. */
interface StoreMeta {
  readonly format: number;
  readonly createdAt: number;
}

/** @limit The layout of a store that this release knows. */
const storeFormat = 1;

/**
 * Opens the logs of many VENs in one LevelDB. What is damaged of one log stops that one when it is opened; what concerns
 * all of them, as the write-ahead file, refuses the store.
 *
 * @throws LogError `locked`, `full`, `io`, `missing`, `corrupt` or `newer`
 */
export const openLevelLogStore = async (directory: string, options: LevelStoreOptions): Promise<LevelStore> => {
  const paths = storePaths(directory);
  const heads = await readHeads(paths);
  const begun = heads === undefined ? undefined : { createdAt: heads.createdAt, head: emptyHead };
  let floor: StoreFloor | undefined;
  try {
    const create = mayCreate(paths, { begun: undefined, endMark: begun }, options.create ?? true);
    if (create) await makeDirectory(paths);
    await closeDirectory(paths);
    const level = await openFloor(paths, create);
    try {
      const stored = await level.get(storeKey);
      const meta = stored === undefined ? undefined : (JSON.parse(stored) as StoreMeta);
      if (meta === undefined && (heads !== undefined || !create)) throw strangeStore(paths);
      if (meta !== undefined && meta.format > storeFormat) throw newerError();
      if (heads !== undefined && heads.createdAt !== meta?.createdAt) throw strangeStore(paths);
      const createdAt = meta?.createdAt ?? options.createdAt();
      if (meta === undefined)
        await level.batch([{ type: 'put', key: storeKey, value: canonicalJson({ format: storeFormat, createdAt }) }], {
          sync: true,
        });
      floor = new StoreFloor(paths, level, await HeadsFile.begin(paths, heads ?? { createdAt, heads: new Map() }));
    } catch (error) {
      await level.close();
      throw error;
    }
  } catch (error) {
    throw explain(error, directory);
  }
  return new LevelLogStore(floor, options);
};

class LevelLogStore implements LevelStore {
  readonly #floor: StoreFloor;
  readonly #options: LevelStoreOptions;
  /** The logs that are open, or being opened. */
  readonly #open = new Map<string, EventLog | null>();
  #closing: Promise<void> | undefined;

  constructor(floor: StoreFloor, options: LevelStoreOptions) {
    this.#floor = floor;
    this.#options = options;
  }

  async venIDs(): Promise<readonly string[]> {
    await this.#floor.mend();
    const keys = await this.#floor.level.keys({ gte: indexPrefix, lte: `${indexPrefix}\uffff` }).all();
    return keys.map((key) => venIDOf(key.slice(indexPrefix.length)));
  }

  async open(venID: string, options: OpenLogOptions): Promise<EventLog> {
    const key = venKeyOf(venID);
    if (this.#open.has(key))
      throw new LogError('locked', `The log of ${venID} is open already: close that one before it is opened again.`);
    this.#open.set(key, null);
    try {
      await this.#floor.mend();
      const opened = await this.#opened(venID, key, options);
      const log = new VenLog(this.#floor, opened, new Followers(this.#options.onFollowerFault), () =>
        this.#open.delete(key),
      );
      this.#open.set(key, log);
      return log;
    } catch (error) {
      this.#open.delete(key);
      throw explain(error, this.#floor.placeOf(venID));
    }
  }

  async standingOf(venID: string): Promise<'arriving' | 'left' | null> {
    await this.#floor.mend();
    const meta = await this.#databaseOf(venKeyOf(venID)).readMeta();
    if (meta === undefined) throw noLogOf(venID);
    return meta.standing ?? null;
  }

  async moveAway(venID: string, end: Head): Promise<void> {
    if ((await this.standingOf(venID)) === 'left') return;
    const log = await this.open(venID, { createIfMissing: false });
    const head = log.durableHead;
    await log.close();
    if (!isSameHead(head, end))
      throw new LogError(
        'conflict',
        `The log of VEN ${venID} has gone on to position ${head.position} since it was copied up to ${end.position}: it stays where it is.`,
      );
    const database = this.#databaseOf(venKeyOf(venID));
    const meta = await database.readMeta();
    if (meta !== undefined) await database.writeMeta({ ...meta, standing: 'left' });
  }

  async copyInto(venID: string): Promise<StoreCopy> {
    await this.#floor.mend();
    return StoreCopy.into(this.#floor, venID, venKeyOf(venID));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((log) => log?.close()));
    await this.#floor.close();
  }

  async #opened(venID: string, key: string, { createIfMissing }: OpenLogOptions): Promise<OpenedVenLog> {
    const database = this.#databaseOf(key);
    const remembered = this.#floor.headOf(key) ?? emptyHead;
    const { meta, settled, base } = await database.readStanding();
    if (meta === undefined) {
      if (remembered.position >= 0)
        throw damageAt(0, `the log of ${venID} is gone, but it was at least ${remembered.position + 1} entries long`);
      if (!createIfMissing) throw noLogOf(venID);
      await this.#begin(key, database);
    } else if (meta.format > logFormat) throw newerError();
    if (meta?.standing !== undefined) throw isNotHere(venID, meta.standing);
    const checked = await check(database, { settled, base, remembered: [remembered] });
    if (checked.head.position - settled.position >= settleEveryEntries) await this.#floor.settle(key, checked.head);
    return { venID, key, base, ...checked };
  }

  #databaseOf(key: string): Database {
    return this.#floor.databaseOf(key, (puts) => this.#floor.commit(puts));
  }

  /** A log and its place in the index, in one batch. */
  async #begin(key: string, database: Database): Promise<void> {
    const createdAt = this.#options.createdAt();
    await this.#floor.commit([
      database.metaAs({ format: wholeFormat, createdAt }),
      putText(indexPrefix + key, canonicalJson({ createdAt })),
    ]);
  }
}

const isNotHere = (venID: string, standing: 'arriving' | 'left'): LogError =>
  standing === 'left'
    ? new LogError(
        'restored',
        `The log of VEN ${venID} was migrated elsewhere and goes on there: what lies here is a backup, and no agent starts on it.`,
      )
    : new LogError(
        'locked',
        `The log of VEN ${venID} is not all here yet: end its migration with "ven migrate" first.`,
      );
