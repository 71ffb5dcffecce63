/**
 * `npm run storms [-- NAME …] [--share 0.2] [--report FILE]`: what a database may suffer, and whether one acknowledged fact was lost.
 *
 * `--share` does that part of the rounds. It ends with 1 when a fact was lost, a stale append was accepted, or two polled for one VEN.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LogError } from '../../src/store/errors.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import type { PostgresLogStore } from '../../src/store/postgres/postgresLogStore.ts';
import { CuttingProxy, type Cut } from '../support/cuttingProxy.ts';
import { lossyProgram } from '../support/lossyDisk.ts';
import { hasPostgres, PostgresCluster } from '../support/postgres.ts';
import { draft } from '../store/support.ts';
import { fleetDay } from './fleetDay.ts';
import { killRealWorker } from './realWorkers.ts';
import { chanceFrom, compare, StormFleet, type Compared } from './fleet.ts';

const args = process.argv.slice(2);
const shareAt = args.indexOf('--share');
const share = shareAt === -1 ? 1 : Number(args[shareAt + 1]);
const reportAt = args.indexOf('--report');
const valued = [shareAt, reportAt].filter((at) => at !== -1).map((at) => at + 1);
const names = args.filter((arg, index) => !arg.startsWith('--') && !valued.includes(index));
const seed = Number(process.env['STORM_SEED'] ?? Date.now() % 1_000_000);
const below = chanceFrom(seed);

const times = (rounds: number): number => Math.max(1, Math.round(rounds * share));
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
/** Waits for what is to come. @throws Error after two minutes, which nothing here ever takes */
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  for (const startedAt = performance.now(); !isSo(); await pause(20))
    if (performance.now() - startedAt > 120_000) throw new Error(`It does not come about that ${what}.`);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let bad = 0;
let run = 0;
const judge = (name: string, rounds: number, { acknowledged, lost, untold }: Compared, more = ''): void => {
  if (lost > 0) bad += 1;
  say(`${name}: ${rounds} rounds, ${acknowledged} acknowledged, ${lost} lost, ${untold} there untold${more}`);
};

const sum = (all: readonly Compared[]): Compared =>
  all.reduce(
    (total, { acknowledged, lost, untold }) => ({
      acknowledged: total.acknowledged + acknowledged,
      lost: total.lost + lost,
      untold: total.untold + untold,
    }),
    { acknowledged: 0, lost: 0, untold: 0 },
  );

/** Given a fleet that writes, something happens, and everything promised is there. */
const inEarnest = ['fsync=on', 'max_connections=60'];

/** A server that is struck while 64 VENs are appended to, and comes up again: what was promised, and what is there. */
const struck = async (
  cluster: PostgresCluster,
  name: string,
  { patienceMs, number }: { readonly patienceMs: number; readonly number: number },
  strike: () => Promise<void>,
): Promise<Compared> => {
  const store = await cluster.store({ patienceMs });
  const fleet = new StormFleet(name, 64, number);
  await fleet.start(store);
  await strike();
  await cluster.up();
  await pause(200);
  await fleet.stop();
  const compared = await compare(store, fleet);
  await store.close();
  return compared;
};

/** kill -9 of the whole server while 64 VENs are appended to. */
const kill = async (): Promise<void> => {
  const cluster = await PostgresCluster.start(inEarnest);
  const rounds = times(20);
  const all: Compared[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const strike = async (): Promise<void> => {
        await pause(200 + below(800));
        await cluster.kill();
        await pause(below(200));
      };
      all.push(await struck(cluster, `kill-${round}`, { patienceMs: 60_000, number: seed + round }, strike));
    }
  } finally {
    await cluster.remove();
  }
  judge('kill -9 of the server', rounds, sum(all));
};

/** What lies on a disk whose power is cut: what was flushed, and nothing of what was not. @throws Error where it is another */
const mustLoseWhatIsNotFlushed = async (cluster: PostgresCluster): Promise<void> => {
  const [flushed, unflushed] = [join(cluster.data, 'flushed'), join(cluster.data, 'unflushed')];
  writeFileSync(flushed, 'kept');
  const toFlush = openSync(flushed, 'r+');
  fsyncSync(toFlush);
  closeSync(toFlush);
  writeFileSync(unflushed, 'lost');
  await cluster.powerCut();
  const left = [flushed, unflushed].map((file) => readFileSync(file, 'utf8'));
  for (const file of [flushed, unflushed]) rmSync(file);
  if (left[0] !== 'kept' || left[1] !== '') throw new Error(`After a power cut the disk has ${JSON.stringify(left)}.`);
};

