import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import { LogError } from '../../src/store/errors.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { createdAt, draft, newDirectory, readAll } from './support.ts';

/**
 * Damage is noticed or harmless, never silent: after any of it the log either refuses with a `LogError`
 * or says, byte for byte, what it said before.
 */

const root = newDirectory();
const pristine = join(root, 'pristine');
const work = join(root, 'work');
const other = join(root, 'other');
let entries: readonly Entry[] = [];
let wires: readonly (string | undefined)[] = [];

const open = (directory: string): Promise<EventLog> => openLevelEventLog(directory, { createdAt, create: false });

/** Writes several runs, so that there are table files as well as a write-ahead file. */
const writeRuns = async (directory: string, runs: number, salt: string): Promise<void> => {
  for (let run = 0; run < runs; run += 1) {
    const log = await openLevelEventLog(directory, { createdAt });
    for (let number = 0; number < 25; number += 1) {
      const some = Array.from({ length: 4 }, (_, index) =>
        draft({ salt, run, number, index, price: Math.sin(number * 4 + index).toFixed(6) }),
      );
      await log.append(some, [
        {
          index: 0,
          xml: `<oadrPayload salt="${salt}">${String(Math.cos(run * 25 + number)).repeat(20)}</oadrPayload>`,
        },
      ]);
    }
    await log.saveCheckpoint({ name: 'tally', version: '1', ...log.durableHead, state: { run } });
    await log.close();
  }
};

const readWires = (log: EventLog, count: number): Promise<(string | undefined)[]> =>
  Promise.all(Array.from({ length: count }, (_, position) => log.wire(position)));

beforeAll(async () => {
  await writeRuns(pristine, 3, 'ours');
  await writeRuns(other, 4, 'theirs');
  // A reading log compacts nothing away: what is tried below is what an agent leaves behind.
  cpSync(pristine, work, { recursive: true });
  const log = await open(work);
  entries = await readAll(log);
  wires = await readWires(log, entries.length);
  await log.close();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const restore = (): void => {
  rmSync(work, { recursive: true, force: true });
  cpSync(pristine, work, { recursive: true });
};

type Verdict = 'refused at opening' | 'refused when read' | 'harmless';

/**
 * Opens what is left and reads all of it, as is done after a crash: with a look at the tables first, because
 * LevelDB may end the whole process over a damaged one. Anything but a refusal or the very same content fails the test.
 */
const judge = async (): Promise<Verdict> => {
  const log = await openLevelEventLog(work, { createdAt, create: false, checkTables: true }).catch(expectLogError);
  if (log === undefined) return 'refused at opening';
  try {
    return await compare(log);
  } finally {
    await log.close();
  }
};

const compare = async (log: EventLog): Promise<Verdict> => {
  const read = await readAll(log).catch(expectLogError);
  const kept = await readWires(log, entries.length).catch(expectLogError);
  const checkpoint = await log.loadCheckpoint('tally').catch(expectLogError);
  const verified = await log.verify().catch(expectLogError);
  if (read !== undefined) expect(read).toEqual(entries);
  if (kept !== undefined) expect(kept).toEqual(wires);
  if (checkpoint !== undefined) expect([0, 1, 2]).toContainEqual((checkpoint.state as { run: number }).run);
  return read !== undefined && verified !== undefined ? 'harmless' : 'refused when read';
};

const expectLogError = (error: unknown): undefined => {
  expect(error).toBeInstanceOf(LogError);
  expect((error as LogError).message).toMatch(/\.$/);
  return undefined;
};

const files = (pattern: RegExp): string[] =>
  readdirSync(join(work, 'log'))
    .filter((name) => pattern.test(name))
    .map((name) => join(work, 'log', name));

const flipBit = (path: string, bit: number): void => {
  const bytes = readFileSync(path);
  const at = Math.floor(bit / 8) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  writeFileSync(path, bytes);
};

const zeroBlock = (path: string, start: number): void => {
  const bytes = readFileSync(path);
  const at = start % bytes.length;
  bytes.fill(0, at, Math.min(at + 512, bytes.length));
  writeFileSync(path, bytes);
};

const verdicts = new Map<string, Map<Verdict, number>>();
const count = (kind: string, verdict: Verdict): void => {
  const counts = verdicts.get(kind) ?? new Map<Verdict, number>();
  verdicts.set(kind, counts.set(verdict, (counts.get(verdict) ?? 0) + 1));
};

describe('chance damage to a log that was closed', () => {
  const kinds = {
    'a flipped bit in the write-ahead file': (chance: number) =>
      files(/\.log$/).forEach((path) => flipBit(path, chance)),
    'a flipped bit in a table': (chance: number) =>
      flipBit(files(/\.ldb$/)[chance % files(/\.ldb$/).length] ?? '', Math.floor(chance / 7)),
    'a flipped bit in MANIFEST': (chance: number) => files(/^MANIFEST/).forEach((path) => flipBit(path, chance)),
    'a flipped bit in CURRENT': (chance: number) => flipBit(join(work, 'log', 'CURRENT'), chance),
    'a flipped bit in the marker': (chance: number) => flipBit(join(work, 'log.json'), chance),
    'a zeroed block': (chance: number) => {
      const candidates = files(/\.(log|ldb)$/);
      zeroBlock(candidates[chance % candidates.length] ?? '', Math.floor(chance / 5));
    },
    'a torn write-ahead file': (chance: number) =>
      files(/\.log$/).forEach((path) => truncateSync(path, chance % statSync(path).size)),
    'a deleted file': (chance: number) => {
      const all = files(/^(?!LOG|LOCK)/);
      unlinkSync(all[chance % all.length] ?? '');
    },
  };

  it.each(Object.entries(kinds))('%s is noticed or harmless', async (kind, damage) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(0x7fff_ffff), async (chance) => {
        restore();
        damage(chance);
        count(kind, await judge());
      }),
      { numRuns: 30 },
    );
    expect([...(verdicts.get(kind)?.values() ?? [])].reduce((sum, each) => sum + each, 0)).toBe(30);
  });

  it('a flipped bit among the written bytes was noticed nearly always, so these tests do test something', () => {
    const noticed = (kind: string) => 30 - (verdicts.get(kind)?.get('harmless') ?? 0);
    expect(noticed('a flipped bit in the write-ahead file')).toBeGreaterThan(25);
    expect(noticed('a torn write-ahead file')).toBeGreaterThan(25);
    expect(noticed('a flipped bit in a table')).toBeGreaterThan(25);
  });
});

