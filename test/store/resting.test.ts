import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskUseOf } from '../../src/store/diskLog.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { lastValue, valueOf, valuesBetween } from '../../src/store/level/files/sorted.ts';
import { openStill } from '../../src/store/level/files/still.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { openRestingLog } from '../../src/store/level/restingLog.ts';
import { createdAt, draft, drafts, newDirectory, readAll } from './support.ts';
import { triesOf } from '../support/leftOut.ts';

/** A log is read as it lies, without LevelDB: the same is read, and nobody is kept from anything. */

let root: string;
let data: string;
const opened: EventLog[] = [];

const kept = async (opening: Promise<EventLog>): Promise<EventLog> => {
  const log = await opening;
  opened.push(log);
  return log;
};

const write = (): Promise<EventLog> => kept(openLevelEventLog(data, { createdAt }));
const read = (): Promise<EventLog> => kept(openRestingLog(data));

beforeEach(() => {
  root = newDirectory();
  data = join(root, 'data');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  rmSync(root, { recursive: true, force: true });
});

const noise = (seed: number): string =>
  Array.from({ length: 60 }, (_, index) => Math.sin(seed * 60 + index).toString(36)).join('');

/** A log of several tables and a write-ahead file, with XML, checkpoints and gaps. */
const writeMuch = async (log: EventLog): Promise<void> => {
  for (let round = 0; round < 12; round += 1) {
    const many = Array.from({ length: 120 }, (_, index) => draft({ round, noise: noise(round * 120 + index) }));
    await log.append(many, [
      { index: 3, xml: `<a>${noise(round)}</a>` },
      { index: 90, xml: `<b>${noise(-round)}</b>` },
    ]);
    await log.saveCheckpoint({ name: 'tally', version: '1', ...log.durableHead, state: { round } });
  }
  const entries = await readAll(log);
  const at = (position: number) => ({ position, hash: entries[position]?.hash ?? '' });
  await log.forgetEntries(
    [
      { from: 5, to: 60, hash: at(60).hash },
      { from: 100, to: 350, hash: at(350).hash },
    ],
    at(400),
    [{ name: 'base', version: '1', ...at(400), state: null }],
  );
  for (let round = 0; round < 12; round += 1)
    await log.append(Array.from({ length: 20 }, () => draft(randomBytes(9_000).toString('base64'))));
};

/** All that a log answers. */
const answers = async (log: EventLog) => {
  const entries = await readAll(log);
  const wires: (string | undefined)[] = [];
  for (const { position } of entries) wires.push(await log.wire(position));
  return {
    entries,
    wires,
    some: await readAll(log, 200, 700),
    head: log.head,
    base: log.base,
    checkpoints: [await log.loadCheckpoint('tally'), await log.loadCheckpoint('base'), await log.loadCheckpoint('no')],
    stats: await log.stats(),
    parts: (await diskUseOf(log, { parts: true }))?.parts,
  };
};