/** The power of the server's disk is cut while 64 VENs are appended to: what was not flushed is gone. The server is set to flush late. */
const power = async (): Promise<void> => {
  const lossy = lossyProgram();
  if ('because' in lossy) return say(`power cuts: not tried, for ${lossy.because}`);
  const cluster = await PostgresCluster.onLossyDisk(lossy.program, [...inEarnest, 'synchronous_commit=off']);
  const rounds = times(5);
  const all: Compared[] = [];
  try {
    await mustLoseWhatIsNotFlushed(cluster);
    await cluster.up();
    for (let round = 0; round < rounds; round += 1) {
      const strike = async (): Promise<void> => {
        await pause(500 + below(1_500));
        await cluster.powerCut();
      };
      all.push(await struck(cluster, `power-${round}`, { patienceMs: 120_000, number: seed + round }, strike));
    }
  } finally {
    await cluster.remove();
  }
  judge('power cut of the server’s disk', rounds, sum(all));
};

/** A fast restart, which ends connections in good order. */
const restart = async (): Promise<void> => {
  const cluster = await PostgresCluster.start(inEarnest);
  const rounds = times(5);
  const store = await cluster.store({ patienceMs: 60_000 });
  const fleet = new StormFleet('restart', 64, seed);
  try {
    await fleet.start(store);
    for (let round = 0; round < rounds; round += 1) {
      await pause(200 + below(500));
      await cluster.down('fast');
      await cluster.up();
    }
    await pause(200);
    await fleet.stop();
    judge('restart', rounds, await compare(store, fleet));
    await store.close();
  } finally {
    await cluster.remove();
  }
};

/** Connections cut before, in and after the commit, over and over. */
const cut = async (): Promise<void> => {
  const cluster = await PostgresCluster.start(inEarnest);
  await (await cluster.store()).close(); // makes the tables, with patience
  const proxy = await CuttingProxy.before({ host: '127.0.0.1', port: cluster.port });
  const access = { ...cluster.access('postgres', { host: '127.0.0.1', port: proxy.port }), answerTimeoutMs: 500 };
  const rounds = times(100);
  const store = await cluster.store({ access, patienceMs: 60_000 });
  const fleet = new StormFleet('cut', 64, seed);
  const cuts: readonly Cut[] = ['before', 'under way', 'after', 'hold'];
  try {
    await fleet.start(store);
    for (let round = 0; round < rounds; round += 1) {
      await pause(below(40));
      proxy.cutNext(below(4) === 0 ? 'fence_off' : 'append', cuts[below(4)] ?? 'after');
      if (below(20) === 0) proxy.down();
      await pause(below(40));
      proxy.up();
    }
    await fleet.stop();
    const near = await cluster.store();
    judge('cut connections', rounds, await compare(near, fleet), `, ${proxy.cuts} cut in a statement`);
    await near.close();
    await store.close();
  } finally {
    await proxy.close();
    await cluster.remove();
  }
};

/** A server that stands still for longer than anybody waits, and then goes on with statements that were given up long ago. */
const slow = async (): Promise<void> => {
  const cluster = await PostgresCluster.start(inEarnest);
  await (await cluster.store()).close(); // makes the tables, with patience
  const rounds = times(10);
  const store = await cluster.store({ access: { ...cluster.access(), answerTimeoutMs: 300 }, patienceMs: 60_000 });
  const fleet = new StormFleet('slow', 64, seed);
  try {
    await fleet.start(store);
    for (let round = 0; round < rounds; round += 1) {
      await pause(100 + below(300));
      const stopped = cluster.backends();
      for (const pid of stopped) process.kill(pid, 'SIGSTOP');
      await pause(300 + below(900));
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    }
    await pause(500);
    await fleet.stop();
    const near = await cluster.store();
    judge('a server that stands still', rounds, await compare(near, fleet));
    await near.close();
    await store.close();
  } finally {
    await cluster.remove();
  }
};

