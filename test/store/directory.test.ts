import {
  appendFileSync,
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../src/store/eventLog.ts';
import type { DiskLog } from '../../src/store/diskLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { createdAt, draft, drafts, newDirectory, readAll } from './support.ts';

/** The directory under an open log, and who else may write there. */

let root: string;
let data: string;
const opened: EventLog[] = [];

const open = async (directory = data): Promise<DiskLog> => {
  const log = await openLevelEventLog(directory, { createdAt });
  opened.push(log);
  return log;
};

/** A log of some entries, closed. */
const begun = async (): Promise<void> => {
  const log = await open();
  await log.append(drafts(20));
  await log.close();
};

beforeEach(() => {
  root = newDirectory();
  data = join(root, 'data');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  rmSync(root, { recursive: true, force: true });
});

const gone = expect.objectContaining({
  code: 'replaced',
  message: expect.stringMatching(/was deleted, moved or replaced while the log was open.*start again\.$/) as string,
}) as Error;

describe('a data directory that goes while its log is open', () => {
  const goings: Readonly<Record<string, () => void>> = {
    deleted: () => rmSync(data, { recursive: true }),
    moved: () => renameSync(data, join(root, 'elsewhere')),
    'replaced by a copy': () => {
      renameSync(data, join(root, 'elsewhere'));
      cpSync(join(root, 'elsewhere'), data, { recursive: true });
    },
    'without its lock': () => rmSync(join(data, 'log', 'LOCK')),
  };

  for (const [name, go] of Object.entries(goings)) {
    it(`${name}: nothing more is written, and it is seen without a write as well`, async () => {
      const log = await open();
      await log.append(drafts(3));
      log.mustBeWhole();
      go();
      expect(() => log.mustBeWhole()).toThrow(gone);
      await expect(log.append([draft('lost')])).rejects.toThrow(gone);
    });
  }

  it('leaves the marks of what came into its place alone', async () => {
    const log = await open();
    await log.append(drafts(3));
    const other = await openLevelEventLog(join(root, 'other'), { createdAt: createdAt + 1 });
    await other.append(drafts(1));
    await other.close();
    renameSync(data, join(root, 'elsewhere'));
    renameSync(join(root, 'other'), data);
    const marker = readFileSync(join(data, 'log.json'), 'utf8');
    await expect(log.append(drafts(600))).rejects.toThrow(gone);
    await log.close();
    expect(readFileSync(join(data, 'log.json'), 'utf8')).toBe(marker);
  });

  for (const file of ['CURRENT', 'the write-ahead file', 'log.json', 'log.end']) {
    it(`is seen to have lost ${file}, though nothing was to be written there`, async () => {
      const log = await open();
      await log.append(drafts(3));
      const path =
        file === 'the write-ahead file'
          ? join(data, 'log', readdirSync(join(data, 'log')).find((name) => name.endsWith('.log')) ?? '')
          : join(data, file === 'CURRENT' ? 'log' : '', file);
      rmSync(path);
      expect(() => log.mustBeWhole()).toThrow(gone);
    });
  }
});

describe('write-ahead files that hold a write twice', () => {
  const writeAhead = (): string => {
    const name = readdirSync(join(data, 'log')).find(
      (each) => each.endsWith('.log') && statSync(join(data, 'log', each)).size > 0,
    );
    return join(data, 'log', name ?? '');
  };

  const twice = expect.objectContaining({
    code: 'corrupt',
    message: expect.stringMatching(
      /^The file \d+\.log .* its write \d+ stands there twice, or in another file/,
    ) as string,
  }) as Error;

  it('in one file: one sentence, where LevelDB would end the process', async () => {
    await begun();
    const path = writeAhead();
    appendFileSync(path, readFileSync(path));
    await expect(open()).rejects.toThrow(twice);
  });

  it('in a copy beside it: one sentence', async () => {
    await begun();
    cpSync(writeAhead(), join(data, 'log', '000999.log'));
    await expect(open()).rejects.toThrow(twice);
  });
});

describe('links in the place of the files beside the database', () => {
  for (const name of ['log.json', 'log.end']) {
    it(`${name}: refused, and what the link leads to is neither believed nor written`, async () => {
      await begun();
      const target = join(root, `their-${name}`);
      renameSync(join(data, name), target);
      const before = readFileSync(target);
      symlinkSync(target, join(data, name));
      await expect(open()).rejects.toMatchObject({
        code: 'exposed',
        message: expect.stringMatching(/is a link, and no log has one there/) as string,
      });
      expect(readFileSync(target)).toEqual(before);
    });
  }

  it('log.json.new: taken away, and what it leads to is not written', async () => {
    await begun();
    const precious = join(root, 'precious');
    writeFileSync(precious, 'keep me');
    symlinkSync(precious, join(data, 'log.json.new'));
    await (await open()).close();
    expect(readFileSync(precious, 'utf8')).toBe('keep me');
    expect(lstatSync(join(data, 'log.json')).isSymbolicLink()).toBe(false);
  });
});

describe('a directory that others may write into', () => {
  it('is closed to them, and that is told', async () => {
    await begun();
    chmodSync(data, 0o777);
    chmodSync(join(data, 'log'), 0o775);
    const log = await open();
    expect(log.closedToOthers).toEqual([data, join(data, 'log')]);
    expect([data, join(data, 'log')].map((path) => statSync(path).mode & 0o777)).toEqual([0o755, 0o755]);
  });

  it('is refused when it is a place for everybody, which must not be closed', async () => {
    mkdirSync(data);
    chmodSync(data, 0o1777);
    await expect(open()).rejects.toMatchObject({
      code: 'exposed',
      message: expect.stringMatching(/^Other users may write into .* chmod go-w on it\.$/) as string,
    });
    expect(readdirSync(data)).toEqual([]);
    expect(statSync(data).mode & 0o7777).toBe(0o1777);
  });
});

describe('a reader beside a compaction', () => {
  it('reads one state of the log, whatever goes meanwhile', async () => {
    const log = await open();
    await log.append(drafts(4_000));
    const entries = await readAll(log);
    const gaps = [{ from: 0, to: 2_999, hash: entries[2_999]?.hash ?? '' }];
    const reading = log.read({ from: 10 })[Symbol.asyncIterator]();
    const first = await reading.next();
    await log.forgetEntries(gaps, { position: 2_999, hash: entries[2_999]?.hash ?? '' }, []);
    const rest: number[] = [];
    for (let next = await reading.next(); next.done !== true; next = await reading.next())
      rest.push(next.value.position);
    expect(first.value).toEqual(entries[10]);
    expect(rest).toEqual(Array.from({ length: 3_989 }, (_, index) => index + 11));
    expect((await readAll(log)).map(({ position }) => position)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index + 3_000),
    );
  });

  it('never says "damaged" of a log that is whole, of hundreds of reads at any instant of it', async () => {
    const log = await open();
    await log.append(drafts(1_200));
    const entries = await readAll(log);
    const compactAll = async (): Promise<void> => {
      for (let to = 99; to < 1_100; to += 100) {
        const head = { position: to, hash: entries[to]?.hash ?? '' };
        await log.forgetEntries([{ from: to - 99, to, hash: head.hash }], head, []);
      }
    };
    const compacting = compactAll();
    let isOver = false;
    void compacting.then(() => (isOver = true));
    let reads = 0;
    for (; !isOver; reads += 1) {
      const from = (reads * 37) % 1_150;
      for (const entry of await readAll(log, from, from + 40)) expect(entry).toEqual(entries[entry.position]);
      await log.wire(from);
    }
    await compacting;
    expect(reads).toBeGreaterThan(10);
  });
});