describe('a log at rest', () => {
  it('answers as LevelDB does, and changes no byte', async () => {
    const log = await write();
    await writeMuch(log);
    const told = await answers(log);
    await log.close();
    const names = readdirSync(join(data, 'log'));
    const digests = () =>
      names.map((name) =>
        createHash('sha256')
          .update(readFileSync(join(data, 'log', name)))
          .digest('hex'),
      );
    const before = digests();
    const resting = await read();
    expect(await answers(resting)).toEqual(told);
    await expect(resting.append([draft()])).rejects.toMatchObject({ code: 'locked' });
    expect(readdirSync(join(data, 'log'))).toEqual(names);
    expect(digests()).toEqual(before);
    expect(names.length).toBeGreaterThan(6);
  });

  it('can be read while LevelDB has it open, and is then what it was at some instant', async () => {
    const log = await write();
    let isOver = false;
    let reads = 0;
    const writing = (async () => {
      await writeMuch(log);
      while (reads < 7) await log.append([draft('one more')]);
    })().finally(() => (isOver = true));
    for (; !isOver; reads += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (log.durableHead.position < 0) continue;
      const atLeast = log.durableHead.position;
      const resting = await openRestingLog(data);
      const head = resting.durableHead;
      expect(head.position).toBeGreaterThanOrEqual(atLeast);
      expect((await readAll(resting)).at(-1)?.hash).toBe(head.hash);
      await resting.close();
    }
    await writing;
    expect(reads).toBeGreaterThan(5);
    expect((await readAll(log)).at(-1)?.hash).toBe((await read()).head.hash);
  });

  it('keeps nobody from opening it, and is read to its end though the one who did threw its files away', async () => {
    const first = await write();
    await writeMuch(first);
    await first.close();
    const resting = await read();
    const told = await answers(resting);
    const log = await write();
    const entries = await readAll(log);
    const last = entries.at(-2);
    await log.forgetEntries(
      [{ from: 401, to: last?.position ?? 0, hash: last?.hash ?? '' }],
      { position: last?.position ?? 0, hash: last?.hash ?? '' },
      [],
    );
    expect((await answers(resting)).entries).toEqual(told.entries);
  });

  it('is refused where the agent would refuse it', async () => {
    const log = await write();
    await writeMuch(log);
    await log.close();
    const pristine = join(root, 'pristine');
    cpSync(data, pristine, { recursive: true });
    // A compaction that the close cut off leaves a table that belongs to nothing: damage to it is none to the log. LevelDB opens without it.
    const belongs = async (name: string): Promise<boolean> => {
      const copy = join(root, `without ${name}`);
      cpSync(data, copy, { recursive: true });
      rmSync(join(copy, 'log', name));
      const level = new Level(join(copy, 'log'));
      const opened = await level.open().then(
        () => true,
        () => false,
      );
      if (opened) await level.close();
      return !opened;
    };
    const tables: string[] = [];
    for (const name of readdirSync(join(data, 'log')))
      if (name.endsWith('.ldb') && (await belongs(name))) tables.push(name);
    const spoil = (name: string, change: (bytes: Buffer) => Buffer): void => {
      rmSync(data, { recursive: true });
      cpSync(pristine, data, { recursive: true });
      const path = join(data, 'log', name);
      writeFileSync(path, change(readFileSync(path)));
    };
    for (const name of tables) {
      spoil(name, (bytes) => {
        bytes[Math.floor(bytes.length / 3)]! ^= 0x40;
        return bytes;
      });
      const refusal = await openRestingLog(data, { checkTables: true }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: 'LogError', code: 'corrupt' });
      const opening = await openRestingLog(data).catch((error: unknown) => error);
      if (!(opening instanceof Error))
        await (opening as EventLog)
          .verify()
          .catch((error: unknown) => expect(error).toMatchObject({ name: 'LogError', code: 'corrupt' }))
          .finally(() => (opening as EventLog).close());
      rmSync(join(data, 'log', name));
      await expect(openRestingLog(data)).rejects.toMatchObject({ name: 'LogError', code: 'missing' });
    }
    expect(tables.length).toBeGreaterThan(1);
    await expect(openRestingLog(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('what is read without LevelDB', () => {
  const operation = fc.tuple(fc.nat({ max: 60 }), fc.option(fc.string({ maxLength: 300 }), { freq: 4 }));

  it('is what LevelDB reads, whatever was written, removed and compacted', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(operation, { maxLength: 60 }), { minLength: 1, maxLength: 5 }),
        async (runs) => {
          const directory = join(root, `any-${(run += 1)}`);
          for (const [index, operations] of runs.entries()) {
            const level = new Level(directory, { writeBufferSize: 4_096 });
            await level.open();
            for (const [number, value] of operations) {
              const key = `k${String(number).padStart(2, '0')}`;
              await (value === null ? level.del(key) : level.put(key, value));
            }
            if (index === 2)
              await (level as unknown as { compactRange(from: string, to: string): Promise<void> }).compactRange(
                'k10',
                'k40',
              );
            await level.close();
          }
          const { sources, close } = await openStill(directory);
          const level = new Level(directory);
          await level.open();
          const texts: string[] = [];
          for await (const values of valuesBetween(sources, 'k05', 'k50'))
            texts.push(...values.map((each) => Buffer.from(each).toString()));
          expect(texts).toEqual(await level.values({ gte: 'k05', lte: 'k50' }).all());
          for (let number = 0; number <= 61; number += 7) {
            const key = `k${String(number).padStart(2, '0')}`;
            const value = await valueOf(sources, key);
            expect(value === undefined ? undefined : Buffer.from(value).toString()).toBe(await level.get(key));
            const [last] = await level.keys({ gte: 'k', lte: key, reverse: true, limit: 1 }).all();
            expect((await lastValue(sources, 'k', key))?.[0]).toBe(last);
          }
          await level.close();
          await close();
        },
      ),
      { numRuns: triesOf(25) },
    );
  });
});

const disk = (): string => {
  const place = join(root, 'disk');
  mkdirSync(place);
  return place;
};

const mount = (...args: readonly string[]): boolean => spawnSync('mount', args).status === 0;

describe('a disk that takes nothing', () => {
  it('is read when it is full to the last page', async (context) => {
    const place = disk();
    if (!mount('-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', place))
      return context.skip('A small disk needs root to be mounted.');
    try {
      data = join(place, 'data');
      const log = await write();
      await log.append(drafts(500));
      await log.close();
      const { bavail, bsize } = statfsSync(place);
      writeFileSync(join(place, 'filler'), Buffer.alloc(bavail * bsize));
      await expect(openLevelEventLog(data, { createdAt })).rejects.toMatchObject({ code: 'full' });
      expect(await readAll(await read())).toHaveLength(500);
    } finally {
      await Promise.all(opened.splice(0).map((log) => log.close()));
      spawnSync('umount', ['-l', place]);
    }
  });

  it('is read when it is mounted read-only', async (context) => {
    const place = disk();
    if (!mount('-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', place))
      return context.skip('A small disk needs root to be mounted.');
    try {
      data = join(place, 'data');
      const log = await write();
      await log.append(drafts(500));
      await log.close();
      expect(mount('-o', 'remount,ro', place)).toBe(true);
      await expect(openLevelEventLog(data, { createdAt })).rejects.toMatchObject({ name: 'LogError' });
      expect(await readAll(await read())).toHaveLength(500);
    } finally {
      await Promise.all(opened.splice(0).map((log) => log.close()));
      spawnSync('umount', ['-l', place]);
    }
  });

  it('is read when the directory itself may not be written', async () => {
    const log = await write();
    await log.append(drafts(50));
    await log.close();
    chmodSync(join(data, 'log'), 0o500);
    chmodSync(data, 0o500);
    expect(await readAll(await read())).toHaveLength(50);
    chmodSync(data, 0o700);
    chmodSync(join(data, 'log'), 0o700);
  });
});
