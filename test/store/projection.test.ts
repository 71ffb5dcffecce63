import * as fc from 'fast-check';
import { filter, firstValueFrom, lastValueFrom, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import { upcast } from '../../src/facts/upcast.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { genesisHash } from '../../src/store/hashChain.ts';
import { LiveProjections } from '../../src/store/live/liveProjections.ts';
import { fold, type Projected, type Projection, rebuild } from '../../src/store/projection.ts';
import { type Ground, draft, drafts, levelGround, memoryGround, readAll, withLog } from './support.ts';
import { triesOf } from '../support/leftOut.ts';

interface Tally {
  readonly positions: readonly number[];
  readonly byStream: Readonly<Record<string, number>>;
}

/** Remembers which entries it saw, in order: a gap, a repetition or a swap cannot hide. */
const tally: Projection<Tally> = {
  name: 'tally',
  version: '1',
  initial: { positions: [], byStream: {} },
  apply: ({ positions, byStream }, { position, stream }) => ({
    positions: [...positions, position],
    byStream: { ...byStream, [stream]: (byStream[stream] ?? 0) + 1 },
  }),
};

/** The tally, counting how often it was asked. */
const counted = (version = '1'): Projection<Tally> & { calls: number } => ({
  ...tally,
  version,
  calls: 0,
  apply(state: Tally, entry: Entry) {
    this.calls += 1;
    return tally.apply(state, entry);
  },
});

/** Throws on what it does not understand. */
const strict: Projection<number> = {
  name: 'strict',
  version: '1',
  initial: 0,
  apply: (sum, { data }) => {
    if (typeof data !== 'number') throw new Error(`${JSON.stringify(data)} is not a number`);
    return sum + data;
  },
};

/** The projection as it lives on a log. */
const live = <State>(
  log: EventLog,
  projection: Projection<State>,
  { checkpointEveryEntries = 1_000 }: { readonly checkpointEveryEntries?: number } = {},
): Observable<Projected<State>> =>
  new LiveProjections(log, {
    checkpointEveryEntries,
    onFault: ({ error }) => {
      throw error;
    },
  }).of(projection);

const reaching = <State>(projected$: Observable<Projected<State>>, position: number): Promise<Projected<State>> =>
  firstValueFrom(projected$.pipe(filter((projected) => projected.position >= position)));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, position) => position);

const withEither = (body: (log: EventLog) => Promise<void>): Promise<void> =>
  withLog(memoryGround(), body).then(() => withLog(levelGround(), body));

describe('a projection', () => {
  it('before the first entry is its initial state, and says so to whoever subscribes', () =>
    withEither(async (log) => {
      expect(await firstValueFrom(live(log, tally))).toEqual({
        position: -1,
        hash: genesisHash,
        state: tally.initial,
        faults: null,
      });
      expect(await rebuild(log, tally)).toMatchObject({ position: -1, state: tally.initial });
    }));

  it('rebuilt up to a position is what it was then', () =>
    withEither(async (log) => {
      await log.append(drafts(10));
      const entries = await readAll(log);
      for (const until of [-1, 0, 4, 9, 50]) {
        expect(await rebuild(log, tally, { until })).toEqual(fold(tally, entries.slice(0, until + 1)));
      }
    }));

  it('ends when the log closes', async () => {
    const place = memoryGround();
    const log = await place.open();
    await log.append(drafts(3));
    const tally$ = live(log, tally);
    const last = lastValueFrom(tally$);
    await reaching(tally$, 2);
    await log.append(drafts(2));
    await log.close();
    expect((await last).position).toBe(4);
  });

  it('that is still reading when the log closes ends without an error', async () => {
    const place = memoryGround();
    const log = await place.open();
    await log.append(drafts(5_000));
    const last = lastValueFrom(live(log, tally), { defaultValue: null });
    await log.close();
    expect((await last)?.position ?? -1).toBeLessThanOrEqual(4_999);
  });
});

describe('past and future join exactly', () => {
  it.each([memoryGround, levelGround])('while others append, no entry is missed and none comes twice (%o)', (ground) =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()), { maxLength: 20 }),
        async (before, appends) =>
          withLog(ground() as Ground, async (log) => {
            if (before > 0) await log.append(drafts(before));
            const tally$ = live(log, tally);
            const positions: number[] = [];
            tally$.subscribe(({ position }) => positions.push(position));
            await appendAll(log, appends);
            const total = before + appends.reduce((sum, [count]) => sum + count, 0);
            const { state } = await reaching(tally$, total - 1);
            expect(state.positions).toEqual(upTo(total));
            expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
            expect(positions.at(-1)).toBe(total - 1);
          }),
      ),
      { numRuns: triesOf(40) },
    ),
  );
});

const appendAll = async (
  log: EventLog,
  appends: readonly (readonly [count: number, wait: boolean])[],
): Promise<void> => {
  const waiting: Promise<unknown>[] = [];
  for (const [count, wait] of appends) {
    const appending = log.append(drafts(count));
    waiting.push(appending);
    if (wait) await appending;
  }
  await Promise.all(waiting);
};

