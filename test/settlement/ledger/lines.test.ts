import { describe, expect, it } from 'vitest';
import { daySpan, hourMs } from '../../../src/programme/calendar.ts';
import { settle } from '../../../src/settlement/settle.ts';
import { accepted, priceSignal, pricesAccepted } from '../../store/projections/drEventFacts.ts';
import { agentStarted, meterRead, settings, type Told } from '../../store/projections/facts.ts';
import {
  at,
  day,
  device,
  exceptionsAt,
  kindsAt,
  ledgerOf,
  lineAt,
  metered,
  priced,
  settled,
  started,
  timeZone,
} from '../support/facts.ts';

const idle = (hours: number): (readonly [number, number])[] => Array.from({ length: hours }, () => [0, 0] as const);

describe('a line', () => {
  it('given a price and registers at both edges, then it says what was drawn, delivered and comes of it, each by itself', () => {
    const settlement = settled([started, priced('0.25'), ...metered([[3_000, 1_000]])]);
    expect(lineAt(settlement, 0)).toMatchObject({
      resourceID: device,
      durationMs: hourMs,
      day: '2026-07-29',
      importWattHours: 3_000,
      exportWattHours: 1_000,
      energyWattHours: 2_000,
      importUsdPerKwh: '0.25',
      exportUsdPerKwh: '0.25',
      money: { importUsd: '0.75', exportUsd: '-0.25', amountUsd: '0.5' },
      first: { money: { amountUsd: '0.5' }, position: 3 },
    });
  });

  it('names the price version and the readings it rests on, by their positions', () => {
    const settlement = settled([started, priced('0.25'), ...metered([[3_000, 1_000]])]);
    expect(lineAt(settlement, 0).origins).toMatchObject([
      { source: { kind: 'drEvent', id: 'event-1' }, version: 0, position: 1, price: '0.25' },
    ]);
    expect(lineAt(settlement, 0).reading).toMatchObject({
      source: 'register',
      quality: 'measured',
      positions: [2, 3],
      receivedAt: at(1),
    });
  });

  it('given a negative price, then what is delivered costs, and what is drawn earns', () => {
    const settlement = settled([
      started,
      priced('-0.04'),
      ...metered([
        [1_000, 0],
        [0, 2_000],
      ]),
    ]);
    expect([0, 1].map((index) => lineAt(settlement, index).money?.amountUsd)).toEqual(['-0.04', '0.08']);
  });

  it('given prices of many digits, then not one is lost', () => {
    const price = '0.123456789012345678901234567890123456789';
    const settlement = settled([
      started,
      priced(price),
      ...metered([
        [1, 0],
        [3_999, 0],
      ]),
    ]);
    expect(lineAt(settlement, 0).money?.amountUsd).toBe(`0.000${price.slice(2)}`);
    expect(settlement.totals.amountUsd).toBe('0.493827156049382715604938271560493827156');
  });

  it('given devices, then each has lines of its own', () => {
    const other = { resourceID: 'car' };
    const devices = [...settings.devices, { resourceID: 'car', maxChargeWatts: 7_000, maxDischargeWatts: 7_000 }];
    const facts = [
      agentStarted(at(-20), { devices }),
      priced('0.1'),
      ...metered([[1_000, 0]]),
      meterRead(at(0), 0, 0, other),
      meterRead(at(1), 0, 5_000, other),
    ];
    const settlement = settled(facts, { asOf: { position: 5, at: at(1) } });
    expect(settlement.resourceIDs).toEqual(['battery', 'car']);
    expect(settlement.lines.map(({ resourceID, money }) => [resourceID, money?.amountUsd])).toEqual([
      ['battery', '0.1'],
      ['car', '-0.5'],
    ]);
    expect(settled(facts, { resourceIDs: ['car'] }).totals.amountUsd).toBe('-0.5');
  });

  it('given two price signals, then what is delivered is priced by the one that is named for it', () => {
    const signals = [priceSignal(['0.2', '0.2']), priceSignal(['0.05', '0.07'], hourMs, { signalID: 'feed-in' })];
    const facts = [
      started,
      accepted(at(-7), { startAt: at(0), activeMs: 2 * hourMs }, signals),
      ...metered([
        [1_000, 1_000],
        [2_000, 3_000],
      ]),
    ];
    const settlement = settled(facts, { series: { exportSignalID: 'feed-in' } });
    expect(lineAt(settlement, 1)).toMatchObject({
      importUsdPerKwh: '0.2',
      exportUsdPerKwh: '0.07',
      money: { importUsd: '0.4', exportUsd: '-0.21', amountUsd: '0.19' },
    });
    expect(settled(facts).totals.exportUsd).toBe('-0.8');
  });

  it('is due for every hour in which the device was configured and which is over, and for no other', () => {
    const facts = [
      agentStarted(at(2) + 1),
      priced('0.1'),
      ...metered(idle(3), 3),
      agentStarted(at(7), { devices: [] }),
    ];
    const settlement = settled(facts, { asOf: { position: 9, at: at(6) + 60_000 } });
    expect(settlement.lines.map(({ startAt }) => (startAt - day.startAt) / hourMs)).toEqual([3, 4, 5]);
    const later = settled(facts).lines.map(({ startAt }) => (startAt - day.startAt) / hourMs);
    expect(later).toEqual([3, 4, 5, 6]);
  });
});

