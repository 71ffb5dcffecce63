import { describe, expect, it } from 'vitest';
import { daySpan, hourMs, nextDay } from '../../src/programme/calendar.ts';
import { durationMs } from '../../src/protocol/types/duration.ts';
import { requestsNamed } from '../../src/vtn/chronicle.ts';
import { booksOf, vtnLedger } from '../support/ledgers.ts';
import { resourceID, timeZone, worldOn } from './support/day.ts';

const days = [
  { day: '2026-03-08', hours: 23, eve: '2026-03-07', what: 'the clocks skip an hour' },
  { day: '2026-11-01', hours: 25, eve: '2026-10-31', what: 'the clocks repeat an hour' },
] as const;

describe.each(days)('a day on which $what', ({ day, hours, eve }) => {
  // @row +12.41
  it(`given its prices and its hours, when it is over, then ${hours} hours are priced, metered, told once and booked`, async () => {
    const { world, meter } = worldOn({ day: eve, hour: 10 });
    const span = daySpan(day, timeZone);
    await world.start();
    await world.runTo(nextDay(span, timeZone).startAt + 600_000);
    await world.stop();

    const books = await booksOf(world.log, timeZone);
    const ours = books.ledger(resourceID, day);
    expect(ours).toHaveLength(hours);
    expect(ours).toEqual(vtnLedger(world.vtn, resourceID, day));
    expect(ours.every(({ usdPerKwh, energyKilowattHours }) => usdPerKwh !== null && energyKilowattHours !== null)).toBe(
      true,
    );
    expect(ours.reduce((sum, { energyKilowattHours }) => sum + Math.round(Number(energyKilowattHours) * 1000), 0)).toBe(
      meter.netBetween(span.startAt, span.endAt),
    );

    const told = requestsNamed(world.vtn.chronicle, 'oadrUpdateReport')
      .flatMap(({ oadrReport }) => oadrReport)
      .at(-1);
    expect(told?.intervals).toHaveLength(hours);
    expect(durationMs(told?.duration ?? '')).toBe(hours * hourMs);
    expect(world.vtn.totals()).toMatchObject({ toldTwice: 0, conflicts: 0 });
    expect(world.vtn.complaints).toEqual([]);
  });
});
