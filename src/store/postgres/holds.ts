/**
 * Who may append to a log: whoever holds it, alone (a command) or with its shard (a worker). Taking a log over raises its epoch in the very
 * row that every append changes, so that nothing of an earlier holder is written from then on. Only the server's clock decides.
 */
import { LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import { genesisHash, hashWire } from '../hashChain.ts';
import type { Base } from '../logView.ts';
import type { Connections, SqlStatement } from './pool.ts';
import { shardCount } from './tables.ts';
import { bytesOf, hexOf } from './values.ts';

/** A log as it was when it was taken. */
export interface TakenLog {
  readonly venID: string;
  readonly epoch: number;
  readonly head: Head;
  readonly base: Base;
}

/** A row of `log`, as those read it who take it. */
export interface LogRow {
  readonly ven_id: string;
  readonly epoch: number;
  readonly position: number;
  readonly hash: Uint8Array;
  readonly base_position: number;
  readonly base_hash: Uint8Array;
  readonly forgotten: number;
}

/** The columns of a `LogRow`. */
export const logColumns = 'ven_id, epoch, position, hash, base_position, base_hash, forgotten';

/** What a row says. */
export const takenLog = (row: LogRow): TakenLog => ({
  venID: row.ven_id,
  epoch: row.epoch,
  head: { position: row.position, hash: hexOf(row.hash) },
  base: { position: row.base_position, hash: hexOf(row.base_hash), forgotten: row.forgotten },
});

/** The shard of a VEN. */
export const shardOf = (venID: string): number => Number.parseInt(hashWire(venID).slice(0, 8), 16) % shardCount;

/** Nobody holds it: never taken, given back, left by a command whose time is over, or by a worker that lost the shard. */
const isFree = `(log.holder IS NULL
  OR log.holder_until < clock_timestamp()
  OR (log.holder_until IS NULL AND NOT EXISTS (
    SELECT FROM ven.shard_lease AS lease
    WHERE lease.shard = log.shard AND lease.owner = log.holder AND lease.until > clock_timestamp())))`;

const takeAlone: SqlStatement = {
  name: 'take_alone',
  text: `UPDATE ven.log AS log
SET epoch = log.epoch + 1, holder = $2, holder_until = clock_timestamp() + make_interval(secs => $3)
WHERE log.ven_id = $1 AND log.standing = 'here' AND ${isFree}
RETURNING ${logColumns}`,
};

/** The lease is looked at under a lock, so that nobody takes the shard over between the look and the change. */
const takeOfShards: SqlStatement = {
  name: 'take_of_shards',
  text: `WITH lease AS (
  SELECT shard FROM ven.shard_lease WHERE shard = ANY($3::int[]) AND owner = $2 AND until > clock_timestamp() FOR SHARE
)
UPDATE ven.log AS log SET epoch = log.epoch + 1, holder = $2, holder_until = NULL
FROM lease
WHERE log.ven_id = ANY($1::text[]) AND log.shard = lease.shard AND log.standing = 'here' AND (log.holder = $2 OR ${isFree})
RETURNING ${logColumns}`,
};

const begin: SqlStatement = {
  name: 'begin_logs',
  text: `INSERT INTO ven.log (ven_id, shard, hash, base_hash, created_at)
SELECT given.ven_id, given.shard, $3, $3, $4 FROM unnest($1::text[], $2::int[]) AS given(ven_id, shard)
WHERE NOT EXISTS (SELECT FROM ven.log AS log WHERE log.ven_id = given.ven_id)
ON CONFLICT DO NOTHING`,
};

const release: SqlStatement = {
  name: 'release_log',
  text: 'UPDATE ven.log SET holder = NULL, holder_until = NULL WHERE ven_id = $1 AND holder = $2 AND epoch = $3',
};

const renew: SqlStatement = {
  name: 'renew_logs',
  text: `UPDATE ven.log SET holder_until = clock_timestamp() + make_interval(secs => $2)
WHERE holder = $1 AND holder_until IS NOT NULL AND ven_id = ANY($3::text[])
RETURNING ven_id`,
};

/** How logs are taken. */
export interface TakeOptions {
  readonly holder: string;
  /** For how long, when a log is taken by itself; null for logs of shards that the holder leases. @unit ms */
  readonly leaseMs: number | null;
  readonly createIfMissing: boolean;
  /** UTC ms, remembered of a log that is begun now. */
  readonly now: number;
}

/** Takes the logs that can be had, all of shards that the holder leases, in one statement. @throws LogError `io` */
export const takeLogs = async (
  connections: Connections,
  venIDs: readonly string[],
  { holder, createIfMissing, now }: TakeOptions,
): Promise<readonly TakenLog[]> => {
  const shards = venIDs.map(shardOf);
  if (createIfMissing) await connections.rows(begin, [venIDs, shards, bytesOf(genesisHash), now]);
  return (await connections.rows<LogRow>(takeOfShards, [venIDs, holder, [...new Set(shards)]])).map(takenLog);
};

/** Takes a log. @throws LogError `missing` or `locked` */
export const takeLog = async (connections: Connections, venID: string, options: TakeOptions): Promise<TakenLog> => {
  const { holder, leaseMs, createIfMissing, now } = options;
  if (createIfMissing) await connections.rows(begin, [[venID], [shardOf(venID)], bytesOf(genesisHash), now]);
  const [taken] =
    leaseMs === null
      ? await takeLogs(connections, [venID], { ...options, createIfMissing: false })
      : (await connections.rows<LogRow>(takeAlone, [venID, holder, leaseMs / 1000])).map(takenLog);
  return taken ?? (await cannotBeTaken(connections, venID));
};

/** Whether a log is to be appended to here: one that is being copied to here is not yet, one that was copied elsewhere is no more. */
export type RowStanding = 'here' | 'arriving' | 'left';

const notHere = (venID: string, standing: RowStanding): LogError =>
  standing === 'arriving'
    ? new LogError(
        'missing',
        `The log of VEN ${venID} is not all here yet: end its migration with "ven migrate" first.`,
      )
    : new LogError(
        'restored',
        `The log of VEN ${venID} was migrated elsewhere and may have gone on there: run the VEN there, or migrate it back.`,
      );

const cannotBeTaken = async (connections: Connections, venID: string): Promise<never> => {
  const [there] = await connections.rows<{ holder: string | null; standing: RowStanding }>(
    'SELECT holder, standing FROM ven.log WHERE ven_id = $1',
    [venID],
  );
  if (there === undefined)
    throw new LogError('missing', `There is no log of VEN ${venID} at ${connections.place}: check its name.`);
  if (there.standing !== 'here') throw notHere(venID, there.standing);
  throw new LogError(
    'locked',
    there.holder === null
      ? `The log of VEN ${venID} belongs to a shard that this worker does not lease: claim it first.`
      : `The log of VEN ${venID} is held by ${there.holder}, and only one may append to it: pause the VEN there, or wait until its lease is over.`,
  );
};

/** Gives a log back. What is held by others meanwhile stays theirs. */
export const releaseLog = async (
  connections: Connections,
  venID: string,
  holder: string,
  epoch: number,
): Promise<void> => {
  await connections.rows(release, [venID, holder, epoch]);
};

/** Holds logs that were taken by themselves for as long again; returns those that are still held. */
export const renewLogs = async (
  connections: Connections,
  holder: string,
  leaseMs: number,
  venIDs: readonly string[],
): Promise<ReadonlySet<string>> => {
  const rows = await connections.rows<{ ven_id: string }>(renew, [holder, leaseMs / 1000, venIDs], 'leases');
  return new Set(rows.map(({ ven_id }) => ven_id));
};
