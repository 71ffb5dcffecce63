import { describe, expect, it } from 'vitest';
import { hourMs } from '../../src/programme/calendar.ts';
import type { Theme } from './support/adversity/adversity.ts';
import { type MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { draft } from '../store/support.ts';
import { copyOf, restoreBackup } from './support/adversity/backups.ts';
import { divergencesIn } from './support/adversity/goneLogs.ts';
import { replaceDirectory } from './support/adversity/directory.ts';
import { planOf } from './support/plan.ts';
import { prepare, type Run } from './support/run.ts';

const minuteMs = 60_000;

/** A world in which nothing happens but what a test lets happen. */
const quiet = async (...only: readonly Theme[]): Promise<Run> => {
  const run = await prepare({ ...planOf(4, 1, { without: new Set(), only }), probabilities: {}, happenings: [] }, 25);
  await run.world.start();
  await run.world.runTo(run.startedAt + hourMs);
  return run;
};

describe('a backup in the simulation', () => {
  it('given that it is brought back, then other files lie there, the agent goes on with those, and what it had open before stays as it was', async () => {
    const run = await quiet();
    const before = run.disk;
    const known = before.texts.length;
    restoreBackup(run, { do: 'restoreBackup', ageMs: hourMs, downMs: minuteMs });
    await run.world.runTo(run.startedAt + 2 * hourMs + minuteMs / 2);
    expect(run.disk).not.toBe(before);
    expect(run.disk.texts).toEqual(before.texts.slice(0, known));
    expect(before.texts.length).toBeGreaterThan(known);
    const left = [...before.texts];
    await run.world.runTo(run.startedAt + 3 * hourMs);
    expect(run.disk.texts.length).toBeGreaterThan(known);
    expect(before.texts).toEqual(left);
  });

  it('given that a new log was begun since, then the copy is that of the log of before, and the agent is not begun on it without a word', async () => {
    const run = await quiet('directories');
    restoreBackup(run, { do: 'restoreBackup', ageMs: 2 * hourMs, downMs: minuteMs });
    replaceDirectory(run, { do: 'replaceDirectory', by: 'nothing', ageMs: 0, downMs: minuteMs });
    await run.world.runTo(run.startedAt + 2.5 * hourMs);
    const [departure] = run.directory?.departures ?? [];
    expect(departure).toMatchObject({ by: 'nothing', isOver: true });
    await run.world.runTo(run.startedAt + 3 * hourMs + 2 * minuteMs);
    const repaired = (await run.world.entries()).filter(({ type }) => type === 'LogRepaired');
    expect(repaired).toHaveLength(1);
  });

  it('given that the directory is gone when it is to be brought back, then it is left to who sees to that', async () => {
    const run = await quiet('directories');
    restoreBackup(run, { do: 'restoreBackup', ageMs: 30 * minuteMs, downMs: minuteMs });
    await run.world.runTo(run.startedAt + 1.4 * hourMs);
    replaceDirectory(run, { do: 'replaceDirectory', by: 'nothing', ageMs: 0, downMs: hourMs });
    await run.world.runTo(run.startedAt + 2 * hourMs);
    expect(run.seen.has('a backup was brought back')).toBe(false);
    expect(run.disk.texts).toEqual([]);
  });

  it('given logs that gave way, then each folds to itself, from where it parts from another, and what nobody concluded is found in it', async () => {
    const run = await quiet();
    for (const place of [1, 2]) {
      restoreBackup(run, { do: 'restoreBackup', ageMs: hourMs / 2, downMs: minuteMs });
      await run.world.runTo(run.startedAt + (1 + place) * hourMs);
    }
    expect(run.undone).toHaveLength(2);
    expect(await divergencesIn(run.undone)).toEqual([]);
    const [first, second] = run.undone.map(copyOf) as [MemoryDisk, MemoryDisk];
    const log = openMemoryEventLog({ disk: second });
    const data = { alarm: 'meterSilent', subject: 'nobody' };
    await log.append([draft(data, { type: 'AlarmCleared', direction: 'out', runID: 'run00002' })]);
    await log.close();
    expect(await divergencesIn([first, second])).toEqual([
      expect.stringMatching(/^4: in a log that gave way, .*nobody/),
    ]);
  });
});
