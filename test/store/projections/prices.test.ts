import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../../src/programme/calendar.ts';
import { usdPerKwhOf } from '../../../src/programme/money.ts';
import type { ItemBase } from '../../../src/protocol/elements/itemBase.ts';
import { keptVersionsPerSource, pricesProjection } from '../../../src/store/projections/prices.ts';
import {
  overlapWithin,
  priceAt,
  pricesCover,
  priceSlots,
  priceVersions,
  unpriced,
} from '../../../src/store/projections/priceSlots.ts';
import { shardCount } from '../../../src/store/projections/shards.ts';
import { accepted, cancelled, priceSignal, pricesAccepted } from './drEventFacts.ts';
import { agentStarted, dayMs, entryOf, hourMs, throughJson, type Told, told } from './facts.ts';
import { triesOf } from '../../support/leftOut.ts';

const zone = 'America/New_York';
const day = daySpan('2026-07-28', zone);
const at = (hour: number): number => day.startAt + hour * hourMs;
const fivePm = at(-7);
const prices = pricesProjection();
const started = agentStarted(at(-20));
const start = (...facts: Told[]) => told(prices, [started, ...facts]);
const hourly = (count: number, price = (hour: number) => `0.${String(hour).padStart(2, '0')}`): string[] =>
  Array.from({ length: count }, (_, hour) => price(hour));

describe('the next day’s prices', () => {
  it('hold hour by hour from the start of the event, with where they come from', () => {
    const state = start(pricesAccepted(fivePm, day.startAt, hourly(24)));
    expect(priceAt(state, at(17) + 1)).toEqual({
      startAt: at(17),
      endAt: at(18),
      usdPerKwh: '0.17',
      price: '0.17',
      implausible: false,
      source: { kind: 'drEvent', id: 'event-1' },
      version: 0,
      seriesID: 'signal-1',
      receivedAt: fivePm,
      position: 1,
    });
    expect(priceAt(state, at(18) - 1)?.usdPerKwh).toBe('0.17');
    expect(priceAt(state, at(0) - 1)).toBeNull();
    expect(priceAt(state, at(24))).toBeNull();
    expect(pricesCover(state, day.startAt, day.endAt)).toBe(true);
  });

  it('ignore the dtstart of intervals and add up their durations instead', () => {
    const signal = priceSignal(hourly(24));
    const strange = {
      ...signal,
      intervals: signal.intervals.map((interval, index) => ({
        ...interval,
        dtstart: `2022-07-28T00:00:${String(index).padStart(2, '0')}Z`,
      })),
    };
    const state = start(accepted(fivePm, { startAt: day.startAt, activeMs: dayMs }, [strange]));
    expect(priceSlots(state, day.startAt, day.endAt).map(({ startAt }) => startAt)).toEqual(hoursOf(day));
  });

  it('begin on the minute when dtstart is a second past it, as has been seen', () => {
    const state = start(pricesAccepted(fivePm, day.startAt + 1_000, hourly(24)));
    expect(pricesCover(state, day.startAt, day.endAt)).toBe(true);
    expect(priceAt(state, at(1))?.usdPerKwh).toBe('0.01');
  });

  it.each([
    ['2026-03-08', 23],
    ['2026-07-28', 24],
    ['2026-11-01', 25],
  ])('of %s are %d, and one less leaves the last hour unpriced', (name, count) => {
    const span = daySpan(name, zone);
    const whole = start(pricesAccepted(span.startAt - 7 * hourMs, span.startAt, hourly(count)));
    const short = start(pricesAccepted(span.startAt - 7 * hourMs, span.startAt, hourly(count - 1)));
    expect(pricesCover(whole, span.startAt, span.endAt)).toBe(true);
    expect(priceSlots(whole, span.startAt, span.endAt)).toHaveLength(count);
    expect(unpriced(short, span.startAt, span.endAt)).toEqual([{ startAt: span.endAt - hourMs, endAt: span.endAt }]);
  });

  it.each([15, 30, 60, 360])('may come in slots of %d minutes', (minutes) => {
    const slotMs = minutes * 60_000;
    const texts = hourly(dayMs / slotMs);
    const state = start(accepted(fivePm, { startAt: day.startAt, activeMs: dayMs }, [priceSignal(texts, slotMs)]));
    expect(priceSlots(state, day.startAt, day.endAt).map(({ price }) => price)).toEqual(texts);
    expect(priceAt(state, day.startAt + slotMs)).toMatchObject({
      price: texts[1],
      startAt: day.startAt + slotMs,
      endAt: day.startAt + 2 * slotMs,
    });
  });

  it('are cut to the time that is asked for', () => {
    const state = start(pricesAccepted(fivePm, day.startAt, hourly(24)));
    const slots = priceSlots(state, at(1.5), at(3.25));
    expect(slots.map(({ startAt, endAt, price }) => [startAt, endAt, price])).toEqual([
      [at(1.5), at(2), '0.01'],
      [at(2), at(3), '0.02'],
      [at(3), at(3.25), '0.03'],
    ]);
  });

  it('whose interval carries no number leave a hole and shift nothing', () => {
    const signal = priceSignal(hourly(3));
    const [first, , third] = signal.intervals;
    const holed = { ...signal, intervals: [first, { duration: 'PT1H' }, third].flatMap((interval) => interval ?? []) };
    const state = start(accepted(fivePm, { startAt: at(0), activeMs: 3 * hourMs }, [holed]));
    expect(unpriced(state, at(0), at(3))).toEqual([{ startAt: at(1), endAt: at(2) }]);
    expect(priceAt(state, at(2))?.price).toBe('0.02');
  });

  it('that no number can hold price nothing and break nothing', () => {
    const state = start(pricesAccepted(fivePm, at(0), ['1e9999', '0.1']));
    expect(priceAt(state, at(0))).toBeNull();
    expect(priceAt(state, at(1))?.price).toBe('0.1');
  });
});