describe('the grid', () => {
  const slots = (prices: readonly string[], slotMs: number): Told =>
    accepted(at(-7), { startAt: at(0), activeMs: prices.length * slotMs }, [priceSignal(prices, slotMs)]);

  it.each([
    ['15 minutes', 0.25],
    ['30 minutes', 0.5],
  ])('given prices of %s and registers as often, then each part is settled at its own price', (_name, stepHours) => {
    const prices = Array.from({ length: 1 / stepHours }, (_, index) => `0.${index + 1}`);
    const energies = prices.map((_, index) => [(index + 1) * 100, 10] as const);
    const line = lineAt(settled([started, slots(prices, stepHours * hourMs), ...metered(energies, 0, stepHours)]), 0);
    expect(line.parts.map(({ importUsdPerKwh, importWattHours }) => [importUsdPerKwh, importWattHours])).toEqual(
      prices.map((price, index) => [price, (index + 1) * 100]),
    );
    const cents = prices.reduce((sum, _, index) => sum + (index + 1) * ((index + 1) * 100 - 10), 0);
    expect(Number(line.money?.amountUsd)).toBeCloseTo(cents / 10_000, 12);
    expect(line.importUsdPerKwh).toBeNull();
  });

  it('given prices of half hours and registers of hours, then the hour is left open, and lies between its prices', () => {
    const settlement = settled(
      [
        started,
        slots(['0.1', '0.3', '0.2', '0.2'], hourMs / 2),
        ...metered([
          [1_000, 0],
          [1_000, 0],
        ]),
      ],
      { endAt: at(2) },
    );
    expect(lineAt(settlement, 0)).toMatchObject({ money: null, parts: [], energyWattHours: 1_000 });
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      { kind: 'ungridded', stake: { lowUsd: '0.1', highUsd: '0.3' } },
    ]);
    expect(lineAt(settlement, 1).money?.amountUsd).toBe('0.2');
    expect(settlement.totals).toMatchObject({ settledHours: 1, amountUsd: '0.2', atStakeUsd: '0.2' });
  });

  it('given prices of half hours and an hour without any energy, then it comes to nothing whatever they are', () => {
    const settlement = settled([started, slots(['0.1', '0.3'], hourMs / 2), ...metered([[0, 0]])]);
    expect(lineAt(settlement, 0).money?.amountUsd).toBe('0');
    expect(kindsAt(settlement, 0)).toEqual([]);
  });

  it('given prices of four hours and registers of quarters, then each hour is a line', () => {
    const settlement = settled([
      started,
      slots(['0.1', '0.2'], 4 * hourMs),
      ...metered(
        Array.from({ length: 32 }, () => [50, 0] as const),
        0,
        0.25,
      ),
    ]);
    expect(settlement.lines.slice(0, 8).map(({ money }) => money?.amountUsd)).toEqual([
      ...Array.from({ length: 4 }, () => '0.02'),
      ...Array.from({ length: 4 }, () => '0.04'),
    ]);
  });

  it('given an event that begins within an hour, then the time before it has no price, and the hour is left open', () => {
    const settlement = settled([
      started,
      pricesAccepted(at(-7), at(0.5), ['0.1']),
      ...metered(
        [
          [100, 0],
          [100, 0],
        ],
        0,
        0.5,
      ),
    ]);
    expect(lineAt(settlement, 0).money).toBeNull();
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      { kind: 'unpriced', text: 'For some of it no price is known.' },
    ]);
  });
});

