import { spawnSync } from 'node:child_process';
import { appendFileSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/freePort.ts';
import { objects } from './support/call.ts';
import {
  complaintsIn,
  newDirectory,
  startVen,
  startVtn,
  startVtnProcess,
  ven,
  type VenProcess,
} from './support/venProcess.ts';

const startRun = (url: string, data: string, ...args: string[]): Promise<VenProcess> =>
  startVen(['run', '-v', 'my.ven', '-u', url, '-d', data, ...args]);

/** A VEN that has registered and has its prices. */
const runningVen = async (): Promise<{
  readonly run: VenProcess;
  readonly vtn: VenProcess;
  readonly url: string;
  readonly data: string;
}> => {
  const { vtn, url } = await startVtnProcess();
  const data = newDirectory();
  const run = await startRun(url, data);
  await run.until(/Answered DR event/);
  return { run, vtn, url, data };
};

const answer = async (data: string, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await ven([...args, '--data', data]);
  return `${code} ${stdout}${stderr}`;
};

interface StatusShape {
  readonly agent: { readonly running: boolean; readonly pid: number | null };
  readonly registration: { readonly status: string };
  readonly drEvents: readonly {
    readonly eventID: string;
    readonly answer: string;
    readonly operatorOpt: string | null;
  }[];
}

const statusOf = async (data: string): Promise<StatusShape> =>
  JSON.parse((await ven(['status', '--json', '--data', data])).stdout) as StatusShape;

describe('ven run and ven vtn, as two processes', () => {
  it('register, and the commands say the same of the log while the agent runs and when it has stopped', async () => {
    const { run, vtn, data } = await runningVen();
    expect(lstatSync(join(data, 'ven.sock')).mode & 0o777).toBe(0o600);
    expect(await statusOf(data)).toMatchObject({
      agent: { running: true, pid: run.pid },
      registration: { status: 'registered' },
    });
    const head = String(
      (JSON.parse((await ven(['log', 'stats', '--json', '-d', data])).stdout) as { entries: number }).entries - 1,
    );
    const questions = [
      ['prices', '--json'],
      ['prices', '--versions'],
      ['deliveries', '--json'],
      ['log', 'list', '--to', head, '--json'],
      ['log', 'show', '7', '--xml'],
      ['usage'],
    ];
    const through = await Promise.all(questions.map((question) => answer(data, ...question)));
    expect(await answer(data, 'log', 'verify')).toContain('0 The log is whole');
    expect(await run.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    const after: string[] = [];
    for (const question of questions) after.push(await answer(data, ...question));
    expect(after).toEqual(through);
    expect(through[0]).toContain('usdPerKwh');
    expect(await statusOf(data)).toMatchObject({ agent: { running: false, stoppedBecause: 'SIGTERM' } });
    expect(await answer(data, 'replay', '--verify')).toMatch(/^0 .*to the letter/s);
    expect(await vtn.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(vtn.stdout).toContain('Booked: ');
    expect(complaintsIn(vtn)).toEqual([]);
  });

  it('let a person opt out, cancel, register again, and watch', async () => {
    const { run, vtn, data } = await runningVen();
    const follow = await startVen(['log', 'follow', '--json', '-d', data]);
    // It follows once it tells of something.
    await expect
      .poll(async () => {
        await ven(['register', '-d', data]);
        return follow.stdout;
      })
      .not.toBe('');
    const [event] = (await statusOf(data)).drEvents;
    const eventID = event?.eventID ?? '';
    const opted = await ven(['opt', eventID, 'optOut', '-d', data]);
    expect(opted).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Answered DR event ${eventID} with optOut`) as string,
    });
    await vtn.until(new RegExp(`optOut ${eventID.slice(0, 8)}`));
    expect((await statusOf(data)).drEvents.find((each) => each.eventID === eventID)).toMatchObject({
      answer: 'optOut',
      operatorOpt: 'optOut',
    });
    expect(await ven(['opt', 'unheard-of', 'optIn', '-d', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The agent knows no DR event "unheard-of"') as string,
    });
    expect(await ven(['cancel', '-d', data])).toMatchObject({ code: 0 });
    expect((await statusOf(data)).registration.status).toBe('unregistered');
    expect(await ven(['register', '-d', data])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Reports registered') as string,
    });
    expect((await statusOf(data)).registration.status).toBe('registered');
    const out = await ven(['opt', 'out', '--from', 'tomorrow 17:00', '--to', '20:00', '-d', data]);
    const optID = /opt-[0-9a-z-]+/.exec(out.stdout)?.[0] ?? '';
    expect(await ven(['opt', 'cancel', optID, '-d', data])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('oadrCanceledOpt received') as string,
    });
    expect(await ven(['deliveries', '--release', '-d', data])).toMatchObject({
      code: 0,
      stdout: 'Nothing stands still.\n',
    });
    expect(await ven(['deliveries', '--release=nobody', '-d', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No delivery nobody stands still; nothing does.') as string,
    });
    await run.kill('SIGTERM');
    expect(await follow.ended).toEqual({ code: 0, signal: null });
    expect(follow.stderr).toBe('The agent has ended.\n');
    const followed = objects<{ type: string; position: number }>(follow.stdout);
    expect(followed.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['OperatorOpted', 'RegistrationEnded', 'Registered', 'AgentStopped']),
    );
    expect(followed.map(({ position }) => position)).toEqual(
      followed.map((_, index) => (followed[0]?.position ?? 0) + index),
    );
  });

  it('a second agent on the same directory is refused, and disturbs nothing', async () => {
    const { run, url, data } = await runningVen();
    const second = await ven(['run', '-u', url, '-d', data]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(
      `An agent runs on ${data} already (process ${run.pid}), and two would report every hour twice`,
    );
    expect((await statusOf(data)).agent.running).toBe(true);
    expect(await run.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('go on after kill -9 at any moment, with a log that is whole', async () => {
    const { url } = await startVtn();
    const data = newDirectory();
    const waits = [90, 180, 260, 340, 430, 520, 700, 1_100];
    let kills = 0;
    for (const waitMs of waits) {
      const run = await startRun(url, data);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      expect(await run.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
      kills += 1;
    }
    expect(kills).toBe(waits.length);
    const run = await startRun(url, data);
    await run.until(/Answered DR event/);
    expect(await run.kill('SIGINT')).toMatchObject({ code: 0 });
    expect(await answer(data, 'log', 'verify')).toContain('0 The log is whole');
    expect(await answer(data, 'replay', '--verify')).toMatch(/^0 .*to the letter/s);
    const registered = objects<{ data: { registrationID: string } }>(
      (await ven(['log', 'list', '--type', 'Registered', '--last', 'all', '--json', '-d', data])).stdout,
    );
    expect(new Set(registered.map(({ data: { registrationID } }) => registrationID)).size).toBe(1);
  });
});

describe('ven run', () => {
  it('keeps trying when the VTN is not there, and ends well', async () => {
    const data = newDirectory();
    const run = await startRun(`http://127.0.0.1:${await freePort()}/t/OpenADR2/Simple/2.0b`, data);
    await run.until(/trying again in [\s\S]*trying again in/);
    expect(run.hasEnded).toBe(false);
    expect((await ven(['status', '-d', data])).stdout).toMatch(/waiting +refused: [^\n]*[^.]; again /);
    expect(await run.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('goes on where a data directory can have no socket, and says what is missing', async () => {
    const data = newDirectory();
    mkdirSync(join(data, 'ven.sock'));
    const { url } = await startVtn();
    const run = await startRun(url, data);
    await run.until(/Registered with/);
    expect(run.stderr).toContain('Other commands cannot look at this agent while it runs');
    expect(await run.kill('SIGTERM')).toMatchObject({ code: 0 });
  });
});

const disk = newDisk();

/** A disk of 6 MB, where that can be had. */
function newDisk(): string | null {
  const directory = join('/tmp', `ven-disk-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', directory]).status === 0) return directory;
  console.warn('A small disk could not be mounted (that takes root): the test of an agent on a full disk is skipped.');
  return null;
}

/** Writes until nothing more fits. */
const fillUp = (path: string): void => {
  for (const bytes of [65_536, 4_096]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
};

describe.skipIf(disk === null)('a full disk', () => {
  it('stops the agent with one clear sentence, and with space it goes on', async () => {
    const small = disk as string;
    onTestFinished(() => void spawnSync('umount', ['-l', small]));
    const data = join(small, 'data');
    const { url } = await startVtn();
    const run = await startRun(url, data);
    await run.until(/Answered DR event/);
    fillUp(join(small, 'filler'));
    // Each wish is recorded at once; sooner or later there is no room for one.
    for (let wishes = 0; wishes < 60 && !run.hasEnded; wishes += 1) await ven(['register', '-d', data]);
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stderr).toMatch(
      /The agent stopped, because it must not act on what it cannot record: The disk that holds the log in .* is full: free some space and start again; everything acknowledged is kept\./,
    );
    spawnSync('rm', [join(small, 'filler')]);
    const again = await startRun(url, data);
    await again.until(/Registered with/);
    expect(await again.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect(await answer(data, 'log', 'verify')).toContain('0 The log is whole');
  });
});
