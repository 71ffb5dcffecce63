/**
 * A worker's heart: it renews its leases, claims what nobody has up to its fair share, gives back what is beyond it, and stops by itself
 * when it cannot renew.
 *
 * A lease is good for `selfFencingShare` of its length after the last renewal was asked for. Until then no other worker can have claimed the
 * shard, however long the answer took; from then on `isHeld` says no, whether anything has been told yet or not. A process that was paused
 * finds that out before it does anything else.
 */
import type { Pacing } from './commits.ts';
import { shardOf } from './holds.ts';
import {
  claimShards,
  fairShare,
  leaveWorkers,
  releaseShards,
  renewLeases,
  type ShardLease,
  type WorkerStanding,
} from './leases.ts';
import type { Connections } from './pool.ts';

/** @limit The part of a lease after which a worker that could not renew stops. */
export const selfFencingShare = 0.6;

/** How often a worker renews, in each lease. */
const beatsALease = 4;

/** Why a worker acts for some shards no more: others are to have them, others have them, or it could not renew. */
export type LossReason = 'rebalanced' | 'taken' | 'silent' | 'leaving';

/** Who acts for the VENs of the shards. */
export interface LeaseListener {
  /** The worker has these shards now. */
  gained(shards: ReadonlySet<number>): void;
  /** It has them no more. Resolves when nobody acts for their VENs any more and their logs are closed. */
  lost(shards: ReadonlySet<number>, because: LossReason): Promise<void>;
  /** The database could not be asked; the leases run. */
  silent?(error: unknown): void;
}

/** How a worker keeps its leases. */
export interface KeeperOptions {
  readonly connections: Connections;
  readonly pacing: Pacing;
  readonly standing: WorkerStanding;
  readonly listener: LeaseListener;
}

/** The leases of one worker. */
export class LeaseKeeper {
  readonly #options: KeeperOptions;
  #leases = new Map<number, ShardLease>();
  /** Leases of VENs that are being ended in good order: they may still say so, until they are given back. */
  readonly #ending = new Map<number, ShardLease>();
  /** Leases of the database that this worker acts on no more; it gives them back when it can. */
  #leftover: readonly ShardLease[] = [];
  #renewedAt = Number.NEGATIVE_INFINITY;
  #isEnding = false;
  #running: Promise<void> | null = null;
  readonly #sleepers = new Set<() => void>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Which shards the worker has. */
  get shards(): ReadonlySet<number> {
    return new Set(this.#isGood() ? this.#leases.keys() : []);
  }

  /** Whether this worker may act for a VEN, at this very moment. To be asked before anything leaves the process. */
  isHeld(venID: string): boolean {
    const shard = shardOf(venID);
    return this.#isGood() && (this.#leases.has(shard) || this.#ending.has(shard));
  }

  /** Begins to renew and to claim. */
  start(): void {
    this.#running ??= Promise.all([this.#beat(), this.#watch()]).then(() => undefined);
  }

  /** Stops acting for all shards and gives them back. */
  async leave(): Promise<void> {
    this.#isEnding = true;
    for (const wake of this.#sleepers) wake();
    await this.#running;
    await Promise.all(this.#underWay);
    const { connections, standing } = this.#options;
    const leases = await this.#drop([...this.#leases.values()], 'leaving');
    // Where the database cannot be told, the leases run out.
    await releaseShards(connections, standing.worker, [...leases, ...this.#leftover]).catch(() => undefined);
    await leaveWorkers(connections, standing.worker).catch(() => undefined);
  }

  #isGood(): boolean {
    const { pacing, standing } = this.#options;
    return pacing.now() - this.#renewedAt < standing.leaseMs * selfFencingShare;
  }

  async #beat(): Promise<void> {
    const { standing, listener } = this.#options;
    while (!this.#isEnding) {
      try {
        await this.#renew();
        if (!this.#isEnding) await this.#balance();
      } catch (error) {
        listener.silent?.(error);
      }
      await this.#pause(standing.leaseMs / beatsALease);
    }
  }

  /** Notices that the leases are good no more, whatever the beat is waiting for. */
  async #watch(): Promise<void> {
    const { pacing, standing } = this.#options;
    while (!this.#isEnding) {
      if (this.#leases.size > 0 && !this.#isGood()) {
        const leases = await this.#drop([...this.#leases.values()], 'silent');
        this.#leftover = [...this.#leftover, ...leases];
      }
      const good = this.#renewedAt + standing.leaseMs * selfFencingShare - pacing.now();
      await this.#pause(good > 0 ? good : standing.leaseMs / beatsALease);
    }
  }

  async #renew(): Promise<void> {
    const { connections, pacing, standing } = this.#options;
    if (this.#leftover.length > 0) {
      const leftover = this.#leftover;
      await releaseShards(connections, standing.worker, leftover);
      this.#leftover = this.#leftover.filter((lease) => !leftover.includes(lease));
    }
    const askedAt = pacing.now();
    const asked = [...this.#leases.values(), ...this.#ending.values()];
    const still = new Set((await renewLeases(connections, standing, asked)).map(({ shard }) => shard));
    this.#renewedAt = askedAt;
    const taken = asked.filter((lease) => !still.has(lease.shard) && this.#leases.get(lease.shard) === lease);
    this.#meanwhile(this.#drop(taken, 'taken'));
  }

  async #balance(): Promise<void> {
    const { connections, pacing, standing, listener } = this.#options;
    const share = await fairShare(connections, standing);
    const surplus = [...this.#leases.values()].slice(share);
    // To end VENs in good order takes a while, and the leases are renewed meanwhile.
    if (surplus.length > 0) this.#meanwhile(this.#giveBack(surplus));
    if (this.#leases.size >= share) return;
    const askedAt = pacing.now();
    const claimed = await claimShards(connections, standing, share - this.#leases.size);
    if (pacing.now() - askedAt >= standing.leaseMs * selfFencingShare || this.#isEnding) {
      this.#leftover = [...this.#leftover, ...claimed]; // the answer came too late to act on
      return;
    }
    // They are good for as long as those that were renewed just before.
    for (const lease of claimed) this.#leases.set(lease.shard, lease);
    if (claimed.length > 0) listener.gained(new Set(claimed.map(({ shard }) => shard)));
  }

  async #giveBack(surplus: readonly ShardLease[]): Promise<void> {
    const { connections, standing } = this.#options;
    const leases = await this.#drop(surplus, 'rebalanced');
    this.#leftover = [...this.#leftover, ...leases];
    await releaseShards(connections, standing.worker, leases);
    this.#leftover = this.#leftover.filter((lease) => !leases.includes(lease));
  }

  /** Goes on beside the beat; whoever leaves waits for it. */
  #meanwhile(work: Promise<unknown>): void {
    const done = work
      .catch((error: unknown) => this.#options.listener.silent?.(error))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** Acts for the shards no more, from this moment; returns the leases once nobody does. */
  async #drop(leases: readonly ShardLease[], because: LossReason): Promise<readonly ShardLease[]> {
    if (leases.length === 0) return [];
    const isInOrder = because === 'rebalanced' || because === 'leaving';
    for (const lease of leases) {
      this.#leases.delete(lease.shard);
      if (isInOrder) this.#ending.set(lease.shard, lease);
    }
    await this.#options.listener.lost(new Set(leases.map(({ shard }) => shard)), because);
    for (const { shard } of leases) this.#ending.delete(shard);
    return leases;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      void this.#options.pacing.idle(ms).then(wake);
    });
  }
}