/** The primary dies, and its synchronous standby goes on in its place. */
const promote = async (): Promise<void> => {
  const rounds = times(4);
  const all: Compared[] = [];
  let tookMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const primary = await PostgresCluster.start([...inEarnest, 'wal_level=replica', 'max_wal_senders=4']);
    const standby = await primary.standby(['synchronous_standby_names=']);
    await primary.awaitStandby();
    const proxy = await CuttingProxy.before({ host: '127.0.0.1', port: primary.port });
    const access = { ...primary.access('postgres', { host: '127.0.0.1', port: proxy.port }), answerTimeoutMs: 3_000 };
    try {
      const store = await primary.store({ access, patienceMs: 60_000 });
      const fleet = new StormFleet(`promote-${round}`, 64, seed + round);
      await fleet.start(store);
      await pause(500 + below(1_000));
      await primary.kill();
      const before = performance.now();
      await standby.promote();
      tookMs = Math.max(tookMs, performance.now() - before);
      proxy.redirect({ host: '127.0.0.1', port: standby.port });
      await pause(500);
      await fleet.stop();
      all.push(await compare(store, fleet));
      await store.close();
    } finally {
      await proxy.close();
      await standby.remove();
      await primary.remove();
    }
  }
  judge('the primary dies, its standby goes on', rounds, sum(all), `, promoted within ${Math.round(tookMs)} ms`);
};

/** Ends a holder's time and takes the log, again where the holder renewed it in between. */
const takeFrom = async (next: PostgresLogStore, venID: string): Promise<EventLog> => {
  for (;;) {
    await next.connections.rows("UPDATE ven.log SET holder_until = '-infinity' WHERE ven_id = $1", [venID]);
    try {
      return await next.open(venID, { createIfMissing: false });
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== 'locked') throw error;
    }
  }
};

/** One who was replaced goes on appending; none of it may be accepted. */
const fence = async (): Promise<void> => {
  const cluster = await PostgresCluster.start(inEarnest);
  const rounds = times(40);
  let [stale, accepted] = [0, 0];
  try {
    const [old, next] = [await cluster.store(), await cluster.store()];
    for (let round = 0; round < rounds; round += 1) {
      const venIDs = Array.from({ length: 25 }, (_, number) => `fence-${round}-${number}`);
      const open = (venID: string): Promise<EventLog> => old.open(venID, { createIfMissing: true });
      const logs = await Promise.all(venIDs.map(open));
      const replaced = new Set<string>();
      let isOver = false;
      const writing = logs.map(async (log, index) => {
        const venID = venIDs[index] ?? '';
        while (!isOver) {
          const isStale = replaced.has(venID);
          if (isStale) stale += 1;
          const done = await log.append([draft({ stale: isStale })]).then(
            () => true,
            () => false,
          );
          if (done && isStale) accepted += 1;
          if (!done) await pause(1);
        }
      });
      await pause(below(50));
      await Promise.all(
        venIDs.map(async (venID) => {
          const taken = await takeFrom(next, venID);
          replaced.add(venID);
          await taken.append([draft('taken')]);
          await taken.close();
        }),
      );
      await pause(20);
      isOver = true;
      await Promise.all(writing);
      for (const venID of venIDs) {
        const log = await next.open(venID, { createIfMissing: false });
        await log.verify();
        const [last] = await next.connections.rows<{ taken: boolean }>(
          "SELECT body->>'data' = 'taken' AS taken FROM ven.entry WHERE ven_id = $1 ORDER BY position DESC LIMIT 1",
          [venID],
        );
        if (last?.taken !== true) accepted += 1;
        await log.close();
      }
      await Promise.all(logs.map((log) => log.close()));
    }
    await old.close();
    await next.close();
  } finally {
    await cluster.remove();
  }
  if (accepted > 0) bad += 1;
  say(`fencing: ${rounds} rounds, ${stale} stale appends tried, ${accepted} accepted`);
};

