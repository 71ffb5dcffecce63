import { describe, expect, it } from 'vitest';
import type { MeterReadRequested } from '../../src/facts/output.ts';
import { doubtLastsMs } from '../../src/machines/watch.ts';
import { daySpan } from '../../src/programme/calendar.ts';
import { priceAt } from '../../src/store/projections/priceSlots.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { vtnLedger } from '../support/ledgers.ts';
import { Meter, meterWithoutMemory, wavyRegister } from '../support/meter.ts';
import { at, resourceID, timeZone } from './support/day.ts';

const day = '2026-06-10';
const dayMs = 86_400_000;

/** A VEN whose meter has a clock of its own, goes by the VEN's, or knows no time at all: only what its registers are now. */
const worldWith = (meterClock: 'own' | 'ours' | 'no'): { readonly world: AgentWorld; readonly meter: Meter } => {
  const epochAt = daySpan(day, timeZone).startAt;
  const meters: Meter[] = [];
  const world = new AgentWorld({
    startAt: epochAt + 9 * 3_600_000,
    vtn: { pollFreq: 'PT5M', status: 'never' },
    devices: (time) => {
      const clock = meterClock === 'ours' ? time : { now: () => time.trueNow() };
      const meter = new Meter(resourceID, clock, wavyRegister(4_000, 3, epochAt), wavyRegister(5_000, 7, epochAt));
      meters.push(meter);
      return [meterClock === 'no' ? meterWithoutMemory(meter, clock, time) : meter];
    },
  });
  return { world, meter: meters[0] as Meter };
};

const hourMs = 3_600_000;

/** What the VTN has of a day, hour by hour. @unit Wh */
const booked = ({ vtn }: AgentWorld, of: string): readonly number[] =>
  vtnLedger(vtn, resourceID, of).map(({ energyKilowattHours }) => Math.round(Number(energyKilowattHours) * 1000));

const measured = (meter: Meter, of: string, fromHour = 0): readonly number[] =>
  Array.from({ length: 24 - fromHour }, (_, hour) =>
    meter.netBetween(at(of, fromHour + hour), at(of, fromHour + hour + 1)),
  );

const told = ({ vtn }: AgentWorld): readonly { readonly startAt: number; readonly quality: string | undefined }[] =>
  vtn
    .bookings()
    .flatMap(({ startAt, told: lines }) => lines.map(({ oadrDataQuality: quality }) => ({ startAt, quality })));

/** How many boundaries of before an instant were asked for since a position. */
const askedBefore = async ({ log }: AgentWorld, before: number, since: number): Promise<number> => {
  let asked = 0;
  for await (const { type, data } of log.read({ from: since + 1 }))
    if (type === 'MeterReadRequested' && (data as MeterReadRequested).boundaryAt < before) asked += 1;
  return asked;
};