describe('damage with a name', () => {
  const refusal = async (): Promise<LogError> => {
    const log = await open(work).catch((error: unknown) => error);
    if (log instanceof LogError) return log;
    await (log as EventLog).close();
    throw new Error('The log was opened as if nothing had happened.');
  };

  it('a database without CURRENT is not begun anew', async () => {
    restore();
    unlinkSync(join(work, 'log', 'CURRENT'));
    expect(await refusal()).toMatchObject({
      code: 'missing',
      message: expect.stringMatching(/CURRENT.*restore the log from a backup/),
    });
    expect(files(/\.ldb$/).length).toBeGreaterThan(0);
    await expect(openLevelEventLog(work, { createdAt, create: true })).rejects.toMatchObject({ code: 'missing' });
  });

  it('nor when the marker is gone with it', async () => {
    restore();
    unlinkSync(join(work, 'log', 'CURRENT'));
    unlinkSync(join(work, 'log.json'));
    await expect(openLevelEventLog(work, { createdAt, create: true })).rejects.toMatchObject({ code: 'missing' });
  });

  it('a database that is gone altogether is missed', async () => {
    restore();
    rmSync(join(work, 'log'), { recursive: true });
    expect(await refusal()).toMatchObject({ code: 'missing' });
  });

  it('a marker that is gone is made again after checking everything', async () => {
    restore();
    unlinkSync(join(work, 'log.json'));
    expect(await judge()).toBe('harmless');
    expect(existsSync(join(work, 'log.json'))).toBe(true);
  });

  it('an end that is gone is noticed, with the first position that is missing', async () => {
    restore();
    const [path = ''] = files(/\.log$/);
    truncateSync(path, statSync(path).size - 1_000); // the last 130 bytes or so are a checkpoint, which may go
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      position: 296,
      message: expect.stringMatching(
        /at position 296: the log ends here, but it was at least 300 entries long.*restore the log from a backup/,
      ),
    });
  });

  it('a changed byte in the write-ahead file is noticed before LevelDB drops what follows it without a word', async () => {
    restore();
    files(/\.log$/).forEach((path) => flipBit(path, 8 * 5_000));
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(
        /The file \d+\.log of the log's database is damaged: the record at byte \d+ has another checksum than its bytes\..*"ven log repair"/,
      ),
    });
    expect(files(/\.log$/).length).toBe(1);
  });

  it('a zeroed stretch of it likewise', async () => {
    restore();
    files(/\.log$/).forEach((path) => zeroBlock(path, 5_000));
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/\.log of the log's database is damaged/),
    });
  });

  it('a stretch missing in the middle is noticed, with its first position', async () => {
    restore();
    const level = new Level(join(work, 'log'));
    await level.sublevel('entries').del('0000000000000250');
    await level.close();
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      position: 250,
      message: expect.stringMatching(/damaged at position 250: an entry for position 251 stands there/),
    });
  });

  it('the database of another log is noticed', async () => {
    restore();
    rmSync(join(work, 'log'), { recursive: true });
    cpSync(join(other, 'log'), join(work, 'log'), { recursive: true });
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      position: 199,
      message: expect.stringMatching(/another entry stands there/),
    });
  });

  it('an older copy of the same database is noticed', async () => {
    restore();
    const older = join(root, 'older');
    await writeRuns(older, 2, 'ours');
    rmSync(join(work, 'log'), { recursive: true });
    cpSync(join(older, 'log'), join(work, 'log'), { recursive: true });
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      position: 200,
      message: expect.stringMatching(/at least 300 entries long/),
    });
  });

  it('a database that went another way since an older copy is noticed', async () => {
    const [fork, otherFork] = [join(root, 'fork'), join(root, 'otherFork')];
    await writeRuns(fork, 1, 'ours');
    cpSync(fork, otherFork, { recursive: true });
    await writeRuns(fork, 1, 'ours');
    await writeRuns(otherFork, 2, 'theirs');
    rmSync(work, { recursive: true, force: true });
    cpSync(fork, work, { recursive: true });
    rmSync(join(work, 'log'), { recursive: true });
    cpSync(join(otherFork, 'log'), join(work, 'log'), { recursive: true });
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      position: 199,
      message: expect.stringMatching(/another entry stands there/),
    });
  });

  const endMark = (directory: string): string => join(directory, 'log.end');

  it('an end mark of another log is noticed', async () => {
    restore();
    const stranger = join(root, 'stranger');
    await (await openLevelEventLog(stranger, { createdAt: createdAt + 1 })).close();
    cpSync(endMark(stranger), endMark(work));
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/is not the one that the mark .*log\.end was written for/),
    });
  });

  it('one slot of the end mark is enough, a damaged mark is named, and without one the log goes on', async () => {
    restore();
    flipBit(endMark(work), 8 * 500);
    expect(await judge()).toBe('harmless');
    flipBit(endMark(work), 8 * 500);
    flipBit(endMark(work), 8 * 1_000);
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/end mark .*log\.end is damaged.*or remove it/),
    });
    unlinkSync(endMark(work));
    expect(await judge()).toBe('harmless');
  });

  it('an end that is gone is missed by the end mark even where the marker is gone or old', async () => {
    restore();
    unlinkSync(join(work, 'log.json'));
    const [path = ''] = files(/\.log$/);
    truncateSync(path, statSync(path).size - 1_000);
    expect(await refusal()).toMatchObject({
      code: 'corrupt',
      position: 296,
      message: expect.stringMatching(/it was at least 300 entries long/),
    });
  });

  it('XML that is gone before its retention is missed', async () => {
    restore();
    const level = new Level(join(work, 'log'));
    await level.sublevel('wires').del('0000000000000004');
    await level.close();
    const log = await open(work);
    await expect(log.wire(4)).rejects.toMatchObject({
      code: 'corrupt',
      position: 4,
      message: expect.stringMatching(/its XML is gone/),
    });
    await expect(log.verify()).rejects.toMatchObject({ position: 4 });
    expect(await log.verify(5)).toEqual(log.durableHead);
    await log.forgetWires(createdAt + 1);
    expect(await log.wire(4)).toBeUndefined();
    expect(await log.verify()).toEqual(log.durableHead);
    await log.close();
  });

  it('a log of a later release is left alone', async () => {
    restore();
    writeFileSync(join(work, 'log.json'), JSON.stringify({ format: 3, shape: 'unknown' }));
    expect(await refusal()).toMatchObject({ code: 'newer', message: expect.stringMatching(/install that release/) });
  });

  it('where there never was a log, a reader makes none', async () => {
    const nowhere = join(root, 'nowhere');
    await expect(open(nowhere)).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringMatching(/There is no log in/),
    });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('a first start that was cut short is begun again', async () => {
    const begun = join(root, 'begun');
    mkdirSync(join(begun, 'log'), { recursive: true });
    writeFileSync(join(begun, 'log', 'LOCK'), '');
    writeFileSync(join(begun, 'log', 'MANIFEST-000001'), '');
    const log = await openLevelEventLog(begun, { createdAt });
    expect((await log.append([draft()])).entries).toMatchObject([{ position: 0 }]);
    await log.close();
  });

  it('the data directory is closed to other users', async () => {
    const directory = join(root, 'private');
    await (await openLevelEventLog(directory, { createdAt })).close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'log.json')).mode & 0o777).toBe(0o600);
  });
});

