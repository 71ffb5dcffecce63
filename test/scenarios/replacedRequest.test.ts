import { describe, expect, it } from 'vitest';
import { at, worldOn } from './support/day.ts';

const day = '2026-06-11';

describe('a request for usage every two hours that the daily resynchronisation replaces in the middle of a period', () => {
  // @row +12.44
  it('given half-hour intervals, when the day is over, then each of its 48 is booked once and with the meter’s value', async () => {
    const { world, meter } = worldOn({
      day: '2026-06-10',
      hour: 10,
      vtn: { usage: { granularity: 'PT30M', reportBackDuration: 'PT2H' } },
    });
    await world.start();
    await world.runTo(at('2026-06-12', 3));
    await world.stop();
    const booked = world.vtn.bookingOf(day);
    expect(booked.hours).toHaveLength(48);
    expect(booked.totals).toMatchObject({ toldTwice: 0, conflicts: 0 });
    for (const [index, half] of booked.hours.entries()) {
      const startAt = at(day, 0, index * 30);
      const [before, after] = [await meter.read(startAt), await meter.read(startAt + 1_800_000)];
      const net = after.importWattHours - before.importWattHours - (after.exportWattHours - before.exportWattHours);
      expect([half.startAt, Math.round(Number(half.energyKilowattHours) * 1000)]).toEqual([startAt, net]);
    }
    expect(world.vtn.complaints).toEqual([]);
  });
});
