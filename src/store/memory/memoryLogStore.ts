import { noLogOf } from '../errors.ts';
import type { EventLog } from '../eventLog.ts';
import type { LogStore, OpenLogOptions } from '../logStore.ts';
import { MemoryDisk, openMemoryEventLog } from './memoryEventLog.ts';

/** The logs of many VENs that live as long as this object, each on a disk of its own: for tests and simulations. */
export class MemoryLogStore implements LogStore {
  /** By venID; to be crashed, filled or made to fail. */
  readonly disks = new Map<string, MemoryDisk>();
  readonly #open = new Set<EventLog>();

  venIDs(): Promise<readonly string[]> {
    return Promise.resolve([...this.disks.keys()].sort());
  }

  async open(venID: string, { createIfMissing }: OpenLogOptions): Promise<EventLog> {
    const known = this.disks.get(venID);
    if (known === undefined && !createIfMissing) throw noLogOf(venID);
    const disk = known ?? new MemoryDisk();
    this.disks.set(venID, disk);
    const log = openMemoryEventLog({ disk });
    this.#open.add(log);
    return log;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((log) => log.close()));
    this.#open.clear();
  }
}
