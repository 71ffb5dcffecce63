/** The optional bridge, installed as a person would install it, tells the receiver of `@xstate/inspect` 0.8.0 what the VEN does. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { at } from '../scenarios/support/day.ts';
import { patienceMs } from '../support/patience.ts';
import { inspecting, living, livingDay } from './support/inspecting.ts';

const repository = join(import.meta.dirname, '..', '..');
const source = join(repository, 'packages', 'xstate-inspect-bridge');
const directory = mkdtempSync(join(tmpdir(), 'ven-bridge-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Installs from its own lock; null, or why that is not possible here. */
const installed = ((): string | null => {
  cpSync(source, directory, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: directory,
    encoding: 'utf8',
    timeout: patienceMs,
    shell: process.platform === 'win32',
  });
  return status === 0 ? null : (String(stderr).trim().split('\n').at(-1) ?? 'npm could not be run');
})();

/** What the receiver understood. */
interface Understood {
  readonly type: string;
  readonly sessionId: string;
  readonly machine?: string;
  readonly stateIDs?: readonly string[];
  readonly value?: unknown;
  readonly event?: string;
}

const run = (file: string, args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [join(directory, file), ...args], {
    cwd: directory,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill());
  return child;
};

const linesOf = (child: ChildProcess): string[] => {
  const lines: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return lines;
};

const until = (condition: () => boolean): Promise<void> => expect.poll(condition).toBe(true);

describe('the bridge to @xstate/inspect', () => {
  it('is no part of the root’s install: no workspace, and no package of its lock', () => {
    const root = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { workspaces?: unknown };
    const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string }>;
    };
    expect(root.workspaces).toBeUndefined();
    expect(Object.keys(lock.packages).filter((path) => /@xstate\/inspect|xstate-inspect-bridge/.test(path))).toEqual(
      [],
    );
    expect(lock.packages['node_modules/xstate']?.version).toMatch(/^5\./);
  });

  it('given an agent that lives, when the package’s own receiver looks, then it understands every stream and each step, and cannot send anything', async (context) => {
    if (installed !== null) {
      console.log(
        `The bridge to @xstate/inspect could not be installed from its lock (${installed}): it was not tried.`,
      );
      context.skip();
    }
    const world = await livingDay('2026-06-10', '2026-06-09', { hour: 23 }, 23);
    const { inspector } = await inspecting(living(world));
    const said = linesOf(run('bridge.mjs', ['--from', `ws://127.0.0.1:${inspector.port}/stately/ws`, '--port', '0']));
    await until(() => said.length > 0);
    const [, port = ''] = /ws:\/\/127\.0\.0\.1:(\d+)$/.exec(said[0] ?? '') ?? [];
    const streams = [...(world.agent?.state.streams ?? [])].map(([stream]) => stream);
    const receiver = run('receiver.mjs', [`127.0.0.1:${port}`]);
    const lines = linesOf(receiver);
    const heard = (): Understood[] => lines.map((line) => JSON.parse(line) as Understood);
    await until(() => new Set(heard().map(({ sessionId }) => sessionId)).size >= streams.length);
    const ven = heard().find(({ type, sessionId }) => type === 'service.register' && sessionId === 'ven');
    expect(ven?.machine).toBe('ven');
    expect(ven?.stateIDs).toEqual(expect.arrayContaining(['ven.registered.polling.waiting', 'ven.backoff']));
    expect(ven?.value).toEqual(world.agent?.state.streams.get('ven')?.value);

    const [state, head] = [world.agent?.state, world.log.head.position];
    receiver.stdin?.write(
      JSON.stringify({
        type: 'xstate.event',
        event: JSON.stringify({
          name: 'operator.asked',
          origin: 'ven',
          data: { type: 'operator.asked', wish: 'cancelRegistration' },
        }),
      }),
    );
    const rude = new WebSocket(`ws://127.0.0.1:${port}`);
    rude.on('open', () => rude.send('not JSON at all'));
    onTestFinished(() => rude.close());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(world.agent?.state).toBe(state);
    expect(world.log.head.position).toBe(head);
    expect(heard().some(({ event }) => event === 'operator.asked')).toBe(false);

    await world.runTo(at('2026-06-10', 24, 30)); // the day is reported, under fresh requests
    await until(() =>
      heard().some(
        ({ type, machine, sessionId }) =>
          type === 'service.register' && machine === 'reportRequest' && !streams.includes(sessionId),
      ),
    );
    await until(() => heard().some(({ type }) => type === 'service.stop'));
    const events = heard()
      .filter(({ type, sessionId }) => type === 'service.event' && sessionId === 'ven')
      .map(({ event }) => event);
    expect(events).toContain('reply.received');
    await world.stop();
  });

  it('given a page of a stranger, when it opens the socket, then it is refused', async (context) => {
    if (installed !== null) context.skip();
    const said = linesOf(run('bridge.mjs', ['--port', '0']));
    await until(() => said.length > 0);
    const url = /ws:\/\/127\.0\.0\.1:\d+$/.exec(said[0] ?? '')?.[0] ?? '';
    const outcome = (origin: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, { origin });
        socket.on('open', () => resolve('open'));
        socket.on('error', () => resolve('refused'));
        onTestFinished(() => socket.terminate());
      });
    expect(await outcome('https://evil.example')).toBe('refused');
    expect(await outcome('https://stately.ai')).toBe('open');
  });
});
