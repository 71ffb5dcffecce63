import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, describe, expect, it } from 'vitest';
import type { GapSeal, LogCompacted } from '../../src/facts/input.ts';
import type { Checkpoint, EventLog } from '../../src/store/eventLog.ts';
import type { Head } from '../../src/store/head.ts';
import { gapText, type Gap } from '../../src/store/gaps.ts';
import { emptyHead } from '../../src/store/hashChain.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { headAt } from '../../src/store/logWriter.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { sealGaps } from '../../src/store/seals.ts';
import { createdAt, draft, drafts, readAll } from '../store/support.ts';
import { copyOfOneInstant } from '../support/copies.ts';

/** What the gaps of a log promise, on disk and in memory, and what happens when they lie. */

const roots: string[] = [];
const newRoot = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'ter-ven-gaps-'));
  roots.push(root);
  return root;
};
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

const compaction = (seal: GapSeal, base: Head): LogCompacted => ({
  basePosition: base.position,
  baseHash: base.hash,
  beforeAt: createdAt,
  seal,
});

const checkpoint = (base: Head): Checkpoint => ({ name: 'base', version: '1', ...base, state: { said: 'base' } });

/** Thirty entries of which 3 to 6, 8, and 10 to 19 go; 19 is the base. */
const gone: readonly (readonly [number, number])[] = [
  [3, 6],
  [8, 8],
  [10, 19],
];

const prepared = async (log: EventLog): Promise<{ readonly gaps: readonly Gap[]; readonly base: Head }> => {
  await log.append(
    drafts(30),
    [4, 7, 12, 25].map((index) => ({ index, xml: `<message>${index}</message>` })),
  );
  const entries = await readAll(log);
  const gaps = gone.map(([from, to]) => ({ from, to, hash: entries[to]?.hash ?? '' }));
  const base = headAt(entries[19]!);
  await log.append([draft(compaction(sealGaps(0, base.position, gaps), base), { type: 'LogCompacted' })]);
  return { gaps, base };
};

const positionsOf = async (log: EventLog, from?: number, to?: number): Promise<number[]> =>
  (await readAll(log, from, to)).map(({ position }) => position);

const kept = [0, 1, 2, 7, 9, ...Array.from({ length: 11 }, (_, index) => 20 + index)];

describe.each([
  [
    'in memory',
    () => {
      const disk = new MemoryDisk();
      return async () => openMemoryEventLog({ disk });
    },
  ],
  [
    'on disk',
    () => {
      const root = newRoot();
      return () => openLevelEventLog(root, { createdAt });
    },
  ],
])('entries that a log %s has let go of', (_, ground) => {
  it('are gone with their XML, and the others stay in their places and verify', async () => {
    const open = ground();
    const log = await open();
    const before = await readAll(log);
    const { gaps, base } = await prepared(log);
    const all = await readAll(log);
    await log.forgetEntries(gaps, base, [checkpoint(base)]);
    expect(before).toEqual([]);
    expect(await readAll(log)).toEqual(all.filter(({ position }) => kept.includes(position)));
    expect(await log.verify()).toEqual(log.head);
    expect(log.base).toEqual(base);
    expect(await Promise.all([4, 7, 12, 25].map((position) => log.wire(position)))).toEqual([
      undefined,
      '<message>7</message>',
      undefined,
      '<message>25</message>',
    ]);
    expect((await log.stats()).entries).toBe(kept.length);
    await log.close();
  });

  it('are passed over wherever reading begins or ends, and stay gone when the log is opened again and goes on', async () => {
    const open = ground();
    const first = await open();
    const { gaps, base } = await prepared(first);
    await first.forgetEntries(gaps, base, [checkpoint(base)]);
    await first.close();
    const log = await open();
    expect(log.base).toEqual(base);
    for (let from = 0; from <= 31; from += 1) {
      for (const to of [from, from + 1, from + 5, 40])
        expect(await positionsOf(log, from, to), `${from} to ${to}`).toEqual(
          kept.filter((position) => position >= from && position <= to),
        );
    }
    expect((await log.append([draft('more')])).entries[0]).toMatchObject({ position: 31 });
    expect(await log.verify()).toEqual(log.head);
    for (const from of [0, 4, 8, 15, 20, 31]) expect(await log.verify(from)).toEqual(log.head);
    expect(await log.loadCheckpoint('base')).toEqual(checkpoint(base));
    await log.close();
  });

  it('can be followed by more, of what came after', async () => {
    const log = await ground()();
    const { gaps, base } = await prepared(log);
    await log.forgetEntries(gaps, base, [checkpoint(base)]);
    const entries = await readAll(log);
    const next = headAt(entries.find(({ position }) => position === 25)!);
    const more = [{ from: 20, to: 25, hash: next.hash }];
    await log.append([draft(compaction(sealGaps(20, 25, more), next), { type: 'LogCompacted' })]);
    await log.forgetEntries(more, next, [checkpoint(next)]);
    expect(await positionsOf(log)).toEqual([0, 1, 2, 7, 9, 26, 27, 28, 29, 30, 31]);
    expect(await log.verify()).toEqual(log.head);
    await log.close();
  });

  it.each([
    ['that end with another entry', (gaps: readonly Gap[]) => [{ ...gaps[0]!, hash: 'f'.repeat(64) }]],
    ['that overlap', (gaps: readonly Gap[]) => [gaps[0]!, { ...gaps[1]!, from: 5 }]],
    ['that reach beyond the base', (gaps: readonly Gap[]) => [{ ...gaps[2]!, to: 21 }]],
    ['that end before they begin', (gaps: readonly Gap[]) => [{ ...gaps[0]!, from: 7 }]],
  ])('must be gaps that fit: those %s are refused and nothing goes', async (_name, alter) => {
    const log = await ground()();
    const { gaps, base } = await prepared(log);
    const all = await readAll(log);
    await expect(log.forgetEntries(alter(gaps), base, [])).rejects.toThrow(RangeError);
    await expect(log.forgetEntries(gaps, { ...base, hash: 'f'.repeat(64) }, [])).rejects.toThrow(RangeError);
    expect(await readAll(log)).toEqual(all);
    expect(log.base).toEqual(emptyHead);
    await log.close();
  });
});