describe('a price', () => {
  const first = (signalChanges: Parameters<typeof priceSignal>[2], text: string, settings = {}) =>
    priceAt(
      told(prices, [
        agentStarted(at(-20), settings),
        accepted(fivePm, { startAt: at(0), activeMs: hourMs }, [priceSignal([text], hourMs, signalChanges)]),
      ]),
      at(0),
    );
  const currencyPerKWh = (itemUnits: string, siScaleCode: 'none' | 'm' | 'c'): ItemBase => ({
    element: 'currencyPerKWh',
    itemDescription: 'currencyPerKWh',
    itemUnits,
    siScaleCode,
  });

  it('keeps its text and is converted exactly from the configured unit', () => {
    expect(first({}, '23.450', { priceUnit: 'cents_per_kwh' })).toMatchObject({ price: '23.450', usdPerKwh: '0.2345' });
    expect(first({}, '-7e0', { priceUnit: 'usd_per_mwh' })).toMatchObject({ price: '-7e0', usdPerKwh: '-0.007' });
  });

  it('is converted from the unit on the wire where there is one, whatever is configured', () => {
    expect(first({ itemBase: currencyPerKWh('USD', 'none') }, '0.25', { priceUnit: 'usd_per_mwh' })?.usdPerKwh).toBe(
      '0.25',
    );
    expect(first({ itemBase: currencyPerKWh('USD', 'c') }, '25', {})?.usdPerKwh).toBe('0.25');
    expect(first({ itemBase: currencyPerKWh('usd', 'm') }, '250', {})?.usdPerKwh).toBe('0.25');
  });

  it('in another currency, or of something else than energy, prices nothing', () => {
    expect(first({ itemBase: currencyPerKWh('EUR', 'none') }, '0.25')).toBeNull();
    expect(
      first({ itemBase: { ...currencyPerKWh('USD', 'none'), element: 'currencyPerKW' } as ItemBase }, '0.25'),
    ).toBeNull();
  });

  it('whose unit is money without energy is read in the configured unit', () => {
    const itemBase = { ...currencyPerKWh('USD', 'none'), element: 'currency' } as ItemBase;
    expect(first({ itemBase }, '25', { priceUnit: 'cents_per_kwh' })?.usdPerKwh).toBe('0.25');
  });

  it.each(['priceRelative', 'priceMultiplier'] as const)('of type %s is kept but prices nothing', (signalType) => {
    const state = start(
      accepted(fivePm, { startAt: at(0), activeMs: hourMs }, [priceSignal(['2'], hourMs, { signalType })]),
    );
    expect(priceAt(state, at(0))).toBeNull();
    expect(priceVersions(state, at(0), at(1))).toMatchObject([
      { seriesType: signalType, unusable: expect.stringContaining(signalType) as string },
    ]);
  });

  it('may be called ENERGY_PRICE; ELECTRICITY_PRICE of the same event comes first; other signals are none', () => {
    const energy = priceSignal(['0.2'], hourMs, { signalName: 'ENERGY_PRICE', signalID: 'e' });
    const electricity = priceSignal(['0.1'], hourMs, { signalID: 'p' });
    const demand = priceSignal(['9'], hourMs, { signalName: 'DEMAND_CHARGE', signalID: 'd' });
    const terms = { startAt: at(0), activeMs: hourMs };
    expect(priceAt(start(accepted(fivePm, terms, [demand, energy])), at(0))?.price).toBe('0.2');
    expect(priceAt(start(accepted(fivePm, terms, [energy, electricity])), at(0))?.price).toBe('0.1');
    expect(start(accepted(fivePm, terms, [demand]))).toEqual(start());
  });

  it('beyond the bounds makes its whole version implausible, and still is there', () => {
    const state = start(pricesAccepted(fivePm, at(0), ['0.1', '10.01']));
    expect(priceAt(state, at(0))).toMatchObject({ usdPerKwh: '0.1', implausible: true });
    expect(pricesCover(state, at(0), at(2))).toBe(true);
    expect(priceAt(start(pricesAccepted(fivePm, at(0), ['-1', '10'])), at(0))?.implausible).toBe(false);
    expect(priceAt(start(pricesAccepted(fivePm, at(0), ['-1.001'])), at(0))?.implausible).toBe(true);
  });

  it('received under a wrongly configured unit is corrected with the configuration', () => {
    const wrong = start(pricesAccepted(fivePm, at(0), ['23.45']));
    expect(priceAt(wrong, at(0))).toMatchObject({ usdPerKwh: '23.45', implausible: true });
    const right = told(prices, [agentStarted(fivePm + 1, { priceUnit: 'cents_per_kwh' })], wrong, 2);
    expect(priceAt(right, at(0))).toMatchObject({ usdPerKwh: '0.2345', price: '23.45', implausible: false });
  });

  it('of a test event prices nothing, and a modification into a test takes the price away', () => {
    const test = { startAt: at(0), activeMs: hourMs, test: true };
    expect(start(accepted(fivePm, test, [priceSignal(['1'])]))).toEqual(start());
    const turned = start(
      pricesAccepted(fivePm, at(0), ['1']),
      accepted(fivePm + 1, { ...test, modificationNumber: 1 }, [priceSignal(['1'])]),
    );
    expect(priceAt(turned, at(0))).toBeNull();
  });
});