describe('a clock that is wrong', () => {
  it.each([['own'], ['ours']] as const)(
    'given a start with the clock three days ahead and a meter with %s clock, when the clock is set right after two hours, then nothing was told that had not passed, and each hour is told as it was measured',
    async (meterClock) => {
      const { world, meter } = worldWith(meterClock);
      await world.start();
      await world.runTo(at(day, 22));
      world.crash();
      await world.time.runTo(at(day, 24, 30));
      world.time.jump(3 * dayMs);
      await world.start();
      await world.runTrueTo(at(day, 26, 40));
      expect(told(world)).toEqual([]);
      expect(Object.keys(world.agent?.state.alarms ?? {})).toContain('vtnClockOff');

      world.jump(-3 * dayMs);
      await world.runTrueTo(at('2026-06-11', 24, 10));
      await world.stop();
      expect(booked(world, day).slice(-15)).toEqual(measured(meter, day, 9));
      expect(booked(world, '2026-06-11')).toEqual(measured(meter, '2026-06-11'));
      expect(told(world).filter(({ quality }) => quality?.startsWith('Quality Bad'))).toEqual([]);
      expect(told(world).every(({ startAt }) => startAt < at('2026-06-12', 0))).toBe(true);
    },
  );

  it.each([
    ['own', 40 * 24],
    ['no', 40 * 24],
    ['no', 40 * 24 - 8], // over a midnight
  ] as const)(
    'given a meter with %s clock, when ours is set back %i hours for two hours and right again, then what it passes over is neither read, nor owed, nor told',
    async (meterClock, backHours) => {
      const { world, meter } = worldWith(meterClock);
      await world.start();
      await world.runTo(at(day, 14, 20));
      world.jump(-backHours * hourMs);
      await world.runTrueTo(at(day, 16, 20));
      world.jump(backHours * hourMs);
      const rightSince = world.log.head.position;
      await world.runTrueTo(at('2026-06-11', 24, 10));
      await world.stop();
      expect(await askedBefore(world, at(day, 0), rightSince)).toBe(0);
      expect(told(world).filter(({ startAt }) => startAt < at(day, 0))).toEqual([]);
      // What a meter without memory drew while the hour was another one cannot be dated.
      const fromHour = meterClock === 'own' ? 9 : 17;
      expect(booked(world, day).slice(fromHour - 24)).toEqual(measured(meter, day, fromHour));
      expect(booked(world, '2026-06-11')).toEqual(measured(meter, '2026-06-11'));
    },
  );

  it.each([
    ['own', 'while it runs'],
    ['no', 'while it runs'],
    ['own', 'while nobody runs'],
    ['no', 'while nobody runs'],
  ] as const)(
    'given a start with the clock 40 days behind and a meter with %s clock, when the clock is set right %s, then the 40 days are neither owed nor told',
    async (meterClock, when) => {
      const { world, meter } = worldWith(meterClock);
      world.time.jump(-40 * dayMs);
      await world.start();
      await world.runTrueTo(at(day, 11, 10));
      if (when === 'while it runs') world.jump(40 * dayMs);
      else {
        world.crash();
        world.time.jump(40 * dayMs);
        await world.start();
      }
      const rightSince = world.log.head.position;
      await world.runTrueTo(at('2026-06-11', 24, 10));
      await world.stop();
      expect(await askedBefore(world, at(day, 0), rightSince)).toBe(0);
      expect(told(world).filter(({ startAt }) => startAt < at(day, 0))).toEqual([]);
      expect(booked(world, day).slice(-12)).toEqual(measured(meter, day, 12));
      expect(booked(world, '2026-06-11')).toEqual(measured(meter, '2026-06-11'));
    },
  );

  it.each([
    ['before it is set back', 'while it runs'],
    ['after it is set back', 'while it runs'],
    ['before it is set back', 'while nobody runs'],
    ['after it is set back', 'while nobody runs'],
  ] as const)(
    'given a clock three days ahead for an hour, when a DR event with prices is cancelled %s %s, then its prices are over for what is to come',
    async (when, how) => {
      const { world } = worldWith('own');
      const hour = at(day, 15);
      const price = (): string | undefined => {
        const prices = world.agent?.state.views.prices;
        return prices === undefined ? undefined : priceAt(prices, hour)?.usdPerKwh;
      };
      await world.start();
      await world.runTo(at(day, 10));
      const usual = price();
      const eventID = world.vtn.events.add({
        startAt: at(day, 12),
        lengthMs: 12 * hourMs,
        priority: 1,
        signals: [{ signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: Array<string>(12).fill('0.777') }],
      });
      await world.runTo(at(day, 10, 10));
      world.jump(3 * dayMs);
      await world.runTrueTo(at(day, 10, 30));
      if (when === 'before it is set back') world.vtn.events.cancel(eventID);
      await world.runTrueTo(at(day, 11));
      expect(price()).toBe('0.777');
      if (how === 'while it runs') world.jump(-3 * dayMs);
      else {
        world.crash();
        world.time.jump(-3 * dayMs);
        await world.start();
      }
      await world.runTo(at(day, 11, 10));
      if (when === 'after it is set back') world.vtn.events.cancel(eventID);
      await world.runTo(at(day, 11, 30));
      expect(usual).not.toBe('0.777');
      expect(price()).toBe(usual);
      await world.stop();
    },
  );

  it('given the VTN’s clock is days behind for ever, then usage waits for a day, is told all the same, and the alarm stands', async () => {
    const { world, meter } = worldWith('ours');
    world.vtn.faults.next({ do: 'wrongClock', offsetMs: -2 * dayMs, times: 1e9, untilAt: Number.MAX_SAFE_INTEGER });
    const startedAt = world.time.now();
    await world.start();
    await world.runTo(startedAt + doubtLastsMs - hourMs);
    expect(told(world)).toEqual([]);
    await world.runTo(at('2026-06-12', 0, 10));
    expect(Object.keys(world.agent?.state.alarms ?? {})).toContain('vtnClockOff');
    await world.stop();
    expect(booked(world, day).slice(-15)).toEqual(measured(meter, day, 9));
    expect(booked(world, '2026-06-11')).toEqual(measured(meter, '2026-06-11'));
  });

  it.each([[2], [-2]])(
    'given the VTN’s clock is %i days off while the VEN is started anew, when it is right again, then what was read stands, and each hour is told',
    async (offsetDays) => {
      const { world, meter } = worldWith('no');
      const wrongUntil = at('2026-06-11', 3);
      world.vtn.faults.next({ do: 'wrongClock', offsetMs: offsetDays * dayMs, times: 1e9, untilAt: wrongUntil });
      await world.start();
      await world.runTo(at(day, 15, 20));
      await world.restart();
      await world.runTo(at('2026-06-12', 0, 10));
      await world.stop();
      expect(booked(world, day).slice(-14)).toEqual(measured(meter, day, 10));
      expect(booked(world, '2026-06-11')).toEqual(measured(meter, '2026-06-11'));
    },
  );
});