describe('gaps that lie', () => {
  const keyOf = (position: number): string => String(position).padStart(16, '0');

  /** A compacted log, whose database somebody who knows LevelDB then alters. */
  const alteredBy = async (alter: (level: Level, gaps: readonly Gap[]) => Promise<unknown>): Promise<string> => {
    const root = newRoot();
    const log = await openLevelEventLog(root, { createdAt });
    const { gaps, base } = await prepared(log);
    await log.forgetEntries(gaps, base, [checkpoint(base)]);
    await log.close();
    const level = new Level(join(root, 'log'));
    await alter(level, gaps);
    await level.close();
    const opened = await openLevelEventLog(root, { createdAt, create: false }).catch((error: Error) => error);
    if (opened instanceof Error) return opened.message;
    const found = await opened.verify().then(
      () => 'whole',
      (error: Error) => error.message,
    );
    await opened.close();
    return found;
  };

  it('an untouched one is whole', async () => {
    expect(await alteredBy(async () => undefined)).toBe('whole');
  });

  it.each<[string, (level: Level, gaps: readonly Gap[]) => Promise<unknown>, RegExp]>([
    [
      'one more entry let go of, with the right hash',
      async (level) => {
        const entries = level.sublevel('entries');
        const { hash } = JSON.parse((await entries.get(keyOf(7))) ?? '') as { hash: string };
        await entries.put(keyOf(7), gapText({ from: 7, to: 7, hash }));
      },
      /its seal says 15 in 3, or others/,
    ],
    [
      'one more let go of behind the base',
      async (level) => {
        const entries = level.sublevel('entries');
        const { hash } = JSON.parse((await entries.get(keyOf(22))) ?? '') as { hash: string };
        await entries.put(keyOf(22), gapText({ from: 22, to: 22, hash }));
      },
      /position 22: the entries up to 22 are gone, although everything after position 19 should be there/,
    ],
    [
      'a gap made longer',
      async (level, gaps) => {
        const entries = level.sublevel('entries');
        await entries.del(keyOf(9));
        await entries.del(keyOf(10));
        await entries.put(keyOf(9), gapText({ ...gaps[2]!, from: 9 }));
      },
      /its seal says 15 in 3, or others/,
    ],
    [
      'a gap removed',
      (level) => level.sublevel('entries').del(keyOf(8)),
      /position 8: an entry for position 9 stands there/,
    ],
    [
      'another hash at the end of a gap',
      (level, gaps) => level.sublevel('entries').put(keyOf(3), gapText({ ...gaps[0]!, hash: 'e'.repeat(64) })),
      /position 7: its hash is/,
    ],
    [
      'bytes that are no gap',
      (level) => level.sublevel('entries').put(keyOf(3), '{"gap":7}'),
      /position 3: the bytes there are not a gap/,
    ],
    [
      'a base that is earlier',
      (level) => level.sublevel('meta').put('base', JSON.stringify({ ...emptyHead, forgotten: 0 })),
      /although everything after position -1 should be there/,
    ],
    [
      'a base that is no entry of the log',
      (level) =>
        level.sublevel('meta').put('base', JSON.stringify({ position: 9, hash: 'd'.repeat(64), forgotten: 15 })),
      /position 9: another entry stands there than the one that is remembered/,
    ],
    [
      'an XML taken away as if a repair had lost it',
      (level) =>
        level.sublevel<string, Uint8Array>('wires', { valueEncoding: 'view' }).put(keyOf(7), new Uint8Array(0)),
      /position 7: its XML is gone, and no repair says so/,
    ],
  ])('are found: %s', async (_name, alter, sentence) => {
    expect(await alteredBy(alter)).toMatch(sentence);
  });
});

describe('a process that dies while entries are let go of', () => {
  it('leaves the log with all of them or without, at any instant', async () => {
    const root = newRoot();
    const living = join(root, 'living');
    const log = await openLevelEventLog(living, { createdAt });
    const { gaps, base } = await prepared(log);
    const all = await positionsOf(log);
    let isOver = false;
    const ends = { before: join(root, 'before'), after: join(root, 'after') };
    cpSync(living, ends.before, { recursive: true, filter: (path) => !path.endsWith('LOCK') });
    const forgetting = log.forgetEntries(gaps, base, [checkpoint(base)]).finally(() => (isOver = true));
    const copies: string[] = [];
    for (let number = 0; !isOver && number < 200; number += 1) {
      const copy = join(root, `dead${number}`);
      if (copyOfOneInstant(living, copy)) copies.push(copy);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await forgetting;
    await log.close();
    cpSync(living, ends.after, { recursive: true });
    const found = new Set<string>();
    for (const copy of [ends.before, ...copies, ends.after]) {
      const left = await openLevelEventLog(copy, { createdAt, create: false });
      const positions = await positionsOf(left);
      const isShort = left.base.position === base.position;
      expect(positions).toEqual(isShort ? kept : all);
      expect(await left.verify()).toEqual(left.head);
      expect(await left.loadCheckpoint('base')).toEqual(isShort ? checkpoint(base) : undefined);
      found.add(isShort ? 'without' : 'with');
      await left.close();
    }
    expect([...found].sort()).toEqual(['with', 'without']);
  });
});
