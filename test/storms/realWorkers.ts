/** The workers as people start them, before the embedded VTN: one is killed, and its VENs go on at the others. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '../../src/adapters/time/systemClock.ts';
import type { PostgresLogStore } from '../../src/store/postgres/postgresLogStore.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { PostgresCluster } from '../support/postgres.ts';

/** What was seen. */
export interface WorkersSeen {
  readonly vens: number;
  readonly orphans: number;
  /** From the kill until the last VEN of the dead worker had recorded something anew. @unit ms */
  readonly silentMs: number;
  readonly damaged: number;
}

const program = fileURLToPath(new URL('../../src/cli/ven.ts', import.meta.url));

/** @limit How long anything is waited for. @unit ms */
const patienceMs = 90_000;

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const endAt = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > endAt) throw new Error(`It was waited in vain that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const holdersOf = async (store: PostgresLogStore): Promise<ReadonlyMap<string, string>> => {
  const rows = await store.connections.rows<{ ven_id: string; holder: string }>(
    'SELECT ven_id, holder FROM ven.log WHERE holder IS NOT NULL',
  );
  return new Map(rows.map(({ ven_id, holder }) => [ven_id, holder]));
};

/** Starts the workers, kills one with everything in flight, and looks at all logs at the end. */
export const killRealWorker = async (vens: number, workers: number, leaseSeconds: number): Promise<WorkersSeen> => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-workers-'));
  const cluster = await PostgresCluster.start(['fsync=on']);
  const clock = new SystemClock();
  const timeZone = 'America/New_York';
  const vtn = createVtn({ clock, seed: 'workers', timeZone, pollFreq: 'PT2S', status: 'never', remembers: 10 });
  const server = await startVtnServer(vtn, { token: 'a-token-of-the-storm' });
  const running = new Map<number, ChildProcess>();
  try {
    const store = await cluster.store();
    const at = (name: string): string => join(directory, name);
    writeFileSync(at('store.url'), `postgres://owner@127.0.0.1:${cluster.port}/postgres`, { mode: 0o600 });
    writeFileSync(at('vtn.url'), server.url, { mode: 0o600 });
    const venIDs = Array.from({ length: vens }, (_, number) => `ven-${number}`);
    const devices = [{ kind: 'simulatedBattery', resourceID: '{venID}-battery', schedule: [] }];
    const fleet = {
      dataDirectory: at('data'),
      spreadMs: 1_000,
      defaults: { vtnUrlFile: 'vtn.url', timeZone, devices },
      vens: venIDs.map((venID) => ({ venID })),
    };
    writeFileSync(at('fleet.json'), JSON.stringify(fleet));
    for (let worker = 0; worker < workers; worker += 1) {
      const args = [
        '--import',
        'tsx',
        program,
        'fleet',
        'run',
        '-c',
        at('fleet.json'),
        '--store',
        at('store.url'),
        '--data',
        at(`data-${worker}`),
      ];
      const child = spawn(process.execPath, [...args, '--lease', String(leaseSeconds)], {
        stdio: ['ignore', 'ignore', process.env['STORM_VERBOSE'] === undefined ? 'ignore' : 'inherit'],
      });
      if (child.pid !== undefined) running.set(child.pid, child);
    }
    const ownersNow = async (): Promise<ReadonlySet<string>> => new Set((await holdersOf(store)).values());
    await until('every VEN is registered', () => vtn.registrations().length === vens);
    await until(
      'each worker has some',
      async () => (await ownersNow()).size === workers && (await holdersOf(store)).size === vens,
    );
    const [victim] = running.keys();
    const orphans = [...(await holdersOf(store))].filter(([, holder]) => holder.includes(`process ${victim},`));
    const killedAt = Date.now();
    running.get(victim ?? 0)?.kill('SIGKILL');
    running.delete(victim ?? 0);
    const orphanIDs = orphans.map(([venID]) => venID);
    await until('the others have its VENs, and these have recorded something anew', async () => {
      const rows = await store.connections.rows<{ ven_id: string }>(
        `SELECT log.ven_id FROM ven.log AS log WHERE log.ven_id = ANY($1::text[]) AND log.holder NOT LIKE $2
         AND EXISTS (SELECT FROM ven.entry AS entry WHERE entry.ven_id = log.ven_id AND entry.type = 'AgentStarted'
           AND entry.stored_at > to_timestamp($3))`,
        [orphanIDs, `%process ${victim},%`, killedAt / 1_000],
      );
      return rows.length === orphanIDs.length;
    });
    const silentMs = Date.now() - killedAt;
    const ended = [...running.values()].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of running.values()) child.kill('SIGTERM');
    await Promise.all(ended);
    running.clear();
    let damaged = 0;
    for (const venID of venIDs) {
      const log = await store.open(venID, { createIfMissing: false });
      await log.verify().catch(() => (damaged += 1));
      await log.close();
    }
    await store.close();
    return { vens, orphans: orphanIDs.length, silentMs, damaged };
  } finally {
    for (const child of running.values()) child.kill('SIGKILL');
    await server.close();
    clock.close();
    await cluster.remove();
    rmSync(directory, { recursive: true, force: true });
  }
};
