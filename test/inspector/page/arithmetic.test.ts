import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/inspector/page/energy/monthColumns.ts';
import { mostHeight, rowHeight, scrollTopFor, viewOf } from '../../../src/inspector/page/log/scrolling.ts';
import { missedText } from '../../../src/inspector/page/plan/standing.ts';
import { clockText } from '../../../src/text/times.ts';
import { doingText, untilText } from '../../../src/inspector/page/now/doing.ts';
import type { Device, State, Timeline } from '../../../src/inspector/page/server/answers.ts';
import { positionAt, positionsOf, rangeFor, ticksOf } from '../../../src/inspector/page/timeline/scale.ts';

const newYork = 'America/New_York';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('what a device does', () => {
  it('of a log at rest is what it did, and when that was read: nobody knows what it does since', () => {
    const readAt = Date.parse('2026-11-24T14:00:00Z');
    const setpoint = { startAt: readAt, endAt: readAt + hourMs, demandWatts: 2_100, stateOfChargeAtEnd: null };
    const device = { doing: 'charging', powerWatts: 2_100, readAt, setpoint } as Device;
    const stateOf = (notRunSince: number | null) => ({ agent: { notRunSince }, timeZone: newYork }) as State;
    const told = [null, readAt].map((since) => [doingText(device, stateOf(since)), untilText(device, stateOf(since))]);
    expect(told).toEqual([
      ['Buys 2.1\u202fkW', 'until 10:00'],
      ['Bought 2.1\u202fkW', 'read at 09:00'],
    ]);
  });
});

describe('a wish that is missed', () => {
  it('is told in words of people, also where a DR event asks for power', () => {
    const at = Date.parse('2026-11-24T14:00:00Z');
    const state = { asOf: at - hourMs, timeZone: newYork };
    const missed = { at, wished: -1_180, reached: 0, unit: 'watts' } as const;
    expect(missedText({ kind: 'delivery', ...missed }, state)).toBe(
      '0.0 of the 1.2\u202fkW that a DR event asks, at 09:00',
    );
    expect(missedText({ kind: 'quietTime', ...missed }, state)).toBe('The quiet time not kept at 09:00');
  });
});

describe('a list of any length', () => {
  const total = fc.integer({ min: 1, max: 5_000_000 });
  const viewHeight = fc.integer({ min: 60, max: 2_000 });

  it('never grows beyond what browsers can show', () => {
    fc.assert(fc.property(total, (rows) => viewOf(rows, 0, 600).height <= mostHeight));
  });

  it('begins with the first row and ends with the last', () => {
    fc.assert(
      fc.property(total, viewHeight, (rows, height) => {
        expect(viewOf(rows, 0, height).first).toBe(0);
        const { height: inside } = viewOf(rows, 0, height);
        expect(viewOf(rows, Math.max(0, inside - height), height).last).toBe(rows - 1);
      }),
    );
  });

  it('brings any row into view', () => {
    fc.assert(
      fc.property(total, viewHeight, fc.double({ min: 0, max: 1, noNaN: true }), (rows, height, share) => {
        const row = Math.floor(share * (rows - 1));
        const scrollTop = scrollTopFor(row, rows, height);
        const { first, last, top } = viewOf(rows, scrollTop, height);
        expect(row).toBeGreaterThanOrEqual(first);
        expect(row).toBeLessThanOrEqual(last);
        const y = top + (row - first) * rowHeight - scrollTop;
        expect(y).toBeGreaterThan(-rowHeight);
        expect(y).toBeLessThan(height);
      }),
    );
  });

  it('draws no more rows than fit, and a few beyond', () => {
    fc.assert(
      fc.property(total, viewHeight, fc.double({ min: 0, max: 1, noNaN: true }), (rows, height, share) => {
        const { first, last } = viewOf(rows, share * mostHeight, height);
        expect(last - first).toBeLessThan(height / rowHeight + 20);
      }),
    );
  });
});

