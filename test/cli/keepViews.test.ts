// What commands ask of a log is folded by the agent, so that a command does not read a month.
import { describe, expect, it } from 'vitest';
import { keepViews } from '../../src/cli/run/keepViews.ts';
import { keepViewsDaily } from '../../src/cli/run/keepViewsDaily.ts';
import { hereOf } from '../../src/cli/reading.ts';
import { viewsOf } from '../../src/cli/views.ts';
import { initialState } from '../../src/core/state.ts';
import { foldBefore, saveState } from '../../src/shell/fold.ts';
import { stateCheckpoint } from '../../src/store/checkpointNames.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { registrationProjection } from '../../src/store/projections/registration.ts';
import { usageProjection } from '../../src/store/projections/usage.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const dayMs = 86_400_000;

/** A log of so many quiet entries. */
const quietLog = async (entries: number) => {
  const log = openMemoryEventLog();
  for (let position = 0; position < entries; position += 500)
    await log.append(
      Array.from({ length: Math.min(500, entries - position) }, (_, index) => ({
        recordedAt: (position + index) * 1_000,
        runID: 'run00001',
        stream: 'agent',
        type: 'OperatorAsked',
        version: 1,
        direction: 'in' as const,
        data: { wish: 'reregister' },
        cause: null,
      })),
    );
  return log;
};

/** A log that counts the entries that are read of it. */
const readingCounted = (log: EventLog): { readonly counting: EventLog; readonly read: () => number } => {
  let read = 0;
  const counting = new Proxy(log, {
    get: (target, name) =>
      name === 'read'
        ? async function* (...range: Parameters<typeof log.read>) {
            for await (const entry of target.read(...range)) {
              read += 1;
              yield entry;
            }
          }
        : typeof target[name as keyof typeof target] === 'function'
          ? (target[name as keyof typeof target] as () => unknown).bind(target)
          : target[name as keyof typeof target],
  });
  return { counting, read: () => read };
};

describe('what commands ask of a log', () => {
  it('given a month, when the agent keeps it, then a command reads only what came after, and finds the same', async () => {
    const log = await quietLog(4_000);
    const before = await viewsOf(
      log,
      { usage: usageProjection(), registration: registrationProjection() },
      { until: 3_999 },
    );
    await keepViews(log);
    const { counting, read } = readingCounted(log);
    const after = await viewsOf(counting, { usage: usageProjection(), registration: registrationProjection() });
    expect(after).toEqual(before);
    expect(read()).toBeLessThan(10);
  });

  it('is kept soon after the start and every day, and what fails is told and tried again', async () => {
    const time = new VirtualTime(0);
    const log = await quietLog(1);
    const warnings: string[] = [];
    let asked = 0;
    const failing = new Proxy(log, {
      get: (target, name) => {
        if (name === 'durableHead') {
          asked += 1;
          throw new Error('the disk is gone');
        }
        return target[name as keyof typeof target];
      },
    });
    keepViewsDaily(failing, time, { warn: (sentence: string) => void warnings.push(sentence) });
    expect(asked).toBe(0);
    await time.runTo(dayMs / 2);
    await expect.poll(() => warnings.length).toBe(1);
    expect(warnings[0]).toContain('the disk is gone');
    await time.runTo(2 * dayMs);
    await expect.poll(() => warnings.length).toBe(2);
  });
});

describe('the state that was kept earlier', () => {
  const keepStateAt = async (log: EventLog, position: number): Promise<void> => {
    for await (const { hash } of log.read({ from: position, to: position }))
      await saveState(log, initialState, position, hash);
  };

  it('given a log kept at its end, when somebody asks what was known shortly before, then it is folded from the state kept before that', async () => {
    const log = await quietLog(6_000);
    for (const position of [2_000, 4_000, 5_999]) await keepStateAt(log, position);
    const { counting, read } = readingCounted(log);
    const fold = await foldBefore(counting, 5_000);
    expect(fold.position).toBe(4_000);
    expect(read()).toBeLessThan(10);
    expect((await foldBefore(log, 3_000)).position).toBe(2_000);
    expect((await foldBefore(log, 1_500)).position).toBe(-1);
  });

  it('given a stop soon after the state was kept, then the earlier one stays where it is', async () => {
    const log = await quietLog(4_100);
    for (const position of [2_000, 4_000, 4_050]) await keepStateAt(log, position);
    expect((await foldBefore(log, 4_000)).position).toBe(2_000);
  });
});

describe('the place a log was written in', () => {
  const here = { timeZone: 'UTC', now: 0 };

  it('is found without asking a machine, also of a state of another version', async () => {
    const log = await quietLog(2);
    expect((await hereOf({ log, here })).timeZone).toBe('UTC');
    const { position, hash } = log.head;
    const state = { settings: { timeZone: 'America/New_York' } };
    await log.saveCheckpoint({ name: stateCheckpoint, version: 'of another release', position, hash, state });
    expect((await hereOf({ log, here })).timeZone).toBe('America/New_York');
  });
});
