import { LogError } from '../../errors.ts';
import type { Checkpoint } from '../../eventLog.ts';
import type { Followers } from '../../followers.ts';
import type { SealedEntry } from '../../hashChain.ts';
import type { Head } from '../../head.ts';
import type { Database } from '../levelDatabase.ts';
import { LevelLog, type LevelStanding } from '../levelLog.ts';
import { headAt, isSameHead } from '../../logWriter.ts';
import type { StoreFloor } from './storeFloor.ts';

/** A log that has been opened in a store. */
export interface OpenedVenLog extends LevelStanding {
  readonly venID: string;
  readonly key: string;
  /** Up to where the chain was checked before. */
  readonly settled: Head;
}

/** @limit Entries after which it is noted how far the chain need not be walked again. */
export const settleEveryEntries = 64;

/** The log of one VEN in a store of many. */
export class VenLog extends LevelLog {
  readonly #floor: StoreFloor;
  readonly #venID: string;
  readonly #key: string;
  readonly #onLeave: () => void;
  #settled: Head;
  /** The opening of the database that this log is known to stand in. */
  #opening: number;

  constructor(floor: StoreFloor, opened: OpenedVenLog, followers: Followers, onLeave: () => void) {
    super(opened, followers);
    this.#floor = floor;
    this.#venID = opened.venID;
    this.#key = opened.key;
    this.#settled = opened.settled;
    this.#opening = floor.opening;
    this.#onLeave = onLeave;
  }

  /** From where a start folds on the chain need not be walked before either. */
  override async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await super.saveCheckpoint(checkpoint);
    this.#settled = this.durableHead;
    await this.#floor.settle(this.#key, this.#settled);
  }

  /** Made when it is needed: ten thousand logs are open, and few are being read. */
  protected get database(): Database {
    return this.#floor.databaseOf(this.#key, (puts) => this.#floor.commit(puts));
  }

  protected get place(): string {
    return this.#floor.placeOf(this.#venID);
  }

  protected async put(group: readonly SealedEntry[]): Promise<void> {
    const last = group.at(-1)?.envelope;
    if (last === undefined) return;
    if (this.#opening !== this.#floor.opening) await this.#standAgain();
    const settled = this.durableHead;
    const isDue = settled.position - this.#settled.position >= settleEveryEntries;
    const database = this.#floor.databaseOf(this.#key, (puts) => this.#floor.commit(puts, [this.#key, headAt(last)]));
    await database.write(group, isDue ? [database.settledAt(settled)] : []);
    if (isDue) this.#settled = settled;
  }

  protected async raiseFormat(): Promise<void> {
    // Its format stands in the database, in the batch that changes the layout.
  }

  protected async leave(): Promise<void> {
    await this.#floor.settle(this.#key, this.durableHead);
    this.#onLeave();
  }

  /** The database was opened anew: what this log knows to be there must be there, and no more, or it has to be opened anew as well. */
  async #standAgain(): Promise<void> {
    const there = await this.database.headAt(await this.database.lastPosition());
    if (!isSameHead(there, this.durableHead))
      throw new LogError(
        'io',
        `The log of ${this.#venID} was written in part when the disk refused it: open it again.`,
      );
    this.#opening = this.#floor.opening;
  }
}
