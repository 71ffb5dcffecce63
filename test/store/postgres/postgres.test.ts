import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LogError } from '../../../src/store/errors.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { LeaseKeeper, type LossReason } from '../../../src/store/postgres/leaseKeeper.ts';
import type { PostgresLogStore, PostgresStoreOptions } from '../../../src/store/postgres/postgresLogStore.ts';
import { migrateSchema, unsafeSettings } from '../../../src/store/postgres/schema.ts';
import { Connections } from '../../../src/store/postgres/pool.ts';
import { CuttingProxy, type Cut } from '../../support/cuttingProxy.ts';
import { directoryForServer, hasPostgres, PostgresCluster, realPacing } from '../../support/postgres.ts';
import { keepsTheContract } from '../contract.ts';
import { draft, drafts, type Ground, readAll } from '../support.ts';

const dataOf = async (log: EventLog): Promise<unknown[]> => (await readAll(log)).map(({ data }) => data);

/** One cluster serves the whole file: to start one takes a second. */
describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  let cluster: PostgresCluster;
  let store: PostgresLogStore;
  let number = 0;

  beforeAll(async () => {
    cluster = await PostgresCluster.start();
    store = await cluster.store();
  });

  afterAll(async () => {
    await store?.close();
    await cluster?.remove();
  });

  const newVEN = (): string => `ven-${(number += 1)}`;
  const open = (venID: string, of = store): Promise<EventLog> => of.open(venID, { createIfMissing: true });

  /** Another process, as far as the database can tell. */
  const otherStore = async (changes: Partial<PostgresStoreOptions> = {}): Promise<PostgresLogStore> => {
    const other = await cluster.store(changes);
    onTestFinished(() => other.close());
    return other;
  };

  /** A store behind a proxy that cuts its connections. */
  const throughProxy = async (changes: Partial<PostgresStoreOptions> = {}, answerTimeoutMs = 300) => {
    const proxy = await CuttingProxy.before({ path: join(cluster.directory, `.s.PGSQL.${cluster.port}`) });
    const access = { ...cluster.access('postgres', { host: '127.0.0.1', port: proxy.port }), answerTimeoutMs };
    const behind = await cluster.store({ access, ...changes });
    onTestFinished(async () => {
      await behind.close();
      await proxy.close();
    });
    return { proxy, store: behind };
  };

  describe('the log in PostgreSQL', () =>
    keepsTheContract((): Ground => {
      const venID = newVEN();
      return { name: 'the log in PostgreSQL', open: () => open(venID), remove: () => undefined };
    }, 12));

  describe('many VENs', () => {
    it('go into few statements, each with whole steps, and each has its own chain', async () => {
      const venIDs = Array.from({ length: 40 }, newVEN);
      const logs = await Promise.all(venIDs.map((venID) => open(venID)));
      await Promise.all(logs.map((log, of) => log.append([draft({ of }), draft('output'), draft('output')])));
      for (const [of, log] of logs.entries()) {
        expect(await dataOf(log)).toEqual([{ of }, 'output', 'output']);
        expect(await log.verify()).toEqual(log.head);
      }
      const [written] = await store.connections.rows<{ transactions: number }>(
        'SELECT count(DISTINCT xmin::text) AS transactions FROM ven.entry WHERE ven_id = ANY($1::text[])',
        [venIDs],
      );
      expect(written?.transactions).toBeLessThanOrEqual(4);
      await Promise.all(logs.map((log) => log.close()));
    });

    it('are accepted or refused one by one: a fenced one and one the server cannot take harm no other', async () => {
      const [fencedID, oddID, goodID] = [newVEN(), newVEN(), newVEN()];
      const [fenced, odd, good] = [await open(fencedID), await open(oddID), await open(goodID)];
      await store.connections.rows("UPDATE ven.log SET epoch = epoch + 1, holder = 'thief' WHERE ven_id = $1", [
        fencedID,
      ]);
      const results = await Promise.allSettled([
        fenced.append([draft('stale')]),
        odd.append([draft('no such year', { recordedAt: 1e300 })]),
        good.append([draft('good')]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      expect(results[0]).toMatchObject({ reason: { code: 'fenced' } });
      expect(results[1]).toMatchObject({ reason: { code: 'io' } });
      expect(await dataOf(good)).toEqual(['good']);
      expect(await dataOf(odd)).toEqual([]);
      for (const log of [fenced, odd, good]) await log.close();
    });

    it('have all of an entry in columns, for whoever asks with SQL', async () => {
      const venID = newVEN();
      const log = await open(venID);
      const {
        entries: [entry],
      } = await log.append(
        [draft({ a: 1 }, { requestID: 'q1', stream: 'ven', cause: 3 })],
        [{ index: 0, xml: '<x/>' }],
      );
      const rows = await store.connections.rows(
        `SELECT position, epoch, recorded_at, run_id, direction, stream, type, version, cause, request_id,
          encode(hash, 'hex') AS hash, encode(wire_hash, 'hex') AS wire_hash, body->'data' AS data FROM ven.entry WHERE ven_id = $1`,
        [venID],
      );
      expect(rows).toEqual([
        {
          position: 0,
          epoch: 1,
          recorded_at: new Date(entry?.recordedAt ?? 0),
          run_id: 'run-1',
          direction: 'in',
          stream: 'ven',
          type: 'TimerFired',
          version: 1,
          cause: 3,
          request_id: 'q1',
          hash: entry?.hash,
          wire_hash: entry?.wireHash,
          data: { a: 1 },
        },
      ]);
      // PostgreSQL has no NUL, and JSON has one: the entry is kept whole all the same.
      const {
        entries: [odd],
      } = await log.append([draft('\0', { stream: 'nul \0' })]);
      expect(odd).toMatchObject({ data: '\0', stream: 'nul \0' });
      expect((await readAll(log)).at(-1)).toEqual(odd);
      await log.close();
    });
  });

  describe('taking over', () => {
    const expire = (venID: string): Promise<unknown> =>
      store.connections.rows("UPDATE ven.log SET holder_until = '-infinity' WHERE ven_id = $1", [venID]);

    it('a log that another process holds is locked, until that is silent for too long; the old holder then writes nothing', async () => {
      const venID = newVEN();
      const old = await open(venID);
      await old.append([draft('old')]);
      const other = await otherStore();
      await expect(open(venID, other)).rejects.toMatchObject({ code: 'locked' });
      await expire(venID);
      const taken = await open(venID, other);
      const stale = await Promise.allSettled(Array.from({ length: 20 }, () => old.append([draft('stale')])));
      expect(stale.filter(({ status }) => status === 'fulfilled')).toEqual([]);
      expect(stale[0]).toMatchObject({ reason: { code: 'fenced' } });
      await expect(old.saveCheckpoint({ name: 'p', version: '1', ...old.head, state: 'stale' })).rejects.toMatchObject({
        code: 'fenced',
      });
      await expect(old.forgetWires(0)).rejects.toMatchObject({ code: 'fenced' });
      await taken.append([draft('new')]);
      expect(await dataOf(taken)).toEqual(['old', 'new']);
      await old.close();
      await taken.append([draft('and still')]);
      await taken.close();
    });

    it('a log whose head is not where its holder left it is in conflict, not fenced: the database is an older copy', async () => {
      const venID = newVEN();
      const log = await open(venID);
      const {
        entries: [first],
      } = await log.append([draft('first')]);
      await log.append([draft('second')]);
      await store.connections.rows("UPDATE ven.log SET position = 0, hash = decode($2, 'hex') WHERE ven_id = $1", [
        venID,
        first?.hash,
      ]);
      await expect(log.append([draft('third')])).rejects.toMatchObject({ code: 'conflict', position: 1 });
      await log.close();
      await expect(open(venID)).rejects.toMatchObject({ code: 'corrupt', position: 0 });
    });

    it('a log that was never begun is missing for whoever only wants to read', async () => {
      await expect(store.open('nobody', { createIfMissing: false })).rejects.toMatchObject({ code: 'missing' });
      expect(await store.venIDs()).not.toContain('nobody');
    });
  });

  describe('leases', () => {
    const leaseMs = 1_000;
    const venIDs = Array.from({ length: 100 }, (_, index) => `leased-${index}`);

    /** Looks again and again until something holds; how long that takes is not the test's business. */
    const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await holds())) await realPacing.wait(10);
    };

    /** A worker that can be paused as SIGSTOP does: nothing of it goes on, and time does. */
    class TestWorker {
      readonly name: string;
      readonly keeper: LeaseKeeper;
      readonly losses: LossReason[] = [];
      #resume: (() => void) | null = null;
      #paused: Promise<void> = Promise.resolve();

      constructor(name: string, of: PostgresLogStore, capacity = 1) {
        this.name = name;
        this.keeper = new LeaseKeeper({
          connections: of.connections,
          standing: { worker: name, capacity, leaseMs },
          pacing: { ...realPacing, idle: (ms) => realPacing.wait(ms).then(() => this.#paused) },
          listener: {
            gained: () => undefined,
            lost: async (_shards, because) => void this.losses.push(because),
          },
        });
        this.keeper.start();
      }

      pause(): void {
        this.#paused = new Promise((resolve) => (this.#resume = resolve));
      }

      resume(): void {
        this.#resume?.();
        this.#paused = Promise.resolve();
      }

      get size(): number {
        return this.keeper.shards.size;
      }
    }

    /** Who holds more than one may hold, seen at any moment of the test. */
    const watched = (workers: readonly TestWorker[]) => {
      const twice = new Set<string>();
      const look = (): void => {
        for (const venID of venIDs)
          if (workers.filter(({ keeper }) => keeper.isHeld(venID)).length > 1) twice.add(venID);
      };
      const timer = setInterval(look, 5);
      onTestFinished(() => clearInterval(timer));
      return twice;
    };

    it('are shared fairly, taken over from the dead, given to who joins, and never had by two', async () => {
      const workers: TestWorker[] = [];
      const twice = watched(workers);
      const add = (name: string, capacity = 1): TestWorker => {
        const worker = new TestWorker(name, store, capacity);
        workers.push(worker);
        return worker;
      };
      const all = (...of: readonly TestWorker[]): boolean => of.reduce((sum, { size }) => sum + size, 0) === 256;
      const [a, b] = [add('a'), add('b')];
      await until(() => all(a, b) && a.size === 128);
      const c = add('c');
      await until(() => all(a, b, c) && Math.max(a.size, b.size, c.size) <= 86);
      // One is stopped without a word: the others have its shards when its lease is over, and it has none when it goes on.
      c.pause();
      await until(() => all(a, b));
      expect(c.size).toBe(0);
      c.resume();
      await until(() => all(a, b, c) && c.size >= 84);
      expect(c.losses).toContain('silent');
      // One that takes more than the others, and one that leaves: its shards are there at once.
      await a.keeper.leave();
      expect(a.losses.at(-1)).toBe('leaving');
      await until(() => all(b, c));
      const d = add('d', 2);
      await until(() => all(b, c, d) && d.size === 128);
      for (const worker of [b, c, d]) await worker.keeper.leave();
      expect([...twice]).toEqual([]);
    });

    it('that cannot be renewed are good no more before anybody else can have them', async () => {
      const { proxy, store: cutOff } = await throughProxy();
      const [near, far] = [new TestWorker('near', store), new TestWorker('far', cutOff)];
      const twice = watched([near, far]);
      await until(() => near.size === 128 && far.size === 128);
      proxy.down();
      await until(() => near.size === 256);
      expect(far.size).toBe(0);
      expect(far.losses).toEqual(['silent']);
      proxy.up();
      await until(() => near.size === 128 && far.size === 128);
      expect([...twice]).toEqual([]);
      for (const { keeper } of [near, far]) await keeper.leave();
    });

    it('are needed to open a log as a worker, and who lost the shard writes nothing more', async () => {
      const as = async (holder: string) => {
        const working = await otherStore({ holder, leaseMs: null });
        return { working, worker: new TestWorker(holder, working) };
      };
      const one = await as('one');
      await until(() => one.worker.size === 256);
      const [first, second] = [newVEN(), newVEN()];
      expect(await one.working.take([first, second])).toEqual(new Set([first, second]));
      const log = await open(first, one.working);
      const other = await open(second, one.working);
      await log.append([draft('one')]);
      await log.saveCheckpoint({ name: 'agent', version: '1', ...log.head, state: 'kept' });
      const two = await otherStore({ holder: 'two', leaseMs: null });
      await expect(open(first, two)).rejects.toMatchObject({ code: 'locked' });
      // It pauses for longer than its lease, and another worker takes over.
      one.worker.pause();
      const next = new TestWorker('two', two);
      await until(() => next.size === 256);
      await two.take([first, second]);
      const taken = await open(first, two);
      expect(await taken.loadCheckpoint('agent')).toMatchObject({ state: 'kept' });
      const stale = await Promise.allSettled([log.append([draft('stale')]), other.append([draft('stale')])]);
      expect(stale).toMatchObject([{ reason: { code: 'fenced' } }, { reason: { code: 'fenced' } }]);
      await taken.append([draft('two')]);
      expect(await dataOf(taken)).toEqual(['one', 'two']);
      // What the old worker gives back when it goes on is not its own any more.
      one.worker.resume();
      await log.close();
      await taken.append([draft('still')]);
      await taken.close();
      for (const { keeper } of [one.worker, next]) await keeper.leave();
    });
  });

  describe('an outcome that is not known', () => {
    it.each<Cut>(['before', 'under way', 'after', 'hold'])(
      'cut %s: every append is acknowledged once, and is there once',
      async (cut) => {
        const { proxy, store: cutOff } = await throughProxy();
        const logs = await Promise.all([newVEN(), newVEN(), newVEN()].map((venID) => open(venID, cutOff)));
        await Promise.all(logs.map((log) => log.append([draft('begin')])));
        proxy.cutNext('append', cut);
        const appended = await Promise.all(
          logs.flatMap((log) => [log.append([draft('a'), draft('b')]), log.append([draft('c')])]),
        );
        expect(proxy.cuts).toBe(1);
        expect(appended.map(({ entries }) => entries.map(({ position }) => position))).toEqual(
          logs.flatMap(() => [[1, 2], [3]]),
        );
        for (const log of logs) {
          expect(await dataOf(log)).toEqual(['begin', 'a', 'b', 'c']);
          await log.append([draft('after')]);
          expect(await log.verify()).toEqual(log.head);
        }
      },
    );

    it('is told when it cannot be found out in time, and the log opened again says what became of it', async () => {
      const { proxy, store: cutOff } = await throughProxy({ patienceMs: 100 }, 60_000);
      const venID = newVEN();
      const log = await open(venID, cutOff);
      await log.append([draft('begin')]);
      proxy.cutNext('append', 'after');
      const appending = log.append([draft('perhaps')]);
      while (proxy.cuts === 0) await new Promise((resolve) => setImmediate(resolve));
      proxy.down();
      await expect(appending).rejects.toMatchObject({ code: 'unknown' });
      await expect(log.append([draft('next')])).rejects.toMatchObject({ code: 'unknown' });
      await log.close().catch(() => undefined);
      await store.connections.rows("UPDATE ven.log SET holder_until = '-infinity' WHERE ven_id = $1", [venID]);
      const reopened = await open(venID);
      expect([['begin'], ['begin', 'perhaps']]).toContainEqual(await dataOf(reopened));
      await reopened.close();
    });

    it('while the server starts again, appends wait and are not lost', async () => {
      const log = await open(newVEN());
      await log.append([draft('before')]);
      await cluster.down('immediate');
      const appending = log.append([draft('meanwhile')]);
      await cluster.up();
      await appending;
      expect(await dataOf(log)).toEqual(['before', 'meanwhile']);
      await log.close();
    });
  });

  describe('the schema', () => {
    const database = async (name: string): Promise<Connections> => {
      await store.connections.rows(`CREATE DATABASE ${name}`);
      const connections = await Connections.to(cluster.access(name));
      onTestFinished(() => connections.close());
      return connections;
    };

    it('is made once, whoever comes at the same time, and a newer one is refused', async () => {
      const connections = await database('twice');
      await Promise.all([migrateSchema(connections), migrateSchema(connections)]);
      expect(await migrateSchema(connections)).toEqual({ from: 1, to: 1, withoutRoles: null });
      await connections.rows('INSERT INTO ven.layout (version) VALUES (99)');
      await expect(migrateSchema(connections)).rejects.toMatchObject({ code: 'newer' });
      await expect(cluster.store({ access: cluster.access('twice') })).rejects.toMatchObject({ code: 'newer' });
    });

    it('is asked for in one sentence where this role may not make it', async () => {
      await database('barren');
      await store.connections.rows('CREATE ROLE guest LOGIN');
      const access = cluster.access('barren', { user: 'guest' });
      await expect(cluster.store({ access })).rejects.toMatchObject({
        code: 'missing',
        message: expect.stringContaining('ven migrate --schema'),
      });
    });

    it('a worker can append and neither change nor take away an entry; a reader can only read', async () => {
      await store.connections.rows('CREATE ROLE one_worker LOGIN IN ROLE ven_worker');
      await store.connections.rows('CREATE ROLE one_reader LOGIN IN ROLE ven_reader');
      const working = await otherStore({ access: cluster.access('postgres', { user: 'one_worker' }) });
      const venID = newVEN();
      const log = await open(venID, working);
      await log.append([draft('a')], [{ index: 0, xml: '<x/>' }]);
      await log.saveCheckpoint({ name: 'p', version: '1', ...log.head, state: 1 });
      expect(await log.forgetWires(Number.MAX_SAFE_INTEGER)).toBe(1);
      for (const harm of [
        'DELETE FROM ven.entry',
        "UPDATE ven.entry SET type = 'x'",
        'TRUNCATE ven.entry',
        'DELETE FROM ven.kept_entry',
        'DELETE FROM ven.gap',
        'DELETE FROM ven.log',
        'DROP TABLE ven.entry',
      ])
        await expect(working.connections.rows(harm)).rejects.toMatchObject({ code: 'io' });
      await log.close();
      const reading = await otherStore({ access: cluster.access('postgres', { user: 'one_reader' }) });
      expect(await reading.venIDs()).toContain(venID);
      await expect(open(venID, reading)).rejects.toMatchObject({
        code: 'io',
        message: expect.stringMatching(/permission denied/),
      });
    });

    it('answers every question of the fleet’s board, to a role that only reads', async () => {
      await store.connections.rows('CREATE ROLE a_board LOGIN IN ROLE ven_reader');
      const reading = await otherStore({ access: cluster.access('postgres', { user: 'a_board' }) });
      const { panels } = JSON.parse(
        readFileSync(new URL('../../../deploy/monitoring/fleet.json', import.meta.url), 'utf8'),
      ) as { panels: { id: number; targets: { rawSql: string }[] }[] };
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const { rawSql } of panels.flatMap(({ targets }) => targets))
        await reading.connections.rows(rawSql.replace(/\$__timeFilter\((\w+)\)/, "$1 > now() - interval '1 day'"));
    });

    it('says of a server what would lose facts', async () => {
      expect(await unsafeSettings(store.connections)).toEqual([expect.stringContaining('fsync = off')]);
    });

    it.each([
      ['off', 'on'],
      ['local', 'on'],
      ['remote_apply', 'remote_apply'],
    ])('is written to with a flush before it answers where the database is set to %s', async (set, asked) => {
      const name = `flushed_${set}`;
      await database(name);
      await store.connections.rows(`ALTER DATABASE ${name} SET synchronous_commit = ${set}`);
      const connections = await Connections.to(cluster.access(name));
      onTestFinished(() => connections.close());
      const show = 'SHOW synchronous_commit';
      for (const use of ['appends', 'reads', 'leases'] as const)
        expect(await connections.rows(show, [], use)).toEqual([{ synchronous_commit: asked }]);
      const told = (await unsafeSettings(connections)).some((sentence) => sentence.includes(`_commit = ${set}`));
      expect(told).toBe(asked !== set);
    });
  });

  describe('months', () => {
    it('are made ahead, taken when a log no longer needs them, and dropped after a while', async () => {
      const { connections } = store;
      const months = async (): Promise<string[]> =>
        (
          await connections.rows<{ name: string }>(
            "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ven.entry'::regclass ORDER BY 1",
          )
        ).map(({ name }) => name);
      expect(await months()).toHaveLength(4);
      // Given a month of long ago in which a log has entries.
      await connections.rows(
        "CREATE TABLE ven.entry_2026_01 PARTITION OF ven.entry FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z')",
      );
      const venID = newVEN();
      const log = await open(venID);
      await log.append(drafts(6));
      await connections.rows(
        'WITH old AS (DELETE FROM ven.entry WHERE ven_id = $1 RETURNING *) INSERT INTO ven.entry SELECT * FROM (SELECT (old).* FROM old) o',
        [venID],
      );
      await connections.rows("UPDATE ven.entry SET stored_at = '2026-01-15Z' WHERE ven_id = $1", [venID]);
      await log.append(drafts(2, 6));
      // While the log needs it, it stays.
      const detach = (): Promise<readonly { detach_months: string }[]> =>
        connections.rows("SELECT ven.detach_months('7 days')");
      expect(await detach()).toEqual([]);
      // When the log has let go of some and kept the rest, the month goes, and nothing of the log with it.
      const entries = await readAll(log);
      const at = (position: number) => entries[position] ?? expect.unreachable();
      await log.forgetEntries([{ from: 1, to: 3, hash: at(3).hash }], at(5), []);
      const left = await readAll(log);
      expect(left.map(({ position }) => position)).toEqual([0, 4, 5, 6, 7]);
      expect((await detach()).map(({ detach_months: name }) => name)).toEqual(['entry_2026_01']);
      expect(await months()).toHaveLength(4);
      expect(await readAll(log)).toEqual(left);
      expect(await log.wire(4)).toBeUndefined();
      await connections.rows("UPDATE ven.detached_month SET detached_at = clock_timestamp() - interval '8 days'");
      await detach();
      expect(await connections.rows("SELECT to_regclass('ven.entry_2026_01')::text AS it")).toEqual([{ it: null }]);
      await log.close();
      const reopened = await open(venID);
      expect(await readAll(reopened)).toEqual(left);
      await reopened.close();
    });
  });

  it('a full disk refuses appends as full, and takes them again once there is room', async ({ skip }) => {
    const small = directoryForServer(cluster.directory, 'small');
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0777', 'tmpfs', small]).status !== 0)
      return skip('A small disk could not be mounted (that takes root).');
    try {
      const place = directoryForServer(small, 'space');
      const other = await Connections.to(cluster.access('postgres'));
      await other.rows('CREATE DATABASE small');
      await other.rows(`CREATE TABLESPACE small LOCATION '${place}'`);
      const confined = await cluster.store({ access: cluster.access('small') });
      for (const { name } of await confined.connections.rows<{ name: string }>(
        "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ven.entry'::regclass",
      ))
        await confined.connections.rows(`ALTER TABLE ven.${name} SET TABLESPACE small`);
      const venID = newVEN();
      let log = await open(venID, confined);
      let acknowledged = 0;
      const refusal = await (async () => {
        for (;;) await log.append([draft(randomBytes(20_000).toString('base64'))]).then(() => (acknowledged += 1));
      })().catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'full' });
      expect(refusal).toBeInstanceOf(LogError);
      await expect(log.append([draft()])).rejects.toMatchObject({ code: 'full' });
      await log.close();
      spawnSync('mount', ['-o', 'remount,size=16m', small]);
      log = await open(venID, confined);
      expect(log.head.position + 1).toBe(acknowledged);
      await log.append([draft('after')]);
      expect(await log.verify()).toEqual(log.head);
      await confined.close();
      await other.rows('DROP DATABASE small WITH (FORCE)');
      await other.rows('DROP TABLESPACE small');
      await other.close();
    } finally {
      spawnSync('umount', ['-l', small]);
    }
  });
});
