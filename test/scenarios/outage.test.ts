import { describe, expect, it } from 'vitest';
import { booksOf, vtnLedger } from '../support/ledgers.ts';
import { Outgoing } from '../support/outgoing.ts';
import { at, resourceID, timeZone, worldOn } from './support/day.ts';

const days = ['2026-06-10', '2026-06-11', '2026-06-12', '2026-06-13', '2026-06-14'];

describe('a VTN that is away for three days', () => {
  // @row +12.44
  it('given three days without a VTN, when it is back, then every hour of them is delivered once, and the VEN has not hammered', async () => {
    const { world } = worldOn({ day: '2026-06-10', hour: 9, vtn: { pollFreq: 'PT5M' } });
    const outgoing = new Outgoing(world);
    await world.start();
    await world.runTo(at('2026-06-10', 20));
    world.isVtnUp = false;
    const before = outgoing.sent.length;
    await world.runTo(at('2026-06-13', 20));
    const attempts = outgoing.sent.slice(before);
    expect(world.agent?.state.alarms.vtnUnreachable).toBeDefined();
    const gapsMs = attempts.slice(12).map((sent, index) => sent.at - (attempts[index + 11]?.at ?? 0));
    expect(Math.min(...gapsMs)).toBeGreaterThan(250_000); // the cap of five minutes, less its jitter
    expect(Math.max(...gapsMs)).toBeLessThan(350_000);

    world.isVtnUp = true;
    await world.runTo(at('2026-06-13', 20, 15));
    expect(world.agent?.state.alarms).toEqual({});
    const books = await booksOf(world.log, timeZone);
    for (const day of days.slice(0, 3)) {
      expect(books.statuses(resourceID, day)).toEqual(Array(24).fill('acknowledged'));
      expect(books.ledger(resourceID, day)).toEqual(vtnLedger(world.vtn, resourceID, day));
    }

    await world.runTo(at('2026-06-14', 24, 10));
    await world.stop();
    const after = await booksOf(world.log, timeZone);
    for (const day of days)
      expect(
        after.ledger(resourceID, day).map(({ energyKilowattHours }) => Number(energyKilowattHours) * 1000),
      ).toEqual(after.metered(resourceID, day));
    expect(world.vtn.totals()).toMatchObject({ toldTwice: 0, conflicts: 0, intervals: 5 * 24 });
    expect(world.vtn.vanished).toEqual([]);
    expect(world.vtn.complaints).toEqual([]);
    expect(outgoing.faults).toEqual([]);
  });

  // @row +12.44
  it('given a VEN that is away for three days itself, when it is back, then its meter’s memory fills the days, and each hour is told once', async () => {
    const { world, meter } = worldOn({ day: '2026-06-10', hour: 9, vtn: { pollFreq: 'PT5M' } });
    await world.start();
    await world.runTo(at('2026-06-10', 20));
    world.crashFor(3 * 86_400_000);
    await world.runTo(at('2026-06-14', 0, 20));
    await world.stop();
    const books = await booksOf(world.log, timeZone);
    for (const day of days.slice(0, 4)) {
      expect(books.statuses(resourceID, day)).toEqual(Array(24).fill('acknowledged'));
      const told = vtnLedger(world.vtn, resourceID, day).map(({ energyKilowattHours }) =>
        Math.round(Number(energyKilowattHours) * 1000),
      );
      expect(told).toEqual(
        books.ledger(resourceID, day).map((_, hour) => meter.netBetween(at(day, hour), at(day, hour + 1))),
      );
    }
    expect(world.vtn.totals()).toMatchObject({ toldTwice: 0, conflicts: 0 });
  });
});
