/**
 * A data directory as the first released machines left it, in the middle of a delivery: the oadrUpdateReport of 2026-06-10 was
 * with the VTN, which had booked it, and its answer never came.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { foldLog } from '../../src/shell/fold.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { requestsNamed } from '../../src/vtn/chronicle.ts';
import type { Storage } from '../support/agentWorld.ts';
import { booksOf } from '../support/ledgers.ts';
import { at, resourceID, timeZone, worldOn } from '../scenarios/support/day.ts';

const today = '2026-06-10';
const tomorrow = '2026-06-11';
const left = new URL('left/machines-1-mid-delivery.json.gz', import.meta.url);

/** The directory, laid out anew. */
const laidOut = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ter-ven-left-'));
  const files = JSON.parse(gunzipSync(readFileSync(left)).toString('utf8')) as Readonly<Record<string, string>>;
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, Buffer.from(content, 'base64'), { mode: 0o600 });
  }
  return directory;
};

describe('a data directory that the machines of version 1 left in the middle of a delivery', () => {
  const directories: string[] = [];
  afterEach(() => {
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  });

  it('given it is taken up in place, when the agent starts, then the day is in doubt, goes out again as it was, and prices are in hand', async () => {
    const directory = laidOut();
    directories.push(directory);
    const storage: Storage = {
      open: () => openLevelEventLog(directory, { createdAt: 0 }),
      crash: () => undefined,
    };
    const { world } = worldOn({ day: tomorrow, hour: 0.1, storage });
    await world.start();
    const before = (await world.entries()).filter(({ recordedAt }) => recordedAt < at(tomorrow, 0, 2));
    const former = before.findLast(({ type }) => type === 'UsageDeliveryStarted')?.data as { requestID: string };
    await world.runTo(at(tomorrow, 1));
    const entries = await world.entries();
    expect(entries.filter(({ type }) => type === 'UsageDeliveryDoubted')).toHaveLength(1);
    const sent = requestsNamed(world.vtn.chronicle, 'oadrUpdateReport');
    expect(sent.map(({ requestID }) => requestID)).toEqual([former.requestID]);
    const books = await booksOf(world.log, timeZone);
    expect(books.statuses(resourceID, today)).toEqual(Array(24).fill('acknowledged'));
    expect(books.ledger(resourceID, tomorrow).filter(({ usdPerKwh }) => usdPerKwh !== null)).toHaveLength(24);
    const { divergences, unstepped } = await foldLog(world.log, { verify: true });
    expect([divergences, unstepped]).toEqual([[], 0]);
    expect(world.vtn.complaints).toEqual([]);
    await world.agent?.stop('test over');
    await world.log.close();
  });
});