describe('a day on which the clocks change', () => {
  it.each([
    ['2026-03-08', 23],
    ['2026-11-01', 25],
  ])('given %s, then it has %i lines, each with a key of its own', (name, count) => {
    const span = daySpan(name, timeZone);
    const facts = [
      agentStarted(span.startAt - 20 * hourMs),
      pricesAccepted(
        span.startAt - 7 * hourMs,
        span.startAt,
        Array.from({ length: count }, (_, index) => `0.${index + 10}`),
      ),
      ...Array.from({ length: count + 1 }, (_, index) => meterRead(span.startAt + index * hourMs, index * 1_000, 0)),
    ];
    const settlement = settle(ledgerOf(facts), {
      startAt: span.startAt,
      endAt: span.endAt,
      asOf: { position: 0, at: span.endAt },
      timeZone,
    });
    expect(settlement.lines.map(({ startAt }) => startAt)).toEqual(
      Array.from({ length: count }, (_, index) => span.startAt + index * hourMs),
    );
    expect(new Set(settlement.lines.map((line) => line.day))).toEqual(new Set([name]));
    expect(settlement.lines.map(({ money }) => money?.amountUsd)).toEqual(
      Array.from({ length: count }, (_, index) => String((index + 10) / 100)),
    );
  });

  it('given 24 prices for 25 hours, then the last hour has none; given 24 for 23, then the first of the next day has two', () => {
    const autumn = daySpan('2026-11-01', timeZone);
    const spring = daySpan('2026-03-08', timeZone);
    const settledOn = ({ startAt, endAt }: typeof spring) => {
      const hours = Array.from({ length: 24 }, (_, index) => `0.${index + 10}`);
      const facts = [
        agentStarted(startAt - 20 * hourMs),
        pricesAccepted(startAt - 7 * hourMs, startAt, hours),
        pricesAccepted(endAt - 7 * hourMs, endAt, hours, { eventID: 'event-2' }),
        ...Array.from({ length: 30 }, (_, index) => meterRead(startAt + index * hourMs, index * 1_000, 0)),
      ];
      return settle(ledgerOf(facts), {
        startAt,
        endAt: endAt + 24 * hourMs,
        asOf: { position: 0, at: startAt + 29 * hourMs },
        timeZone,
      });
    };
    const pricing = ({ exceptions }: ReturnType<typeof settledOn>) =>
      exceptions.filter(({ kind }) => kind !== 'undelivered');
    expect(pricing(settledOn(autumn))).toMatchObject([
      { kind: 'unpriced', startAt: autumn.startAt + 24 * hourMs, energyWattHours: 1_000 },
    ]);
    expect(pricing(settledOn(spring))).toMatchObject([
      { kind: 'doublyPriced', startAt: spring.endAt, stake: { lowUsd: '0.1', highUsd: '0.33' } },
    ]);
  });
});