describe('ticks of the timeline', () => {
  const start = Date.parse('2026-10-25T00:00:00Z');

  it('stand at round local times, on both sides of a change of the clock', () => {
    const hours = (from: string, to: string): readonly string[] =>
      ticksOf(Date.parse(from), Date.parse(to), 12, newYork).map(({ text }) => text);
    expect(hours('2026-11-01T03:00:00Z', '2026-11-01T09:00:00Z')).toEqual([
      '23:00',
      'Sun 1 Nov',
      '01:00',
      '01:00',
      '02:00',
      '03:00',
    ]);
    expect(hours('2026-03-08T04:00:00Z', '2026-03-08T09:00:00Z')).toEqual([
      '23:00',
      'Sun 8 Mar',
      '01:00',
      '03:00',
      '04:00',
    ]);
    const days = ticksOf(start, start + 14 * dayMs, 20, newYork);
    expect(days.every(({ at, isDay }) => isDay && clockText(at, newYork) === '00:00')).toBe(true);
    expect(days).toHaveLength(14);
  });

  it('go forward and stay within the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 * dayMs }),
        fc.integer({ min: 60_000, max: 400 * dayMs }),
        fc.integer({ min: 1, max: 20 }),
        (offset, span, room) => {
          const from = start + offset;
          const ticks = ticksOf(from, from + span, room, newYork);
          expect(ticks.length).toBeLessThanOrEqual(60);
          expect(
            ticks.every(
              ({ at }, place) => at >= from - hourMs && at < from + span && at > (ticks[place - 1]?.at ?? -Infinity),
            ),
          ).toBe(true);
        },
      ),
    );
  });
});

describe('an instant on the timeline', () => {
  const bucket = (index: number, first: number, last: number) => ({
    index,
    entries: 1,
    weight: 1,
    first,
    last,
    level: 'plain' as const,
  });
  const timeline: Timeline = {
    fromAt: 0,
    toAt: 100,
    bucketMs: 10,
    head: 9,
    isComplete: true,
    lanes: [
      { lane: 'polls', entries: 2, buckets: [bucket(1, 0, 3), bucket(6, 7, 7)] },
      { lane: 'devices', entries: 2, buckets: [bucket(3, 4, 6), bucket(9, 8, 9)] },
    ],
    moments: [],
    spans: [],
  };

  it('means the last entry recorded up to it, of whatever lane', () => {
    const positions = positionsOf(timeline);
    expect([0, 15, 25, 35, 60, 99, 1_000].map((at) => positionAt(positions, timeline, at))).toEqual([
      null,
      3,
      3,
      6,
      7,
      9,
      9,
    ]);
  });
});

describe('the range that is looked at', () => {
  it('is everything unless a span was chosen', () => {
    expect(rangeFor(Number.POSITIVE_INFINITY, 0, true, null)).toBeNull();
  });

  it('stays while the moment is in it, and follows a moment that left it', () => {
    const first = rangeFor(dayMs, 10 * dayMs, false, null);
    expect(first).toEqual({ from: 9.5 * dayMs, to: 10.5 * dayMs });
    expect(rangeFor(dayMs, 10.4 * dayMs, false, first)).toBe(first);
    expect(rangeFor(dayMs, 11 * dayMs, false, first)).toEqual({ from: 10.5 * dayMs, to: 11.5 * dayMs });
  });

  it('leaves the present some room ahead', () => {
    const live = rangeFor(hourMs, 1_000 * hourMs, true, null);
    expect((live?.to ?? 0) - 1_000 * hourMs).toBeGreaterThan(hourMs * 0.1);
    expect(rangeFor(hourMs, live?.to ?? 0, true, live)).not.toBe(live);
  });
});

describe('a day of the month map', () => {
  const hours = (from: string, count: number) =>
    Array.from({ length: count }, (_, place) => ({
      startAt: Date.parse(from) + place * hourMs,
      energyWattHours: place,
      usdPerKwh: null,
      delivery: 'notDue' as const,
    }));

  it('has a gap where the clock was set forward', () => {
    expect(columnsOf(hours('2026-03-08T05:00:00Z', 23), newYork).map((each) => each.length)).toEqual([
      1,
      1,
      0,
      ...Array.from({ length: 21 }, () => 1),
    ]);
  });

  it('has two hours in one place where the clock was set back', () => {
    expect(columnsOf(hours('2026-11-01T04:00:00Z', 25), newYork).map((each) => each.length)).toEqual([
      1,
      2,
      ...Array.from({ length: 22 }, () => 1),
    ]);
  });
});
