import type { Head } from '../../head.ts';
import type { Put } from '../levelDatabase.ts';

/** A log, by the key of its VEN, and where it ends once the group is on disk. */
export type LogEnd = readonly [key: string, head: Head];

/** Puts a batch on disk, flushed, and remembers where the logs end then. */
export type CommitBatch = (puts: readonly Put[], ends: ReadonlyMap<string, Head>) => Promise<void>;

/** One group of one log that waits for the disk. */
interface Waiting {
  readonly puts: readonly Put[];
  readonly end: LogEnd | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** @limit Values written in one batch, unless a single group has more. */
const maxBatch = 4_096;

/**
 * One flush of the disk for all logs that wait for one: while a batch is being written what arrives waits, and goes into
 * the next together. A batch that the disk refuses is refused to all that were in it, because of none is it known what is there.
 */
export class GroupCommit {
  readonly #commit: CommitBatch;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(commit: CommitBatch) {
    this.#commit = commit;
  }

  put(puts: readonly Put[], end?: LogEnd): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ puts, end, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    await undefined; // what is asked for in the same turn shares the first batch
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        const ends = new Map(batch.flatMap(({ end }) => (end === undefined ? [] : [end])));
        await this.#commit(
          batch.flatMap(({ puts }) => puts),
          ends,
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#draining = undefined;
  }

  #takeBatch(): readonly Waiting[] {
    let values = 0;
    let count = 0;
    for (const { puts } of this.#waiting) {
      if (count > 0 && values + puts.length > maxBatch) break;
      values += puts.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
