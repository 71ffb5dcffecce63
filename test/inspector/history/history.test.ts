/** What was known at any moment is what a fold of the log up to there says, however one came there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fold } from '../../../src/shell/fold.ts';
import { toPlain } from '../../../src/core/plainState.ts';
import type { Entry } from '../../../src/facts/entry.ts';
import { factVersions } from '../../../src/facts/fact.ts';
import { laneNames } from '../../../src/inspector/api/shapes.ts';
import { EntryIndex } from '../../../src/inspector/history/entryIndex.ts';
import { History } from '../../../src/inspector/history/history.ts';
import { Keyframes, type Folding } from '../../../src/inspector/history/keyframes.ts';
import { laneOf } from '../../../src/inspector/history/lanes.ts';
import { unhurried } from '../../../src/store/live/pace.ts';
import { rebuild } from '../../../src/store/projection.ts';
import { alarmsProjection } from '../../../src/store/projections/alarms.ts';
import { deliveriesProjection } from '../../../src/store/projections/deliveries.ts';
import { exchangesProjection } from '../../../src/store/projections/exchanges.ts';
import { pricesProjection } from '../../../src/store/projections/prices.ts';
import { usageProjection } from '../../../src/store/projections/usage.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { baseOf, basedLog } from '../../support/basedLog.ts';
import { isWhole } from '../../support/leftOut.ts';
import { atRest, livedDay } from '../support/inspecting.ts';

const world = livedDay('2026-11-01', '2026-10-31');
const giveWay = (): Promise<void> => Promise.resolve();

const entriesOf = async (): Promise<readonly Entry[]> => (await world).entries();

/** The last position of the step that holds a position, by reading on. */
const endOfStep = (entries: readonly Entry[], position: number): number => {
  const next = entries.findIndex((entry) => entry.position > position && entry.direction === 'in');
  return next === -1 ? entries.length - 1 : next - 1;
};

describe('a moment', () => {
  it('given moments in any order, when they are asked for, then each is what the whole fold up to its step’s end says', async () => {
    const { log } = await world;
    const entries = await entriesOf();
    const history = new History(atRest(log), unhurried);
    await history.ready;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(entries.length - 1), { minLength: 1, maxLength: 3 }), async (positions) => {
        for (const position of positions) {
          const end = endOfStep(entries, position);
          const moment = await history.past(position);
          const fold = new Fold();
          for (const entry of entries.slice(0, end + 1)) fold.take(entry);
          expect(moment.position).toBe(end);
          expect(toPlain(moment.agent)).toEqual(toPlain(fold.finish().state));
          for (const [name, projection] of [
            ['exchanges', exchangesProjection()],
            ['alarms', alarmsProjection()],
            ['usage', usageProjection()],
            ['deliveries', deliveriesProjection()],
            ['prices', pricesProjection()],
          ] as const) {
            expect(moment.views[name]).toEqual((await rebuild(log, projection as never, { until: end })).state);
          }
        }
      }),
      { numRuns: isWhole(process.env) ? 8 : 3, seed: 4 },
    );
    history.close();
  });

  it('given a log that begins at a base, when a moment after it is asked for, then it is what the whole log says', async () => {
    const { log } = await world;
    const entries = await entriesOf();
    const kept = await baseOf(log, Math.floor(entries.length / 2));
    const based = basedLog(log, { position: kept.position, hash: kept.hash }, [kept]);
    const [whole, part] = [new History(atRest(log), unhurried), new History(atRest(based), unhurried)];
    await Promise.all([whole.ready, part.ready]);
    expect(part.index.start).toBe(kept.position + 1);
    for (const position of [kept.position + 1, kept.position + 40, entries.length - 1]) {
      const [all, some] = await Promise.all([whole.past(position), part.past(position)]);
      expect(some.position).toBe(all.position);
      expect(toPlain(some.agent).streams).toEqual(toPlain(all.agent).streams);
    }
    whole.close();
    part.close();
  });

  it('given a log without an entry, when the present is asked for, then nothing is known and nothing fails', async () => {
    const history = new History(atRest(openMemoryEventLog()), unhurried);
    await history.ready;
    expect(await history.present()).toMatchObject({ position: -1, isLive: false, agent: { settings: null } });
    history.close();
  });
});

/** A fold that counts. */
const counting: Folding<number> = {
  origin: (log) => Promise.resolve({ position: log.base.position, state: 0 }),
  begin: ({ state }) => {
    let count = state;
    return { take: () => void (count += 1), state: () => count };
  },
};

describe('kept states', () => {
  it('given far more steps than states may be kept, when any is asked for, then few entries are read for it', async () => {
    let read = 0;
    const total = 1_200_000;
    const log = {
      base: { position: -1, hash: '' },
      read: async function* ({ from = 0, to = total - 1 }: { from?: number; to?: number } = {}) {
        for (let position = from; position <= to; position += 1) {
          read += 1;
          yield { position, direction: 'in' } as Entry;
        }
      },
    };
    const frames = new Keyframes(log as never, counting, giveWay);
    await frames.advance(total - 1);
    expect(frames.position).toBe(total - 1);
    read = 0;
    for (const position of [0, 17, 500_123, 999_999, total - 1]) expect(await frames.at(position)).toBe(position + 1);
    expect(read).toBeLessThan(5 * 2_100);
    read = 0;
    await frames.at(700_000);
    const first = read;
    await frames.at(700_001); // the next moment is folded from the one before it
    expect(read - first).toBe(1);
  });
});

describe('the index', () => {
  it('given times that jump back, when an instant is looked for, then its place is after everything recorded up to it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }),
        fc.integer({ min: -1, max: 41 }),
        fc.nat(5),
        (times, at, start) => {
          const index = new EntryIndex(start);
          times.forEach((recordedAt, offset) =>
            index.add({
              position: start + offset,
              recordedAt,
              direction: 'in',
              stream: 'ven',
              type: 'TimerFired',
              data: {},
            } as unknown as Entry),
          );
          const place = index.firstAfter(at);
          expect(place).toBeGreaterThanOrEqual(start);
          expect(place).toBeLessThanOrEqual(start + times.length);
          const before = times.slice(0, place - start);
          expect(before.every((time) => time <= at)).toBe(true);
          if (place < start + times.length) expect(Math.max(...times.slice(0, place - start + 1))).toBeGreaterThan(at);
        },
      ),
      { seed: 11 },
    );
  });

  it('given every fact there is, when it is laid into a lane, then it has one of the lanes', () => {
    for (const type of Object.keys(factVersions)) {
      for (const stream of ['agent', 'ven', 'exchange', 'watch', 'device/a', 'drEvent/a', 'reportRequest/a'])
        expect(laneNames).toContain(laneOf({ type, stream, data: {} }));
    }
    expect(
      laneOf({ type: 'MessageReceived', stream: 'exchange', data: { message: { message: 'oadrDistributeEvent' } } }),
    ).toBe('drEvents');
    expect(
      laneOf({ type: 'SendRequested', stream: 'exchange', data: { message: { message: 'oadrUpdateReport' } } }),
    ).toBe('reports');
    expect(laneOf({ type: 'AlarmRaised', stream: 'watch', data: {} })).toBe('faults');
  });
});
