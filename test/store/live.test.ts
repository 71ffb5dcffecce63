/** Projections as they live: from a checkpoint, then on, for many at once, and for nobody not at all. */
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import { UnreadableFact, upcast } from '../../src/facts/upcast.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { Feed, heldEntries } from '../../src/store/live/feed.ts';
import { LiveProjections, type Live$, type LiveOptions } from '../../src/store/live/liveProjections.ts';
import { unhurried } from '../../src/store/live/pace.ts';
import { type Projected, type Projection, rebuild } from '../../src/store/projection.ts';
import { alarmsProjection } from '../../src/store/projections/alarms.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { drEventsProjection } from '../../src/store/projections/drEvents.ts';
import { exchangesProjection } from '../../src/store/projections/exchanges.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { registrationProjection } from '../../src/store/projections/registration.ts';
import { reportRequestsProjection } from '../../src/store/projections/reportRequests.ts';
import { setpointsProjection } from '../../src/store/projections/setpoints.ts';
import { usageProjection } from '../../src/store/projections/usage.ts';
import { livedDay } from '../inspector/support/inspecting.ts';
import { draft, drafts, levelGround, memoryGround, withLog } from './support.ts';

/** Adds up what entries carry, and counts how often it was asked. */
class Sum implements Projection<number> {
  readonly initial = 0;
  calls = 0;
  readonly name: string;
  readonly version = '1';

  constructor(name = 'sum') {
    this.name = name;
  }

  apply(sum: number, { data }: Entry): number {
    this.calls += 1;
    return sum + (data as { readonly number: number }).number;
  }
}

/** What went wrong with whom. */
type Faults = { readonly subscriber: string; readonly error: unknown }[];

const alive = (log: EventLog, options: Partial<LiveOptions> = {}): { live: LiveProjections; faults: Faults } => {
  const faults: Faults = [];
  return { live: new LiveProjections(log, { onFault: (fault) => faults.push(fault), ...options }), faults };
};

/** Hears a stream, and keeps what it heard. */
const heardBy = <State>(live: LiveProjections, live$: Live$<State>, name = 'test'): Projected<State>[] => {
  const heard: Projected<State>[] = [];
  live.attend(live$, { name, next: (projected) => heard.push(projected) });
  return heard;
};