describe('a modified event', () => {
  const modified = [
    pricesAccepted(fivePm, at(0), ['0.1', '0.2']),
    pricesAccepted(fivePm + hourMs, at(0), ['0.3'], { modificationNumber: 1 }),
  ];

  it('prices with its latest version alone, also where that is shorter', () => {
    const state = start(...modified);
    expect(priceAt(state, at(0))).toMatchObject({ price: '0.3', version: 1 });
    expect(priceAt(state, at(1))).toBeNull();
  });

  it('keeps every version for the books', () => {
    expect(priceVersions(start(...modified), at(0), at(2))).toMatchObject([
      { version: 0, superseded: true, receivedAt: fivePm, position: 1 },
      { version: 1, superseded: false, receivedAt: fivePm + hourMs, position: 2 },
    ]);
  });
});

describe('a cancelled event', () => {
  it('keeps its prices for the time before the cancellation and loses the rest', () => {
    const state = start(pricesAccepted(fivePm, at(0), hourly(24)), cancelled(at(6.5)));
    expect(pricesCover(state, at(0), at(6.5))).toBe(true);
    expect(unpriced(state, at(0), at(24))).toEqual([{ startAt: at(6.5), endAt: at(24) }]);
    expect(priceAt(state, at(6))).toMatchObject({ price: '0.06', endAt: at(6.5) });
  });

  it('before it began prices nothing', () => {
    expect(priceSlots(start(pricesAccepted(fivePm, at(0), hourly(24)), cancelled(at(-1))), at(0), at(24))).toEqual([]);
  });

  it('that ends at random within startafter prices until then', () => {
    const state = start(pricesAccepted(fivePm, at(0), hourly(24)), cancelled(at(6), 'event-1', { endsAt: at(6.1) }));
    expect(priceAt(state, at(6.05))?.price).toBe('0.06');
    expect(priceAt(state, at(6.1))).toBeNull();
  });

  it('when the registration ended and the event is sent anew, prices again, its past unchanged', () => {
    const state = start(
      pricesAccepted(fivePm, at(0), hourly(24)),
      cancelled(at(6), 'event-1', { by: 'registration' }),
      pricesAccepted(
        at(7),
        at(7),
        hourly(17, () => '0.5'),
      ),
    );
    expect(priceAt(state, at(5))?.price).toBe('0.05');
    expect(priceAt(state, at(6.5))).toBeNull();
    expect(priceAt(state, at(7))?.price).toBe('0.5');
  });

  it('forgotten by the machines, stays in the books', () => {
    const forgotten: Told = [at(30), 'PricesClosed', { source: { kind: 'drEvent', id: 'event-1' } }];
    const state = start(pricesAccepted(fivePm, at(0), hourly(24)), forgotten);
    expect(priceAt(state, at(3))?.price).toBe('0.03');
    expect(shardCount(state.known)).toBe(0);
    const again = told(prices, [pricesAccepted(at(31), at(48), hourly(24))], state, 3);
    expect(priceAt(again, at(3))?.price).toBe('0.03');
  });
});

