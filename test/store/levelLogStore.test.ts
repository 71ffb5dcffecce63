import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLevelLogStore } from '../../src/store/level/levelLogStore.ts';
import type { LogStore } from '../../src/store/logStore.ts';
import { StoreFloor } from '../../src/store/level/many/storeFloor.ts';
import { HeadsFile, readHeads } from '../../src/store/level/many/headsFile.ts';
import { storePaths } from '../../src/store/level/many/storePaths.ts';
import { GroupCommit } from '../../src/store/level/many/groupCommit.ts';
import { createdAt, draft, drafts, newDirectory, readAll } from './support.ts';

let root = '';
let data = '';
let store: LogStore;

const open = (): Promise<LogStore> => openLevelLogStore(data, { createdAt: () => createdAt, create: true });
const begin = { createIfMissing: true };
const found = { createIfMissing: false };

/** Three VENs with thirty entries each, in a store that is closed. */
const written = async (): Promise<void> => {
  const first = await open();
  for (const venID of ['a', 'b', 'c']) {
    const log = await first.open(venID, begin);
    for (let number = 0; number < 10; number += 1)
      await log.append(drafts(3, number * 3), [{ index: 0, xml: `<of-${venID}/>` }]);
  }
  await first.close();
};

/** Changes what lies in the database, as a fault of the disk or a person might. */
const inDatabase = async (change: (level: Level) => Promise<void>): Promise<void> => {
  const level = new Level(storePaths(data).database);
  await level.open();
  await change(level);
  await level.close();
};

const entryKey = (venID: string, position: number): string => `!${venID}!entries!${String(position).padStart(16, '0')}`;

beforeEach(() => {
  root = newDirectory();
  data = join(root, 'data');
});

afterEach(async () => {
  await store?.close();
  rmSync(root, { recursive: true, force: true });
});

