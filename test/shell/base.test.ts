import { beforeAll, describe, expect, it } from 'vitest';
import { foldLog, type FoldResult } from '../../src/shell/fold.ts';
import { toPlain } from '../../src/core/plainState.ts';
import type { AgentState } from '../../src/core/state.ts';
import type { Checkpoint, EventLog } from '../../src/store/eventLog.ts';
import { baseCheckpoint, rebuild, unprojected } from '../../src/store/projection.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { baseOf, basedLog } from '../support/basedLog.ts';

const asData = (state: AgentState): unknown => JSON.parse(JSON.stringify(toPlain(state))) as unknown;

describe('a log that begins at a base', () => {
  let log: EventLog;
  let whole: FoldResult;
  let base: Checkpoint;

  const from = (checkpoint: Checkpoint | null, beginsAt = base): Promise<FoldResult> =>
    foldLog(basedLog(log, beginsAt, checkpoint === null ? [] : [checkpoint]), { verify: true });

  /** What compaction leaves before a base: the starts, which it keeps for ever. */
  const withStarts = (based: EventLog): EventLog => ({
    ...based,
    read: async function* (range) {
      for await (const entry of log.read(range))
        if (entry.position > based.base.position || entry.type === 'AgentStarted') yield entry;
    },
  });

  beforeAll(async () => {
    const { world } = worldOn({ day: '2026-11-02', hour: 16 });
    await world.start();
    await world.runTo(at('2026-11-02', 20));
    await world.stop();
    await world.start();
    await world.runTo(at('2026-11-03', 4));
    log = world.log;
    whole = await foldLog(log, { verify: true });
    base = await baseOf(log, Math.floor(log.head.position / 2));
  });

  it('is folded to the same state as the whole, and its outputs are compared', async () => {
    const result = await from(base);
    expect(result).toMatchObject({ foundation: 'base', divergences: [], uncompared: 0 });
    expect(result.entries).toBe(whole.position - base.position);
    expect(asData(result.state)).toEqual(asData(whole.state));
  });

  it('gives its settings and the views that are made as before when another version kept its base, and compares nothing', async () => {
    const older = {
      ...base,
      version: base.version.replace('machines 1', 'machines 0').replace(/usage \d+/, 'usage 0'),
    };
    expect(older.version).not.toBe(base.version);
    const { state, foundation, divergences, uncompared } = await from(older);
    expect({ foundation, divergences }).toEqual({ foundation: 'part of the base', divergences: [] });
    expect(uncompared).toBeGreaterThan(0);
    expect(state.settings).toEqual(whole.state.settings);
    expect(state.views.prices).toEqual(whole.state.views.prices);
    expect(state.views.usage).not.toEqual(whole.state.views.usage);
  });

  it('begins with the next start when nothing is known of its base, or the checkpoint belongs to another place', async () => {
    const early = await baseOf(log, 3);
    for (const checkpoint of [null, { ...early, hash: 'f'.repeat(64) }, { ...early, position: early.position + 1 }]) {
      const based = withStarts(basedLog(log, early, checkpoint === null ? [] : [checkpoint]));
      const { foundation, state, divergences } = await foldLog(based, { verify: true });
      expect(foundation).toBe('nothing');
      expect(divergences).toEqual([]);
      expect([...state.streams].map(([stream]) => stream)).toContain('ven');
    }
  });

  it('given that the start which has the settings is gone as well, then one that only names them begins nothing', async () => {
    const { state, foundation, divergences } = await from(null, await baseOf(log, 3));
    expect({ foundation, divergences }).toEqual({ foundation: 'nothing', divergences: [] });
    expect([[...state.streams], state.settings]).toEqual([[], null]);
  });

  it('gives projections what was known at its base, and nothing that belongs elsewhere', async () => {
    const projection = pricesProjection();
    const { state, faults, ...head } = await rebuild(log, projection, { until: base.position });
    const kept: Checkpoint = { name: baseCheckpoint('prices'), version: projection.version, state, ...head };
    const based = (checkpoint: Checkpoint) => basedLog(log, head, [checkpoint]);
    expect(faults).toBeNull();
    expect(await rebuild(based(kept), projection)).toEqual(await rebuild(log, projection));
    for (const wrong of [
      { ...kept, version: '0' },
      { ...kept, hash: 'f'.repeat(64) },
    ]) {
      expect(await rebuild(based(wrong), projection, { until: base.position })).toEqual(unprojected(projection));
    }
  });
});