describe('events that overlap', () => {
  const early = pricesAccepted(
    fivePm,
    at(0),
    hourly(4, () => '0.1'),
    { eventID: 'a' },
  );
  const late = pricesAccepted(
    fivePm + 1,
    at(2),
    hourly(4, () => '0.2'),
    { eventID: 'b' },
  );

  it('price with the one received later', () => {
    const slots = priceSlots(start(early, late), at(0), at(6));
    expect(slots.map(({ price }) => price)).toEqual(['0.1', '0.1', '0.2', '0.2', '0.2', '0.2']);
  });

  it('received at the same instant, price with the one later in the log', () => {
    const both = pricesAccepted(fivePm, at(0), ['0.9'], { eventID: 'b' });
    expect(priceAt(start(early, both), at(0))?.price).toBe('0.9');
    expect(priceAt(start(both, early), at(0))?.price).toBe('0.1');
  });

  it('price with the lowest priority but 0, whichever came later', () => {
    const event = (eventID: string, priority: number, price: string): Told =>
      pricesAccepted(fivePm, at(0), [price], { eventID, priority });
    const held = (...events: Told[]) => priceAt(start(...events), at(0))?.price;
    expect(held(event('a', 1, '0.1'), event('b', 2, '0.2'), event('c', 0, '0.3'))).toBe('0.1');
    expect(held(event('c', 0, '0.3'), event('b', 2, '0.2'))).toBe('0.2');
    expect(held(event('b', 2, '0.2'), event('c', 2, '0.3'))).toBe('0.3');
  });

  it('price with the one that is listed, whatever the priority of one that is not', () => {
    const silent = pricesAccepted(fivePm, at(0), ['0.1'], { eventID: 'a', priority: 1 });
    const listed = pricesAccepted(fivePm + 2, at(0), ['0.2'], { eventID: 'b' });
    expect(priceAt(start(silent, cancelled(fivePm + 1, 'a', { by: 'implicit' }), listed), at(0))?.price).toBe('0.2');
  });

  it('are found as time that is priced twice, with who states it, unless they agree or one is silent', () => {
    expect(overlapWithin(start(early, late), at(0), at(9))).toEqual({
      startAt: at(2),
      endAt: at(4),
      sources: [
        { source: { kind: 'drEvent', id: 'a' }, version: 0 },
        { source: { kind: 'drEvent', id: 'b' }, version: 0 },
      ],
    });
    expect(overlapWithin(start(early, late), at(4), at(9))).toBeNull();
    const alike = pricesAccepted(fivePm, at(3), ['0.1'], { eventID: 'c' });
    expect(overlapWithin(start(early, alike), at(0), at(9))).toBeNull();
    expect(overlapWithin(start(early, late, cancelled(fivePm + 9, 'b', { by: 'implicit' })), at(0), at(9))).toBeNull();
  });

  it('when the later one is cancelled, price with the earlier one again', () => {
    expect(priceAt(start(early, late, cancelled(at(1), 'b')), at(3))?.price).toBe('0.1');
  });

  it('give every instant of a range the price it has by itself', () => {
    const anyEvent = fc.record({
      eventID: fc.constantFrom('a', 'b', 'c', '__proto__'),
      from: fc.nat(20),
      count: fc.integer({ min: 1, max: 6 }),
      slot: fc.constantFrom(15, 30, 60),
      cancels: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
        const facts = events.map(({ eventID, from, count, slot, cancels }, index): Told =>
          cancels
            ? cancelled(fivePm + index, eventID, { endsAt: at(from) })
            : accepted(
                fivePm + index,
                { eventID, modificationNumber: index, startAt: at(from), activeMs: count * slot * 60_000 },
                [
                  priceSignal(
                    hourly(count, (hour) => `${index}.${hour}`),
                    slot * 60_000,
                  ),
                ],
              ),
        );
        const state = throughJson(told(pricesProjection(), [agentStarted(0, { plausibleUsdPerKwhMax: 99 }), ...facts]));
        const slots = priceSlots(state, at(0), at(30));
        slots.forEach(({ startAt, endAt }, index) => {
          expect(endAt).toBeGreaterThan(startAt);
          expect(startAt).toBeGreaterThanOrEqual(slots[index - 1]?.endAt ?? at(0));
        });
        for (let instant = at(0); instant < at(30); instant += 15 * 60_000) {
          const slot = slots.find(({ startAt, endAt }) => startAt <= instant && instant < endAt);
          expect(slot?.price).toBe(priceAt(state, instant)?.price);
          const hole = unpriced(state, at(0), at(30)).some(
            ({ startAt, endAt }) => startAt <= instant && instant < endAt,
          );
          expect(hole).toBe(slot === undefined);
        }
      }),
      { numRuns: triesOf(60) },
    );
  });
});

