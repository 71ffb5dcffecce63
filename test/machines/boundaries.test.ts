import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askedByTheClockOfNow,
  backfillMs,
  joined,
  newestMissed,
  nextBoundary,
  readingsAtOnce,
  shareOf,
  type Missed,
} from '../../src/machines/device/boundaries.ts';
import type { Moment } from '../../src/machines/moment.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

/** Which boundaries of a register are asked for: a boundary that is forgotten here is an hour without usage. */

const dayMs = 24 * hourMs;
const sampleEveryMs = 15 * minuteMs;
const moment = (at = noon, devices = 1): Moment => ({
  at,
  chance: 1,
  runID: 'run00001',
  settings: settingsFor({
    sampleEveryMs,
    devices: Array.from({ length: devices }, (_, index) => ({
      resourceID: `device-${index}`,
      maxChargeWatts: 1_000,
      maxDischargeWatts: 1_000,
    })),
  }),
});
const ours = { grids: [] };

const missedOf = (all: Missed, atOnce = 10_000, at = noon): readonly number[] =>
  newestMissed(ours, moment(at), all, atOnce).boundaries;

describe('the next boundary', () => {
  it('is the first on any grid, and never the instant itself', () => {
    const shifted = { grids: [{ originAt: 5 * minuteMs, everyMs: hourMs }] };
    expect(nextBoundary(ours, moment(), noon)).toBe(noon + sampleEveryMs);
    expect(nextBoundary(shifted, moment(), noon)).toBe(noon + 5 * minuteMs);
    expect(nextBoundary(shifted, moment(), noon + 5 * minuteMs)).toBe(noon + sampleEveryMs);
  });
});

describe('boundaries that passed unread', () => {
  it('are whole hours, and from closeFrom on all of them, the last one included', () => {
    expect(missedOf({ fromAt: noon - 3 * hourMs, toAt: noon, closeFrom: noon - hourMs })).toEqual([
      noon - 2 * hourMs,
      noon - hourMs,
      ...[45, 30, 15, 0].map((minutes) => noon - minutes * minuteMs),
    ]);
    expect(missedOf({ fromAt: noon, toAt: noon + sampleEveryMs - 1, closeFrom: 0 })).toEqual([]);
  });

  it('go back 35 days, and no further', () => {
    const [oldest] = missedOf({ fromAt: 0, toAt: noon, closeFrom: noon });
    expect(oldest).toBe(noon - backfillMs + hourMs);
  });

  it('are so many at the most, whatever the grid', () => {
    expect(missedOf({ fromAt: 0, toAt: noon + 365 * dayMs, closeFrom: 0 })).toHaveLength(10_000);
  });

  it('given more than are asked for at a time, then the newest come first, and the rest stays missed', () => {
    const all = { fromAt: noon - 10 * hourMs, toAt: noon, closeFrom: noon };
    const { boundaries, missed } = newestMissed(ours, moment(), all, 4);
    expect(boundaries).toEqual([3, 2, 1, 0].map((hours) => noon - hours * hourMs));
    expect(missed).toEqual({ ...all, toAt: noon - 4 * hourMs });
    expect(newestMissed(ours, moment(), all, 10).missed).toBeNull();
    expect(newestMissed(ours, moment(), all, 9).missed).toEqual({ ...all, toAt: noon - 9 * hourMs });
  });

  it('are all asked for in the end, each once, however many at a time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 60 }), (atOnce, hours) => {
        const all = { fromAt: noon - hours * hourMs, toAt: noon, closeFrom: noon - 2 * hourMs };
        const asked: number[] = [];
        for (let left: Missed | null = all; left !== null;) {
          const { boundaries, missed }: ReturnType<typeof newestMissed> = newestMissed(ours, moment(), left, atOnce);
          asked.unshift(...boundaries);
          left = missed;
        }
        expect(asked).toEqual(missedOf(all));
      }),
    );
  });

  it('of two stretches are one, from the first to the last of both', () => {
    const [a, b] = [
      { fromAt: 1, toAt: 10, closeFrom: 8 },
      { fromAt: 3, toAt: 20, closeFrom: 5 },
    ];
    for (const one of [joined(a, b), joined(b, a)]) expect(one).toEqual({ fromAt: 1, toAt: 20, closeFrom: 5 });
    expect([joined(a, null), joined(null, b), joined(null, null)]).toEqual([a, b, null]);
  });
});

