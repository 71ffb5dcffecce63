import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { Fold, foldLog } from '../src/shell/fold.ts';
import type { EventLog } from '../src/store/eventLog.ts';
import { openLevelEventLog } from '../src/store/level/levelEventLog.ts';
import { logPaths } from '../src/store/level/logDirectory.ts';
import { type Projection, rebuild } from '../src/store/projection.ts';
import { deliveriesProjection } from '../src/store/projections/deliveries.ts';
import { pricesProjection } from '../src/store/projections/prices.ts';
import { usageProjection } from '../src/store/projections/usage.ts';
import { withDirectory } from './support/directory.ts';
import { atLeast, type Figure, rateFigure, type Subject } from './support/figure.ts';
import { liveMB } from './support/heap.ts';
import { measurePair } from './support/measure.ts';
import { monthText, recordedMonth } from './support/recordedMonth.ts';

const rounds = 3;
const verifiedGoal = 15_000;
const projectedGoal = 40_000;

/** How much more a fold may hold at its end than in its middle. @unit MB */
const growthLimitMB = 5;

const verified = async (log: EventLog): Promise<number> => {
  const { entries, divergences, uncompared } = await foldLog(log, { verify: true });
  if (divergences.length > 0 || uncompared > 0)
    throw new Error(
      `The replay diverges at position ${divergences[0]?.position ?? 'unknown'}; a figure for it would mean nothing.`,
    );
  return entries;
};

const projected = async (log: EventLog): Promise<number> => {
  const all: readonly Projection<unknown>[] = [pricesProjection(), usageProjection(), deliveriesProjection()];
  for (const projection of all) await rebuild(log, projection);
  return (log.durableHead.position + 1) * all.length;
};

const read = async (log: EventLog): Promise<number> => {
  let entries = 0;
  for await (const entry of log.read()) entries = entry.position + 1;
  return entries;
};

/** What any reader of LevelDB must do: fetch the texts and parse them. */
const scan = async (level: Level): Promise<number> => {
  const texts = level.sublevel('entries').values({ gte: '', ...{ highWaterMarkBytes: 1024 * 1024 } });
  let entries = 0;
  for (let some = await texts.nextv(1_024); some.length > 0; some = await texts.nextv(1_024)) {
    for (const text of some) JSON.parse(text);
    entries += some.length;
  }
  await texts.close();
  return entries;
};

/** What is alive in the middle of a verified fold, and at its end. */
const memoryFigure = async (log: EventLog): Promise<Figure> => {
  const fold = await Fold.of(log, { verify: true });
  const last = log.durableHead.position;
  let middleMB = Number.NaN;
  for await (const entry of log.read()) {
    fold.take(entry);
    if (entry.position === Math.floor(last / 2)) middleMB = liveMB();
  }
  const endMB = liveMB();
  if (fold.finish().divergences.length > 0) throw new Error('The replay diverges; a figure for it would mean nothing.');
  return {
    name: 'alive on the heap at the end of it',
    value: `${endMB.toFixed(1)} MB`,
    floor: { name: 'in the middle of the month', value: `${middleMB.toFixed(1)} MB` },
    ratio: `${Math.round((endMB / middleMB) * 100)} %`,
    goal: { text: `<= ${growthLimitMB} MB more`, isReached: endMB - middleMB <= growthLimitMB },
  };
};

/** LevelDB admits one at a time, so the bare reader gets a copy. */
const withBoth = <Result>(directory: string, body: (log: EventLog, level: Level) => Promise<Result>): Promise<Result> =>
  withDirectory(async (copy) => {
    cpSync(logPaths(directory).database, join(copy, 'log'), { recursive: true });
    const level = new Level(join(copy, 'log'));
    await level.open();
    const log = await openLevelEventLog(directory, { createdAt: 0, create: false });
    try {
      return await body(log, level);
    } finally {
      await Promise.all([log.close(), level.close()]);
    }
  });

/** The log of a month, folded anew. */
export const replay: Subject = {
  name: 'replay',
  title: `Replay of a simulated month (${monthText}), beside a bare scan of LevelDB with JSON.parse`,
  measure: async () => {
    const { directory } = await recordedMonth();
    return withBoth(directory, async (log, level) => {
      const floorName = 'LevelDB scan, JSON.parse';
      const folded = await measurePair(
        () => verified(log),
        () => scan(level),
        rounds,
      );
      const books = await measurePair(
        () => projected(log),
        () => scan(level),
        rounds,
      );
      const chained = await measurePair(
        () => read(log),
        () => scan(level),
        rounds,
      );
      const entries = `${log.durableHead.position + 1} entries`;
      return [
        rateFigure(
          `folded through the machines, every output compared (${entries})`,
          'entries',
          floorName,
          folded,
          atLeast(folded.perSecond, verifiedGoal, 'entries/s'),
        ),
        rateFigure(
          'through one projection (mean of prices, usage, deliveries)',
          'entries',
          floorName,
          books,
          atLeast(books.perSecond, projectedGoal, 'entries/s'),
        ),
        rateFigure('read, chain checked', 'entries', floorName, chained),
        await memoryFigure(log),
      ];
    });
  },
};
