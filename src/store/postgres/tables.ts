/**
 * The tables of a fleet's logs, all in the schema `ven`.
 *
 * `log` has one row for each VEN: where its chain ends, and who may append to it. Entries lie in partitions by the month in which the
 * server stored them, never by what an agent's clock said. What a compaction keeps is copied into `kept_entry`, so that a month whose
 * logs have all passed it goes as a whole, and nobody who appends ever needs the right to delete an entry.
 */

/** The layout that this release makes and knows. */
export const layoutVersion = 1;

/** @limit VENs are spread over so many shards; a worker leases shards, not VENs. */
export const shardCount = 256;

/** The group of those who append: no member of it may change or delete an entry. */
export const workerRole = 'ven_worker';

/** The group of those who only read. */
export const readerRole = 'ven_reader';

/** What an entry's columns are, in `entry` as in `kept_entry`; `body` is the entry as it was sealed, byte for byte. */
const entryColumns = `
  ven_id text NOT NULL,
  position bigint NOT NULL,
  epoch bigint NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_at timestamptz NOT NULL,
  run_id text NOT NULL,
  direction text NOT NULL,
  stream text NOT NULL,
  type text NOT NULL,
  version int NOT NULL,
  cause bigint,
  request_id text,
  wire_hash bytea,
  hash bytea NOT NULL,
  body json NOT NULL`;

/** Makes everything of the first layout; in one transaction, so that there is all of it or nothing. */
export const tables: readonly string[] = [
  'CREATE SCHEMA ven',
  'CREATE TABLE ven.layout (version int PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT clock_timestamp())',
  `INSERT INTO ven.layout (version) VALUES (${layoutVersion})`,
  // Updated with every append: room in each page keeps the index out of it.
  `CREATE TABLE ven.log (
  ven_id text PRIMARY KEY,
  shard int NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  holder text,
  holder_until timestamptz,
  position bigint NOT NULL DEFAULT -1,
  hash bytea NOT NULL,
  base_position bigint NOT NULL DEFAULT -1,
  base_hash bytea NOT NULL,
  forgotten bigint NOT NULL DEFAULT 0,
  forgotten_before double precision,
  created_at double precision NOT NULL,
  -- 'arriving' while it is copied from elsewhere, 'left' once it was copied elsewhere: nobody may append to either.
  standing text NOT NULL DEFAULT 'here' CHECK (standing IN ('here', 'arriving', 'left'))
) WITH (fillfactor = 40)`,
  'CREATE INDEX log_by_shard ON ven.log (shard)',
  `CREATE TABLE ven.entry (${entryColumns},
  PRIMARY KEY (ven_id, position, stored_at)
) PARTITION BY RANGE (stored_at)`,
  'CREATE TABLE ven.entry_default PARTITION OF ven.entry DEFAULT',
  `CREATE TABLE ven.kept_entry (${entryColumns},
  PRIMARY KEY (ven_id, position)
)`,
  `CREATE TABLE ven.wire (
  ven_id text NOT NULL,
  position bigint NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_at double precision NOT NULL,
  packed bytea NOT NULL,
  PRIMARY KEY (ven_id, position, stored_at)
) PARTITION BY RANGE (stored_at)`,
  'CREATE TABLE ven.wire_default PARTITION OF ven.wire DEFAULT',
  `CREATE TABLE ven.gap (
  ven_id text NOT NULL,
  from_position bigint NOT NULL,
  to_position bigint NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (ven_id, from_position)
)`,
  `CREATE TABLE ven.checkpoint (
  ven_id text NOT NULL,
  name text NOT NULL,
  position bigint NOT NULL,
  packed bytea NOT NULL,
  PRIMARY KEY (ven_id, name)
)`,
  `CREATE TABLE ven.worker (
  id text PRIMARY KEY,
  until timestamptz NOT NULL,
  capacity int NOT NULL CHECK (capacity > 0)
)`,
  `CREATE TABLE ven.shard_lease (
  shard int PRIMARY KEY,
  owner text,
  epoch bigint NOT NULL DEFAULT 0,
  until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 30)`,
  `INSERT INTO ven.shard_lease (shard) SELECT generate_series(0, ${shardCount - 1})`,
  `CREATE TABLE ven.detached_month (
  name text PRIMARY KEY,
  detached_at timestamptz NOT NULL DEFAULT clock_timestamp()
)`,
];

/** What each of the two groups may do; nobody but the owner may change an entry or take one away. */
export const grants: readonly string[] = [
  `GRANT USAGE ON SCHEMA ven TO ${workerRole}, ${readerRole}`,
  `GRANT SELECT ON ALL TABLES IN SCHEMA ven TO ${workerRole}, ${readerRole}`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA ven GRANT SELECT ON TABLES TO ${workerRole}, ${readerRole}`,
  `GRANT INSERT ON ven.entry, ven.kept_entry, ven.gap, ven.wire, ven.log, ven.checkpoint, ven.worker TO ${workerRole}`,
  `GRANT UPDATE ON ven.log, ven.checkpoint, ven.worker, ven.shard_lease TO ${workerRole}`,
  `GRANT DELETE ON ven.wire, ven.worker TO ${workerRole}`,
  `GRANT EXECUTE ON FUNCTION ven.make_months(int), ven.detach_months(interval) TO ${workerRole}`,
];