describe('a device’s share of what is asked for at once', () => {
  it.each([
    [960, 1, readingsAtOnce],
    [960, 40, 24],
    [960, 41, 23],
    [96, 96, 1],
    [96, 97, 1],
    [96, 0, readingsAtOnce],
  ])('of %i for %i devices is %i', (ofAll, devices, share) => {
    expect(shareOf(ofAll, moment(noon, devices))).toBe(share);
  });
});

describe('what was asked for, when the clock is set', () => {
  const before = { askedAt: noon + hourMs, readAt: noon + 30 * minuteMs, missed: null };

  it('given that nothing was passed over, then boundaries that lie ahead were not asked for', () => {
    expect(askedByTheClockOfNow(before, { unreadFrom: null }, moment())).toEqual({
      askedAt: noon,
      readAt: noon,
      missed: null,
    });
    const behind = { askedAt: noon - hourMs, readAt: noon - 2 * hourMs, missed: null };
    expect(askedByTheClockOfNow(behind, { unreadFrom: null }, moment())).toEqual(behind);
    const never = { askedAt: null, readAt: null, missed: null };
    expect(askedByTheClockOfNow(never, { unreadFrom: null }, moment())).toEqual(never);
  });

  it('given that time was passed over, then it is asked for from its first boundary on, its last day closely', () => {
    const unreadFrom = noon - 3 * hourMs;
    expect(askedByTheClockOfNow(before, { unreadFrom }, moment())).toEqual({
      askedAt: noon,
      readAt: unreadFrom - 1,
      missed: { fromAt: unreadFrom - 1, toAt: noon, closeFrom: noon - dayMs },
    });
    const older = { ...before, readAt: unreadFrom - hourMs };
    expect(askedByTheClockOfNow(older, { unreadFrom }, moment()).readAt).toBe(unreadFrom - hourMs);
  });

  it('given what was missed before, then what of it lies ahead is not, and the rest is asked for as well', () => {
    const missed = { fromAt: noon - 5 * hourMs, toAt: noon + hourMs, closeFrom: noon };
    expect(askedByTheClockOfNow({ ...before, missed }, { unreadFrom: null }, moment()).missed).toEqual({
      ...missed,
      toAt: noon,
    });
    const ended = { ...missed, toAt: noon - 4 * hourMs };
    expect(askedByTheClockOfNow({ ...before, missed: ended }, { unreadFrom: null }, moment()).missed).toEqual(ended);
    for (const fromAt of [noon, noon + 1])
      expect(
        askedByTheClockOfNow({ ...before, missed: { ...missed, fromAt } }, { unreadFrom: null }, moment()).missed,
      ).toBeNull();
    expect(askedByTheClockOfNow({ ...before, missed }, { unreadFrom: noon - 6 * hourMs }, moment()).missed).toEqual({
      fromAt: noon - 6 * hourMs - 1,
      toAt: noon,
      closeFrom: noon - dayMs,
    });
  });

  it('given a clock whose earlier instants are not believed, then only what is known is, and at the least what lies behind', () => {
    const knownUntil = noon - 2 * hourMs;
    const missed = { fromAt: noon - 5 * hourMs, toAt: noon, closeFrom: noon };
    const of = (known: { readonly unreadFrom: number | null; readonly knownUntil: number | null }, at = noon) =>
      askedByTheClockOfNow({ ...before, missed }, known, moment(at));
    expect(of({ unreadFrom: null, knownUntil })).toEqual({ askedAt: knownUntil, readAt: knownUntil, missed: null });
    expect(of({ unreadFrom: noon - 3 * hourMs, knownUntil })).toEqual({
      askedAt: knownUntil,
      readAt: noon - 3 * hourMs - 1,
      missed: { fromAt: noon - 3 * hourMs - 1, toAt: noon, closeFrom: noon - dayMs },
    });
    expect(of({ unreadFrom: noon - hourMs, knownUntil }).readAt).toBe(knownUntil);
    expect(of({ unreadFrom: noon - hourMs, knownUntil: null }, noon + minuteMs)).toMatchObject({
      askedAt: noon,
      readAt: null,
    });
  });
});
