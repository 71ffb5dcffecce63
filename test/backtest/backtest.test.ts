import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { daySpan, hourMs } from '../../src/programme/calendar.ts';
import { add, decimalOf, subtract } from '../../src/programme/decimal.ts';
import { priceYear, seeded } from '../support/priceYears.ts';
import { homeBattery, hourly, termsFor, timeZone } from './support/terms.ts';
import { triesOf } from '../support/leftOut.ts';

const planning = { plan: optimise };
const midnight = daySpan('2026-06-01', timeZone).startAt;

/** Prices of some days, each hour by its local hour. */
const days = (count: number, price: (hour: number, day: number) => string) =>
  hourly(
    midnight,
    Array.from({ length: 24 * count }, (_, index) => price(index % 24, Math.floor(index / 24))),
  );

const spans = (name: Parameters<typeof priceYear>[0], seed: number, count: number, year = 2025) =>
  priceYear(name, seed, { days: count, year }).map(({ startAt, endAt, usdPerKwh }) => ({
    startAt,
    endAt,
    importUsdPerKwh: usdPerKwh,
    exportUsdPerKwh: usdPerKwh,
  }));

describe('a backtest', () => {
  it('buys in the cheap hours, sells in the dear ones, and counts losses and wear', async () => {
    // Given two days with four cheap hours at night and three dear ones in the evening
    const prices = days(2, (hour) => (hour < 4 ? '0.02' : hour >= 18 && hour < 21 ? '0.30' : '0.10'));
    // When it is lived through
    const found = await backtest(termsFor(prices), planning);
    // Then each evening all that is stored is sold: twice 13.5 kWh times what is given back of it
    const once = 13.5 * Math.sqrt(0.9);
    expect(Number(found.earned.throughputKilowattHours)).toBeCloseTo(2 * once, 1);
    const bought = 6.75 / Math.sqrt(0.9) + 13.5 / Math.sqrt(0.9);
    const refilled = Number(found.earned.stockUsd) / 0.1;
    expect(refilled).toBeCloseTo(-6.75, 2);
    expect(Number(found.earned.cashUsd)).toBeCloseTo(2 * once * 0.3 - bought * 0.02, 1);
    expect(Number(found.earned.wearUsd)).toBeCloseTo(2 * once * 0.02, 2);
    // And that is all that was possible
    expect(Number(found.possibleUsd)).toBeCloseTo(Number(found.earned.earnedUsd), 3);
  });

  it('plans only with prices that were published', async () => {
    // Given ten days and a planner that remembers what it was asked
    const asked: PlanningProblem[] = [];
    const listening = { plan: (problem: PlanningProblem) => (asked.push(problem), optimise(problem)) };
    const prices = days(10, (hour, day) => String((hour + day) / 100));
    await backtest(termsFor(prices), listening);
    const rolling = asked.slice(0, -1);
    // Then it asked at the start, and at 17:00 of each day but the last
    expect(rolling.map(({ fromAt }) => (fromAt - midnight) / hourMs)).toEqual([
      0,
      ...Array.from({ length: 9 }, (_, day) => 24 * day + 17),
    ]);
    // And each time it knew that day and, from 17:00 on, the next, and no other
    expect(rolling.map(({ toAt }) => (toAt - midnight) / hourMs)).toEqual([
      24,
      ...Array.from({ length: 9 }, (_, day) => 24 * (day + 2)),
    ]);
    for (const { prices: known, toAt } of rolling) expect(Math.max(...known.map(({ endAt }) => endAt))).toBe(toAt);
  });

  it('knows the prices of days of 23 and 25 hours at 17:00 of the day before', async () => {
    for (const day of ['2026-03-08', '2026-11-01']) {
      const asked: PlanningProblem[] = [];
      const before = daySpan(day, timeZone).startAt - 24 * hourMs;
      const prices = hourly(
        before,
        Array.from({ length: 72 }, (_, hour) => String((hour % 24) / 100)),
      );
      await backtest(termsFor(prices), { plan: (problem) => (asked.push(problem), optimise(problem)) });
      const end = daySpan(day, timeZone).endAt;
      expect(asked[1]).toMatchObject({ fromAt: before + 17 * hourMs, toAt: end });
    }
  });

  it('trades nothing where no price is known, and goes on after it', async () => {
    const all = days(4, (hour) => (hour < 4 ? '0.01' : hour > 17 && hour < 21 ? '0.4' : '0.1'));
    const prices = all.filter(({ startAt }) => startAt < midnight + 24 * hourMs || startAt >= midnight + 48 * hourMs);
    const found = await backtest(termsFor(prices), planning);
    expect(Number(found.earned.earnedUsd)).toBeGreaterThan(0);
    expect(Number(found.earned.throughputKilowattHours)).toBeLessThan(3 * 13.5);
  });

  it('finds what was possible at prices far below nothing too, where the whole is too much to be solved exactly', async () => {
    // Given two weeks in which to draw and to give back at once would pay, had a battery two ways
    const chance = seeded(41);
    const prices = days(13, () => (-3 * chance()).toFixed(4));
    const { earned, possibleUsd } = await backtest(termsFor(prices), planning);
    // Then whoever knows all of them finds more than the planner, who knows a day and a half
    expect(Number(possibleUsd) - Number(earned.earnedUsd)).toBeGreaterThan(0.3);
  });

  it('says what the scripts that people write come to', async () => {
    const prices = days(1, (hour) => (hour >= 1 && hour < 5 ? '0.02' : hour >= 17 && hour < 21 ? '0.22' : '0.1'));
    const { scripts } = await backtest(termsFor(prices), planning);
    const root = Math.sqrt(0.9);
    const byHand = 13.5 * root * (0.22 - 0.02) - (6.75 / root) * 0.02 - 6.75 * 0.1;
    for (const each of Object.values(scripts)) expect(Number(each.earnedUsd)).toBeCloseTo(byHand, 2);
    // And on a day whose spread does not pay, the one that looks rests, and the others lose
    const flat = await backtest(termsFor(days(1, (hour) => (hour < 4 ? '0.09' : '0.1'))), planning);
    expect(Number(flat.scripts.fourHoursIfItPays.earnedUsd)).toBe(0);
    expect(Number(flat.scripts.fourHours.earnedUsd)).toBeLessThan(0);
  });

  it('adds up: cash less wear and the change of the stock; never more than was possible, never less than nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        fc.constantFrom('terLike', 'calm', 'negative', 'doublePeak'),
        async (seed, kind) => {
          const found = await backtest(termsFor(spans(kind, seed, 6)), planning);
          for (const each of [found.earned, found.nothing, ...Object.values(found.scripts)]) {
            expect(each.earnedUsd.equals(add(subtract(each.cashUsd, each.wearUsd), each.stockUsd))).toBe(true);
            expect(Number(each.earnedUsd)).toBeLessThanOrEqual(Number(found.possibleUsd) + 0.005);
          }
          expect(Number(found.nothing.earnedUsd)).toBe(0);
          expect(Number(found.possibleUsd)).toBeGreaterThanOrEqual(-0.001);
        },
      ),
      { numRuns: triesOf(12) },
    );
  });

  it('at a site that may sell nothing counts nothing as sold, and what the panels would lose as stored for nothing', async () => {
    const prices = days(3, (hour) => (hour < 6 ? '0.05' : hour > 17 && hour < 21 ? '0.4' : '0.1'));
    const noon = { loadWatts: 500, pvWatts: 4_500 };
    const evening = { loadWatts: 2_000, pvWatts: 0 };
    const forecast = prices.map(({ startAt, endAt }, place) => ({
      startAt,
      endAt,
      ...(place % 24 >= 10 && place % 24 < 15 ? noon : evening),
    }));
    const terms = termsFor(prices);
    const found = await backtest(
      {
        ...terms,
        siteAt: (span, levels) => ({
          ...terms.siteAt(span, levels),
          moneyScope: 'site',
          site: { isExportForbidden: true, forecast },
        }),
      },
      planning,
    );
    // Without a battery the home buys what it draws, and nobody pays for what the panels have left.
    const bought = forecast.reduce(
      (sum, { loadWatts, pvWatts }, place) =>
        sum + (Math.max(0, loadWatts - pvWatts) / 1_000) * Number(prices[place]?.importUsdPerKwh),
      0,
    );
    expect(Number(found.nothing.cashUsd)).toBeCloseTo(-bought, 6);
    expect(Number(found.earned.earnedUsd)).toBeGreaterThan(Number(found.nothing.earnedUsd) + 3);
    for (const { earnedUsd } of [found.earned, ...Object.values(found.scripts)])
      expect(Number(earnedUsd)).toBeLessThanOrEqual(Number(found.possibleUsd) + 0.005);
  });

  it('reckons several batteries, each with its own wear', async () => {
    const second = { ...homeBattery, resourceID: 'second', wearUsdPerKwh: '0.10' };
    const prices = days(2, (hour) => (hour < 4 ? '0.02' : hour > 17 && hour < 21 ? '0.3' : '0.1'));
    const [alone, both] = [
      await backtest(termsFor(prices), planning),
      await backtest(termsFor(prices, [homeBattery, second]), planning),
    ];
    const dearer = subtract(both.earned.wearUsd, alone.earned.wearUsd);
    expect(Number(dearer) / Number(alone.earned.wearUsd)).toBeCloseTo(5, 1);
    expect(decimalOf('27').equals(String(both.usableKilowattHours))).toBe(true);
  });
});
