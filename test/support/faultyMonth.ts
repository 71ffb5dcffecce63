/** The log of a month with faults of every kind, lived once for a test file. */
import { daySpan, nextDay, type LocalDay } from '../../src/programme/calendar.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { timeZone, worldOn } from '../scenarios/support/day.ts';
import { memoryStorage, type AgentWorld } from './agentWorld.ts';

/** In the month in which the clocks repeat an hour. */
const usualFirst: LocalDay = '2026-10-20';

/** How often each exchange is struck. */
const probabilities = {
  dropBefore: 0.01,
  dropAfter: 0.01,
  status: 0.01,
  malformed: 0.005,
  empty: 0.005,
  delay: 0.01,
  restart: 0.002,
  forgetReportRequests: 0.002,
  requestReregistration: 0.002,
  responseCode: 0.002,
  lowerModificationNumber: 0.002,
} as const;

/** A world that has lived a month, and the disk that its log stands on. */
export interface FaultyMonth {
  readonly world: AgentWorld;
  readonly disk: MemoryDisk;
  readonly days: readonly LocalDay[];
}

/** Lives some days: the VTN fails now and then, the VEN is restarted every other day and killed every fifth. */
export const liveFaultyMonth = async (count = 30, firstDay = usualFirst): Promise<FaultyMonth> => {
  const disk = new MemoryDisk();
  const { world } = worldOn({
    day: firstDay,
    hour: 0,
    seed: 7,
    storage: memoryStorage(disk),
    settings: { sampleEveryMs: 3_600_000 },
    vtn: { pollFreq: 'PT15M', faults: { seed: 7, probabilities, longestDelayMs: 60_000 } },
  });
  const days: LocalDay[] = [];
  let span = daySpan(firstDay, timeZone);
  await world.start();
  for (let index = 0; index < count; index += 1) {
    days.push(span.day);
    await world.runTo(span.startAt + 10.5 * 3_600_000);
    if (index % 5 === 4) world.crashFor(60_000);
    else if (index % 2 === 1) await world.restart();
    if (index % 7 === 2)
      world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'releaseHeldUsage' } } });
    await world.runTo(span.endAt);
    span = nextDay(span, timeZone);
  }
  await world.stop();
  return { world, disk, days };
};

/** The same log on a disk of its own, to be done with as one likes. */
export const copyOf = (disk: MemoryDisk): EventLog => {
  const copy = new MemoryDisk();
  copy.texts.push(...disk.texts);
  for (const [position, wire] of disk.wires) copy.wires.set(position, wire);
  for (const [name, text] of disk.checkpoints) copy.checkpoints.set(name, text);
  return openMemoryEventLog({ disk: copy });
};
