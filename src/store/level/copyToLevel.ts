import { LogError } from '../errors.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { CopiedItem, CopiedRest, CopyTarget } from '../copying.ts';
import type { Head } from '../head.ts';
import { Database } from './levelDatabase.ts';
import { explain } from './levelErrors.ts';
import { openLevelEventLog } from './levelEventLog.ts';
import { logPaths, makeDirectory } from './logDirectory.ts';
import { compactedFormat, wholeFormat } from './logMarker.ts';
import { packCheckpoint } from '../packing.ts';

/** A data directory that a log is copied into; it becomes a log that can be opened only when the copy is finished. */
export class LevelCopy implements CopyTarget {
  readonly head: Head;
  readonly #directory: string;
  #database: Database;

  private constructor(directory: string, database: Database, head: Head) {
    this.#directory = directory;
    this.#database = database;
    this.head = head;
  }

  /** Begins a copy, or goes on with one. @throws LogError `locked` when a log lies there that was finished */
  static async into(directory: string): Promise<LevelCopy> {
    const paths = logPaths(directory);
    try {
      await makeDirectory(paths);
      const database = await Database.open(paths, true);
      return new LevelCopy(directory, database, await database.headAt(await database.lastPosition()));
    } catch (error) {
      throw explain(error, directory);
    }
  }

  async begin(): Promise<void> {
    if ((await this.#database.readMeta()) === undefined) return;
    await this.#database.close();
    throw new LogError('locked', `A log lies in ${this.#directory} already: name another directory.`);
  }

  put(items: readonly CopiedItem[]): Promise<void> {
    return this.#database.restore(items);
  }

  async finish({ createdAt, base, forgottenBefore, checkpoints }: CopiedRest): Promise<Head> {
    const packed: [string, Uint8Array][] = [];
    for await (const checkpoint of checkpoints) packed.push([checkpoint.name, packCheckpoint(checkpoint)]);
    const format = base.position < 0 ? wholeFormat : compactedFormat;
    await this.#database.restoreRest(packed, [
      ['log', canonicalJson({ format, createdAt })],
      ...(base.position < 0 ? [] : [['base', canonicalJson(base)] as const]),
      ...(forgottenBefore === undefined ? [] : [['forgottenBefore', String(forgottenBefore)] as const]),
    ]);
    await this.#database.close();
    const log = await openLevelEventLog(this.#directory, { createdAt, checkTables: true });
    try {
      return await log.verify();
    } finally {
      await log.close();
    }
  }

  /** Leaves off; what was put stays for the next try. */
  close(): Promise<void> {
    return this.#database.close();
  }
}
