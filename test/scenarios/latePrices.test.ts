import { describe, expect, it } from 'vitest';
import { localText } from '../../src/programme/calendar.ts';
import { requestsNamed } from '../../src/vtn/chronicle.ts';
import { booksOf, vtnLedger } from '../support/ledgers.ts';
import { at, resourceID, timeZone, worldOn } from './support/day.ts';

const today = '2026-06-10';
const tomorrow = '2026-06-11';

describe('prices that do not come', () => {
  it('given no prices at half past five, when they stay away, then the VEN asks again with growing pauses, tells a person once, and says when they came', async () => {
    const { world } = worldOn({ day: today, hour: 10 });
    await world.start();
    world.vtn.events.withhold(tomorrow);
    await world.runTo(at(today, 17, 29));
    const askedBefore = requestsNamed(world.vtn.chronicle, 'oadrRequestEvent').length;
    expect(world.agent?.state.alarms).toEqual({});

    await world.runTo(at(today, 19, 5));
    const asked = world.vtn.chronicle.exchanges
      .filter(({ request }) => request?.message === 'oadrRequestEvent')
      .slice(askedBefore)
      .map((exchange) => localText(exchange.at, timeZone).slice(11, 16));
    expect(asked).toEqual(['17:30', '17:31', '17:33', '17:37', '17:45', '18:00', '18:30', '19:00']);
    expect(world.lines.filter((line) => line.startsWith('The prices of 2026-06-11 are not in hand.'))).toHaveLength(1);
    expect(world.agent?.state.alarms.pricesMissing).toContain(tomorrow);

    world.vtn.events.release(tomorrow);
    await world.runTo(at(today, 19, 10));
    expect(world.agent?.state.alarms).toEqual({});
    expect(world.vtn.opts.at(-1)).toMatchObject({
      eventID: world.vtn.events.priceEventOf(tomorrow),
      optType: 'optIn',
      responseCode: '200',
    });

    await world.runTo(at(tomorrow, 24, 10));
    await world.stop();
    const books = await booksOf(world.log, timeZone);
    expect(books.ledger(resourceID, tomorrow)).toEqual(vtnLedger(world.vtn, resourceID, tomorrow));
    const laterAsked = requestsNamed(world.vtn.chronicle, 'oadrRequestEvent').length - askedBefore - asked.length;
    expect(laterAsked).toBe(3); // before the usage of two days, and before the next price window: no asking out of worry
  });

  it('given prices for part of tomorrow only, when it is half past five, then they count as missing', async () => {
    const { world } = worldOn({ day: today, hour: 10 });
    await world.start();
    world.vtn.events.withhold(tomorrow);
    world.vtn.events.add({
      startAt: at(tomorrow, 0),
      lengthMs: 23 * 3_600_000,
      signals: [{ signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: Array<string>(23).fill('0.1') }],
    });
    await world.runTo(at(today, 17, 31));
    expect(world.agent?.state.alarms.pricesMissing).toContain(tomorrow);
  });

  it('given a VEN that starts in the evening without prices, when two minutes have passed, then it asks', async () => {
    const { world } = worldOn({ day: today, hour: 20 });
    world.vtn.events.withhold(tomorrow);
    for (const { eventID } of world.vtn.events.listed()) world.vtn.events.withdraw(eventID);
    await world.start();
    await world.runTo(at(today, 20, 1));
    expect(world.agent?.state.alarms).toEqual({});
    await world.runTo(at(today, 20, 3));
    expect(world.agent?.state.alarms.pricesMissing).toContain(tomorrow);
  });

  it('given a VTN that wants to be polled every three days, when prices come out at five, then they are in hand by half past, and it is polled as it asked', async () => {
    const { world } = worldOn({ day: today, hour: 10, vtn: { pollFreq: 'P3D' } });
    await world.start();
    await world.runTo(at(today, 17, 29));
    expect(world.vtn.opts.at(-1)).toMatchObject({
      eventID: world.vtn.events.priceEventOf(tomorrow),
      optType: 'optIn',
    });
    expect(Object.keys(world.agent?.state.alarms ?? {})).toEqual(['pollsRare']);
    await world.runTo(at(tomorrow, 17, 29));
    expect(requestsNamed(world.vtn.chronicle, 'oadrPoll').length).toBeLessThanOrEqual(2);
    expect(Object.keys(world.agent?.state.alarms ?? {})).toEqual(['pollsRare']);
    expect(world.vtn.complaints).toEqual([]);
  });

  it('given a VTN that asks for an hour of patience just before the price window, when it is well by five past five, then the prices are in hand before half past', async () => {
    const { world } = worldOn({ day: today, hour: 10 });
    await world.start();
    await world.runTo(at(today, 16, 50));
    world.vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 3_600 });
    await world.runTo(at(today, 17, 29));
    expect(world.vtn.faults.struck).toHaveLength(1);
    expect(world.vtn.opts.at(-1)).toMatchObject({
      eventID: world.vtn.events.priceEventOf(tomorrow),
      optType: 'optIn',
    });
    expect(world.agent?.state.alarms).toEqual({});
  });

  it('given a VTN that asks for an hour of patience at midnight, when it is well again, then the day’s usage is with it within ten minutes', async () => {
    const { world } = worldOn({ day: today, hour: 10 });
    await world.start();
    await world.runTo(at(today, 23, 55));
    world.vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 3_600 });
    await world.runTo(at(today, 24, 10));
    expect(world.vtn.faults.struck).toHaveLength(1);
    const books = await booksOf(world.log, timeZone);
    expect(books.statuses(resourceID, today)).toEqual(Array(24).fill('acknowledged'));
  });

  it.each([3, -3])(
    'given a clock that is set %d days off for an hour and then right, when the evening comes, then registration, prices and usage are as on any day',
    async (days) => {
      const { world } = worldOn({ day: today, hour: 10 });
      await world.start();
      await world.runTo(at(today, 11));
      world.jump(days * 86_400_000);
      await world.runTo(world.time.now() + 3_600_000);
      expect(world.agent?.state.alarms.vtnClockOff).toBeDefined();
      world.jump(-days * 86_400_000);
      await world.runTo(at(today, 12, 5));
      expect(world.agent?.state.alarms.vtnClockOff).toBeUndefined();
      await world.runTo(at(today, 17, 29));
      expect(world.vtn.opts.at(-1)).toMatchObject({ eventID: world.vtn.events.priceEventOf(tomorrow) });
      await world.runTo(at(today, 17, 35));
      expect(world.agent?.state.alarms.pricesMissing).toBeUndefined();
      const registered = requestsNamed(world.vtn.chronicle, 'oadrRegisterReport').length;
      await world.runTo(at(tomorrow, 16, 50));
      expect(requestsNamed(world.vtn.chronicle, 'oadrRegisterReport').length).toBeGreaterThanOrEqual(registered + 2); // before the usage, and before the prices
      const books = await booksOf(world.log, timeZone);
      expect(books.statuses(resourceID, today).slice(13)).toEqual(Array(11).fill('acknowledged'));
    },
  );
});
