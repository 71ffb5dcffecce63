/** Stately's own receiver understands what is told; what it says is not listened to. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createMachine } from 'xstate';
import { at } from '../../scenarios/support/day.ts';
import { inspecting, living, livingDay } from '../support/inspecting.ts';

type Of<Type extends StatelyInspectionEvent['type']> = Extract<StatelyInspectionEvent, { type: Type }>;

const day = '2026-06-10';

/** An agent in the evening, with prices in hand and a day to be reported soon. */
const livingWorld = () => livingDay(day, '2026-06-09', { hour: 23 }, 23);

/** Everything a socket was told; `say` speaks back. */
const listen = (url: string): { readonly heard: StatelyInspectionEvent[]; readonly socket: WebSocket } => {
  const heard: StatelyInspectionEvent[] = [];
  const socket = new WebSocket(url);
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as StatelyInspectionEvent));
  onTestFinished(() => socket.close());
  return { heard, socket };
};

/** Everything that the package's own receiver heard, in a process of its own. */
const receive = (url: string): StatelyInspectionEvent[] => {
  const heard: StatelyInspectionEvent[] = [];
  const receiver = spawn(process.execPath, [join(import.meta.dirname, '../support/statelyReceiver.mjs'), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: receiver.stdout }).on('line', (line) =>
    heard.push(JSON.parse(line) as StatelyInspectionEvent),
  );
  onTestFinished(() => void receiver.kill());
  return heard;
};

const until = (condition: () => boolean): Promise<void> => expect.poll(condition).toBe(true);

const actorsIn = (heard: readonly StatelyInspectionEvent[]): Of<'@xstate.actor'>[] =>
  heard.filter((message): message is Of<'@xstate.actor'> => message.type === '@xstate.actor');

describe('Stately’s protocol', () => {
  it('given an agent that lives, when the package’s own receiver listens, then it hears every actor with a definition that XState reads, then events and snapshots', async () => {
    const world = await livingWorld();
    const { inspector } = await inspecting(living(world));
    const heard = receive(`ws://127.0.0.1:${inspector.port}/stately/ws`);
    await until(
      () => actorsIn(heard).length >= [...(world.agent?.state.streams ?? [])].map(([stream]) => stream).length,
    );
    const actors = actorsIn(heard);
    expect(actors.map(({ sessionId }) => sessionId)).toEqual(
      [...(world.agent?.state.streams ?? [])].map(([stream]) => stream),
    );
    for (const { definition, rootId, parentId, sessionId, snapshot } of actors) {
      expect(createMachine(JSON.parse(definition ?? '') as never).root.id).toBe(sessionId.split('/')[0]);
      expect([rootId, parentId]).toEqual(['ven', sessionId === 'ven' ? undefined : 'ven']);
      expect(snapshot.value).toBeDefined();
    }
    const before = heard.length;
    await world.runTo(at(day, 24, 30)); // the day is reported
    await until(() => heard.slice(before).some((message) => message.type === '@xstate.actor'));
    const later = (type: StatelyInspectionEvent['type']): number =>
      heard.slice(before).filter((message) => message.type === type).length;
    // An event comes before its snapshot, in a message of its own.
    await until(() => later('@xstate.snapshot') > 0 && later('@xstate.event') === later('@xstate.snapshot'));
    expect(heard.every(({ _version }) => _version === '0.7.2')).toBe(true);
    await world.stop();
  });

  it('given many events, when someone joins late, then every stream is there with its definition and its present state', async () => {
    const world = await livingWorld();
    const { inspector } = await inspecting(living(world));
    const early = listen(`ws://127.0.0.1:${inspector.port}/stately/ws`);
    await until(() => actorsIn(early.heard).length > 0);
    await world.runTo(at(day, 24, 30));
    await until(() => early.heard.length > 100);
    const late = listen(`ws://127.0.0.1:${inspector.port}/stately/ws`);
    const streams = [...(world.agent?.state.streams ?? [])];
    await until(() => actorsIn(late.heard).length === streams.length);
    // Quiet polls are not in the log, so a poll under way may show as not begun; everything else is as the agent has it.
    for (const [stream, snapshot] of streams.filter(([name]) => name !== 'ven' && name !== 'exchange')) {
      expect(actorsIn(late.heard).find(({ sessionId }) => sessionId === stream)?.snapshot.value).toEqual(
        snapshot.value,
      );
    }
    await world.stop();
  });

  it('given a client that speaks, when it sends events, then nothing is changed and it goes on hearing', async () => {
    const world = await livingWorld();
    const { inspector } = await inspecting(living(world));
    const { heard, socket } = listen(`ws://127.0.0.1:${inspector.port}/stately/ws`);
    await until(() => actorsIn(heard).length > 0);
    const head = world.log.head.position;
    const [state] = [world.agent?.state];
    for (const said of [
      {
        type: 'xstate.event',
        event: JSON.stringify({ type: 'operator.asked', wish: 'cancelRegistration' }),
        service: 'ven',
      },
      { type: '@xstate.event', sessionId: 'ven', event: { type: 'reset' } },
    ])
      socket.send(JSON.stringify(said));
    socket.send('not even JSON');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(world.log.head.position).toBe(head);
    expect(world.agent?.state).toBe(state);
    expect(socket.readyState).toBe(socket.OPEN);
    await world.stop();
  });

  it('given the feed for Stately’s hosted page, when the agent lives, then nothing of its own leaves', async () => {
    const world = await livingWorld();
    const { inspector } = await inspecting(living(world));
    const { heard } = listen(`ws://127.0.0.1:${inspector.port}/stately/feed`);
    await until(() => actorsIn(heard).length > 3);
    await world.runTo(at(day, 24, 30));
    await until(() => heard.length > 100);
    const told = heard.map((message) => JSON.stringify({ ...message, definition: '' }));
    const { ven, settings } = {
      ven: world.agent?.state.streams.get('ven')?.context as Record<string, unknown>,
      settings: world.settings,
    };
    const own = [
      String(ven['registrationID']),
      settings.venID,
      settings.venName,
      ...settings.devices.map(({ resourceID }) => resourceID),
      ...[...(world.agent?.state.streams ?? [])]
        .map(([stream]) => stream)
        .flatMap((stream) => stream.split('/').slice(1)),
    ];
    for (const text of told)
      for (const secret of own)
        expect(text.includes(secret) ? `${secret} in ${text.slice(0, 200)}` : 'clean').toBe('clean');
    expect(told.some((text) => text.includes('"registrationID":"‹text›"'))).toBe(true);
    const events = heard.filter((message) => message.type === '@xstate.event');
    expect(events.every(({ event }) => Object.keys(event).join() === 'type')).toBe(true);
    await world.stop();
  });
});

describe('the page for Stately’s hosted inspector', () => {
  it('given the page, when it is opened, then it says where state goes, loads nothing from there by itself, and may frame only Stately', async () => {
    const world = await livingWorld();
    const { get, inspector } = await inspecting(living(world));
    const page = await get('/stately');
    expect(page.text).toMatch(/third party/);
    expect(page.text).not.toMatch(/<iframe|<script>|onclick|style=/);
    expect(page.headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; frame-src https://stately.ai; connect-src 'self' ws://127.0.0.1:${inspector.port}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    const script = await get('/stately/page.js');
    expect(script.headers['content-type']).toMatch(/javascript/);
    expect(script.text).not.toMatch(/postMessage\([^)]*'\*'/);
    await world.stop();
  });
});
