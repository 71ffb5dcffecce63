import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import type { Draft, Entry } from '../src/facts/entry.ts';
import { openLevelEventLog } from '../src/store/levelEventLog.ts';
import { type Projection, rebuild } from '../src/store/projection.ts';

/** A figure beside its floor: the same work done by the bare library in the same run. */
export interface LogRow {
  readonly name: string;
  readonly perSecond: number;
  readonly floorName: string;
  readonly floorPerSecond: number;
  readonly ratio: number;
}

/** Appends waiting for each other at a time in the grouped figures. */
const writers = 64;
const groups = 150;
const alone = 400;
const replayed = 50_000;
const rounds = 3;

/** A price event's decision as the agent records it: about 700 bytes. */
const draft = (number: number): Draft => ({
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
    intervals: Array.from({ length: 8 }, (_, index) => ({ uid: index, startsAt: 1_780_000_000_000 + index * 3_600_000, price: (number % 97) / 100 })),
  },
  cause: number === 0 ? null : number - 1,
  requestID: `request-${number}`,
});

const bareEntry = (number: number): Entry => ({ ...draft(number), position: number, hash: 'a'.repeat(64) });
const keyOf = (position: number): string => String(position).padStart(16, '0');

const counting: Projection<{ readonly entries: number; readonly byStream: Readonly<Record<string, number>> }> = {
  name: 'counting',
  version: '1',
  initial: { entries: 0, byStream: {} },
  apply: ({ entries, byStream }, { stream }) => ({ entries: entries + 1, byStream: { ...byStream, [stream]: (byStream[stream] ?? 0) + 1 } }),
};

const perSecond = async (count: number, work: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await work();
  return (count / (performance.now() - started)) * 1_000;
};

const inDirectory = async <Result>(body: (directory: string) => Promise<Result>): Promise<Result> => {
  const directory = mkdtempSync(join(tmpdir(), 'ter-ven-bench-'));
  try {
    return await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const withBare = <Result>(body: (level: Level<string, Entry>) => Promise<Result>): Promise<Result> =>
  inDirectory(async (directory) => {
    const level = new Level<string, Entry>(directory, { valueEncoding: 'json' });
    await level.open();
    try {
      return await body(level);
    } finally {
      await level.close();
    }
  });

const withLog = <Result>(body: (log: Awaited<ReturnType<typeof openLevelEventLog>>) => Promise<Result>): Promise<Result> =>
  inDirectory(async (directory) => {
    const log = await openLevelEventLog(directory, { createdAt: 0 });
    try {
      return await body(log);
    } finally {
      await log.close();
    }
  });

const appendsAlone = (): Promise<number> =>
  withLog((log) =>
    perSecond(alone, async () => {
      for (let number = 0; number < alone; number += 1) await log.append([draft(number)]);
    }),
  );

const barePuts = (): Promise<number> =>
  withBare((level) =>
    perSecond(alone, async () => {
      for (let number = 0; number < alone; number += 1) await level.put(keyOf(number), bareEntry(number), { sync: true });
    }),
  );

const appendsGrouped = (): Promise<number> =>
  withLog((log) =>
    perSecond(writers * groups, async () => {
      const write = async (writer: number): Promise<void> => {
        for (let group = 0; group < groups; group += 1) await log.append([draft(group * writers + writer)]);
      };
      await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    }),
  );

const bareBatches = (): Promise<number> =>
  withBare((level) =>
    perSecond(writers * groups, async () => {
      for (let group = 0; group < groups; group += 1) {
        const numbers = Array.from({ length: writers }, (_, writer) => group * writers + writer);
        await level.batch(numbers.map((number) => ({ type: 'put', key: keyOf(number), value: bareEntry(number) })), { sync: true });
      }
    }),
  );

const chunk = 1_000;
const chunks = Array.from({ length: replayed / chunk }, (_, index) => Array.from({ length: chunk }, (__, offset) => index * chunk + offset));

/** Reads and folds the same log twice: plainly, and through a projection. */
const replays = (): Promise<readonly [read: number, folded: number]> =>
  withLog(async (log) => {
    for (const numbers of chunks) await log.append(numbers.map(draft));
    const read = await perSecond(replayed, async () => {
      for await (const entry of log.read()) if (entry.position < 0) throw new Error('unreachable');
    });
    return [read, await perSecond(replayed, async () => void (await rebuild(log, counting)))];
  });

/** What any reader of LevelDB must do: fetch the texts and parse them. */
const bareScan = (): Promise<number> =>
  withBare(async (level) => {
    for (const numbers of chunks) await level.batch(numbers.map((number) => ({ type: 'put', key: keyOf(number), value: bareEntry(number) })));
    return perSecond(replayed, async () => {
      const texts = level.values<string, string>({ valueEncoding: 'utf8', highWaterMarkBytes: 1024 * 1024 });
      for (let some = await texts.nextv(1_024); some.length > 0; some = await texts.nextv(1_024)) for (const text of some) JSON.parse(text);
      await texts.close();
    });
  });

/** The best of several rounds, taken in turns so that what else the machine does touches all alike. */
const best = async (measures: readonly (() => Promise<readonly number[]>)[]): Promise<number[]> => {
  let figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const these: number[] = [];
    for (const measure of measures) these.push(...(await measure()));
    figures = these.map((figure, index) => Math.max(figure, figures[index] ?? 0));
  }
  return figures;
};

const row = (name: string, figure = 0, floorName = '', floor = 1): LogRow => ({ name, perSecond: figure, floorName, floorPerSecond: floor, ratio: figure / floor });

/** Durable appends, alone and grouped, and replay, each beside bare LevelDB. */
export const benchLog = async (): Promise<readonly LogRow[]> => {
  const one = (measure: () => Promise<number>) => async () => [await measure()];
  const [appended, put, grouped, batched, read, folded, scanned] = await best([
    one(appendsAlone),
    one(barePuts),
    one(appendsGrouped),
    one(bareBatches),
    replays,
    one(bareScan),
  ]);
  return [
    row('durable appends, one after the other', appended, 'LevelDB put, sync', put),
    row(`durable appends, ${writers} at a time`, grouped, `LevelDB batch of ${writers}, sync`, batched),
    row('entries read, chain checked', read, 'LevelDB scan with JSON.parse', scanned),
    row('entries replayed through a fold, chain checked', folded, 'LevelDB scan with JSON.parse', scanned),
  ];
};
