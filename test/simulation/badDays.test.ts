import { beforeAll, describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { dayOf, hourMs, nextDay } from '../../src/programme/calendar.ts';
import { timeZone } from '../scenarios/support/day.ts';
import { entryOf, type Told } from '../store/projections/facts.ts';
import type { BadDay } from './support/adversity/adversity.ts';
import { badDay } from './support/adversity/badDays.ts';
import { optChecks } from './support/adversity/optChecks.ts';
import { acknowledgedIsBooked, bounded } from './support/adversity/wireChecks.ts';
import type { Check, Evidence } from './support/check.ts';
import { calm } from './support/invariants.ts';
import { planOf } from './support/plan.ts';
import { prepare, type Run } from './support/run.ts';

const minuteMs = 60_000;

describe('an ordinary bad day of the simulation', () => {
  let run: Run;
  const happens = (day: BadDay): boolean => badDay(run, day);
  const pass = (ms: number): Promise<void> => run.world.runTo(run.world.time.now() + ms);
  const versionOf = (day: string): number | undefined => {
    const { events } = run.world.vtn;
    return events.listed().find(({ eventID }) => eventID === events.priceEventOf(day))?.modificationNumber;
  };

  beforeAll(async () => {
    const plan = planOf(4, 1, { without: new Set(), only: [] });
    run = await prepare({ ...plan, hour: 9, probabilities: {}, happenings: [] }, 25);
    await run.world.start();
    await pass(minuteMs);
  });

  it('moves the prices of a day, and back', async () => {
    const { day, startAt } = dayOf(run.world.time.now(), timeZone);
    const startOf = () =>
      run.world.vtn.events.listed().find(({ eventID }) => eventID === run.world.vtn.events.priceEventOf(day))?.script
        .startAt;
    expect(happens({ do: 'movePrices', byMs: hourMs, forMs: 10 * minuteMs })).toBe(true);
    expect([startOf(), versionOf(day)]).toEqual([startAt + hourMs, 1]);
    await pass(11 * minuteMs);
    expect([startOf(), versionOf(day)]).toEqual([startAt, 2]);
  });

  it('has two DR events of nearly one name, both answered, and cancels one alone', async () => {
    happens({ do: 'twinDrEvents' });
    await pass(25 * minuteMs);
    const [low = '', high = ''] = run.extraDrEvents;
    expect(low.toUpperCase()).toBe(high);
    const { opts, events } = run.world.vtn;
    for (const twin of [low, high]) expect(opts.some(({ eventID }) => eventID === twin)).toBe(true);
    await pass(10 * minuteMs);
    const cancelled = events.listed().filter(({ cancelledAt }) => cancelledAt !== undefined);
    expect(cancelled.map(({ eventID }) => eventID)).toEqual([low]);
  });

  it('asks for another pace, and for its own again, which the VEN follows without a complaint', async () => {
    const sent = run.wire.sentAt.length;
    happens({ do: 'changePace', pollFreq: 'PT1S', forMs: 12 * minuteMs });
    await pass(25 * minuteMs);
    const atPace = run.wire.sentAt.length - sent;
    expect(atPace).toBeGreaterThan(100);
    await pass(25 * minuteMs);
    expect(run.wire.sentAt.length - sent - atPace).toBeLessThan(20);
    expect(run.world.vtn.complaints).toEqual([]);
  });

  it('loses a poll with other prices before a renewal, and the VEN asks for them once it is registered anew', async () => {
    const { vtn, time } = run.world;
    const { day } = dayOf(time.now(), timeZone);
    const version = (versionOf(day) ?? -1) + 1;
    const struck = vtn.faults.struck.length;
    expect(happens({ do: 'losePollBeforeRenewal', by: 'dropAfter' })).toBe(true);
    await pass(25 * minuteMs);
    expect(vtn.faults.struck.slice(struck).map(({ fault }) => fault.do)).toEqual([
      'dropAfter',
      'requestReregistration',
    ]);
    const eventID = vtn.events.priceEventOf(day);
    expect(
      vtn.opts.some((opt) => opt.eventID === eventID && opt.modificationNumber === version && opt.optType === 'optIn'),
    ).toBe(true);
  });

  it('lets prices come out after midnight, and corrects those of yesterday', async () => {
    const today = dayOf(run.world.time.now(), timeZone);
    const { day, startAt } = nextDay(today, timeZone);
    expect(happens({ do: 'pricesAfterMidnight' })).toBe(true);
    await run.world.runTo(startAt);
    expect(run.world.vtn.events.priceEventOf(day)).toBeUndefined();
    await pass(hourMs);
    expect(run.world.vtn.events.priceEventOf(day)).toBeDefined();
    const before = versionOf(today.day) ?? -1;
    expect(happens({ do: 'correctYesterday' })).toBe(true);
    expect(versionOf(today.day)).toBe(before + 1);
  });
});

describe('what the simulation demands on a bad day', () => {
  const foundBy = async (checks: readonly Check[], run: object, facts: readonly Told[]): Promise<readonly string[]> => {
    const entries: readonly KnownEntry[] = facts.map(entryOf);
    return (await Promise.all(checks.map((check) => check({ run, entries } as unknown as Evidence)))).flat();
  };

  it('finds more than a VTN asks for that wants to be polled each second, and gives DR events each time', async () => {
    const happening = { do: 'changePace', pollFreq: 'PT1S', forMs: 12 * minuteMs } as const;
    const run = (requests: number, isHurried: boolean) => ({
      wire: { sentAt: Array.from({ length: requests }, (_, place) => place) },
      plan: { happenings: isHurried ? [{ afterMs: 0, happening }] : [] },
    });
    const firings = (count: number): readonly Told[] =>
      Array.from({ length: count }, (_, place) => [place, 'TimerFired', { timer: 'a poll', dueAt: place }]);
    const found = (count: number, isHurried: boolean) =>
      foundBy([bounded, calm], run(2 * count, isHurried), firings(count));
    expect(await found(60, false)).toEqual([]);
    expect(await found(61, false)).toEqual([expect.stringMatching(/^W3: more than 120/), expect.stringMatching(/^13/)]);
    expect(await found(120, true)).toEqual([]);
    expect(await found(121, true)).toEqual([expect.stringMatching(/^W3: more than 240/), expect.stringMatching(/^13/)]);
  });

  it('finds usage that was acknowledged by what was for another report', async () => {
    const interval = { startAt: 0, durationMs: hourMs, energyWattHours: 1_000 };
    const delivery = { deliveryID: 'd1', reportRequestID: 'r1' };
    const facts: readonly Told[] = [
      [0, 'UsageDue', { ...delivery, usage: [{ resourceID: 'battery', intervals: [interval] }] }],
      [1, 'UsageDeliveryAcknowledged', { ...delivery, responseCode: '200' }],
    ];
    const bookedUnder = (...reportRequestIDs: readonly string[]) => ({
      seconds: [],
      seen: new Set<string>(),
      world: {
        vtn: {
          vanished: [],
          forgotten: new Set<string>(),
          bookings: () => [
            {
              resourceID: 'battery',
              startAt: 0,
              told: reportRequestIDs.map((reportRequestID) => ({ reportRequestID })),
            },
          ],
        },
      },
    });
    expect(await foundBy([acknowledgedIsBooked], bookedUnder('r1'), facts)).toEqual([]);
    expect(await foundBy([acknowledgedIsBooked], bookedUnder('r0'), facts)).toEqual([expect.stringMatching(/^W2: 1/)]);
  });

  it('finds an opt that holds and is not in the book, and one in the book that was taken back', async () => {
    const terms = { optID: 'o1', optType: 'optOut', optReason: 'notParticipating', windows: [], by: 'ven' } as const;
    const run = (...booked: readonly string[]) => ({
      plan: { themes: [] },
      world: { vtn: { optSchedules: () => booked.map((optID) => ({ optID })) } },
    });
    const given: Told = [0, 'OptGiven', terms];
    const ended: Told = [1, 'OptEnded', { optID: 'o1', because: 'cancelled' }];
    expect(await foundBy(optChecks, run('o1'), [given])).toEqual([]);
    expect(await foundBy(optChecks, run(), [given])).toEqual([expect.stringMatching(/^23: .* is not in/)]);
    expect(await foundBy(optChecks, run('o1'), [given, ended])).toEqual([expect.stringMatching(/^23: .* taken back/)]);
  });
});
