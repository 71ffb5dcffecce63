import { canonicalJson } from '../../canonicalJson.ts';
import type { CopiedItem, CopiedRest, CopyTarget } from '../../copying.ts';
import { LogError } from '../../errors.ts';
import { emptyHead } from '../../hashChain.ts';
import type { Head } from '../../head.ts';
import { packCheckpoint } from '../../packing.ts';
import { verifyChain } from '../../reading.ts';
import { commitOn, type Database, putText } from '../levelDatabase.ts';
import { compactedFormat, wholeFormat } from '../logMarker.ts';
import type { StoreFloor } from './storeFloor.ts';
import { indexPrefix, logPrefixOf } from './storePaths.ts';

/** The place of one VEN in a store that its log is copied into; nobody can open it there before it has arrived. */
export class StoreCopy implements CopyTarget {
  readonly head = emptyHead;
  readonly #floor: StoreFloor;
  readonly #key: string;
  readonly #database: Database;
  #createdAt = 0;
  #format = wholeFormat;
  #end = emptyHead;

  private constructor(floor: StoreFloor, key: string, database: Database) {
    this.#floor = floor;
    this.#key = key;
    this.#database = database;
  }

  /** Begins a copy; what an earlier one left, and what was migrated from there, makes room. @throws LogError `locked` where the log is in use there */
  static async into(floor: StoreFloor, venID: string, key: string): Promise<StoreCopy> {
    const database = floor.databaseOf(key, commitOn(floor.level));
    const meta = await database.readMeta();
    if (meta !== undefined && meta.standing === undefined)
      throw new LogError(
        'locked',
        `A log of VEN ${venID} is in ${floor.paths.directory} already, and is the one that is appended to: nothing was changed.`,
      );
    await database.writeMeta({ format: wholeFormat, createdAt: 0, standing: 'arriving' });
    const log = logPrefixOf(key);
    await floor.level.clear({ gt: `${log}!meta!log`, lt: `${log}"` });
    await floor.level.clear({ gte: `${log}!`, lt: `${log}!meta!log` });
    return new StoreCopy(floor, key, database);
  }

  begin(): Promise<void> {
    return Promise.resolve();
  }

  put(items: readonly CopiedItem[]): Promise<void> {
    return this.#database.restore(items);
  }

  async finish({ createdAt, base, forgottenBefore, checkpoints }: CopiedRest): Promise<Head> {
    const packed: [string, Uint8Array][] = [];
    for await (const checkpoint of checkpoints) packed.push([checkpoint.name, packCheckpoint(checkpoint)]);
    this.#createdAt = createdAt;
    this.#format = base.position < 0 ? wholeFormat : compactedFormat;
    await this.#database.restoreRest(packed, [
      ...(base.position < 0 ? [] : [['base', canonicalJson(base)] as const]),
      ...(forgottenBefore === undefined ? [] : [['forgottenBefore', String(forgottenBefore)] as const]),
    ]);
    const last = await this.#database.headAt(await this.#database.lastPosition());
    this.#end = await verifyChain(this.#database, 0, last);
    return this.#end;
  }

  /** From now on the log may be opened here. */
  arrive(): Promise<void> {
    const [format, createdAt] = [this.#format, this.#createdAt];
    return this.#floor.commit(
      [this.#database.metaAs({ format, createdAt }), putText(indexPrefix + this.#key, canonicalJson({ createdAt }))],
      [this.#key, this.#end],
    );
  }
}
