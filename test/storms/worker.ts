/**
 * A worker of the storms: `worker.ts SOCKET_DIRECTORY PORT NAME LEASE_MS VENS`.
 *
 * For each VEN it holds, it says now and then that it acts for it, and appends that; a line on its output is written once the entry
 * was acknowledged, with the moment at which it asked whether it may act.
 */
import { LogError } from '../../src/store/errors.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { LeaseKeeper } from '../../src/store/postgres/leaseKeeper.ts';
import { PostgresLogStore } from '../../src/store/postgres/postgresLogStore.ts';
import { steadyPacing } from '../../src/adapters/time/steadyPacing.ts';
import { draft } from '../store/support.ts';

const [host = '', port = '', worker = '', leaseMs = '', vens = ''] = process.argv.slice(2);
const pacing = steadyPacing();
// The storm's worker has nothing else to keep it alive.
const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const store = await PostgresLogStore.open({
  access: {
    config: { host, port: Number(port), database: 'postgres', user: 'owner' },
    place: 'the storm',
    veil: (text) => text,
    answerTimeoutMs: 1_500,
  },
  holder: worker,
  pacing: { now: pacing.now, wait, idle: wait },
  now: Date.now,
  leaseMs: null,
});
const venIDs = Array.from({ length: Number(vens) }, (_, number) => `storm-${number}`);
const logs = new Map<string, EventLog>();

const keeper = new LeaseKeeper({
  connections: store.connections,
  pacing: { now: pacing.now, wait, idle: wait },
  standing: { worker, capacity: 1, leaseMs: Number(leaseMs) },
  listener: { gained: () => undefined, lost: async () => undefined },
});
keeper.start();

const act = async (venID: string): Promise<void> => {
  if (!keeper.isHeld(venID)) {
    const log = logs.get(venID);
    logs.delete(venID);
    await log?.close().catch(() => undefined);
    return;
  }
  try {
    const log = logs.get(venID) ?? (await store.open(venID, { createIfMissing: true }));
    logs.set(venID, log);
    if (!keeper.isHeld(venID)) return;
    const at = Date.now();
    const {
      entries: [entry],
    } = await log.append([draft({ worker, at })]);
    process.stdout.write(`${JSON.stringify({ worker, venID, at, position: entry?.position, hash: entry?.hash })}\n`);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    await logs
      .get(venID)
      ?.close()
      .catch(() => undefined);
    logs.delete(venID);
  }
};

let isEnding = false;
process.on('SIGTERM', () => (isEnding = true));
while (!isEnding) {
  await Promise.all(venIDs.map(act));
  await wait(100);
}
for (const log of logs.values()) await log.close().catch(() => undefined);
await keeper.leave();
await store.close();
