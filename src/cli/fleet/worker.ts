/** A worker of a fleet whose logs are in a database: which of its VENs it acts for, the leases say. */
import { steadyPacing } from '../../adapters/time/steadyPacing.ts';
import { reasonOf } from '../../core/failure.ts';
import { leasedMember } from '../../fleet/leasedMember.ts';
import type { Host, ListChange } from '../../fleet/host.ts';
import type { FleetMember } from '../../fleet/member.ts';
import type { Journal } from '../../shell/ports.ts';
import type { LogStore } from '../../store/logStore.ts';
import type { Pacing } from '../../store/postgres/commits.ts';
import { shardOf } from '../../store/postgres/holds.ts';
import { LeaseKeeper, type LossReason } from '../../store/postgres/leaseKeeper.ts';
import { makeMonths } from '../../store/postgres/monthRounds.ts';
import type { DatabaseAccess } from '../../store/postgres/pool.ts';
import { PostgresLogStore } from '../../store/postgres/postgresLogStore.ts';
import { unsafeSettings } from '../../store/postgres/schema.ts';
import { counted } from '../../telling/words.ts';
import { holderName } from '../control/storedLog.ts';

/** How a worker is made. */
export interface WorkerOptions {
  readonly access: DatabaseAccess;
  readonly members: readonly FleetMember[];
  readonly journal: Journal;
  readonly now: () => number;
  readonly leaseMs: number;
  /** How much of the work it takes, beside the others. */
  readonly capacity: number;
}

const lossWords: Readonly<Record<LossReason, string>> = {
  rebalanced: 'others are to have them',
  taken: 'others have them',
  silent: 'the database could not be asked for too long',
  leaving: 'this worker ends',
};

const unchanged: ListChange = { added: [], changed: [], removed: [] };

/** How often months are looked after. @unit ms */
const monthRoundMs = 3_600_000;

/** One worker: it holds leases, and has the host run the VENs of its shards and no others. */
export class FleetWorker {
  readonly #store: PostgresLogStore;
  readonly #keeper: LeaseKeeper;
  readonly #options: WorkerOptions;
  readonly #pacing: Pacing;
  #members: readonly FleetMember[];
  #host: Host | null = null;
  /** What the host is being told; the next waits for it. */
  #applying: Promise<ListChange> = Promise.resolve(unchanged);
  #isEnding = false;

  private constructor(store: PostgresLogStore, holder: string, pacing: Pacing, options: WorkerOptions) {
    this.#store = store;
    this.#options = options;
    this.#pacing = pacing;
    this.#members = options.members;
    this.#keeper = new LeaseKeeper({
      connections: store.connections,
      pacing,
      standing: { worker: holder, capacity: options.capacity, leaseMs: options.leaseMs },
      listener: {
        gained: (shards) => void this.#gained(shards),
        lost: (shards, because) => this.#lost(shards, because),
        silent: (error) => options.journal.warn(`The leases could not be renewed: ${reasonOf(error)}`),
      },
    });
  }

  /** Connects, and makes sure of the tables. @throws LogError */
  static async open(options: WorkerOptions): Promise<FleetWorker> {
    const holder = holderName('worker');
    const pacing = steadyPacing();
    const { access, now, journal } = options;
    const store = await PostgresLogStore.open({ access, holder, pacing, now, leaseMs: null });
    for (const sentence of await unsafeSettings(store.connections)) journal.warn(sentence);
    return new FleetWorker(store, holder, pacing, options);
  }

  /** Where the host finds the logs. */
  get store(): LogStore {
    return this.#store;
  }

  /** How many VENs of the list are not with this worker. */
  get elsewhere(): number {
    const { shards } = this.#keeper;
    return this.#members.filter(({ venID }) => !shards.has(shardOf(venID))).length;
  }

  /** How many shards it holds. */
  get shards(): number {
    return this.#keeper.shards.size;
  }

  /** Begins to claim; the host is given VENs and relieved of them from then on. */
  start(host: Host): void {
    this.#host = host;
    this.#keeper.start();
    void this.#lookAfterMonths();
  }

  /** Takes the list of VENs as it is now. */
  take(members: readonly FleetMember[]): Promise<ListChange> {
    this.#members = members;
    return this.#apply();
  }

  /** Ends the VENs in good order and gives the leases back; to be called before the host is stopped. */
  async leave(): Promise<void> {
    this.#isEnding = true;
    await this.#keeper.leave();
  }

  async #gained(shards: ReadonlySet<number>): Promise<void> {
    const venIDs = this.#members.map(({ venID }) => venID).filter((venID) => shards.has(shardOf(venID)));
    const { journal } = this.#options;
    journal.info(`This worker acts for ${counted(venIDs.length, 'VEN')} more, in ${counted(shards.size, 'shard')}.`);
    try {
      await this.#store.take(venIDs);
    } catch (error) {
      // Each is opened by itself then.
      journal.warn(`The logs could not be taken together: ${String(error)}`);
    }
    await this.#apply();
  }

  async #lost(shards: ReadonlySet<number>, because: LossReason): Promise<void> {
    const gone = this.#members.filter(({ venID }) => shards.has(shardOf(venID))).map(({ venID }) => venID);
    this.#options.journal.info(
      `This worker acts no more for ${counted(gone.length, 'VEN')}, for ${lossWords[because]}.`,
    );
    this.#store.leave(gone);
    await this.#apply();
  }

  /** Has the host run what this worker holds, and nothing else. */
  #apply(): Promise<ListChange> {
    this.#applying = this.#applying
      .then(() => {
        const shards = this.#keeper.shards;
        const held = this.#members.filter(({ venID }) => shards.has(shardOf(venID)));
        const members = held.map((member) => leasedMember(member, () => this.#keeper.isHeld(member.venID)));
        return this.#host?.take(members) ?? unchanged;
      })
      .catch((error: unknown) => {
        this.#options.journal.error(`The host could not be told: ${String(error)}`);
        return unchanged;
      });
    return this.#applying;
  }

  async #lookAfterMonths(): Promise<void> {
    while (!this.#isEnding) {
      try {
        for (const name of await makeMonths(this.#store.connections))
          this.#options.journal.info(`The month ${name} was detached: no log needs it any more.`);
      } catch (error) {
        this.#options.journal.warn(`The months could not be looked after: ${String(error)}`);
      }
      await this.#pacing.idle(monthRoundMs);
    }
  }
}