/** The disk under the server is full to the last byte, also of its write-ahead log; then there is room again. */
const full = async (): Promise<void> => {
  const cluster = await PostgresCluster.onSmallDisk(400, [...inEarnest, 'max_wal_size=64MB', 'min_wal_size=32MB']);
  if (cluster === null) return say('a full disk: not tried, for a small disk cannot be mounted here (that takes root)');
  const rounds = times(3);
  const fleet = new StormFleet('full', 32, seed);
  let isOver = false;
  try {
    const store = await cluster.store({ patienceMs: 500 });
    await fleet.start(store, () => !isOver);
    const ballast = join(cluster.directory, 'ballast');
    for (let round = 0; round < rounds; round += 1) {
      const [refused, acknowledged] = [fleet.refused, fleet.acknowledged];
      await until('all append', () => fleet.acknowledged > acknowledged + fleet.promised.length);
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M', 'count=400'], { stdio: 'ignore' });
      await until('the full disk is noticed', () => fleet.refused > refused);
      await pause(below(2_000));
      rmSync(ballast, { force: true });
      await cluster.recovered();
      const before = fleet.acknowledged;
      await until('appends go on', () => fleet.acknowledged > before + fleet.promised.length);
    }
    isOver = true;
    await fleet.stop();
    const refusals = [...fleet.refusals].map(([code, count]) => `${count} ${code}`).join(', ');
    // A server that fell over may do so once more while it is read: what it holds then is held against the same promises.
    await cluster.recovered();
    const near = await cluster.store();
    judge('a full disk', rounds, await compare(near, fleet), `; refused: ${refusals || 'none'}`);
    await near.close();
    await store.close();
  } finally {
    isOver = true;
    await cluster.remove();
  }
};

interface Poll {
  readonly worker: string;
  readonly venID: string;
  readonly at: number;
  readonly position: number;
  readonly hash: string;
}

/** Three workers as processes: one is killed, one is stopped for longer than its lease, and both are replaced. */
const workers = async (): Promise<void> => {
  const cluster = await PostgresCluster.start(inEarnest);
  const rounds = times(3);
  const leaseMs = 2_000;
  const program = fileURLToPath(new URL('worker.ts', import.meta.url));
  const polls: Poll[] = [];
  const running = new Map<string, ChildProcess>();
  const start = (): string => {
    const worker = `worker-${randomUUID().slice(0, 8)}`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', program, cluster.directory, String(cluster.port), worker, String(leaseMs), '60'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    running.set(worker, child);
    createInterface({ input: child.stdout }).on('line', (line) => polls.push(JSON.parse(line) as Poll));
    return worker;
  };
  const signal = (worker: string, name: NodeJS.Signals): void => {
    running.get(worker)?.kill(name);
    if (name === 'SIGKILL') running.delete(worker);
  };
  try {
    await (await cluster.store()).close(); // makes the tables
    const names = [start(), start(), start()];
    const pollsSince = (at: number): ReadonlySet<string> =>
      new Set(polls.filter((poll) => poll.at >= at).map(({ venID }) => venID));
    const allPolled = async (since: number): Promise<void> => {
      while (pollsSince(since).size < 60) await pause(50);
    };
    await allPolled(0);
    let worstMs = 0;
    for (let round = 0; round < rounds; round += 1) {
      const [victim, sleeper] = names;
      if (victim === undefined || sleeper === undefined) break;
      const killedAt = Date.now();
      signal(victim, 'SIGKILL');
      signal(sleeper, 'SIGSTOP');
      await pause(leaseMs * 2);
      signal(sleeper, 'SIGCONT');
      names.splice(0, 1, start());
      await allPolled(killedAt + leaseMs * 2);
      worstMs = Math.max(worstMs, silenceSince(polls, killedAt));
    }
    for (const worker of [...running.keys()]) signal(worker, 'SIGTERM');
    await pause(1_500);
    for (const worker of [...running.keys()]) signal(worker, 'SIGKILL');
    const store = await cluster.store();
    const twice = overlaps(polls);
    if (twice > 0) bad += 1;
    let lost = 0;
    for (let number = 0; number < 60; number += 1) {
      const venID = `storm-${number}`;
      const there = new Map<number, string>();
      await store.connections.rows("UPDATE ven.shard_lease SET until = '-infinity', owner = NULL");
      const log = await store.open(venID, { createIfMissing: false });
      await log.verify();
      for await (const { position, hash } of log.read()) there.set(position, hash);
      lost += polls.filter((poll) => poll.venID === venID && there.get(poll.position) !== poll.hash).length;
      await log.close();
    }
    await store.close();
    judge(
      'workers killed and stopped',
      rounds,
      { acknowledged: polls.length, lost, untold: 0 },
      `, ${twice} VENs acted for by two, silent for ${Math.round(worstMs)} ms at worst (lease ${leaseMs} ms)`,
    );
  } finally {
    for (const worker of [...running.keys()]) signal(worker, 'SIGKILL');
    await cluster.remove();
  }
};

