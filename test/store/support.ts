import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Draft, Entry } from '../../src/facts/entry.ts';
import type { EventLog, Wire } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { openLevelLogStore } from '../../src/store/level/levelLogStore.ts';
import type { LogStore } from '../../src/store/logStore.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';

/** The instant at which the logs of these tests were begun. */
export const createdAt = Date.UTC(2026, 6, 1);

/** A draft that says only what the test is about. */
export const draft = (data: unknown = null, changes: Partial<Draft> = {}): Draft => ({
  recordedAt: createdAt,
  runID: 'run-1',
  direction: 'in',
  stream: 'ven',
  type: 'TimerFired',
  version: 1,
  data,
  cause: null,
  ...changes,
});

/** As many drafts as asked for, told apart by their number. */
export const drafts = (count: number, first = 0): Draft[] =>
  Array.from({ length: count }, (_, index) => draft({ number: first + index }));

/** Drafts of every shape, with data of every kind JSON can hold. */
export const anyDraft: fc.Arbitrary<Draft> = fc.record(
  {
    recordedAt: fc.nat({ max: 4_000_000_000_000 }),
    runID: fc.string(),
    direction: fc.constantFrom('in' as const, 'out' as const),
    stream: fc.string({ unit: 'grapheme' }),
    type: fc.string(),
    version: fc.nat(),
    data: fc.jsonValue(),
    cause: fc.option(fc.nat()),
    chance: fc.nat({ max: 0xffff_ffff }),
    requestID: fc.string(),
  },
  { requiredKeys: ['recordedAt', 'runID', 'direction', 'stream', 'type', 'version', 'data', 'cause'] },
);

/** An append of one to five drafts, some of them with XML. */
export const anyAppend: fc.Arbitrary<{ drafts: Draft[]; wires: Wire[] }> = fc
  .array(fc.tuple(anyDraft, fc.option(fc.string({ unit: 'grapheme', maxLength: 200 }), { freq: 3 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((pairs) => ({
    drafts: pairs.map(([drafted]) => drafted),
    wires: pairs.flatMap(([, xml], index) => (xml === null ? [] : [{ index, xml }])),
  }));

/** Everything the log holds between two positions. */
export const readAll = async (log: EventLog, from?: number, to?: number): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of log.read({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }))
    entries.push(entry);
  return entries;
};

/** A place where a log can be opened, closed and opened again. */
export interface Ground {
  readonly name: string;
  open(): Promise<EventLog>;
  remove(): void;
}

/** A new directory that nothing else uses. */
export const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'ter-ven-store-'));

/** Ground on a real disk. */
export const levelGround = (directory = newDirectory()): Ground & { readonly directory: string } => ({
  name: 'the log on disk',
  directory,
  open: () => openLevelEventLog(join(directory, 'data'), { createdAt }),
  remove: () => rmSync(directory, { recursive: true, force: true }),
});

/** Ground in memory. */
export const memoryGround = (): Ground & { readonly disk: MemoryDisk } => {
  const disk = new MemoryDisk();
  return { name: 'the log in memory', disk, open: async () => openMemoryEventLog({ disk }), remove: () => undefined };
};

/** Ground in a store that another VEN shares; the store is opened anew for each log that is. */
export const sharedGround = (directory = newDirectory()): Ground => {
  let store: LogStore | undefined;
  let log: EventLog | undefined;
  const isClosed = async (): Promise<boolean> => (await log?.stats().catch(() => undefined)) === undefined;
  return {
    name: 'the log in a store of many',
    open: async () => {
      if (store !== undefined && (await isClosed())) {
        await store.close();
        store = undefined;
      }
      store ??= await openLevelLogStore(join(directory, 'data'), { createdAt: () => createdAt });
      log = await store.open('VEN 7/ä', { createIfMissing: true });
      const neighbour = await store.open('VEN 7', { createIfMissing: true });
      await neighbour.append(drafts(3), [{ index: 1, xml: '<neighbour/>' }]);
      await neighbour.close();
      return log;
    },
    remove: () => void (store?.close() ?? Promise.resolve()).then(() => rmSync(directory, { recursive: true })),
  };
};

/** Runs a body with an open log, and closes and removes it whatever happens. */
export const withLog = async <Result>(ground: Ground, body: (log: EventLog) => Promise<Result>): Promise<Result> => {
  const log = await ground.open();
  try {
    return await body(log);
  } finally {
    await log.close();
    ground.remove();
  }
};