describe('an event without a defined end', () => {
  const openEnded = (at0: number, eventID = 'open'): Told => {
    const signal = {
      ...priceSignal(['0.4']),
      intervals: [{ duration: 'PT0S', uid: '0', signalPayload: [{ payloadFloat: '0.4' }] }],
    };
    return accepted(at0, { eventID, startAt: at(0), activeMs: 0 }, [signal]);
  };

  it('prices until it is cancelled', () => {
    const state = start(openEnded(fivePm));
    expect(priceAt(throughJson(state), at(1_000))).toMatchObject({ price: '0.4', endAt: Number.POSITIVE_INFINITY });
    expect(priceAt(told(prices, [cancelled(at(10), 'open')], state, 2), at(11))).toBeNull();
  });

  it('is overlaid by the prices of a day that come later', () => {
    const state = start(openEnded(fivePm), pricesAccepted(fivePm + 1, at(24), hourly(24)));
    expect(priceSlots(state, at(20), at(26)).map(({ startAt, price }) => [startAt, price])).toEqual([
      [at(20), '0.4'],
      [at(24), '0.00'],
      [at(25), '0.01'],
    ]);
  });
});

/** A list that counts how often an element of it is looked at. */
const counting = <T extends object>(value: T, count: () => void): T =>
  new Proxy(value, {
    get: (target, name, receiver) => {
      const found: unknown = Reflect.get(target, name, receiver);
      if (typeof name === 'string' && /^\d+$/.test(name)) count();
      return typeof found === 'object' && found !== null ? counting(found, count) : found;
    },
  });