/** The longest that a VEN was not acted for since. */
const silenceSince = (polls: readonly Poll[], since: number): number => {
  let worst = 0;
  const last = new Map<string, number>();
  for (const { venID, at } of [...polls].sort((a, b) => a.at - b.at)) {
    if (at > since) worst = Math.max(worst, at - (last.get(venID) ?? at));
    last.set(venID, at);
  }
  return worst;
};

/** How many VENs a worker acted for after another one had begun to: those that have a lease are one after the other. */
const overlaps = (polls: readonly Poll[]): number => {
  const twice = new Set<string>();
  const byVEN = new Map<string, Poll[]>();
  for (const poll of polls) byVEN.set(poll.venID, [...(byVEN.get(poll.venID) ?? []), poll]);
  for (const [venID, all] of byVEN) {
    const inOrder = all.sort((a, b) => a.position - b.position);
    for (let index = 1; index < inOrder.length; index += 1) {
      const [before, after] = [inOrder[index - 1], inOrder[index]];
      if (before !== undefined && after !== undefined && after.worker !== before.worker && before.at > after.at)
        twice.add(venID);
    }
  }
  return twice.size;
};

/** The workers as people start them, with agents that register and poll. */
const fleet = async (): Promise<void> => {
  const { vens, orphans, silentMs, damaged } = await killRealWorker(30, 3, 10);
  if (damaged > 0) bad += 1;
  say(
    `three workers of ven fleet run, one killed: ${orphans} of ${vens} VENs were its own and went on at the others within ${silentMs} ms, ${damaged} logs damaged`,
  );
};

/** A day of a fleet, with a worker killed at 17:00: ledgers and books are held against one another. */
const day = async (): Promise<void> => {
  const { isEqual, sentence } = await fleetDay(times(1_000));
  if (!isEqual) bad += 1;
  say(`a day on three workers, one killed when the prices come out: ${sentence}`);
};

const storms: Readonly<Record<string, () => Promise<void>>> = {
  kill,
  power,
  restart,
  cut,
  slow,
  promote,
  fence,
  full,
  workers,
  fleet,
  day,
};

const unknown = [
  ...names.filter((name) => !Object.hasOwn(storms, name)),
  ...args.filter((arg) => arg.startsWith('--') && arg !== '--share' && arg !== '--report'),
];
if (unknown.length > 0) {
  say(
    `There is no ${unknown.join(', ')}: npm run storms [-- NAME …] [--share 0.2] [--report FILE], and NAME is one of ${Object.keys(storms).join(', ')}.`,
  );
  process.exitCode = 2;
} else if (!hasPostgres) {
  say('PostgreSQL is not installed: there are no storms.');
} else {
  say(`Seed ${seed}.`);
  for (const [name, storm] of Object.entries(storms)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const startedAt = performance.now();
    run += 1;
    try {
      await storm();
    } catch (error) {
      bad += 1;
      say(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    say(`  ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
  process.exitCode = bad === 0 ? 0 : 1;
}
// As vitest counts, for whoever adds up all that was tried.
if (reportAt !== -1 && hasPostgres && unknown.length === 0)
  writeFileSync(
    args[reportAt + 1] ?? '',
    JSON.stringify({
      numPassedTests: Math.max(run - bad, 0),
      numFailedTests: Math.min(bad, run),
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    }),
  );
// What a storm left open keeps nobody waiting.
process.exit();
