import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Draft } from '../../src/facts/entry.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { call } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const today = '2026-06-10';

interface Document {
  readonly position: number;
  readonly from: number | null;
  readonly entries: number;
  readonly decoded: number;
  readonly forgotten: number;
  readonly divergences: readonly {
    readonly kind: string;
    readonly position: number;
    readonly causes: readonly number[];
    readonly recorded: { type: string } | null;
    readonly recomputed: { type: string } | null;
  }[];
  readonly registration: { readonly status: string };
  readonly prices: { readonly now: { readonly usdPerKwh: string } | null };
  readonly hours: Readonly<Record<string, number>>;
  readonly streams: Readonly<Record<string, unknown>>;
}

const freshDirectory = (): string => mkdtempSync(join(tmpdir(), 'ven-replay-'));

/** An afternoon and a night with a reply that is no valid message, and one that is lost. */
const liveThrough = async (): Promise<AgentWorld> => {
  const { world } = worldOn({ day: today, hour: 15, vtn: { pollFreq: 'PT5M' } });
  await world.start();
  await world.runTo(at(today, 17, 30));
  world.vtn.faults.next({ do: 'schemaInvalid', on: 'oadrPoll' });
  await world.runTo(at(today, 18));
  world.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
  await world.runTo(at(today, 26));
  await world.stop();
  return world;
};

/** Changes what a draft says by its text. */
const withText = (draft: Draft, from: string, to: string): Draft => ({
  ...draft,
  data: JSON.parse(JSON.stringify(draft.data).replace(from, to)) as unknown,
});

