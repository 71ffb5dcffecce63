import { rm } from 'node:fs/promises';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import type { Storage } from '../support/agentWorld.ts';
import { shareOf } from '../support/leftOut.ts';
import { faultsOf, liveEvening } from './support/killing.ts';

/** LevelDB's lock belongs to the process that died with the agent; its copy is nobody's. */
const leaveBehind = new Set(['LOCK']);

/**
 * The real log, killed by taking a copy of its files as they are at that instant: what `kill -9` leaves behind.
 * What the log that was killed still does to its own files concerns nobody.
 */
class LevelStorage implements Storage {
  directory = mkdtempSync(join(tmpdir(), 'ter-ven-evening-'));
  readonly #all: string[] = [this.directory];
  readonly #logs: EventLog[] = [];

  readonly open = async (): Promise<EventLog> => {
    const log = await openLevelEventLog(this.directory, { createdAt: 0 });
    this.#logs.push(log);
    return log;
  };

  readonly crash = (): void => {
    const copy = mkdtempSync(join(tmpdir(), 'ter-ven-evening-'));
    cpSync(this.directory, copy, { recursive: true, filter: (path) => !leaveBehind.has(path.split('/').at(-1) ?? '') });
    this.#all.push(copy);
    this.directory = copy;
  };

  readonly cleanUp = async (): Promise<void> => {
    await Promise.all(this.#logs.map((log) => log.close()));
    await Promise.all(this.#all.map((directory) => rm(directory, { recursive: true, force: true })));
  };
}

describe('a kill with the log on a real disk', () => {
  const storages: LevelStorage[] = [];
  const storage = (): LevelStorage => {
    const made = new LevelStorage();
    storages.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of storages.splice(0)) await made.cleanUp();
  });

  it('given kills spread over an evening, when the VEN starts on what lies on disk, then the evening comes to the same', async () => {
    const untroubled = await liveEvening({ killAt: null, storage: storage() });
    expect(untroubled.problems).toEqual([]);
    const operations = untroubled.operations.length;
    const failures: string[] = [];
    for (const share of shareOf([0.02, 0.2, 0.41, 0.63, 0.86, 0.93, 0.97], (_share, index) => index % 2 === 0)) {
      const killAt = Math.max(1, Math.floor(operations * share));
      const lived = await liveEvening({ killAt, storage: storage() });
      failures.push(
        ...faultsOf(lived, untroubled).map(
          (fault) => `kill at operation ${killAt} (${untroubled.operations[killAt - 1]}): ${fault}`,
        ),
      );
    }
    expect(failures).toEqual([]);
  });
});
