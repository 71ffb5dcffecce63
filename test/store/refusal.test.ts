import { describe, expect, it } from 'vitest';
import { LogError } from '../../src/store/errors.ts';
import { Followers } from '../../src/store/followers.ts';
import { emptyHead, type SealedEntry } from '../../src/store/hashChain.ts';
import { LogWriter, maxGroupEntries, maxWaitingEntries } from '../../src/store/logWriter.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { draft, drafts, readAll } from './support.ts';

/** What becomes of appends when the disk is slow, full, broken, or gone. */

const full = new LogError('full', 'The disk is full.');

/** A writer over a disk that answers when the test says so. */
const heldWriter = () => {
  const groups: { group: readonly SealedEntry[]; answer: (error?: Error) => void }[] = [];
  const write = (group: readonly SealedEntry[]) =>
    new Promise<void>((resolve, reject) =>
      groups.push({ group, answer: (error) => (error === undefined ? resolve() : reject(error)) }),
    );
  return { groups, writer: new LogWriter(emptyHead, write, new Followers()) };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('appends that arrive while a group is being written share the next one', async () => {
    const { groups, writer } = heldWriter();
    const first = writer.append(drafts(1));
    await turn();
    const later = [writer.append(drafts(2)), writer.append(drafts(3))];
    await turn();
    expect(groups.map(({ group }) => group.length)).toEqual([1]);
    groups[0]?.answer();
    await first;
    await turn();
    expect(groups.map(({ group }) => group.length)).toEqual([1, 5]);
    groups[1]?.answer();
    expect((await Promise.all(later)).map(({ entries }) => entries.map(({ position }) => position))).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('a group has its limit, and no append is torn apart by it', async () => {
    const { groups, writer } = heldWriter();
    const half = maxGroupEntries / 2 + 1;
    const appends = [
      writer.append(drafts(half)),
      writer.append(drafts(half)),
      writer.append(drafts(maxGroupEntries * 2)),
    ];
    for (let number = 0; number < 3; number += 1) {
      await turn();
      groups[number]?.answer();
    }
    await Promise.all(appends);
    expect(groups.map(({ group }) => group.length)).toEqual([half, half, maxGroupEntries * 2]);
  });

  it('what waits has its limit: an append beyond it is refused as busy, and the log goes on', async () => {
    const { groups, writer } = heldWriter();
    const waiting = writer.append(drafts(maxWaitingEntries));
    await expect(writer.append(drafts(1))).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringMatching(/too slow: 65536 entries wait/),
    });
    await turn();
    groups[0]?.answer();
    await waiting;
    const next = writer.append(drafts(1));
    await turn();
    groups[1]?.answer();
    expect((await next).entries).toMatchObject([{ position: maxWaitingEntries }]);
  });
});

describe('a disk that refuses', () => {
  it('refuses the group, all that waits and all that comes, and takes back their places', async () => {
    const { groups, writer } = heldWriter();
    const first = writer.append(drafts(2));
    await turn();
    groups[0]?.answer();
    await first;
    const refused = [writer.append(drafts(1))];
    await turn();
    refused.push(writer.append(drafts(1)));
    expect(writer.head.position).toBe(3);
    groups[1]?.answer(full);
    for (const append of refused) await expect(append).rejects.toBe(full);
    expect(writer.head).toEqual(writer.durableHead);
    expect(writer.head.position).toBe(1);
    await expect(writer.append(drafts(1))).rejects.toBe(full);
    expect(groups.length).toBe(2);
  });

  it('followers hear nothing of what was refused', async () => {
    const disk = new MemoryDisk();
    const log = openMemoryEventLog({ disk });
    const heard: number[] = [];
    log.follow(({ position }) => heard.push(position));
    await log.append(drafts(2));
    disk.fault = () => full;
    await expect(log.append(drafts(2))).rejects.toBe(full);
    expect(heard).toEqual([0, 1]);
    expect((await readAll(log)).length).toBe(2);
  });

  it.each([1, 2, 3, 4, 5])(
    'at write %i of five, leaves a log that reopens with exactly what was acknowledged',
    async (failing) => {
      const disk = new MemoryDisk();
      disk.fault = (write) => (write === failing ? full : undefined);
      const log = openMemoryEventLog({ disk });
      const acknowledged = [];
      for (let number = 0; number < 5; number += 1)
        acknowledged.push(
          ...(await log.append([draft(number), draft(number)]).then(
            ({ entries }) => entries,
            () => [],
          )),
        );
      await log.close();
      expect(acknowledged.length).toBe((failing - 1) * 2);
      disk.fault = undefined;
      const reopened = openMemoryEventLog({ disk });
      expect(await readAll(reopened)).toEqual(acknowledged);
      expect((await reopened.append([draft()])).entries).toMatchObject([{ position: acknowledged.length }]);
    },
  );
});

describe('a crash in memory', () => {
  it('keeps what was durable, forgets what was not, and the dead log reaches the disk no more', async () => {
    const disk = new MemoryDisk();
    const dead = openMemoryEventLog({ disk });
    const acknowledged = (await dead.append(drafts(3))).entries;
    let answered = false;
    dead.append(drafts(2)).then(
      () => (answered = true),
      () => (answered = true),
    );
    disk.crash();
    const log = openMemoryEventLog({ disk });
    expect(await readAll(log)).toEqual(acknowledged);
    await log.append([draft('new life')]);
    await turn();
    expect(answered).toBe(false);
    expect((await readAll(log)).map(({ data }) => data).at(-1)).toBe('new life');
    expect(await log.verify()).toEqual(log.head);
  });
});

describe('a follower that throws', () => {
  it('is called no more, is reported, and takes nobody with it', async () => {
    const faults: unknown[] = [];
    const log = openMemoryEventLog({ onFollowerFault: (fault) => faults.push(fault) });
    const heard: number[] = [];
    log.follow(() => {
      throw new Error('not my day');
    });
    log.follow(({ position }) => heard.push(position));
    expect((await log.append(drafts(2))).entries).toHaveLength(2);
    expect(heard).toEqual([0, 1]);
    expect(faults).toEqual([new Error('not my day')]);
  });

  it('while the log closes does not keep it open', async () => {
    const faults: unknown[] = [];
    const disk = new MemoryDisk();
    const log = openMemoryEventLog({ disk, onFollowerFault: (fault) => faults.push(fault) });
    log.follow(
      () => undefined,
      () => Promise.reject(new Error('late')),
    );
    await log.close();
    expect(faults).toEqual([new Error('late')]);
    await openMemoryEventLog({ disk }).close();
  });
});