describe('looking up a day', () => {
  const looksFor = (facts: readonly Told[]): number => {
    let looks = 0;
    const state = counting(told(prices, [started, ...facts]), () => (looks += 1));
    expect(priceSlots(state, at(0), at(24))).toHaveLength(24);
    expect(unpriced(state, at(0), at(24))).toEqual([]);
    expect(overlapWithin(state, at(0), at(24))).toBeNull();
    expect(priceAt(state, at(12))?.price).toBe('0.12');
    return looks;
  };
  const today = pricesAccepted(fivePm, at(0), hourly(24), { eventID: 'today' });
  /** Events of a day each, as many before today as after it. */
  const others = (count: number): readonly Told[] =>
    Array.from({ length: count }, (_, number) => {
      const days = number < count / 2 ? number - count / 2 : number - count / 2 + 1;
      const terms = { eventID: `other-${number}`, startAt: at(24 * days), activeMs: dayMs };
      return accepted(fivePm, terms, [priceSignal(['0.5'], dayMs)]);
    });

  it('costs the same beside 4,000 events of ten years as beside 40, but for what it takes to find a place', () => {
    expect(looksFor([...others(4_000), today])).toBeLessThan(looksFor([...others(40), today]) + 300);
  });

  it('costs the same beside long events of the past, and beside a thousand versions that were replaced', () => {
    const long = (count: number): readonly Told[] =>
      Array.from({ length: count }, (_, number) => {
        const terms = { eventID: `long-${number}`, startAt: at(-24 * (40 * number + 50)), activeMs: 40 * dayMs };
        return accepted(fivePm, terms, [priceSignal(['0.5'], 40 * dayMs)]);
      });
    const versions = (count: number): readonly Told[] =>
      Array.from({ length: count }, (_, modificationNumber) =>
        pricesAccepted(fivePm, at(0), hourly(24), { eventID: 'today', modificationNumber }),
      );
    expect(looksFor([...long(200), today])).toBeLessThan(looksFor([...long(2), today]) + 50);
    expect(looksFor(versions(1_000))).toBeLessThan(looksFor(versions(2)) + 50);
  });
});

