import { randomUUID } from 'node:crypto';
import type { Draft } from '../src/facts/entry.ts';
import type { EventLog } from '../src/store/eventLog.ts';
import { genesisHash, seal } from '../src/store/hashChain.ts';
import { LeaseKeeper } from '../src/store/postgres/leaseKeeper.ts';
import type { Connections } from '../src/store/postgres/pool.ts';
import { hasPostgres, PostgresCluster, realPacing } from '../test/support/postgres.ts';
import { atLeast, atMost, type Figure, rateFigure, readable, type Subject } from './support/figure.ts';
import { measurePair, median } from './support/measure.ts';

/** VENs that append at the same time, each once in a statement. */
const writers = 512;
const groups = 30;
const rounds = 7;
/** VENs of a worker that died. */
const takenOver = 10_000;
/** What a VEN's agent keeps of itself. @unit bytes */
const stateBytes = 1_500;

/** A decision on prices, as large as the agent records it. */
const draftOf = (number: number): Draft => ({
  recordedAt: 1_780_000_000_000 + number,
  runID: '0198c5e0-7e2b-7b4e-9d5c-3f1f0c1f7a11',
  direction: 'in',
  stream: `drEvent/event-${number % 7}`,
  type: 'MessageReceived',
  version: 1,
  data: {
    message: 'oadrDistributeEvent',
    eventID: `event-${number}`,
    prices: Array.from({ length: 8 }, (_, hour) => hour / 100),
  },
  cause: null,
  requestID: `request-${number}`,
});

const drafts = Array.from({ length: writers * groups }, (_, number) => draftOf(number));
const texts = drafts.map((draft) => seal({ position: -1, hash: genesisHash }, draft).text);

/** What an append for many VENs takes at least: one statement that moves heads by their place and epoch and inserts rows of the same bytes. */
const bareAppend = {
  name: 'bare_append',
  text: `WITH r AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::jsonb[]) AS r(ven, expected, epoch, type, data)),
h AS (UPDATE bare_head AS s SET last = s.last + 1 FROM r WHERE s.ven = r.ven AND s.last = r.expected AND s.epoch = r.epoch RETURNING s.ven, s.last)
INSERT INTO bare_entry (ven, seq, epoch, type, at, data)
SELECT h.ven, h.last, r.epoch, r.type, clock_timestamp(), r.data FROM h JOIN r USING (ven) RETURNING ven, seq`,
};

const bareTables = [
  'CREATE TABLE bare_head (ven text PRIMARY KEY, epoch bigint NOT NULL, last bigint NOT NULL) WITH (fillfactor = 40)',
  'CREATE TABLE bare_entry (ven text, seq bigint, epoch bigint, type text, at timestamptz, data jsonb, PRIMARY KEY (ven, seq, at))',
  `INSERT INTO bare_head SELECT 'ven-' || number, 1, 0 FROM generate_series(0, ${writers - 1}) AS number`,
];

/** Two statements of 256 VENs on their way at once, as the store has them. */
const appendBare = (connections: Connections, heads: number[]) => async (): Promise<number> => {
  const half = writers / 2;
  const side = async (first: number): Promise<void> => {
    const vens = Array.from({ length: half }, (_, index) => `ven-${first + index}`);
    for (let group = 0; group < groups; group += 1) {
      const expected = vens.map((_, index) => heads[first + index] ?? 0);
      await connections.change(bareAppend, [
        vens,
        expected,
        vens.map(() => 1),
        vens.map(() => 'MessageReceived'),
        vens.map((_, index) => texts[group * writers + first + index]),
      ]);
      vens.forEach((_, index) => (heads[first + index] = (heads[first + index] ?? 0) + 1));
    }
  };
  await Promise.all([side(0), side(half)]);
  return writers * groups;
};

const appendTo = (logs: readonly EventLog[]) => async (): Promise<number> => {
  await Promise.all(
    logs.map(async (log, writer) => {
      for (let group = 0; group < groups; group += 1) await log.append([drafts[group * writers + writer] as Draft]);
    }),
  );
  return writers * groups;
};

const appendFigure = async (cluster: PostgresCluster): Promise<Figure> => {
  const store = await cluster.store();
  for (const text of bareTables) await store.connections.rows(text);
  const logs = await Promise.all(
    Array.from({ length: writers }, (_, number) => store.open(`bench-${number}`, { createIfMissing: true })),
  );
  const heads = Array.from({ length: writers }, () => 0);
  const paired = await measurePair(appendTo(logs), appendBare(store.connections, heads), rounds, 'wall');
  await store.close();
  return rateFigure(
    `appends of ${writers} VENs`,
    'entries',
    'bare unnest append',
    paired,
    atLeast(paired.ratio * 100, 70, '%'),
  );
};

/** All shards claimed, all VENs fenced, their heads and states in memory. */
const takeOverFigure = async (cluster: PostgresCluster): Promise<Figure> => {
  const owner = await cluster.store();
  const { connections } = owner;
  const venIDs = Array.from({ length: takenOver }, (_, number) => `taken-${number}`);
  const state = {
    name: 'agent',
    version: '1',
    position: -1,
    hash: genesisHash,
    state: randomUUID().repeat(stateBytes / 36),
  };
  const { packCheckpoint } = await import('../src/store/packing.ts');
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const store = await cluster.store({ holder: `worker-${round}`, leaseMs: null });
    const startedAt = performance.now();
    const claimed = new Promise<void>((resolve) => {
      const keeper: LeaseKeeper = new LeaseKeeper({
        connections: store.connections,
        pacing: realPacing,
        standing: { worker: `worker-${round}`, capacity: 1, leaseMs: 60_000 },
        listener: { gained: () => resolve(), lost: async () => undefined },
      });
      keeper.start();
    });
    await claimed;
    const taken = await store.take(venIDs);
    if (taken.size !== takenOver) throw new Error(`Only ${taken.size} VENs were taken over.`);
    // The first time makes the logs; from then on they are there, with what their agents kept.
    if (round > 0) times.push(performance.now() - startedAt);
    await connections.rows(
      `INSERT INTO ven.checkpoint SELECT ven_id, 'agent', -1, $1 FROM ven.log WHERE ven_id LIKE 'taken-%' ON CONFLICT DO NOTHING`,
      [Buffer.from(packCheckpoint(state))],
    );
    await store.close();
    await connections.rows("UPDATE ven.shard_lease SET until = '-infinity'");
    await connections.rows('DELETE FROM ven.worker');
  }
  await owner.close();
  const ms = median(times);
  return {
    name: `take-over of ${takenOver.toLocaleString('en')} VENs with their states`,
    value: `${readable(ms)} ms`,
    goal: atMost(ms, 1_000, 'ms'),
  };
};

/** Many VENs in PostgreSQL: acknowledged appends, and what it takes to go on with the VENs of a worker that died. */
export const postgres: Subject = {
  name: 'postgres',
  title: 'PostgreSQL: appends of many VENs, beside the barest statement that does it just as durably',
  measure: async () => {
    if (!hasPostgres) return [];
    const cluster = await PostgresCluster.start(['fsync=on']);
    try {
      return [await appendFigure(cluster), await takeOverFigure(cluster)];
    } finally {
      await cluster.remove();
    }
  },
};
