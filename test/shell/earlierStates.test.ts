/** States that are kept for whoever asks what was known when something was decided. */
import { describe, expect, it } from 'vitest';
import { initialState } from '../../src/core/state.ts';
import { earlierCheckpoints, saveState } from '../../src/shell/fold.ts';
import { stateCheckpoint } from '../../src/store/checkpointNames.ts';
import type { Checkpoint, EventLog } from '../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';

describe('states that are kept of earlier', () => {
  it('given a state saved each 2,000 entries, when it is long ago, then none is farther behind than what is looked for is old', async () => {
    const log = openMemoryEventLog();
    const positions = async (): Promise<readonly number[]> => {
      const kept = await Promise.all(
        [stateCheckpoint, ...earlierCheckpoints.map(({ name }) => name)].map((name) => log.loadCheckpoint(name)),
      );
      return kept.flatMap((checkpoint) => (checkpoint === undefined ? [] : [checkpoint.position]));
    };
    for (let position = 2_000; position <= 80_000; position += 2_000) {
      await saveState(log, initialState, position, `hash ${position}`);
      const kept = await positions();
      // The newest first, and each some place farther back.
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => b - a));
    }
    // What was 20,000 entries ago is folded from a state that is no more than twice as far behind.
    const kept = await positions();
    for (const age of [3_000, 6_000, 12_000, 20_000, 35_000]) {
      const before = kept.find((position) => position <= 80_000 - age);
      expect(80_000 - age - (before ?? 0), `${age} entries ago, of ${kept.join(', ')}`).toBeLessThanOrEqual(age);
    }
  });

  it('given a state that was kept before, when the next is kept, then only one that is handed down is read', async () => {
    const log = openMemoryEventLog();
    const read: string[] = [];
    const watched = {
      loadCheckpoint: (name: string) => (read.push(name), log.loadCheckpoint(name)),
      saveCheckpoint: (checkpoint: Checkpoint) => log.saveCheckpoint(checkpoint),
    } as unknown as EventLog;
    for (let position = 2_000; position <= 12_000; position += 2_000)
      await saveState(watched, initialState, position, `hash ${position}`);
    read.length = 0;
    await saveState(watched, initialState, 12_100, 'hash 12100');
    expect(read).toEqual([]);
    await saveState(watched, initialState, 14_000, 'hash 14000');
    expect(read).not.toEqual([]);
    expect(new Set(read).size).toBe(read.length);
  });

  it('given an agent that stops soon after a state was kept, when it saves once more, then the one before stays within reach', async () => {
    const log = openMemoryEventLog();
    for (const position of [2_000, 4_000, 4_300]) await saveState(log, initialState, position, `hash ${position}`);
    expect((await log.loadCheckpoint('agent earlier'))?.position).toBe(4_000);
    expect((await log.loadCheckpoint('agent earlier 2'))?.position).toBe(2_000);
  });
});
