import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objects } from './support/call.ts';
import { newDirectory, startVen, startVtn, ven, type VenProcess } from './support/venProcess.ts';

/** Backups of a running agent, what finds a restored one out, and that nothing is begun in the place of what is known. */

interface World {
  readonly url: string;
  readonly data: string;
  readonly anchors: string;
  start(...more: string[]): Promise<VenProcess>;
  run(...more: string[]): ReturnType<typeof ven>;
  call(...args: string[]): ReturnType<typeof ven>;
}

const newWorld = async (): Promise<World> => {
  const { url } = await startVtn();
  const root = newDirectory();
  const data = join(root, 'data');
  const anchors = join(root, 'anchors');
  const environment = { VEN_ANCHOR_DIRECTORY: anchors };
  const args = (more: readonly string[]) => ['run', '-v', 'my.ven', '-u', url, '-d', data, ...more];
  return {
    url,
    data,
    anchors,
    start: async (...more) => {
      const run = await startVen(args(more), environment);
      await run.until(/Answered DR event/);
      return run;
    },
    run: (...more) => ven(args(more), environment),
    call: (...more) => ven([...more, '-d', data], environment),
  };
};

interface EntryShape {
  readonly position: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

describe('a backup', () => {
  it('is taken of a running agent, is whole, starts nothing by itself, and goes on after "ven log restored"', async () => {
    const { data, start, run, call } = await newWorld();
    const agent = await start();
    const copy = `${data}-backup`;
    const made = await call('log', 'backup', '--out', copy, '--json');
    expect(made.code, made.stderr).toBe(0);
    const { position } = JSON.parse(made.stdout) as { position: number };
    expect(position).toBeGreaterThan(5);
    expect(agent.hasEnded).toBe(false);
    expect((await ven(['log', 'verify', '-d', copy])).stdout).toContain('The log is whole');
    expect((await ven(['prices', '-d', copy])).code).toBe(0);
    expect((await call('log', 'backup', '--out', copy)).code).toBe(1);
    expect((await call('log', 'backup', '--out', join(data, 'inside'))).code).toBe(2);
    expect(readdirSync(join(data, '..')).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(await agent.kill('SIGTERM')).toMatchObject({ code: 0 });

    renameSync(data, `${data}-lost`);
    renameSync(copy, data);
    const refused = await run();
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/is a backup of .* run "ven log restored".*start again\./);

    const restored = await call('log', 'restored');
    expect(restored.code, restored.stderr).toBe(0);
    expect(restored.stdout).toMatch(/is not in this copy \(\d+ entr/);
    const [repaired] = objects<EntryShape>(
      (await call('log', 'list', '--type', 'LogRepaired', '--json', '--last', 'all')).stdout,
    );
    expect(repaired).toMatchObject({
      position: position + 1,
      data: { because: 'restored', lost: [{ fromPosition: position + 1 }] },
    });

    const again = await start();
    expect(await again.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect((await call('log', 'verify')).stdout).toContain('The log is whole');
    expect((await call('replay', '--verify')).stdout).toContain('to the letter');
  });

  it('that was copied by hand is found out by the anchor, and so is a directory that is gone', async () => {
    const { data, anchors, start, run, call, url } = await newWorld();
    const first = await start();
    expect(await first.kill('SIGTERM')).toMatchObject({ code: 0 });
    const [name = ''] = readdirSync(anchors);
    expect(statSync(join(anchors, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(anchors, name), 'utf8')).not.toContain(new URL(url).pathname.split('/')[1]);
    const older = `${data}-older`;
    cpSync(data, older, { recursive: true });
    const second = await start();
    expect(await second.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });

    const later = `${data}-later`;
    renameSync(data, later);
    const gone = await run();
    expect(gone.code).toBe(4);
    expect(gone.stderr).toMatch(
      /There is no log in .*, but this VEN has had one .* begin anew on purpose with "ven run --new-log"\./,
    );
    expect(readdirSync(join(data, '..'))).not.toContain('data');

    cpSync(older, data, { recursive: true });
    const refused = await run();
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(
      /ends at entry \d+, but an agent of this VEN went on after that.*"ven log restored"/,
    );
    expect((await call('log', 'restored', '-v', 'my.ven', '-u', url)).stdout).toMatch(
      /is not in this copy \(\d+ entries at least\)/,
    );
    const third = await start();
    expect(await third.kill('SIGTERM')).toMatchObject({ code: 0 });

    rmSync(data, { recursive: true });
    renameSync(later, data);
    const overtaken = await run();
    expect(overtaken.code).toBe(4);
    expect(overtaken.stderr).toContain('so this is an older copy or another log');

    rmSync(data, { recursive: true });
    const anew = await start('--new-log');
    expect(await anew.kill('SIGTERM')).toMatchObject({ code: 0 });
  });
});

describe('the log of one VEN', () => {
  it('is not gone on with by another one, unless that is said on purpose, and then it registers anew', async () => {
    const { data, start, url, call } = await newWorld();
    const first = await start();
    expect(await first.kill('SIGTERM')).toMatchObject({ code: 0 });
    const wrong = await ven(['run', '-v', 'other.ven', '-u', url, '-d', data]);
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toMatch(/is that of the VEN my\.ven, and the configuration says other\.ven.*--rename-ven/);
    const renamed = await startVen(['run', '-v', 'other.ven', '-u', url, '-d', data, '--rename-ven']);
    await renamed.until(/Answered DR event/);
    expect(await renamed.kill('SIGTERM')).toMatchObject({ code: 0 });
    const started = objects<EntryShape>(
      (await call('log', 'list', '--type', 'AgentStarted', '--json', '--last', 'all')).stdout,
    );
    expect(started.map(({ data: { renamedFrom } }) => renamedFrom)).toEqual([undefined, 'my.ven']);
    const registered = objects<EntryShape>(
      (await call('log', 'list', '--type', 'Registered', '--json', '--last', 'all')).stdout,
    );
    expect(registered.at(-1)?.data).toMatchObject({ venID: 'other.ven', renewed: false });
    expect((await call('replay', '--verify')).stdout).toContain('to the letter');
  });
});