/** A log that counts its followers, and what is read of it. */
const watched = (log: EventLog): { log: EventLog; followers: () => number; reads: () => number } => {
  let [followers, reads] = [0, 0];
  const counting = new Proxy(log, {
    get: (target, name) => {
      if (name === 'follow')
        return (...given: Parameters<EventLog['follow']>) => {
          const stop = target.follow(...given);
          followers += 1;
          return () => {
            followers -= 1;
            stop();
          };
        };
      if (name === 'read')
        return (...given: Parameters<EventLog['read']>) => {
          reads += 1;
          return target.read(...given);
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { log: counting, followers: () => followers, reads: () => reads };
};

describe('a live projection', () => {
  it.each([memoryGround, levelGround])(
    'given a log with a past and a checkpoint in it, when two hear it and entries come, then both hear states in order, each what a rebuild says, folded once (%o)',
    (ground) =>
      withLog(ground(), async (log) => {
        await log.append(drafts(20));
        const { position, hash, state } = await rebuild(log, new Sum(), { until: 11 });
        await log.saveCheckpoint({ name: 'sum', version: '1', position, hash, state });
        const sum = new Sum();
        const { live } = alive(log);
        const sum$ = live.of(sum);
        const [one, other] = [heardBy(live, sum$), heardBy(live, sum$)];
        await live.knowing(sum$);
        for (let count = 0; count < 30; count += 1) {
          await log.append(drafts(3, count));
          if (count % 4 === 0) await live.knowing(sum$);
        }
        await live.knowing(sum$);
        expect(other).toEqual(one);
        expect(one.map((each) => each.position)).toEqual(
          [...new Set(one.map((each) => each.position))].sort((a, b) => a - b),
        );
        expect(one[0]?.position).toBe(19);
        expect(one.at(-1)?.position).toBe(109);
        expect(one.length).toBeGreaterThan(8);
        for (const heard of one) expect(heard).toEqual(await rebuild(log, new Sum(), { until: heard.position }));
        expect(sum.calls).toBe(110 - 12);
      }),
  );

  it('given one that is alive, when another comes late, then it gets the present state in the same turn', () =>
    withLog(memoryGround(), async (log) => {
      await log.append(drafts(5));
      const { live } = alive(log);
      const sum$ = live.of(new Sum());
      heardBy(live, sum$);
      await live.knowing(sum$);
      expect(heardBy(live, sum$).map(({ state }) => state)).toEqual([10]);
    }));

  it('given entries recorded in one go, when they are folded, then only the state after them is told', () =>
    withLog(memoryGround(), async (log) => {
      const { live } = alive(log);
      const sum$ = live.of(new Sum());
      const heard = heardBy(live, sum$);
      await live.knowing(sum$);
      await log.append(drafts(500));
      await live.knowing(sum$);
      expect(heard.map(({ position }) => position)).toEqual([-1, 499]);
    }));

  it('given a subscriber that throws, when entries come, then it is told of and dropped, and neither the log nor the others notice', () =>
    withLog(memoryGround(), async (log) => {
      const { live, faults } = alive(log);
      const sum$ = live.of(new Sum());
      let calls = 0;
      live.attend(sum$, {
        name: 'a page',
        next: () => {
          calls += 1;
          throw new Error('no paper');
        },
      });
      const heard = heardBy(live, sum$);
      await live.knowing(sum$);
      await log.append(drafts(4));
      await live.knowing(sum$);
      expect(heard.at(-1)?.state).toBe(6);
      expect(calls).toBe(1);
      expect(faults).toEqual([{ subscriber: 'a page', error: new Error('no paper') }]);
      expect((await log.append([draft({ number: 1 })])).entries).toHaveLength(1);
    }));

  it('given a slow subscriber, when thousands of entries come meanwhile, then it hears the newest state next, and a bounded number of entries is held', () =>
    withLog(memoryGround(), async (log) => {
      const { live } = alive(log);
      const sum$ = live.of(new Sum());
      const heard: number[] = [];
      const waiting: (() => void)[] = [];
      live.attendLatest(sum$, {
        name: 'slow',
        next: ({ position }) => {
          heard.push(position);
          return new Promise((resolve) => waiting.push(resolve));
        },
      });
      const feed = new Feed(log);
      let [told, most] = [0, 0];
      live.attend(feed.head$, {
        name: 'feed',
        next: () => {
          told += 1;
          most = Math.max(most, feed.held);
        },
      });
      await live.knowing(sum$);
      for (let count = 0; count < 100; count += 1) {
        await log.append(drafts(60));
        await live.knowing(sum$);
      }
      expect(heard).toEqual([-1]);
      waiting.shift()?.();
      await Promise.resolve();
      await live.first(live.of(new Sum('other')), ({ position }) => position === 5_999);
      expect(heard).toEqual([-1, 5_999]);
      expect(waiting).toHaveLength(1);
      expect(told).toBe(6_001);
      expect(most).toBeGreaterThanOrEqual(heldEntries);
      expect(most).toBeLessThanOrEqual(2 * heldEntries);
    }));

  it('given a slow subscriber that fails, then it is told of', () =>
    withLog(memoryGround(), async (log) => {
      const { live, faults } = alive(log);
      const sum$ = live.of(new Sum());
      live.attendLatest(sum$, { name: 'slow', next: () => Promise.reject(new Error('gone')) });
      await live.knowing(sum$);
      await live.knowing(live.of(new Sum('other')));
      expect(faults).toEqual([{ subscriber: 'slow', error: new Error('gone') }]);
    }));

  it('given the last one has left, when the linger is over, then nothing is folded, followed or held any more; within it the present is there at once', () =>
    withLog(memoryGround(), async (given) => {
      const { log, followers } = watched(given);
      let lingered: () => void = () => undefined;
      const { live } = alive(log, {
        pace: { ...unhurried, linger: () => new Promise((resolve) => (lingered = resolve)) },
      });
      const sum = new Sum();
      const sum$ = live.of(sum);
      expect(followers()).toBe(0);
      await live.knowing(sum$);
      await log.append(drafts(3));
      await live.knowing(sum$);
      expect([sum.calls, followers()]).toEqual([3, 1]);

      lingered();
      await Promise.resolve();
      await Promise.resolve();
      expect(followers()).toBe(0);
      await log.append(drafts(1_000));
      expect(sum.calls).toBe(3);

      expect((await live.knowing(sum$)).position).toBe(1_002);
      expect(followers()).toBe(1);
    }));

  it('given many who hear many projections, then the log has one follower and is read once', () =>
    withLog(memoryGround(), async (given) => {
      await given.append(drafts(50));
      const { log, followers, reads } = watched(given);
      const { live } = alive(log);
      const streams = ['a', 'b', 'c', 'd'].map((name) => live.of(new Sum(name)));
      for (const each$ of streams) for (let count = 0; count < 3; count += 1) heardBy(live, each$);
      await Promise.all(streams.map((each$) => live.knowing(each$)));
      await log.append(drafts(50));
      await Promise.all(streams.map((each$) => live.knowing(each$)));
      expect([followers(), reads()]).toEqual([1, 1]);
    }));

  it('given one that is at the head, when another still reads the past, then the first waits for nothing', () =>
    withLog(memoryGround(), async (given) => {
      await given.append(drafts(2_500));
      let isStuck = false;
      const stuck = new Proxy(given, {
        get: (target, name) => {
          if (name === 'read' && isStuck)
            return () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) });
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const { live } = alive(stuck, { checkpointEveryEntries: null });
      const sum$ = live.of(new Sum());
      const heard = heardBy(live, sum$);
      await live.knowing(sum$);
      isStuck = true;
      heardBy(live, live.of(new Sum('reader')));
      await given.append(drafts(2));
      await live.knowing(sum$);
      expect(heard.at(-1)?.position).toBe(2_501);
      isStuck = false;
    }));

  it('given a fact that a projection cannot read, then its stream ends with an error that is told, and the others go on', () =>
    withLog(memoryGround(), async (log) => {
      const { live, faults } = alive(log);
      const readable: Projection<number> = {
        name: 'readable',
        version: '1',
        initial: 0,
        apply: (count, entry) => (upcast(entry), count + 1),
      };
      const counting: Projection<number> = { name: 'counting', version: '1', initial: 0, apply: (count) => count + 1 };
      const counting$ = live.of(counting);
      heardBy(live, live.of(readable), 'reader');
      const heard = heardBy(live, counting$);
      await log.append([draft(), draft(null, { type: 'FactOfTomorrow' }), draft()]);
      await live.knowing(counting$);
      await log.append([draft()]);
      await live.knowing(counting$);
      expect(heard.at(-1)?.state).toBe(4);
      expect(faults.map(({ subscriber }) => subscriber)).toEqual(['reader']);
      expect(faults[0]?.error).toBeInstanceOf(UnreadableFact);
    }));

  it('given a log that closes, then every stream tells what came last and completes', async () => {
    const log = await memoryGround().open();
    const { live } = alive(log);
    const sum$ = live.of(new Sum());
    await live.knowing(sum$);
    let ends = 0;
    const last = lastValueFrom(sum$);
    const heads = lastValueFrom(live.head$);
    const entries = lastValueFrom(live.entries(0).pipe(toArray()));
    live.attend(sum$, { name: 'test', next: () => undefined, ended: () => (ends += 1) });
    void log.append(drafts(7));
    await log.close();
    expect([(await last).position, await heads, (await entries).length, ends]).toEqual([6, 6, 7, 1]);
    await expect(live.knowing(live.of(new Sum('late')))).rejects.toMatchObject({ code: 'closed' });
    expect((await firstValueFrom(sum$)).position).toBe(6);
  });
});

describe('entries', () => {
  it('given a log with a past that grows while it is read, when they are heard from a position, then each comes once and in order', () =>
    withLog(levelGround(), async (log) => {
      await log.append(drafts(30));
      const { live } = alive(log);
      const positions: number[] = [];
      live.attend(live.entries(10), {
        name: 'test',
        next: ({ position }) => {
          positions.push(position);
          if (position % 10 === 0 && position < 50) void log.append(drafts(5));
        },
      });
      await live.first(live.entries(0), ({ position }) => position === 49);
      await log.append(drafts(2));
      expect(positions).toEqual(Array.from({ length: 42 }, (_, index) => index + 10));
    }));

  it('given nothing but what comes now is wanted, then each is told in the turn in which it became durable', () =>
    withLog(memoryGround(), async (log) => {
      await log.append(drafts(3));
      const { live } = alive(log);
      const told: [number, number][] = [];
      live.attend(live.entries(), {
        name: 'test',
        next: ({ position }) => told.push([position, log.durableHead.position]),
      });
      await log.append(drafts(3));
      expect(told).toEqual([
        [3, 3],
        [4, 4],
        [5, 5],
      ]);
    }));
});

describe('each projection of the house', () => {
  const world = livedDay('2026-11-01', '2026-10-31');

  it.each([
    ['prices$', pricesProjection()],
    ['usage$', usageProjection()],
    ['deliveries$', deliveriesProjection()],
    ['alarms$', alarmsProjection()],
    ['registration$', registrationProjection()],
    ['exchanges$', exchangesProjection()],
    ['drEvents$', drEventsProjection()],
    ['reportRequests$', reportRequestsProjection()],
    ['setpoints$', setpointsProjection()],
  ] as const)(
    'given a day that was lived, when %s is heard from the start, from a checkpoint and as it grows, then it is what a rebuild says',
    async (name, projection: Projection<unknown>) => {
      const entries = await (await world).entries();
      const place = memoryGround();
      await withLog(place, async (log) => {
        const half = Math.floor(entries.length / 2);
        const append = (from: number, to: number): Promise<unknown> =>
          log.append(
            entries.slice(from, to).map(({ position: _position, hash: _hash, wireHash: _wire, ...rest }) => rest),
          );
        await append(0, half);
        const { live } = alive(log);
        const live$ = live[name] as Live$<unknown>;
        const heard = heardBy(live, live$);
        expect(await live.knowing(live$)).toEqual(await rebuild(log, projection));
        await append(half, half + 40);
        const { hash, position, state } = await live.knowing(live$);
        await log.saveCheckpoint({ name: projection.name, version: projection.version, hash, position, state });
        await append(half + 40, entries.length);
        const whole = await rebuild(log, projection);
        expect(await live.knowing(live$)).toEqual(whole);
        expect(heard.at(-1)).toEqual(whole);
        const again = alive(log).live;
        expect(await again.knowing(again[name] as Live$<unknown>)).toEqual(whole);
        expect(await live.checkpointOf(projection.name)).toMatchObject({ position: whole.position, hash: whole.hash });
      });
    },
  );
});
