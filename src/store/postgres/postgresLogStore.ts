import { closedError, damageAt } from '../errors.ts';
import type { EventLog } from '../eventLog.ts';
import type { FollowerFault } from '../followers.ts';
import type { LogStore, OpenLogOptions } from '../logStore.ts';
import { GroupCommits, type CommitOptions, type LogHold, type Pacing } from './commits.ts';
import { releaseLog, renewLogs, takeLog, takeLogs, type TakenLog, type TakeOptions } from './holds.ts';
import { Connections, type DatabaseAccess } from './pool.ts';
import { agentState, PostgresEventLog } from './postgresEventLog.ts';
import { mustHaveSchema } from './schema.ts';
import { hexOf } from './values.ts';

/** How a store in a database is opened. */
export interface PostgresStoreOptions extends CommitOptions {
  readonly access: DatabaseAccess;
  /** By what name logs are held: unlike that of any other process there ever was. */
  readonly holder: string;
  readonly pacing: Pacing;
  /** UTC ms, from the clock port. */
  readonly now: () => number;
  /** How long a log stays held by a process that is silent; null for a worker, whose logs stay held as long as their shards. @unit ms */
  readonly leaseMs?: number | null | undefined;
  readonly onFollowerFault?: FollowerFault | undefined;
}

/** @limit How long a log taken by itself stays held without a word of its holder. @unit ms */
const defaultLeaseMs = 15_000;

/** @limit What an agent kept of itself is read beforehand only where it is small: ten thousand of them are in memory at once. */
const maxKeptBytes = 16 * 1024;

const smallStates = `SELECT ven_id, packed FROM ven.checkpoint
WHERE name = '${agentState}' AND ven_id = ANY($1::text[]) AND octet_length(packed) <= $2`;

/** A log that was taken, and what its agent kept of itself, packed, where that was read already. */
interface TakenWithState {
  readonly log: TakenLog;
  readonly state?: Uint8Array;
}

/** The logs of many VENs in PostgreSQL, each held by whoever opened it. */
export class PostgresLogStore implements LogStore {
  readonly connections: Connections;
  readonly commits: GroupCommits;
  readonly #options: PostgresStoreOptions;
  readonly #leaseMs: number | null;
  readonly #open = new Map<string, EventLog>();
  /** Logs that were taken by themselves, to be held on to. */
  readonly #alone = new Map<string, LogHold>();
  /** Logs that were taken with others, and are still to be opened. */
  readonly #taken = new Map<string, TakenWithState>();
  #isRenewing = false;
  #closing: Promise<void> | undefined;

  private constructor(connections: Connections, options: PostgresStoreOptions) {
    this.connections = connections;
    this.commits = new GroupCommits(connections, options.pacing, options);
    this.#options = options;
    this.#leaseMs = options.leaseMs === undefined ? defaultLeaseMs : options.leaseMs;
  }

  /** Connects, and makes sure of the tables. @throws LogError */
  static async open(options: PostgresStoreOptions): Promise<PostgresLogStore> {
    const connections = await Connections.to(options.access);
    try {
      await mustHaveSchema(connections);
    } catch (error) {
      await connections.close();
      throw error;
    }
    return new PostgresLogStore(connections, options);
  }

  async venIDs(): Promise<readonly string[]> {
    this.#mustBeOpen();
    const rows = await this.connections.rows<{ ven_id: string }>(
      'SELECT ven_id FROM ven.log ORDER BY ven_id COLLATE "C"',
    );
    return rows.map(({ ven_id }) => ven_id);
  }

  async open(venID: string, { createIfMissing }: OpenLogOptions): Promise<EventLog> {
    this.#mustBeOpen();
    const kept = this.#taken.get(venID);
    this.#taken.delete(venID);
    return this.#use(kept ?? { log: await takeLog(this.connections, venID, this.#how(createIfMissing)) });
  }

  /**
   * Takes many logs of shards that this worker leases, with what their agents kept of themselves, in two statements rather than many; `open`
   * then needs few. Returns those that could be had.
   */
  async take(venIDs: readonly string[]): Promise<ReadonlySet<string>> {
    this.#mustBeOpen();
    const taken = await takeLogs(this.connections, venIDs, { ...this.#how(true), leaseMs: null });
    for (const log of taken) this.#taken.set(log.venID, { log });
    const kept = await this.connections.rows<{ ven_id: string; packed: Uint8Array }>(smallStates, [
      taken.map(({ venID }) => venID),
      maxKeptBytes,
    ]);
    for (const { ven_id, packed } of kept) {
      const before = this.#taken.get(ven_id);
      if (before !== undefined) this.#taken.set(ven_id, { ...before, state: packed });
    }
    return new Set(this.#taken.keys());
  }

  /** Forgets logs that were taken and will not be opened. */
  leave(venIDs: Iterable<string>): void {
    for (const venID of venIDs) this.#taken.delete(venID);
  }

  #how(createIfMissing: boolean): TakeOptions {
    const { holder, now } = this.#options;
    return { holder, leaseMs: this.#leaseMs, createIfMissing, now: now() };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map((log) => log.close()));
    await this.connections.close();
  }

  async #use({ log: { venID, epoch, head, base }, state }: TakenWithState): Promise<EventLog> {
    const { holder, onFollowerFault } = this.#options;
    const hold: LogHold = { venID, holder, epoch };
    const release = async (): Promise<void> => {
      this.#open.delete(venID);
      this.#alone.delete(venID);
      await releaseLog(this.connections, venID, holder, hold.epoch);
    };
    try {
      await this.#mustEndThere(venID, head.position, head.hash);
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
    const log = new PostgresEventLog({
      connections: this.connections,
      commits: this.commits,
      hold,
      head,
      base,
      state,
      onFollowerFault,
      release,
    });
    this.#open.set(venID, log);
    if (this.#leaseMs !== null) {
      this.#alone.set(venID, hold);
      void this.#keepRenewing();
    }
    return log;
  }

  /** The row of a log and its last entry are written together; where they differ, something else has been at work. @throws LogError `corrupt` */
  async #mustEndThere(venID: string, position: number, hash: string): Promise<void> {
    if (position < 0) return;
    const rows = await this.connections.rows<{ position: number; hash: Uint8Array }>(
      `SELECT position, hash FROM ven.entry WHERE ven_id = $1 AND position >= $2
UNION ALL SELECT position, hash FROM ven.kept_entry WHERE ven_id = $1 AND position = $2
UNION ALL SELECT to_position, hash FROM ven.gap WHERE ven_id = $1 AND to_position = $2
ORDER BY position DESC LIMIT 1`,
      [venID, position],
    );
    const [last] = rows;
    if (last === undefined)
      throw damageAt(position, `the log of VEN ${venID} is to end there, and no entry stands there`);
    if (last.position !== position || hexOf(last.hash) !== hash)
      throw damageAt(position, `the log of VEN ${venID} is to end there, and its last entry is another`);
  }

  /** Holds on to what was taken by itself for as long as anything is. */
  async #keepRenewing(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const { holder, pacing } = this.#options;
    const leaseMs = this.#leaseMs ?? defaultLeaseMs;
    while (this.#alone.size > 0) {
      await pacing.idle(leaseMs / 3);
      const venIDs = [...this.#alone.keys()];
      // What could not be renewed is fenced by whoever takes it, and by nobody else.
      if (venIDs.length > 0) await renewLogs(this.connections, holder, leaseMs, venIDs).catch(() => undefined);
    }
    this.#isRenewing = false;
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}
