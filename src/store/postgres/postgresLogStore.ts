import { closedError, damageAt } from '../errors.ts';
import type { EventLog } from '../eventLog.ts';
import type { FollowerFault } from '../followers.ts';
import type { LogStore, OpenLogOptions } from '../logStore.ts';
import { GroupCommits, type CommitOptions, type LogHold, type Pacing } from './commits.ts';
import { releaseLog, renewLogs, takeLog, type TakenLog } from './holds.ts';
import { Connections, type DatabaseAccess } from './pool.ts';
import { PostgresEventLog } from './postgresEventLog.ts';
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
  /** How long a log stays held by a process that is silent. @unit ms */
  readonly leaseMs?: number | undefined;
  readonly onFollowerFault?: FollowerFault | undefined;
}

/** @limit How long a log taken by itself stays held without a word of its holder. @unit ms */
const defaultLeaseMs = 15_000;

/** The logs of many VENs in PostgreSQL, each held by whoever opened it. */
export class PostgresLogStore implements LogStore {
  readonly connections: Connections;
  readonly commits: GroupCommits;
  readonly #options: PostgresStoreOptions;
  readonly #leaseMs: number;
  readonly #open = new Map<string, EventLog>();
  /** Logs that were taken by themselves, to be held on to. */
  readonly #alone = new Map<string, LogHold>();
  #isRenewing = false;
  #closing: Promise<void> | undefined;

  private constructor(connections: Connections, options: PostgresStoreOptions) {
    this.connections = connections;
    this.commits = new GroupCommits(connections, options.pacing, options);
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? defaultLeaseMs;
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
    const taken = await takeLog(this.connections, {
      venID,
      holder: this.#options.holder,
      leaseMs: this.#leaseMs,
      createIfMissing,
      now: this.#options.now(),
    });
    return this.#take(taken, true);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map((log) => log.close()));
    await this.connections.close();
  }

  async #take({ venID, epoch, head, base }: TakenLog, isAlone: boolean): Promise<EventLog> {
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
      onFollowerFault,
      release,
    });
    this.#open.set(venID, log);
    if (isAlone) {
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
    while (this.#alone.size > 0) {
      await pacing.wait(this.#leaseMs / 3);
      const venIDs = [...this.#alone.keys()];
      // What could not be renewed is fenced by whoever takes it, and by nobody else.
      if (venIDs.length > 0) await renewLogs(this.connections, holder, this.#leaseMs, venIDs).catch(() => undefined);
    }
    this.#isRenewing = false;
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}