describe('a checkpoint', () => {
  it('rebuilt from the start, taken up from checkpoints, and folded in one go are the same state', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('ven', 'device/a', 'device/b'), { minLength: 1, maxLength: 12 }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.integer({ min: 1, max: 10 }),
        async (runs, checkpointEveryEntries) => {
          const place = memoryGround();
          for (const streams of runs) {
            const log = await place.open();
            const tally$ = live(log, tally, { checkpointEveryEntries });
            await log.append(streams.map((stream) => draft(null, { stream })));
            const lived = await reaching(tally$, log.durableHead.position);
            expect(lived).toEqual(fold(tally, await readAll(log)));
            expect(lived).toEqual(await rebuild(log, tally));
            expect(lived).toEqual(await rebuild(log, tally, { fromCheckpoint: true }));
            await log.close();
          }
        },
      ),
      { numRuns: triesOf(60) },
    ));

  /** Lives through one run of `count` entries and closes. */
  const run = async (
    place: Ground,
    projection: Projection<Tally>,
    count: number,
    checkpointEveryEntries?: number,
  ): Promise<void> => {
    const log = await place.open();
    const projected$ = live(log, projection, checkpointEveryEntries === undefined ? {} : { checkpointEveryEntries });
    projected$.subscribe();
    if (count > 0) await log.append(drafts(count));
    await reaching(projected$, log.durableHead.position);
    await log.close();
  };

  it('saved at closing spares the next run the reading', async () => {
    const place = levelGround();
    await run(place, counted(), 20);
    const next = counted();
    await run(place, next, 0);
    expect(next.calls).toBe(0);
    place.remove();
  });

  it('is saved on the way, so that a crash costs only the entries since', async () => {
    const place = memoryGround();
    const log = await place.open();
    const projected$ = live(log, tally, { checkpointEveryEntries: 10 });
    projected$.subscribe();
    for (let position = 0; position < 25; position += 1) {
      await log.append([draft()]);
      await reaching(projected$, position);
    }
    place.disk.crash();
    const next = counted();
    await run(place, next, 0);
    expect(next.calls).toBeGreaterThan(0);
    expect(next.calls).toBeLessThanOrEqual(15);
  });

  it('of another version is thrown away', async () => {
    const place = memoryGround();
    await run(place, counted('1'), 20);
    const next = counted('2');
    await run(place, next, 0);
    expect(next.calls).toBe(20);
  });

  it.each([
    ['another hash', { position: 7, hash: 'f'.repeat(64) }],
    ['a position beyond the log', { position: 99, hash: 'f'.repeat(64) }],
  ])('with %s is thrown away', async (_, place) => {
    await withLog(memoryGround(), async (log) => {
      await log.append(drafts(20));
      await log.saveCheckpoint({
        name: 'tally',
        version: '1',
        ...place,
        state: { positions: ['false'], byStream: {} },
      });
      expect((await reaching(live(log, tally), 19)).state.positions).toEqual(upTo(20));
      expect((await rebuild(log, tally, { fromCheckpoint: true })).state.positions).toEqual(upTo(20));
    });
  });

  it('beyond the position asked for is not taken up', () =>
    withLog(memoryGround(), async (log) => {
      const { entries } = await log.append(drafts(20));
      const there = fold(tally, entries.slice(0, 11));
      await log.saveCheckpoint({
        name: 'tally',
        version: '1',
        position: there.position,
        hash: there.hash,
        state: there.state,
      });
      expect((await rebuild(log, tally, { until: 4, fromCheckpoint: true })).state.positions).toEqual(upTo(5));
    }));
});

describe('a fact that a projection cannot take', () => {
  const facts = [draft(1), draft('one'), draft(2), draft({}), draft(3)];

  it('is left out and named, and those after it still count', () =>
    withEither(async (log) => {
      await log.append(facts);
      const projected = await reaching(live(log, strict), 4);
      expect(projected).toMatchObject({
        position: 4,
        state: 6,
        faults: {
          count: 2,
          first: { position: 1, type: 'TimerFired', message: '"one" is not a number' },
          last: { position: 3, message: '{} is not a number' },
        },
      });
      expect(projected).toEqual(await rebuild(log, strict));
    }));

  it('is not buried under a checkpoint: once the projection is corrected it is found again', async () => {
    const place = memoryGround();
    const log = await place.open();
    const projected$ = live(log, strict, { checkpointEveryEntries: 1 });
    await log.append([draft(1)]);
    await reaching(projected$, 0);
    await log.append(facts.slice(1));
    await reaching(projected$, 4);
    await log.close();
    const corrected: Projection<number> = {
      ...strict,
      apply: (sum, { data }) => sum + (typeof data === 'number' ? data : 100),
    };
    await withLog(place, async (reopened) => {
      expect(await reaching(live(reopened, corrected), 4)).toMatchObject({ state: 206, faults: null });
    });
  });

  it('stops the projection when this release cannot read it: it is never skipped', () =>
    withEither(async (log) => {
      const readable: Projection<number> = { ...strict, apply: (sum, entry) => (upcast(entry), sum + 1) };
      await log.append([draft(), draft(null, { type: 'FactOfTomorrow' }), draft()]);
      await expect(rebuild(log, readable)).rejects.toThrow(/Entry 1 holds the fact FactOfTomorrow/);
      await expect(lastValueFrom(live(log, readable))).rejects.toThrow(/FactOfTomorrow/);
    }));
});