describe('the projection of prices', () => {
  it('converts every text exactly: the digits stay, the point moves', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_999_999, max: 9_999_999 }), (units) => {
        const text = `${units}e-4`;
        const state = told(prices, [
          agentStarted(0, { priceUnit: 'cents_per_kwh' }),
          pricesAccepted(fivePm, at(0), [text]),
        ]);
        expect(priceAt(state, at(0))).toMatchObject({
          price: text,
          usdPerKwh: usdPerKwhOf(`${units}e-6`, 'usd_per_kwh'),
        });
      }),
    );
  });

  it('returns the same state for facts that do not concern it', () => {
    const state = start(pricesAccepted(fivePm, at(0), ['0.1']));
    const idle: Told[] = [
      agentStarted(fivePm),
      cancelled(fivePm, 'constructor'),
      [fivePm, 'PricesClosed', { source: { kind: 'drEvent', id: 'unknown' } }],
      [fivePm, 'TimerFired', { timer: 'poll', dueAt: fivePm }],
    ];
    expect(told(prices, idle, state, 2)).toBe(state);
  });

  it('goes on from a checkpoint to the same state as from the beginning', () => {
    const facts = [
      started,
      pricesAccepted(fivePm, at(0), hourly(24)),
      pricesAccepted(at(17), at(24), hourly(24), { eventID: 'b' }),
      pricesAccepted(at(18), at(24), hourly(25), { eventID: 'b', modificationNumber: 1 }),
      cancelled(at(20), 'b'),
      agentStarted(at(21), { priceUnit: 'usd_per_mwh' }),
    ];
    for (let cut = 0; cut <= facts.length; cut += 1) {
      const checkpoint = throughJson(told(prices, facts.slice(0, cut)));
      expect(told(prices, facts.slice(cut), checkpoint, cut)).toEqual(told(prices, facts));
    }
  });

  it('told to keep three days, stays small for ever and still knows today and tomorrow', () => {
    const bounded = pricesProjection({ keepMs: 3 * dayMs });
    let state = bounded.apply(bounded.initial, entryOf(started, 0));
    const sizes: number[] = [];
    for (let number = 0; number < 120; number += 1) {
      const fact = pricesAccepted(at(24 * number - 7), at(24 * number), hourly(24), { eventID: `event-${number}` });
      state = bounded.apply(state, entryOf(fact, number + 1));
      sizes.push(JSON.stringify(state).length);
    }
    expect(Math.max(...sizes)).toBeLessThan(1.1 * (sizes[9] as number));
    expect(pricesCover(state, at(24 * 118), at(24 * 120))).toBe(true);
    expect(priceAt(state, at(24 * 100))).toBeNull();
  });

  it('told to keep five weeks, loses nothing to a clock that leaps, and leaps again elsewhere on the same day or after it was set back', () => {
    const bounded = pricesProjection({ keepMs: 35 * dayMs });
    const today = pricesAccepted(fivePm, day.startAt, hourly(24));
    /** Something of a clock that is days ahead of five in the evening. */
    const ahead = (days: number, hour = 0) =>
      pricesAccepted(fivePm + days * dayMs + hour * hourMs, at(24 * (days + 1)), ['0.5'], {
        eventID: `${days}-${hour}`,
      });
    for (const leaps of [
      [ahead(40)],
      [ahead(3), ahead(40)],
      [ahead(3), ahead(0, 1), ahead(40)],
      [ahead(40), ahead(0, 1), ahead(3), ahead(48)],
    ]) {
      const state = told(bounded, [started, today, ...leaps]);
      expect(priceAt(state, at(17))?.price).toBe('0.17');
    }
    // Where the log was begun by a clock that was ahead, which was set back and leapt again.
    const begunAhead = [agentStarted(fivePm + 40 * dayMs), ahead(40), today, ahead(42)];
    expect(priceAt(told(bounded, begunAhead), at(17))?.price).toBe('0.17');
    const whoWaits = [started, today, ...[40, 41, 43, 47].map((days) => ahead(days))];
    expect(priceAt(told(bounded, whoWaits), at(17))).toBeNull();
  });

  it('told to keep three days, does not grow with an event that is modified without end', () => {
    const bounded = pricesProjection({ keepMs: 3 * dayMs });
    const facts = Array.from({ length: 200 }, (_, number) =>
      pricesAccepted(fivePm + number, at(0), [`0.${number}`], { modificationNumber: number }),
    );
    const state = told(bounded, [started, ...facts]);
    const versions = priceVersions(state, at(0), at(1));
    expect(versions).toHaveLength(keptVersionsPerSource + 1);
    expect(priceAt(state, at(0))?.price).toBe('0.199');
    expect(priceVersions(told(prices, [started, ...facts]), at(0), at(1))).toHaveLength(200);
  });
});
