/**
 * Which worker may act for which shards. A lease ends by the server's clock and no other; whoever is silent for that long has lost it.
 */
import type { Connections } from './pool.ts';

/** A shard that a worker leases; the epoch tells this lease from any other of the same worker. */
export interface ShardLease {
  readonly shard: number;
  readonly epoch: number;
}

/** A worker as the others know it. */
export interface WorkerStanding {
  readonly worker: string;
  /** How much of the work it takes, beside the others. */
  readonly capacity: number;
  readonly leaseMs: number;
}

const renewed = `WITH given AS (SELECT * FROM unnest($3::int[], $4::bigint[]) AS given(shard, epoch)),
alive AS (
  INSERT INTO ven.worker (id, until, capacity) VALUES ($1, clock_timestamp() + make_interval(secs => $2), $5)
  ON CONFLICT (id) DO UPDATE SET until = excluded.until, capacity = excluded.capacity
)
UPDATE ven.shard_lease AS lease SET until = clock_timestamp() + make_interval(secs => $2)
FROM given WHERE lease.shard = given.shard AND lease.epoch = given.epoch AND lease.owner = $1
RETURNING lease.shard, lease.epoch`;

const claimed = `UPDATE ven.shard_lease AS lease
SET owner = $1, epoch = lease.epoch + 1, until = clock_timestamp() + make_interval(secs => $2)
FROM (SELECT shard FROM ven.shard_lease WHERE until < clock_timestamp() ORDER BY shard FOR UPDATE SKIP LOCKED LIMIT $3) AS free
WHERE lease.shard = free.shard
RETURNING lease.shard, lease.epoch`;

const released = `UPDATE ven.shard_lease AS lease SET owner = NULL, until = '-infinity'
FROM unnest($2::int[], $3::bigint[]) AS given(shard, epoch)
WHERE lease.shard = given.shard AND lease.epoch = given.epoch AND lease.owner = $1`;

const shares = `SELECT
  (SELECT count(*) FROM ven.shard_lease) AS shards,
  coalesce((SELECT sum(capacity) FROM ven.worker WHERE until > clock_timestamp()), 0)::bigint AS capacity`;

const arraysOf = (leases: readonly ShardLease[]): readonly [number[], number[]] => [
  leases.map(({ shard }) => shard),
  leases.map(({ epoch }) => epoch),
];

/** Says that the worker lives, and renews its leases; returns those that it still has. @throws LogError */
export const renewLeases = (
  connections: Connections,
  { worker, capacity, leaseMs }: WorkerStanding,
  leases: readonly ShardLease[],
): Promise<readonly ShardLease[]> =>
  connections.rows<{ shard: number; epoch: number }>(
    renewed,
    [worker, leaseMs / 1000, ...arraysOf(leases), capacity],
    'leases',
  );

/** Leases shards that nobody has, as many as there are up to a limit; those that another worker is just claiming are passed over. */
export const claimShards = (
  connections: Connections,
  { worker, leaseMs }: WorkerStanding,
  limit: number,
): Promise<readonly ShardLease[]> =>
  connections.rows<{ shard: number; epoch: number }>(claimed, [worker, leaseMs / 1000, limit], 'leases');

/** Gives shards back, for others to claim at once. */
export const releaseShards = async (
  connections: Connections,
  worker: string,
  leases: readonly ShardLease[],
): Promise<void> => {
  await connections.rows(released, [worker, ...arraysOf(leases)], 'leases');
};

/** How many shards a worker is to have, by what the living workers can take. */
export const fairShare = async (connections: Connections, { capacity }: WorkerStanding): Promise<number> => {
  const [row] = await connections.rows<{ shards: number; capacity: number }>(shares, [], 'leases');
  const [shards, all] = [row?.shards ?? 0, Math.max(row?.capacity ?? 0, capacity)];
  return Math.ceil((shards * capacity) / all);
};

/** Is no longer among the workers; forgets those that have been silent for long. */
export const leaveWorkers = async (connections: Connections, worker: string): Promise<void> => {
  await connections.rows(
    "DELETE FROM ven.worker WHERE id = $1 OR until < clock_timestamp() - interval '1 day'",
    [worker],
    'leases',
  );
};