describe('the logs of many VENs', () => {
  it('are those of whoever has begun one, under any name', async () => {
    store = await open();
    for (const venID of ['b', 'a!entries!', 'ä/ö', 'a']) await (await store.open(venID, begin)).append(drafts(2));
    expect([...(await store.venIDs())].sort()).toEqual(['a', 'a!entries!', 'b', 'ä/ö'].sort());
    await expect(store.open('nobody', found)).rejects.toMatchObject({ code: 'missing' });
    await expect(store.open('', begin)).rejects.toMatchObject({ code: 'missing' });
    await expect(store.open('a', found)).rejects.toMatchObject({ code: 'locked' });
  });

  it('share one flush when they are written to at the same time', async () => {
    const batches: number[] = [];
    const group = new GroupCommit((puts) => Promise.resolve(void batches.push(puts.length)));
    const put = { type: 'put', key: 'k', value: 'v', valueEncoding: 'utf8' } as const;
    await Promise.all(Array.from({ length: 50 }, () => group.put([put])));
    expect(batches).toEqual([50]);
  });

  it('stop one alone when an entry of it was changed, is missing, or its end was cut off', async () => {
    const changes: readonly (readonly [(level: Level) => Promise<void>, RegExp])[] = [
      [
        async (level) => level.put(entryKey('b', 7), `${await level.get(entryKey('b', 7))}`.replace('7', '8')),
        /position 7/,
      ],
      [(level) => level.del(entryKey('b', 12)), /position 12/],
      [(level) => level.del(entryKey('b', 29)), /position 29.*at least 30 entries long/],
      [(level) => level.clear({ gte: '!b!', lte: '!b"' }), /the log of b is gone, but it was at least 30 entries long/],
    ];
    await written();
    cpSync(data, join(root, 'pristine'), { recursive: true });
    for (const [change, sentence] of changes) {
      rmSync(data, { recursive: true });
      cpSync(join(root, 'pristine'), data, { recursive: true });
      await inDatabase(async (level) => {
        await level.del('!b!meta!settled');
        await change(level);
      });
      store = await open();
      await expect(store.open('b', begin)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringMatching(sentence) as string,
      });
      for (const venID of ['a', 'c']) {
        const log = await store.open(venID, found);
        expect((await readAll(log)).length).toBe(30);
        expect(await log.verify()).toEqual(log.durableHead);
        expect(await log.wire(27)).toBe(`<of-${venID}/>`);
        expect((await log.append([draft('on')])).entries).toMatchObject([{ position: 30 }]);
      }
      await store.close();
    }
  });

  it('given a state was kept, when the process is killed a while later, then the chain is walked from there', async () => {
    store = await open();
    const log = await store.open('a', begin);
    await log.append(drafts(20));
    const { position, hash } = log.durableHead;
    await log.saveCheckpoint({ name: 'agent', version: '1', position, hash, state: null });
    await log.append(drafts(5, 20));
    cpSync(data, join(root, 'killed'), { recursive: true });
    const level = new Level(storePaths(join(root, 'killed')).database);
    await level.open();
    expect(JSON.parse((await level.get('!a!meta!settled')) ?? '{}')).toEqual({ position, hash });
    await level.close();
  });

  it('are refused together where nobody could tell whose entries are lost', async () => {
    await written();
    const { database, endMark } = storePaths(data);
    const heads = readFileSync(endMark, 'utf8');
    writeFileSync(endMark, heads.replace('"createdAt":', '"createdAt":1'));
    await expect(open()).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('is not the one that') as string,
    });
    writeFileSync(endMark, heads.replace('[', '{'));
    await expect(open()).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('remembers where each log ends') as string,
    });
    writeFileSync(endMark, heads);
    rmSync(join(database, 'CURRENT'));
    await expect(open()).rejects.toMatchObject({ code: 'missing' });
    expect(existsSync(join(database, 'CURRENT'))).toBe(false);
  });

  it('are whole though a power cut left half a line of their ends', async () => {
    await written();
    const { endMark } = storePaths(data);
    truncateSync(endMark, readFileSync(endMark).length - 20);
    store = await open();
    for (const venID of ['a', 'b', 'c']) expect((await readAll(await store.open(venID, found))).length).toBe(30);
  });

  it('are let in to one process at a time', async () => {
    store = await open();
    await expect(open()).rejects.toMatchObject({ code: 'locked' });
  });

  it('remember their ends in a file that stays short', async () => {
    store = await open();
    const paths = { ...storePaths(data), endMark: join(root, 'ends') };
    const file = await HeadsFile.begin(paths, { createdAt, heads: new Map() });
    const hash = 'a'.repeat(64);
    for (let position = 0; position < 300; position += 1)
      await file.advance(new Map(Array.from({ length: 100 }, (_, ven) => [`ven-${ven}`, { position, hash }])));
    expect(readFileSync(paths.endMark).length).toBeLessThan(1.1 * 1024 * 1024);
    await file.close();
    expect((await readHeads(paths))?.heads.get('ven-99')).toEqual({ position: 299, hash });
  });
});

describe('a database that has refused something', () => {
  it('refuses all until it is opened anew, keeps what it has, and goes on for those who lost nothing', async () => {
    await written();
    const paths = storePaths(data);
    const level = new Level(paths.database);
    await level.open();
    let refusing = false;
    const faulty = new Proxy(level, {
      get: (target, name) => {
        if (name === 'batch' && refusing)
          return () => Promise.reject(Object.assign(new Error('No space left on device'), { code: 'LEVEL_IO_ERROR' }));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const floor = new StoreFloor(paths, faulty, await HeadsFile.begin(paths, { createdAt, heads: new Map() }));
    const put = { type: 'put', key: '!a!probe', value: 'v', valueEncoding: 'utf8' } as const;
    await floor.commit([put]);
    refusing = true;
    await expect(floor.commit([put])).rejects.toMatchObject({ code: 'full' });
    refusing = false;
    await expect(floor.commit([put])).rejects.toMatchObject({ code: 'full' });
    await floor.mend();
    await floor.commit([put]);
    expect(floor.opening).toBe(1);
    await floor.close();
    store = await open();
    for (const venID of ['a', 'b', 'c']) expect((await readAll(await store.open(venID, found))).length).toBe(30);
  });
});
