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
WHERE log.ven_id = $1 AND ${isFree}
RETURNING ${logColumns}`,
};

/** The lease is looked at under a lock, so that nobody takes the shard over between the look and the change. */
const takeOfShard: SqlStatement = {
  name: 'take_of_shard',
  text: `WITH lease AS (
  SELECT shard FROM ven.shard_lease WHERE shard = $3 AND owner = $2 AND until > clock_timestamp() FOR SHARE
)
UPDATE ven.log AS log SET epoch = log.epoch + 1, holder = $2, holder_until = NULL
FROM lease
WHERE log.ven_id = $1 AND log.shard = lease.shard AND (log.holder = $2 OR ${isFree})
RETURNING ${logColumns}`,
};

const begin: SqlStatement = {
  name: 'begin_log',
  text: `INSERT INTO ven.log (ven_id, shard, hash, base_hash, created_at) VALUES ($1, $2, $3, $3, $4) ON CONFLICT DO NOTHING`,
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

/** How a log is taken. */
export interface TakeOptions {
  readonly venID: string;
  readonly holder: string;
  /** For how long, when it is taken by itself; null for a log of a shard that the holder leases. @unit ms */
  readonly leaseMs: number | null;
  readonly createIfMissing: boolean;
  /** UTC ms, remembered of a log that is begun now. */
  readonly now: number;
}

/** Takes a log. @throws LogError `missing` or `locked` */
export const takeLog = async (connections: Connections, options: TakeOptions): Promise<TakenLog> => {
  const { venID, holder, leaseMs, createIfMissing, now } = options;
  if (createIfMissing) {
    const hash = bytesOf(genesisHash);
    await connections.rows(begin, [venID, shardOf(venID), hash, now]);
  }
  const [row] =
    leaseMs === null
      ? await connections.rows<LogRow>(takeOfShard, [venID, holder, shardOf(venID)])
      : await connections.rows<LogRow>(takeAlone, [venID, holder, leaseMs / 1000]);
  if (row !== undefined) return takenLog(row);
  const [there] = await connections.rows<{ holder: string | null }>('SELECT holder FROM ven.log WHERE ven_id = $1', [
    venID,
  ]);
  if (there === undefined)
    throw new LogError('missing', `There is no log of VEN ${venID} at ${connections.place}: check its name.`);
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
