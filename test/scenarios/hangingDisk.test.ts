import { describe, expect, it } from 'vitest';
import { at, worldOn } from './support/day.ts';

const day = '2026-06-11';
const minuteMs = 60_000;

describe('a disk that hangs for longer than a reply is waited for', () => {
  it.each([70_000, 10 * minuteMs])(
    'given it hangs for %d ms from just before usage is sent, then no two requests are in flight, and each quarter is told once',
    async (hangsMs) => {
      const { world, meter } = worldOn({
        day,
        hour: 9,
        vtn: { usage: { granularity: 'PT15M', reportBackDuration: 'PT15M' } },
        settings: { unknownOutcome: 'hold' },
      });
      await world.start();
      await world.runTo(at(day, 10, 14) + 59_500);
      world.hangDiskFor(hangsMs);
      await world.runTo(at(day, 11, 2));
      const alarms = world.agent?.state.alarms;
      await world.stop();
      const booked = world.vtn.bookings().filter(({ startAt }) => startAt >= at(day, 9, 30));
      expect(booked.map(({ startAt, told }) => [startAt, told.length])).toEqual(
        [0, 1, 2, 3, 4, 5].map((quarter) => [at(day, 9, 30) + quarter * 15 * minuteMs, 1]),
      );
      for (const { startAt, lengthMs, energyKilowattHours } of booked)
        expect(Math.round(Number(energyKilowattHours) * 1_000)).toBe(meter.netBetween(startAt, startAt + lengthMs));
      expect(world.vtn.complaints).toEqual([]);
      expect(alarms).toEqual({});
    },
  );
});