describe('several that want a log at once', () => {
  it('one gets it, the others hear that it is taken, and nobody spoils its marks', async () => {
    restore();
    for (let round = 0; round < 15; round += 1) {
      const opened = await Promise.all(Array.from({ length: 4 }, () => open(work).catch((error: LogError) => error)));
      const [log, ...more] = opened.filter((each): each is EventLog => !(each instanceof LogError));
      expect(more).toEqual([]);
      for (const refused of opened) if (refused instanceof LogError) expect(refused.code).toBe('locked');
      expect((await readAll(log as EventLog)).length).toBe(entries.length);
      await log?.close();
    }
  });
});

describe('a log whose agent died', () => {
  it('misses each acknowledged append that a torn write-ahead file has lost, and takes no harm where it lost none', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(0x7fff_ffff), fc.nat(40), async (chance, unwritten) => {
        const died = join(root, 'died');
        rmSync(work, { recursive: true, force: true });
        rmSync(died, { recursive: true, force: true });
        const log = await openLevelEventLog(died, { createdAt });
        for (let number = 0; number < 30; number += 1) await log.append([draft({ number }), draft({ number })]);
        const written = await readAll(log);
        cpSync(died, work, { recursive: true, filter: (path) => !path.endsWith('LOCK') });
        await log.close();
        const [path = ''] = files(/\.log$/);
        const isShortened = chance % 2 === 0;
        if (isShortened) truncateSync(path, chance % statSync(path).size);
        else appendFileSync(path, Buffer.alloc(unwritten, chance)); // of a write that nobody was told of
        const left = await open(work).catch(expectLogError);
        expect(left === undefined).toBe(isShortened);
        if (left === undefined) return;
        expect(await readAll(left)).toEqual(written);
        await left.close();
      }),
      { numRuns: 24 },
    ));

  it('has its tables looked over before LevelDB may rewrite them', async () => {
    const died = join(root, 'unclosed');
    cpSync(pristine, died, { recursive: true });
    const log = await open(died);
    rmSync(work, { recursive: true, force: true });
    cpSync(died, work, { recursive: true });
    await log.close();
    const [table = ''] = files(/\.ldb$/);
    flipBit(table, 8 * 1_000);
    await expect(open(work)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(
        /The file \d+\.ldb of the log's database is damaged: the block of \d+ bytes at byte \d+ has another checksum/,
      ),
    });
  });

  it('keeps its marker close enough that a lost end of any length is noticed', async () => {
    const died = join(root, 'long');
    rmSync(work, { recursive: true, force: true });
    const log = await openLevelEventLog(died, { createdAt });
    for (let number = 0; number < 40; number += 1)
      await log.append(Array.from({ length: 50 }, (_, index) => draft({ number, index })));
    await new Promise((resolve) => setTimeout(resolve, 50));
    cpSync(died, work, { recursive: true });
    await log.close();
    const marker = JSON.parse(readFileSync(join(work, 'log.json'), 'utf8')) as { head: { position: number } };
    expect(marker.head.position).toBeGreaterThanOrEqual(2_000 - 512 - 1_024);
    files(/\.log$/).forEach((path) => truncateSync(path, 1_000));
    await expect(open(work)).rejects.toMatchObject({ code: 'corrupt' });
  });
});
