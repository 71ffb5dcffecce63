/** A start whose settings are those in force names them, and everything is known as if they stood there. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '../../src/bundle/openBundle.ts';
import { replayLog } from '../../src/cli/replay/run.ts';
import { toPlain } from '../../src/core/plainState.ts';
import type { AgentStarted } from '../../src/facts/input.ts';
import { foldLog } from '../../src/shell/fold.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { settingsHash } from '../../src/store/settingsHash.ts';
import { asItIs, between, bytesOf, memorySource } from '../bundle/support/cutting.ts';
import { at, worldOn } from '../scenarios/support/day.ts';

describe('a start with the settings in force', () => {
  let log: EventLog;
  let starts: readonly (AgentStarted & { readonly position: number })[];

  beforeAll(async () => {
    const { world } = worldOn({ day: '2026-11-02', hour: 16 });
    await world.start();
    await world.runTo(at('2026-11-02', 16.25));
    await world.restart();
    await world.runTo(at('2026-11-02', 16.5));
    const agent = world.agent;
    const present = agent?.state.settings;
    if (present === null || present === undefined) throw new Error('The agent has no settings.');
    const settings = { ...present, usageDelayMs: present.usageDelayMs + 1_000 };
    agent?.take({
      stream: 'agent',
      input: {
        type: 'SettingsChanged',
        data: { settings, changed: ['usageDelayMs'], reopened: [], isOfferAnother: false },
      },
    });
    await world.runTo(at('2026-11-02', 16.75));
    await world.restart();
    await world.runTo(at('2026-11-02', 17));
    await world.restart();
    await world.runTo(at('2026-11-02', 17.25));
    log = world.log;
    starts = (await world.entries()).flatMap(({ type, position, data }) =>
      type === 'AgentStarted' ? [{ position, ...(data as AgentStarted) }] : [],
    );
  });

  it('names them; a start with others has them whole', () => {
    const [first, again, back, last] = starts;
    expect(starts).toHaveLength(4);
    expect(first?.settings).toBeDefined();
    expect(first?.settingsHash).toBe(settingsHash(first?.settings ?? {}));
    expect(again).not.toHaveProperty('settings');
    expect(again?.settingsHash).toBe(first?.settingsHash);
    // The change that was read while it ran is not in the configuration of the next start.
    expect(back?.settings).toEqual(first?.settings);
    expect(last).not.toHaveProperty('settings');
  });

  it('replays to the same decisions, and the chain says that what is named is there', async () => {
    expect(await log.verify()).toEqual(log.head);
    const { divergences, uncompared } = await replayLog(log, {
      span: { from: null, until: null },
      verify: true,
      fromWire: true,
    });
    expect({ divergences, uncompared }).toEqual({ divergences: [], uncompared: 0 });
  });

  it('goes into a bundle that begins with it, with the settings it names', async () => {
    const position = starts[3]?.position ?? -1;
    const bundle = await openBundle(
      memorySource(await bytesOf({ log, stretch: between(position), rewriting: asItIs })),
    );
    expect(bundle.base.position).toBe(position - 1);
    const { state, divergences } = await foldLog(bundle, { verify: true });
    expect(divergences).toEqual([]);
    expect(JSON.stringify(toPlain(state))).toBe(JSON.stringify(toPlain((await foldLog(log)).state)));
  });
});
