import { beforeAll, describe, expect, it } from 'vitest';
import { compactLog } from '../../src/shell/compaction.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { toPlain } from '../../src/core/plainState.ts';
import type { AgentState } from '../../src/core/state.ts';
import type { LogCompacted } from '../../src/facts/input.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { rebuild } from '../../src/store/projection.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { drEventsProjection } from '../../src/store/projections/drEvents.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { registrationProjection } from '../../src/store/projections/registration.ts';
import { usageProjection } from '../../src/store/projections/usage.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { readAll } from '../store/support.ts';
import { between, bundleOf, asItIs, memorySource, bytesOf } from './support/cutting.ts';
import { openBundle } from '../../src/bundle/openBundle.ts';

const asData = (state: AgentState): unknown => JSON.parse(JSON.stringify(toPlain(state))) as unknown;

describe('a stretch that is cut out of a log', () => {
  let log: EventLog;

  beforeAll(async () => {
    const { world } = worldOn({
      day: '2026-11-02',
      hour: 16,
      vtn: { pollFreq: 'PT15M', status: { granularity: 'PT1H', reportBackDuration: 'PT1H' } },
    });
    await world.start();
    await world.runTo(at('2026-11-03', 5));
    await world.restart();
    await world.runTo(at('2026-11-03', 22));
    await world.stop();
    log = world.log;
  });

  it('takes no step apart, wherever it is to begin and to end', async () => {
    for (const [from, to] of [
      [7, 20],
      [8, 21],
      [9, 22],
      [100, 130],
      [101, 131],
    ] as const) {
      const bundle = await bundleOf(log, between(from, to));
      const entries = await readAll(bundle);
      expect(entries[0]?.direction).toBe('in');
      expect(entries[0]?.position).toBeGreaterThanOrEqual(from);
      const [next] = await readAll(log, bundle.head.position + 1, bundle.head.position + 1);
      expect(next?.direction).toBe('in');
      expect(next?.position).toBeGreaterThan(to);
    }
  });

  it('replays from what was known when it begins, without a divergence, to the same end', async () => {
    const whole = await foldLog(log);
    for (const from of [1, 50, Math.floor(log.head.position / 2), log.head.position - 5]) {
      const result = await foldLog(await bundleOf(log, between(from)), { verify: true });
      expect(result).toMatchObject({ foundation: 'base', divergences: [], uncompared: 0 });
      expect(asData(result.state)).toEqual(asData(whole.state));
    }
  });

  it('answers what was known of prices, hours, DR events and the registration before it begins', async () => {
    const bundle = await bundleOf(log, between(Math.floor(log.head.position * 0.8)));
    for (const projection of [
      pricesProjection(),
      usageProjection(),
      deliveriesProjection(),
      registrationProjection(),
      drEventsProjection(),
    ]) {
      const { state, faults } = await rebuild(bundle, projection as ReturnType<typeof pricesProjection>);
      const { state: whole } = await rebuild(log, projection as ReturnType<typeof pricesProjection>);
      expect(faults).toBeNull();
      expect({ ...state, prunedDay: 0 }).toEqual({ ...whole, prunedDay: 0 });
    }
  });

  it('can be cut again, and shorter, out of a bundle', async () => {
    const middle = Math.floor(log.head.position / 2);
    const first = await bundleOf(log, between(middle));
    const second = await bundleOf(first, between(middle + 40, middle + 200));
    expect(await readAll(second)).toEqual(await readAll(log, second.base.position + 1, second.head.position));
    expect(await foldLog(second, { verify: true })).toMatchObject({
      foundation: 'base',
      divergences: [],
      uncompared: 0,
    });
    expect((await bundleOf(first)).base).toEqual(first.base);
  });

  it('can be cut out of a log that was made shorter, with what that has kept', async () => {
    const shorter = openMemoryEventLog();
    for (const { position, hash: _hash, wireHash: _wireHash, ...draft } of await readAll(log)) {
      const xml = await log.wire(position);
      await shorter.append([draft], xml === undefined ? [] : [{ index: 0, xml }]);
    }
    const record = async (data: LogCompacted): Promise<void> =>
      void (await shorter.append([
        {
          recordedAt: at('2026-11-03', 22, 1),
          runID: 'run00002',
          direction: 'in',
          stream: 'agent',
          type: 'LogCompacted',
          version: 1,
          data,
          cause: null,
          chance: 0,
        },
      ]));
    expect((await compactLog(shorter, at('2026-11-03', 2), record)).entries).toBeGreaterThan(0);
    const bundle = await bundleOf(shorter);
    expect(bundle.base).toEqual({ position: shorter.base.position, hash: shorter.base.hash });
    expect(await foldLog(bundle, { verify: true })).toMatchObject({
      foundation: 'base',
      divergences: [],
      uncompared: 0,
    });
    for (const projection of [pricesProjection(), deliveriesProjection()]) {
      const { state } = await rebuild(bundle, projection as ReturnType<typeof pricesProjection>);
      expect({ ...state, prunedDay: 0 }).toEqual({
        ...(await rebuild(log, projection as ReturnType<typeof pricesProjection>)).state,
        prunedDay: 0,
      });
    }
    expect((await bundleOf(shorter, between(0, shorter.base.position + 60))).base.position).toBe(shorter.base.position);
  });

  it('goes along whole when the machines fail on it, and not from the middle', async () => {
    const broken = openMemoryEventLog();
    const entries = await readAll(log, 0, 60);
    const before = {
      recordedAt: 0,
      runID: 'r',
      direction: 'in' as const,
      stream: 'ven',
      type: 'TimerFired',
      version: 1,
      data: { timer: 'none', dueAt: 0 },
      cause: null,
      chance: 0,
    };
    await broken.append([
      before,
      ...entries.map(({ position: _position, hash: _hash, wireHash: _wireHash, ...draft }) => draft),
    ]);
    expect((await bundleOf(broken)).head).toEqual(broken.head);
    await expect(bundleOf(broken, between(30))).rejects.toThrow(
      'because the machines fail at position 0: leave out --from, and the whole log goes along',
    );
  });

  it('needs entries', async () => {
    await expect(bundleOf(log, between(log.head.position + 1))).rejects.toThrow(
      'The log has no entries in that stretch of time',
    );
  });

  it('is the same file for the same stretch', async () => {
    const cut = { log, stretch: between(10, 200), rewriting: asItIs };
    const bytes = await bytesOf(cut);
    expect(await bytesOf(cut)).toEqual(bytes);
    expect((await openBundle(memorySource(bytes))).ending.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
