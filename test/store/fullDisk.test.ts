import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import { LogError } from '../../src/store/errors.ts';
import type { DiskLog } from '../../src/store/diskLog.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { createdAt, draft, newDirectory, readAll } from './support.ts';

const directory = newDirectory();
const disk = join(directory, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status === 0;
if (!mounted)
  console.warn('A small disk could not be mounted (that takes root): the tests of a full disk are skipped.');

afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(directory, { recursive: true, force: true });
});

const ballast = join(disk, 'ballast');
const data = join(disk, 'data');
const open = (): Promise<DiskLog> => openLevelEventLog(data, { createdAt });

/** Appends, four at a time, until the disk refuses; returns what was acknowledged and every refusal. */
const appendUntilRefused = async (log: EventLog): Promise<{ acknowledged: Entry[]; refusals: unknown[] }> => {
  const acknowledged: Entry[] = [];
  const refusals: unknown[] = [];
  for (let number = 0; refusals.length === 0; number += 1) {
    const together = [0, 1, 2, 3].map((writer) =>
      log.append([draft({ number, writer, noise: noise(number * 4 + writer) }), draft({ number, writer })]),
    );
    for (const appended of await Promise.allSettled(together)) {
      if (appended.status === 'fulfilled') acknowledged.push(...appended.value.entries);
      else refusals.push(appended.reason);
    }
  }
  return { acknowledged, refusals };
};

/** Text that does not compress away. */
const noise = (seed: number): string =>
  Array.from({ length: 40 }, (_, index) => Math.sin(seed * 40 + index).toString(36)).join('');

describe.skipIf(!mounted)('a full disk', () => {
  it('stops the log with a sentence that says what to do, and loses nothing that was acknowledged', async () => {
    writeFileSync(ballast, Buffer.alloc(3 * 1024 * 1024));
    const log = await open();
    const { acknowledged, refusals } = await appendUntilRefused(log);

    expect(acknowledged.length).toBeGreaterThan(100);
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(LogError);
      expect(refusal).toMatchObject({
        code: 'full',
        message: expect.stringMatching(/is full: free some space and start again; everything acknowledged is kept\.$/),
      });
    }
    expect(log.head).toEqual(log.durableHead);
    expect(log.durableHead.position).toBe(acknowledged.length - 1);

    await expect(log.append([draft()])).rejects.toMatchObject({ code: 'full' });
    expect(await readAll(log)).toEqual(acknowledged);
    await log.close();

    await fillUp();
    await expect(open()).rejects.toMatchObject({ name: 'LogError', code: 'full' });

    rmSync(ballast);
    rmSync(join(disk, 'filler'));
    const reopened = await open();
    const kept = await readAll(reopened);
    expect(kept.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(kept.length % 2).toBe(0);
    expect(await reopened.verify()).toEqual(reopened.durableHead);
    expect((await reopened.append([draft('after')])).entries).toMatchObject([{ position: kept.length }]);
    expect((await reopened.diskUse()).freeBytes).toBeLessThan(8 * 1024 * 1024);
    await reopened.close();
  });
});

/** Takes what the failed writing left, to the last page. */
const fillUp = async (): Promise<void> => {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
};
