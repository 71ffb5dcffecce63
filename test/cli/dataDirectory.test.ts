import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOfLiving } from '../support/copies.ts';
import { newDirectory, startVen, startVtn, ven, type VenProcess } from './support/venProcess.ts';

/** What becomes of a running agent, as a process, when somebody does something to its data directory. */

const begin = async (): Promise<{
  readonly run: VenProcess;
  readonly data: string;
  readonly args: readonly string[];
}> => {
  const { url } = await startVtn();
  const data = join(newDirectory(), 'data');
  const args = ['run', '-v', 'my.ven', '-u', url, '-d', data];
  const run = await startVen(args);
  await run.until(/Answered DR event/);
  return { run, data, args };
};

/** Every file of a directory with its bytes. */
const snapshotOf = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'base64')]),
  );

describe('a data directory under a running agent', () => {
  const goings: Readonly<Record<string, (data: string) => void | Promise<void>>> = {
    deleted: (data) => rmSync(data, { recursive: true }),
    moved: (data) => renameSync(data, `${data}-moved`),
    'replaced by its copy': async (data) => {
      await copyOfLiving(data, `${data}-copy`);
      renameSync(data, `${data}-moved`);
      renameSync(`${data}-copy`, data);
    },
  };

  for (const [name, go] of Object.entries(goings)) {
    it(`that is ${name} stops it at the next look, with one sentence and the code that is not started again`, async () => {
      const { run, data } = await begin();
      await go(data);
      expect(await run.ended).toEqual({ code: 4, signal: null });
      expect(run.stderr).toMatch(
        /The agent stopped, .*was deleted, moved or replaced while the log was open.*start again\./,
      );
      if (name === 'deleted') expect(existsSync(join(data, 'log'))).toBe(false);
    });
  }
});

describe('a data directory that gives way to an older backup under a running agent', () => {
  it('stops it, is not written to by it, and is begun upon only once somebody has said what may have been sent since', async () => {
    const { run, data, args } = await begin();
    const backup = `${data}-backup`;
    expect((await ven(['log', 'backup', '--out', backup, '-d', data])).code).toBe(0);
    renameSync(data, `${data}-moved`);
    renameSync(backup, data);
    const placed = snapshotOf(join(data, 'log'));
    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect(run.stderr).toMatch(/The agent stopped, .*was deleted, moved or replaced while the log was open/);
    expect(snapshotOf(join(data, 'log'))).toEqual(placed);

    const refused = await ven(args);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/is a backup of .* run "ven log restored"/);
    expect((await ven(['log', 'restored', '-d', data])).code).toBe(0);
    const again = await startVen(args);
    await again.until(/Answered DR event/);
    expect(await again.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect((await ven(['replay', '--verify', '-d', data])).stdout).toContain('to the letter');
  });
});

describe('a second agent', () => {
  it('does not begin on a log whose lock was deleted, though the first one hangs', async () => {
    const { run, data, args } = await begin();
    process.kill(run.pid, 'SIGSTOP');
    rmSync(join(data, 'log', 'LOCK'));
    const second = await ven(args);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`An agent runs on ${data} already (one that does not answer)`);
    process.kill(run.pid, 'SIGCONT');
    expect((await run.ended).code).toBe(4);
  });

  it.skipIf(process.platform !== 'linux')(
    'does not begin on a copy of a log that another one has, wherever it lies',
    async () => {
      const { run, data, args } = await begin();
      const copy = `${data}-copy`;
      await copyOfLiving(data, copy);
      const second = await ven([...args.slice(0, -1), copy]);
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(/^An agent runs on another copy of the log in .*stop that one first/m);
      expect(await run.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    },
  );
});
