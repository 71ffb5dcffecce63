/** What surrounds the process may fail: its output, a signal, a service manager. The work goes on. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { builtVen } from './support/build.ts';
import { newDirectory, startVtn, ven } from './support/venProcess.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

interface StatusShape {
  readonly agent: { readonly running: boolean; readonly pid: number | null };
  readonly registration: { readonly status: string };
  readonly drEvents: readonly object[];
}

const statusOf = async (data: string): Promise<StatusShape | null> => {
  const { code, stdout } = await ven(['status', '--json', '--data', data]);
  return code === 0 ? (JSON.parse(stdout) as StatusShape) : null;
};

const entriesOf = async (data: string): Promise<number> =>
  (JSON.parse((await ven(['log', 'stats', '--json', '-d', data])).stdout) as { readonly entries: number }).entries;

type Stderr = 'pipe' | number;

/** `ven run`, whose standard error is whatever the test wants. */
const startedWith = async (stderr: Stderr, environment: Readonly<Record<string, string>> = {}) => {
  const { url } = await startVtn();
  const data = newDirectory();
  const child = spawn(process.execPath, [await builtVen(), 'run', '-d', data], {
    env: {
      VEN_ANCHOR_DIRECTORY: 'none', // a test remembers nothing in the home of who runs it
      PATH: process.env['PATH'] ?? '',
      VEN_ID: 'my.ven',
      VEN_VTN_URL: url,
      VEN_LOG_LEVEL: 'trace',
      ...environment,
    },
    stdio: ['ignore', 'ignore', stderr],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const registered = () =>
    expect
      .poll(() => statusOf(data), { interval: 500 })
      .toMatchObject({
        agent: { running: true, pid: child.pid },
        registration: { status: 'registered' },
      });
  return { child, data, ended, registered };
};

describe('a VEN whose output fails', () => {
  it('registers and ends in order although its reader has gone', async () => {
    const { child, data, ended, registered } = await startedWith('pipe');
    child.stderr?.destroy();
    await registered();
    const before = await entriesOf(data);
    await ven(['register', '-d', data]);
    await expect.poll(() => entriesOf(data)).toBeGreaterThan(before);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('registers and ends in order although the disk of its output is full', async () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const { child, ended, registered } = await startedWith(full);
    await registered();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('ends in order although its reader has stopped', async () => {
    const { child, ended, registered } = await startedWith('pipe');
    child.stderr?.pause();
    await registered();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

describe('a VEN that is sent a signal', () => {
  it('opens no debugger at SIGUSR1, and goes on', async () => {
    const { child, data, ended, registered } = await startedWith('pipe');
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    await registered();
    child.kill('SIGUSR1');
    const before = await entriesOf(data);
    await ven(['register', '-d', data]);
    await expect.poll(() => entriesOf(data)).toBeGreaterThan(before);
    expect(said).not.toMatch(/debugger|ws:\/\//i);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

/** A service manager's end of the notify socket: every datagram on a line of its own. */
const listener = `
import socket, sys
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('\\0' + name[1:] if name.startswith('@') else name)
print('listening', flush=True)
while True:
    print(' '.join(s.recv(4096).decode().split()), flush=True)
`;

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const missing = ['python3', 'systemd-notify'].filter((program) => !has(program));
if (missing.length > 0)
  console.warn(`There is no ${missing.join(' and no ')} here: "a service manager" is not tested.`);

const listening = async (name: string) => {
  const child = spawn('python3', ['-c', listener, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const heard: string[] = [];
  child.stdout.on('data', (text: Buffer) => heard.push(...text.toString().trim().split('\n')));
  await expect.poll(() => heard[0]).toBe('listening');
  return { heard, count: (state: string) => heard.filter((each) => each.startsWith(state)).length };
};

/** How many signs of life a service manager has heard when it hears something of ours: it hears one after the other. */
const signsHeardBy = async (
  manager: Awaited<ReturnType<typeof listening>>,
  name: string,
  ours: string,
): Promise<number> => {
  expect(spawnSync('systemd-notify', [ours], { env: { ...process.env, NOTIFY_SOCKET: name } }).status).toBe(0);
  await expect.poll(() => manager.count(ours)).toBe(1);
  const place = manager.heard.findIndex((each) => each.startsWith(ours));
  return manager.heard.slice(0, place).filter((each) => each.startsWith('WATCHDOG=1')).length;
};

describe.skipIf(missing.length > 0)('a service manager', () => {
  it.each(['path', 'abstract'])(
    'on a socket that is %s is told that the VEN is ready, lives and stops',
    async (kind) => {
      const name = kind === 'path' ? join(newDirectory(), 'notify') : `@ven-notify-${process.pid}`;
      const manager = await listening(name);
      const { child, data, ended } = await startedWith('pipe', { NOTIFY_SOCKET: name, WATCHDOG_USEC: '900000' });
      child.stderr?.resume();
      await expect.poll(() => manager.count('READY=1')).toBe(1);
      expect(await statusOf(data)).toMatchObject({ agent: { running: true } });
      await expect.poll(() => manager.count('WATCHDOG=1')).toBeGreaterThan(2);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      await expect.poll(() => manager.count('STOPPING=1')).toBe(1);
    },
  );

  it('hears no more from an event loop that hangs', async () => {
    const name = join(newDirectory(), 'notify');
    const manager = await listening(name);
    const script = `
      import { serviceManagerOf } from './src/adapters/process/serviceManager.ts';
      serviceManagerOf({ environment: process.env, pid: process.pid, onTrouble: console.error });
      setTimeout(() => { process.stdout.write('hangs'); for (;;); }, 1_500);
    `;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: repository,
      env: { ...process.env, VEN_ANCHOR_DIRECTORY: 'none', NOTIFY_SOCKET: name, WATCHDOG_USEC: '300000' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect.poll(() => manager.count('WATCHDOG=1')).toBeGreaterThan(0);
    // All that was said before this was heard is heard before it.
    const before = await signsHeardBy(manager, name, 'STATUS=first');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // One may have been on its way.
    expect(await signsHeardBy(manager, name, 'STATUS=second')).toBeLessThanOrEqual(before + 1);
  });
});

it('where the service manager cannot be told, the VEN says so once and works', async () => {
  const { child, ended, registered } = await startedWith('pipe', {
    PATH: '/nowhere',
    NOTIFY_SOCKET: join(newDirectory(), 'nobody'),
    WATCHDOG_USEC: '300000',
  });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  await registered();
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(said.match(/systemd-notify cannot be run \(ENOENT\)/g)).toHaveLength(1);
});

describe('the shipped unit', () => {
  const unit = readFileSync(join(repository, 'deploy', 'ven.service'), 'utf8');
  const set = new Map([...unit.matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

  it('is started again for ever, but not where a person is needed', () => {
    expect(set.get('Restart')).toBe('on-failure');
    expect(set.get('StartLimitIntervalSec')).toBe('0');
    const forPeople = [EXIT.usage, EXIT.configuration, EXIT.logUnsafe].join(' ');
    expect(set.get('RestartPreventExitStatus')).toBe(forPeople);
  });

  it('waits to be told, by our child too, and watches', () => {
    expect(set.get('Type')).toBe('notify');
    expect(set.get('NotifyAccess')).toBe('all');
    expect(Number(set.get('WatchdogSec'))).toBeGreaterThan(0);
  });

  it.skipIf(!has('systemd-analyze'))('is understood by systemd', () => {
    const directory = newDirectory();
    const copy = join(directory, 'ven.service');
    // What it starts is not installed here.
    writeFileSync(copy, unit.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'));
    const { stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line.includes('ven.service'))).toEqual([]);
  });
});
