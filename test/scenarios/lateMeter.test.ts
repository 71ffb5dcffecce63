import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../src/devices/deviceError.ts';
import { daySpan } from '../../src/programme/calendar.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { netUsage } from '../../src/store/projections/usage.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { Meter, wavyRegister } from '../support/meter.ts';
import { at, resourceID, timeZone } from './support/day.ts';
import { initialState } from '../../src/core/state.ts';
import { firstReadingAt } from '../../src/store/projections/usage.ts';

const [first, second, third, fourth, fifth] = [
  '2026-06-10',
  '2026-06-11',
  '2026-06-12',
  '2026-06-13',
  '2026-06-14',
] as const;
const hourMs = 3_600_000;

/** A meter of which a utility tells each day at six what it was until midnight. */
const lateWorld = (): { readonly world: AgentWorld; readonly meter: Meter } => {
  const epochAt = daySpan(first, timeZone).startAt;
  const meters: Meter[] = [];
  const world = new AgentWorld({
    startAt: at(first, 9),
    vtn: { pollFreq: 'PT10M', status: 'never' },
    settings: {
      devices: [
        { resourceID, maxChargeWatts: 5_000, maxDischargeWatts: 5_000, isReadOnly: true, awaitedMs: 48 * hourMs },
      ],
    },
    devices: (time) => {
      const meter = new Meter(resourceID, time, wavyRegister(4_000, 3, epochAt), wavyRegister(5_000, 7, epochAt));
      meters.push(meter);
      const toldUntil = (): number =>
        [at(second, 0), at(third, 0), at(fourth, 0), at(fifth, 0)]
          .filter((until) => until + 6 * hourMs <= time.now())
          .at(-1) ?? 0;
      return [
        {
          resourceID,
          read: (boundaryAt) =>
            boundaryAt <= toldUntil()
              ? meter.read(boundaryAt)
              : Promise.reject(new DeviceError('Not Connected', 'no file tells of that yet')),
          apply: () => Promise.reject(new DeviceError('Configuration Error', 'it is only read')),
          release: () => Promise.resolve(),
        },
      ];
    },
  });
  return { world, meter: meters[0] as Meter };
};

const hours = Array.from({ length: 24 }, (_, hour) => hour);

describe('a meter whose hours come a day late', () => {
  it('given a restart on the way, then each hour is read in the end and nobody was alarmed; the daily report said once that it was not measured', async () => {
    const { world, meter } = lateWorld();
    await world.start();
    await world.runTo(at(second, 5));
    expect(firstReadingAt(world.agent?.state.views.usage ?? initialState.views.usage, resourceID)).toBeNull();
    await world.runTo(at(second, 15, 30));
    await world.restart();
    await world.runTo(at(third, 7));
    const usage = world.agent?.state.views.usage;
    expect(hours.map((hour) => usage && netUsage(usage, resourceID, at(second, hour), hourMs).energyWattHours)).toEqual(
      hours.map((hour) => meter.netBetween(at(second, hour), at(second, hour + 1))),
    );
    const told = world.vtn
      .bookings()
      .filter(({ startAt }) => startAt >= at(second, 0) && startAt < at(third, 0))
      .flatMap(({ told: lines }) => lines.map(({ oadrDataQuality }) => oadrDataQuality));
    expect(told).toEqual(hours.map(() => 'Quality Bad - Not Connected'));
    await world.stop();
    const raised = (await world.entries()).filter(({ type }) => type === 'AlarmRaised').map(({ data }) => data);
    expect(raised).not.toContainEqual(expect.objectContaining({ alarm: 'meterSilent' }));
  });

  /** All that the VTN was told of each hour of a day, as value or quality, and under how many requestIDs a value. */
  const toldOf = (world: AgentWorld, day: string) =>
    world.vtn
      .bookings()
      .filter(({ startAt }) => startAt >= at(day, 0) && startAt < at(day, 24))
      .map(({ told, energyKilowattHours, conflictingValues }) => ({
        counted: energyKilowattHours === undefined ? null : Math.round(Number(energyKilowattHours) * 1_000),
        placeholders: told.filter(({ oadrDataQuality }) => oadrDataQuality?.startsWith('Quality Bad')).length,
        underRequests: new Set(
          told
            .filter(({ oadrDataQuality }) => oadrDataQuality?.startsWith('Quality Bad') !== true)
            .map(({ requestID }) => requestID),
        ).size,
        conflictingValues,
      }));

  it.each([
    ['nothing goes wrong', () => undefined],
    [
      'the answer to the corrections is lost',
      (world: AgentWorld) => world.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' }),
    ],
    [
      'the corrections do not arrive',
      (world: AgentWorld) => world.vtn.faults.next({ do: 'dropBefore', on: 'oadrUpdateReport' }),
    ],
  ] as const)(
    'given placeholders that were acknowledged, when the hours are known and %s, then each is told with its value by the next daily report, under one requestID, and never again',
    async (_what, goWrong) => {
      const { world, meter } = lateWorld();
      await world.start();
      await world.runTo(at(third, 12));
      expect(toldOf(world, second).map(({ counted, placeholders }) => [counted, placeholders])).toEqual(
        hours.map(() => [null, 1]),
      );
      goWrong(world);
      await world.runTo(at(fourth, 1));
      const right = hours.map((hour) => ({
        counted: meter.netBetween(at(second, hour), at(second, hour + 1)),
        placeholders: 1,
        underRequests: 1,
        conflictingValues: [],
      }));
      expect(toldOf(world, second)).toEqual(right);
      // Two more daily reports, and a restart between: nothing is told again.
      await world.restart();
      await world.runTo(at(fifth, 1));
      expect(toldOf(world, second)).toEqual(right);
      const deliveries = world.agent?.state.views.deliveries;
      expect(hours.map((hour) => deliveries && hourDelivery(deliveries, resourceID, at(second, hour)).status)).toEqual(
        hours.map(() => 'acknowledged'),
      );
      expect(
        hours.map((hour) => deliveries && hourDelivery(deliveries, resourceID, at(second, hour)).energyWattHours),
      ).toEqual(right.map(({ counted }) => counted));
      expect(world.vtn.complaints).toEqual([]);
      await world.stop();
    },
  );
});