describe('ven replay', () => {
  let world: AgentWorld;
  let directory: string;
  let firstPrices: number;
  beforeAll(async () => {
    world = await liveThrough();
    directory = freshDirectory();
    await copyLog(world.log, directory);
    firstPrices = (await world.entries()).find(({ type }) => type === 'DrEventAccepted')?.position ?? 0;
  });

  const documentOf = async (...args: readonly string[]): Promise<Document> =>
    JSON.parse((await call('replay', ...args, '--json')).stdout) as Document;

  it('given a log by its directory, when it is replayed, then it is the log that --data names', async () => {
    const named = await documentOf(directory);
    expect(named).toMatchObject({
      ...(await documentOf('--data', directory)),
      elapsedMs: expect.any(Number) as number,
    });
    expect(named).toMatchObject({
      position: world.log.head.position,
      registration: { status: 'registered' },
      hours: { owed: 0, acknowledged: 24 },
    });
    const { exitCode, stderr } = await call('replay', directory, '--data', directory);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('give one of them');
  });

  it('given a moment of the past, when it is replayed until then, then prices, hours and registration are told as they stood', async () => {
    const before = await documentOf(directory, '--until', '0');
    expect(before.registration.status).toBe('unregistered');
    expect(before.prices.now).toBeNull();
    const evening = await documentOf(directory, '--until', '2026-06-10 18:00');
    expect(evening.prices.now?.usdPerKwh).toMatch(/^0\.\d+$/);
    expect(evening.hours).toMatchObject({ acknowledged: 0 });
    expect((await call('replay', directory, '--until', '2026-06-10 18:00')).stdout).toMatch(
      /As it stood at 2026-06-10 1[78]:\d\d -04:00[\s\S]*\nin hand +2026-06-10: all 24 hours, 2026-06-11: all 24 hours\n/,
    );
  });

  it('given a beginning, when it is replayed from there, then streams are shown as they were and as they are', async () => {
    const from = String(firstPrices - 1);
    const { stdout } = await call('replay', directory, '--from', from, '--until', String(firstPrices + 10));
    expect(stdout).toMatch(/stream +before +state/);
    expect(stdout).toMatch(/drEvent\/\S+ +not there +\w+/);
    expect((await documentOf(directory, '--from', from)).from).toBe(firstPrices - 1);
    const { exitCode, stderr } = await call('replay', directory, '--from', '20', '--until', '10');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('From 20 until 10 there is nothing');
  });

  it('given an output that says something else, when it is verified, then it is told with its causes, from where it is asked for, and the exit code is 1', async () => {
    const altered = freshDirectory();
    await copyLog(world.log, altered, (draft) =>
      draft.type === 'UsageDue' ? withText(draft, '"energyWattHours":', '"energyWattHours":1') : draft,
    );
    const { exitCode, stdout } = await call('replay', altered, '--verify');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/It differs at \d places?; the first is the one that matters\./);
    expect(stdout).toMatch(
      /Position \d+ differs: what follows is not what was recorded\. It follows from\n( +(\d+ {2}|… ).*\n)+/,
    );
    expect(stdout).toMatch(/"energyWattHours": 1\d+,? +≠ +"energyWattHours": \d+/);
    const [first] = (await documentOf(altered, '--verify')).divergences;
    expect(first).toMatchObject({ kind: 'output', recorded: { type: 'UsageDue' }, recomputed: { type: 'UsageDue' } });
    expect(first?.causes.length).toBeGreaterThan(0);
    const later = (await world.entries()).findLast(({ type }) => type === 'UsageDeliveryAcknowledged')?.position ?? 0;
    expect((await call('replay', altered, '--verify', '--from', String(later))).exitCode).toBe(0);
    expect((await call('replay', altered, '--verify', '--until', String(firstPrices))).exitCode).toBe(0);
  });

  it('given its XML, when it is replayed from the wire, then every message reads as it was read, and what was refused is refused again', async () => {
    const { exitCode, stdout } = await call('replay', directory, '--verify', '--from-wire');
    expect(exitCode).toBe(0);
    const wires = (await world.entries()).filter(({ wireHash }) => wireHash !== undefined);
    expect(wires.some(({ type }) => type === 'MessageRejected')).toBe(true);
    expect(stdout).toContain(`${wires.length} messages read from the XML again: each reads as it was read.`);
  });

  it('given a message that was read as something else, when it is replayed from the wire, then that is a difference of its own kind, and what follows is what its XML says', async () => {
    const altered = freshDirectory();
    await copyLog(world.log, altered, (draft) =>
      draft.type === 'MessageReceived' && JSON.stringify(draft.data).includes('"oadrDistributeEvent"')
        ? withText(draft, '"payloadFloat":"0', '"payloadFloat":"1')
        : draft,
    );
    const { divergences } = await documentOf(altered, '--verify', '--from-wire');
    expect(new Set(divergences.map(({ kind }) => kind))).toEqual(new Set(['decoding']));
    expect((await call('replay', altered, '--from-wire')).stdout).toMatch(/its XML reads differently/);
    expect(new Set((await documentOf(altered, '--verify')).divergences.map(({ kind }) => kind))).toEqual(
      new Set(['output']),
    );
  });

  it('given a refused message that is recorded as a good one, when it is replayed from the wire, then the refusal comes to light', async () => {
    const altered = freshDirectory();
    await copyLog(world.log, altered, (draft) => {
      if (draft.type !== 'MessageRejected') return draft;
      const { exchangeID } = draft.data as { readonly exchangeID: string };
      const message = { message: 'oadrResponse', eiResponse: { responseCode: '200', requestID: '' } };
      return { ...draft, type: 'MessageReceived', data: { exchangeID, message, deviations: [], roundTripMs: 1 } };
    });
    const [first] = (await documentOf(altered, '--from-wire')).divergences;
    expect(first).toMatchObject({
      kind: 'decoding',
      recorded: { type: 'MessageReceived' },
      recomputed: { type: 'MessageRejected' },
    });
  });

  it('given a list with an item that cannot be read, when it is replayed from the wire, then that item cannot be read again, and the others read as they were read', async () => {
    const { world: odd } = worldOn({ day: today, hour: 15, vtn: { pollFreq: 'PT5M' } });
    await odd.start();
    const signal = { signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: ['0.21', 'NaN'] } as const;
    odd.vtn.events.add({ startAt: at(today, 19), lengthMs: 2 * 3_600_000, signals: [signal] });
    await odd.runTo(at(today, 15, 30));
    await odd.stop();
    const lists = (await odd.entries()).filter(({ data }) => JSON.stringify(data).includes('"unreadable":['));
    expect(lists.map(({ type }) => type)).toContain('MessageReceived');
    const copy = freshDirectory();
    await copyLog(odd.log, copy);
    const whole = await call('replay', copy, '--verify', '--from-wire');
    expect([whole.exitCode, whole.stdout]).toEqual([0, expect.stringMatching(/each reads as it was read/)]);

    const silenced = freshDirectory();
    await copyLog(odd.log, silenced, (draft) => {
      if (draft.type !== 'MessageReceived') return draft;
      const { message, ...told } = draft.data as { readonly message: object };
      const { unreadable: _unreadable, ...read } = { unreadable: null, ...message };
      return { ...draft, data: { ...told, message: read } };
    });
    const [first] = (await documentOf(silenced, '--from-wire')).divergences;
    expect(first).toMatchObject({
      kind: 'decoding',
      position: lists[0]?.position,
      recomputed: { data: { message: { unreadable: [{ element: 'oadrEvent', place: 2, responseCode: '454' }] } } },
    });
  });

  it('given XML whose retention has passed, when it is replayed from the wire, then it says how many messages it took as they had been read', async () => {
    const forgetful = freshDirectory();
    await copyLog(world.log, forgetful);
    const log = await openLevelEventLog(forgetful, { createdAt: 0 });
    const forgotten = await log.forgetWires(at(today, 20));
    await log.close();
    expect(forgotten).toBeGreaterThan(5);
    const { exitCode, stdout } = await call('replay', forgetful, '--from-wire');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `Of ${forgotten} messages the XML is gone, for its retention has passed: they were taken as they had been read.`,
    );
    expect(await documentOf(forgetful, '--from-wire')).toMatchObject({ forgotten, divergences: [] });
  });

  it.each(['replay', 'explain'])(
    'given a fact of a newer version, when it is to be told by %s, then one sentence names it, and the log counts as unsafe',
    async (command) => {
      const newer = freshDirectory();
      await copyLog(world.log, newer, (draft) => (draft.type === 'UsageDue' ? { ...draft, version: 9 } : draft));
      const { exitCode, stdout, stderr } = await call(
        command,
        ...(command === 'explain' ? ['2026-06-10T16:00'] : []),
        '--data',
        newer,
      );
      expect(exitCode).toBe(4);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        /^Entry \d+ holds UsageDue in version 9, and this program reads up to 1; use a newer one\.\n$/,
      );
    },
  );
});
