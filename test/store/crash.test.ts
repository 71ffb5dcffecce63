import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { builtProgram } from '../cli/support/build.ts';
import { isWhole } from '../support/leftOut.ts';
import { newDirectory, readAll } from './support.ts';

const appender = await builtProgram('test/store/appender.ts');
const appenderArguments = (directory: string, seed: number, appends?: number): string[] => [
  appender,
  directory,
  String(seed),
  ...(appends === undefined ? [] : [String(appends)]),
];

const directories: string[] = [];
const freshDirectory = (): string => {
  const directory = newDirectory();
  directories.push(directory);
  return directory;
};
afterAll(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true })));

interface Acknowledged {
  readonly position: number;
  readonly hash: string;
}

/** Lets an appender run for a while after it is ready, or after its first promise, kills it, and returns what it had been promised. */
const appendUntilKilled = async (
  directory: string,
  seed: number,
  { from, lifeMs }: { readonly from: 'ready' | 'promised'; readonly lifeMs: number },
): Promise<readonly Acknowledged[]> => {
  const child = spawn(process.execPath, appenderArguments(directory, seed), { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const said = listen(child);
  await said[from];
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  child.kill('SIGKILL');
  await closed;
  return acknowledged(said.text());
};

const listen = (child: ChildProcess) => {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const saying = (pattern: RegExp): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', () => pattern.test(text) && resolve());
      child.on('close', () => reject(new Error(`The appender ended before it said ${pattern}: ${text}`)));
    });
  const [ready, promised] = [saying(/^ready\n/), saying(/^\d+ [0-9a-f]{64}$/m)];
  // One of them is waited for.
  for (const each of [ready, promised]) each.catch(() => undefined);
  return { ready, promised, text: () => text };
};

/** The lines that are whole; the last one may have been cut off by the kill. */
const acknowledged = (text: string): readonly Acknowledged[] =>
  text
    .slice(0, text.lastIndexOf('\n'))
    .split('\n')
    .filter((line) => /^\d+ [0-9a-f]{64}$/.test(line))
    .map((line) => line.split(' '))
    .map(([position, hash]) => ({ position: Number(position), hash: hash ?? '' }));

const openAt = (directory: string): Promise<EventLog> => openLevelEventLog(directory, { createdAt: 0, create: false });

/** The chain covers every byte, so an entry with the promised hash is the promised entry. */
const expectPromisesKept = (entries: readonly Entry[], promises: readonly Acknowledged[]): void => {
  for (const { position, hash } of promises) expect(entries[position]?.hash).toBe(hash);
};

interface Part {
  readonly append: string;
  readonly index: number;
  readonly size: number;
}

/** Every append is there from its first entry to its last, next to each other. */
const expectWholeAppends = (entries: readonly Entry[]): void => {
  const parts = entries.map(({ data }) => data as Part);
  for (let start = 0; start < parts.length; start += parts[start]?.size ?? Number.NaN) {
    const append = parts.slice(start, start + (parts[start]?.size ?? 0));
    expect(append.map(({ append: name, index }) => [name, index])).toEqual(
      Array.from({ length: parts[start]?.size ?? -1 }, (_, index) => [parts[start]?.append, index]),
    );
  }
};

describe('kill -9 while appending', () => {
  const lives = isWhole(process.env) ? 10 : 4;
  const lanes = [1, 2, 3];

  it.each(lanes)(
    `loses nothing that was acknowledged and leaves nothing half done, ${lives} times over in the same log (lane %i)`,
    { concurrent: true },
    async (lane) => {
      const directory = freshDirectory();
      const promises: Acknowledged[] = [];
      for (let life = 0; life < lives; life += 1) {
        const seed = lane * 1_000 + life;
        // However busy the machine is: every other time something was promised.
        const from = life % 2 === 0 ? 'ready' : 'promised';
        promises.push(...(await appendUntilKilled(directory, seed, { from, lifeMs: (seed * 37) % 160 })));
        const log = await openAt(directory);
        const entries = await readAll(log);
        expectPromisesKept(entries, promises);
        expectWholeAppends(entries);
        expect(await log.verify()).toEqual(log.durableHead);
        await log.close();
      }
      expect(promises.length).toBeGreaterThanOrEqual(lives / 2);
    },
  );
});

describe('a second process', () => {
  it('is told that the log is in use and what to do', async () => {
    const directory = freshDirectory();
    const child = spawn(process.execPath, appenderArguments(directory, 1), { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    try {
      await listen(child).ready;
      await expect(openAt(directory)).rejects.toMatchObject({
        name: 'LogError',
        code: 'locked',
        message: expect.stringMatching(/open in another process.*ask the running agent, or stop it first\.$/),
      });
    } finally {
      child.kill('SIGKILL');
      await closed;
    }
  });
});

const straceIsPresent = spawnSync('strace', ['-V']).status === 0;
if (!straceIsPresent)
  console.warn('strace was not found: the tests that watch and fail the flushes of the disk are skipped.');

describe.skipIf(!straceIsPresent)('under strace', () => {
  const appends = 20;
  // strace counts what each thread calls, so one alone does all of it.
  const run = (directory: string, ...options: string[]): { stdout: string; stderr: string } =>
    spawnSync('strace', ['-f', ...options, process.execPath, ...appenderArguments(directory, 5, appends)], {
      encoding: 'utf8',
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    });

  it('every append alone is flushed to the disk before it is acknowledged', () => {
    const { stdout, stderr } = run(freshDirectory(), '-e', 'trace=fsync,fdatasync');
    expect(acknowledged(stdout).length).toBe(appends);
    expect(stderr.match(/f(data)?sync\(\d+/g)?.length).toBeGreaterThanOrEqual(appends);
  });

  it('a disk that fails to flush is an error, and what was acknowledged before is there afterwards', async () => {
    const directory = freshDirectory();
    const { stdout } = run(directory, '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO:when=8+');
    const promises = acknowledged(stdout);
    expect(promises.length).toBeGreaterThan(0);
    expect(stdout).toContain('refused io');
    expect(promises.length).toBeLessThan(appends);
    const log = await openAt(directory);
    expectPromisesKept(await readAll(log), promises);
    expectWholeAppends(await readAll(log));
    expect(
      (
        await log.append([
          {
            recordedAt: 0,
            runID: 'r',
            direction: 'in',
            stream: 'ven',
            type: 'TimerFired',
            version: 1,
            data: null,
            cause: null,
          },
        ])
      ).entries,
    ).toHaveLength(1);
    await log.close();
  });
});
