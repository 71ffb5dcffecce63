/** Where in the log an instant lies. */
import { describe, expect, it } from 'vitest';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { positionSince } from '../../src/store/positionSince.ts';
import { draft } from './support.ts';

describe('the position since an instant', () => {
  it('is the first entry that was recorded then or later', async () => {
    const log = openMemoryEventLog();
    for (const recordedAt of [10, 10, 20, 30, 30, 30, 40]) await log.append([{ ...draft({}), recordedAt }]);
    const found = await Promise.all([0, 10, 11, 20, 25, 30, 31, 40, 41].map((at) => positionSince(log, at)));
    expect(found).toEqual([0, 0, 2, 2, 3, 3, 6, 6, 7]);
  });

  it('of a log without entries is where its first one will be', async () => {
    expect(await positionSince(openMemoryEventLog(), 5)).toBe(0);
  });
});
