import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { ledgerProjection } from '../../src/settlement/ledger.ts';
import { settle } from '../../src/settlement/settle.ts';
import { rebuild } from '../../src/store/projection.ts';
import { priceAt } from '../../src/store/projections/priceSlots.ts';
import { at, timeZone, worldOn } from './support/day.ts';

const today = '2026-06-10';
const tomorrow = '2026-06-11';

describe('an hour that two listed events price differently', () => {
  it('given a second event with priority, then it is acted upon and told, settled by neither, and all is well once it is cancelled', async () => {
    const { world } = worldOn({ day: today, hour: 16 });
    await world.start();
    await world.runTo(at(today, 18));
    const states = () => world.agent?.state;
    const priceAtNine = (): string | undefined => {
      const prices = states()?.views.prices;
      return prices === undefined ? undefined : priceAt(prices, at(tomorrow, 9))?.usdPerKwh;
    };
    const first = priceAtNine();
    expect(states()?.alarms).toEqual({});

    const eventID = world.vtn.events.add({
      startAt: at(tomorrow, 8),
      lengthMs: 4 * 3_600_000,
      priority: 1,
      signals: [{ signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: Array<string>(4).fill('0.777') }],
    });
    await world.runTo(at(today, 18, 10));
    expect(priceAtNine()).toBe('0.777');
    expect(states()?.alarms.pricesOverlap).toContain(eventID);
    expect(world.lines.filter((line) => line.includes('is priced twice'))).not.toHaveLength(0);

    await world.runTo(at(tomorrow, 10, 30));
    world.vtn.events.cancel(eventID);
    await world.runTo(at(tomorrow, 10, 45));
    expect(states()?.alarms).toEqual({});
    expect(priceAtNine()).toBe('0.777');
    const [noonPrice] = [states()?.views.prices].flatMap((prices) =>
      prices === undefined ? [] : [priceAt(prices, at(tomorrow, 11))],
    );
    expect(noonPrice?.source.id).not.toBe(eventID);
    await world.runTo(at('2026-06-12', 0, 10));
    await world.stop();

    const facts = ((await world.entries()) as readonly KnownEntry[]).filter(({ type }) => type === 'PricesOverlapped');
    expect(facts).toHaveLength(1);
    expect(facts[0]?.data).toMatchObject({ startAt: at(tomorrow, 8), endAt: at(tomorrow, 12) });
    const { state, position } = await rebuild(world.log, ledgerProjection());
    const settlement = settle(state, {
      startAt: at(tomorrow, 0),
      endAt: at('2026-06-12', 0),
      asOf: { position, at: world.time.now() },
      timeZone,
    });
    const doubly = settlement.exceptions.filter(({ kind }) => kind === 'doublyPriced').map(({ startAt }) => startAt);
    expect(doubly).toEqual([at(tomorrow, 8), at(tomorrow, 9), at(tomorrow, 10)]);
    expect(settlement.lines.find(({ startAt }) => startAt === at(tomorrow, 9))?.money).toBeNull();
    expect(settlement.lines.find(({ startAt }) => startAt === at(tomorrow, 11))?.money).not.toBeNull();
    expect(first).not.toBe('0.777');
  });
});
