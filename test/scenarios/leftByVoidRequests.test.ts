import { describe, expect, it } from 'vitest';
import type { UsageDue } from '../../src/facts/usage.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { rebuild } from '../../src/store/projection.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { toldPerhapsTwice } from '../../src/store/projections/toldPerhapsTwice.ts';
import { requestsNamed } from '../../src/vtn/chronicle.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { Meter, wavyRegister } from '../support/meter.ts';
import { at, resourceID } from './support/day.ts';

const day = '2026-06-11';
const minuteMs = 60_000;

/** A VEN whose meter takes ten seconds to answer, and a VTN that asks for usage at a short pace. */
const slowWorld = (granularity: string, reportBackDuration: string): { world: AgentWorld; meter: Meter } => {
  const meters: Meter[] = [];
  const world = new AgentWorld({
    startAt: at(day, 16),
    vtn: { pollFreq: 'PT1M', status: 'never', usage: { granularity, reportBackDuration } },
    settings: { reregisterAt: '16:45' },
    devices: (time) => {
      const meter = new Meter(resourceID, time, wavyRegister(4_000, 3, at(day, 0)), wavyRegister(5_000, 7, at(day, 0)));
      meters.push(meter);
      return [
        {
          resourceID,
          read: async (boundaryAt) => {
            await time.sleep(10_000);
            return meter.read(boundaryAt);
          },
          apply: (setpoint) => meter.apply(setpoint),
          release: () => meter.release(),
        },
      ];
    },
  });
  return { world, meter: meters[0] as Meter };
};

/** What the VTN booked of the intervals from one instant to another: start, value, how often it was told. */
const bookedOf = (world: AgentWorld, fromAt: number, toAt: number) =>
  world.vtn
    .bookings()
    .filter(({ startAt }) => startAt >= fromAt && startAt < toAt)
    .map(({ startAt, energyKilowattHours, told }) => [
      startAt,
      Math.round(Number(energyKilowattHours) * 1_000),
      told.length,
    ]);

const meteredOf = (meter: Meter, fromAt: number, toAt: number, everyMs: number) =>
  Array.from({ length: (toAt - fromAt) / everyMs }, (_, index) => {
    const startAt = fromAt + index * everyMs;
    return [startAt, meter.netBetween(startAt, startAt + everyMs), 1];
  });

describe('requests for usage that become void while the reading of a full interval is on its way', () => {
  it.each([
    ['PT1M', 'PT1M', minuteMs],
    ['PT15M', 'PT15M', 15 * minuteMs],
    ['PT5M', 'PT15M', 5 * minuteMs],
  ])(
    'given %s each %s and a slow meter, when the reports are registered anew at a boundary, then each interval is booked once',
    async (granularity, reportBackDuration, everyMs) => {
      const { world, meter } = slowWorld(granularity, reportBackDuration);
      await world.start();
      await world.runTo(at(day, 17, 20));
      await world.stop();
      expect(bookedOf(world, at(day, 16, 15), at(day, 17, 15))).toEqual(
        meteredOf(meter, at(day, 16, 15), at(day, 17, 15), everyMs),
      );
      expect(world.vtn.complaints).toEqual([]);
    },
  );

  it('given a restart of the agent in the wait for that reading, when the reports are registered a second time, then each minute is booked once', async () => {
    const { world, meter } = slowWorld('PT1M', 'PT1M');
    await world.start();
    await world.runTo(at(day, 16, 45) + 3_000);
    await world.restart();
    await world.runTo(at(day, 16, 52));
    await world.stop();
    expect(bookedOf(world, at(day, 16, 35), at(day, 16, 50))).toEqual(
      meteredOf(meter, at(day, 16, 35), at(day, 16, 50), minuteMs),
    );
    expect(world.vtn.complaints).toEqual([]);
  });

  it('given two of other grids at once, whose reports wait when they become void, then no instant is booked twice and none is lost', async () => {
    const { world, meter } = slowWorld('PT1M', 'PT1M');
    await world.start();
    await world.runTo(at(day, 16, 43) + 15_000);
    world.vtn.askReport({ kind: 'periodic', granularity: 'PT1M', reportBackDuration: 'PT1M', startInMs: 2_000 });
    world.vtn.faults.next({ do: 'status', status: 401, on: 'oadrUpdateReport', times: 2 });
    await world.runTo(at(day, 16, 52));
    await world.stop();
    const booked = world.vtn
      .bookings()
      .filter(({ startAt }) => startAt >= at(day, 16, 35) && startAt < at(day, 16, 50))
      .toSorted((a, b) => a.startAt - b.startAt);
    const ends = booked.map(({ startAt, lengthMs }) => startAt + lengthMs);
    expect(booked.map(({ startAt }) => startAt)).toEqual([at(day, 16, 35), ...ends.slice(0, -1)]);
    const net = booked.reduce((sum, { energyKilowattHours }) => sum + Number(energyKilowattHours) * 1_000, 0);
    expect(Math.round(net)).toBe(meter.netBetween(at(day, 16, 35), ends.at(-1) as number));
  });

  it('given a report whose answer is lost, and whose repetition is void before it leaves, then it goes again under the requestID it had', async () => {
    const { world, meter } = slowWorld('PT1M', 'PT1M');
    await world.start();
    await world.runTo(at(day, 16, 40) + 30_000);
    world.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
    await world.runTo(at(day, 16, 41) + 10_500);
    const forgetting = { do: 'restart', registrations: 'forgotten', on: 'oadrUpdateReport', times: 2 } as const;
    world.vtn.faults.next(forgetting);
    await world.runTo(at(day, 16, 44));
    await world.stop();
    const sent = requestsNamed(world.vtn.chronicle, 'oadrUpdateReport').flatMap(({ requestID, oadrReport }) =>
      oadrReport.flatMap(({ intervals, reportRequestID }) =>
        intervals?.some(({ dtstart }) => dtstart === formatDateTime(at(day, 16, 40))) === true
          ? [{ requestID, reportRequestID }]
          : [],
      ),
    );
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent.map(({ requestID }) => requestID)).size).toBe(1);
    expect(new Set(sent.map(({ reportRequestID }) => reportRequestID)).size).toBeGreaterThan(1);
    const repeated: (string | undefined)[] = [];
    for await (const entry of world.log.read())
      if (entry.type === 'UsageDue') repeated.push((entry.data as UsageDue).repeats);
    expect(repeated.filter((each) => each !== undefined)).toEqual(sent.slice(2).map(({ requestID }) => requestID));
    const { state } = await rebuild(world.log, deliveriesProjection());
    const inDoubt = toldPerhapsTwice(state, resourceID, at(day, 16, 39), at(day, 16, 42));
    expect(inDoubt.map(({ requestID, doubts }) => [requestID, doubts])).toEqual([[sent[0]?.requestID, 1]]);
    expect(bookedOf(world, at(day, 16, 39), at(day, 16, 42)).map(([startAt, net]) => [startAt, net, 1])).toEqual(
      meteredOf(meter, at(day, 16, 39), at(day, 16, 42), minuteMs),
    );
  });
});
