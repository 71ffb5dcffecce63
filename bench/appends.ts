import { Level } from 'level';
import type { Draft } from '../src/facts/entry.ts';
import type { EventLog } from '../src/store/eventLog.ts';
import { openLevelEventLog } from '../src/store/level/levelEventLog.ts';
import { withDirectory } from './support/directory.ts';
import { atLeast, rateFigure, type Subject } from './support/figure.ts';
import { measurePair } from './support/measure.ts';

/** Appenders that each wait for their own entry, in the grouped figures. */
const writers = 64;
const groups = 25;
const alone = 120;
const rounds = 9;

/** A decision on prices, as large as the agent records it. */
const draftOf = (number: number): Draft => ({
  recordedAt: 1_780_000_000_000 + number,
  runID: '0198c5e0-7e2b-7b4e-9d5c-3f1f0c1f7a11',
  direction: number % 2 === 0 ? 'in' : 'out',
  stream: `drEvent/event-${number % 7}`,
  type: 'MessageReceived',
  version: 1,
  data: {
    message: 'oadrDistributeEvent',
    eventID: `event-${number}`,
    modificationNumber: number % 3,
    intervals: Array.from({ length: 8 }, (_, index) => ({
      uid: index,
      startsAt: 1_780_000_000_000 + index * 3_600_000,
      price: (number % 97) / 100,
    })),
  },
  cause: number === 0 ? null : number - 1,
  requestID: `request-${number}`,
});

const drafts: readonly Draft[] = Array.from({ length: writers * groups }, (_, number) => draftOf(number));
const keys = drafts.map((_, number) => String(number).padStart(16, '0'));
/** The bytes that the log stores, made beforehand: what is left is LevelDB's own work. */
const texts = drafts.map((draft, position) => JSON.stringify({ hash: 'a'.repeat(64), ...draft, position }));

const appendAlone = async (log: EventLog): Promise<number> => {
  for (const draft of drafts.slice(0, alone)) await log.append([draft]);
  return alone;
};

const appendGrouped = async (log: EventLog): Promise<number> => {
  const write = async (writer: number): Promise<void> => {
    for (let group = 0; group < groups; group += 1) await log.append([drafts[group * writers + writer] as Draft]);
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return drafts.length;
};

const putAlone = async (level: Level): Promise<number> => {
  for (let number = 0; number < alone; number += 1)
    await level.put(keys[number] ?? '', texts[number] ?? '', { sync: true });
  return alone;
};

const putGrouped = async (level: Level): Promise<number> => {
  for (let first = 0; first < drafts.length; first += writers) {
    const batch = keys
      .slice(first, first + writers)
      .map((key, index) => ({ type: 'put' as const, key, value: texts[first + index] ?? '' }));
    await level.batch(batch, { sync: true });
  }
  return drafts.length;
};

/** Lends a log and a bare database, side by side on the same disk. */
const withBoth = <Result>(body: (log: EventLog, level: Level) => Promise<Result>): Promise<Result> =>
  withDirectory((ours) =>
    withDirectory(async (bare) => {
      const log = await openLevelEventLog(ours, { createdAt: 0 });
      const level = new Level(bare);
      await level.open();
      try {
        return await body(log, level);
      } finally {
        await Promise.all([log.close(), level.close()]);
      }
    }),
  );

/** Durable appends: sealed into the chain, written, flushed, acknowledged. */
export const appends: Subject = {
  name: 'appends',
  title: 'Log: durable appends, beside LevelDB writing the same bytes just as durably',
  measure: () =>
    withBoth(async (log, level) => {
      const one = await measurePair(
        () => appendAlone(log),
        () => putAlone(level),
        rounds,
        'wall',
      );
      const grouped = await measurePair(
        () => appendGrouped(log),
        () => putGrouped(level),
        rounds,
        'wall',
      );
      return [
        rateFigure('appends, one after the other', 'entries', 'LevelDB put, sync', one),
        rateFigure(
          `appends, ${writers} at a time`,
          'entries',
          `LevelDB batch of ${writers}, sync`,
          grouped,
          atLeast(grouped.ratio * 100, 50, '%'),
        ),
      ];
    }),
};
