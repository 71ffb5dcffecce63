/** The narrator hears the log as others do: every entry once, in order, and a fault of its own costs the agent nothing. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger, type Logger } from '../../src/adapters/process/logger.ts';
import { narrateRun, type KnownThen } from '../../src/cli/run/narrator.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { LiveProjections } from '../../src/store/live/liveProjections.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { rebuild } from '../../src/store/projection.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { usageProjection } from '../../src/store/projections/usage.ts';
import { livedDay } from '../inspector/support/inspecting.ts';
import { draft } from '../store/support.ts';

const world = livedDay('2026-11-01', '2026-10-31');
const timeZone = 'America/New_York';

const entriesOf = async (): Promise<readonly Entry[]> => (await world).entries();

const append = (log: EventLog, entries: readonly Entry[]): Promise<unknown> =>
  log.append(entries.map(({ position: _position, hash: _hash, wireHash: _wireHash, ...rest }) => rest));

const looking = (log: EventLog): LiveProjections =>
  new LiveProjections(log, {
    onFault: ({ error }) => {
      throw error;
    },
  });

interface Line {
  readonly level: string;
  readonly message: string;
  readonly position?: number;
}

/** A logger whose lines are kept. */
const recordingLogger = (): { readonly logger: Logger; readonly lines: Line[] } => {
  const lines: Line[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Line);
  return { logger: createLogger({ level: 'trace', style: 'json', now: () => 0, write }), lines };
};

describe('the narrator', () => {
  it('given a log with a past, when entries come, then those are told as they come, and the past is not told again', async () => {
    const entries = await entriesOf();
    const log = openMemoryEventLog();
    await append(log, entries.slice(0, 30));
    const { logger, lines } = recordingLogger();
    narrateRun({ projections: looking(log), logger, timeZone });
    await append(log, entries.slice(30));
    expect(lines.length).toBeGreaterThan(20);
    const positions = lines.map(({ position }) => position ?? -1);
    expect(Math.min(...positions)).toBeGreaterThanOrEqual(30);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(lines.map(({ message }) => message).join('\n')).toMatch(/Metered|metered/);
    await log.close();
  });

  it('given words of somebody else, when entries come, then they are told what was known right after each, of the time before as well', async () => {
    const entries = await entriesOf();
    const log = openMemoryEventLog();
    await append(log, entries.slice(0, 60));
    const { logger } = recordingLogger();
    const heard: [number, KnownThen][] = [];
    narrateRun({
      projections: looking(log),
      logger,
      timeZone,
      tell: ({ position }, known) => {
        heard.push([position, known]);
        return null;
      },
    });
    for (const entry of entries.slice(60)) {
      await append(log, [entry]);
      await turn();
    }
    await log.close();
    expect(heard.map(([position]) => position)).toEqual(entries.slice(60).map(({ position }) => position));
    const again = openMemoryEventLog();
    await append(again, entries);
    for (const [position, known] of heard.filter((_, index) => index % 97 === 0)) {
      expect(known.prices).toEqual((await rebuild(again, pricesProjection(), { until: position })).state);
      expect(known.usage).toEqual((await rebuild(again, usageProjection(), { until: position })).state);
    }
  });

  it('given an entry that cannot be put into words, when it comes, then that is said, and the next one is told', async () => {
    const log = openMemoryEventLog();
    const { logger, lines } = recordingLogger();
    narrateRun({ projections: looking(log), logger, timeZone });
    await log.append([
      draft({ jumpMs: 5_000 }, { type: 'ClockJumped' }),
      draft(null, { type: 'DrEventAccepted' }),
      draft({ jumpMs: 5_000 }, { type: 'ClockJumped' }),
    ]);
    expect(lines.map(({ level, position }) => [level, position])).toEqual([
      ['warn', 0],
      ['warn', undefined],
      ['warn', 2],
    ]);
    expect(lines[1]?.message).toMatch(/^Entry 1 \(DrEventAccepted\) cannot be told in words: /);
    await log.close();
  });
});
