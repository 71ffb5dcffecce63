import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.ts';
import type { LoadNeed } from '../../src/backtest/needs.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { PricedSpan } from '../../src/dispatch/planningProblem.ts';
import { daySpan, hourMs, localHourOf } from '../../src/programme/calendar.ts';
import { add, roundHalfEven, zero } from '../../src/programme/decimal.ts';
import { priceYear, seeded } from '../support/priceYears.ts';
import { withHeater } from './support/loads.ts';
import { homeBattery, hourly, termsFor, timeZone } from './support/terms.ts';
import { triesOf } from '../support/leftOut.ts';

const planning = { plan: optimise };
const midnight = daySpan('2026-06-01', timeZone).startAt;

/** Prices of some days, each hour by its place from the first midnight on. */
const priced = (count: number, price: (hour: number) => number, fromAt = midnight): readonly PricedSpan[] =>
  hourly(
    fromAt,
    Array.from({ length: count }, (_, hour) => price(hour).toFixed(4)),
  );

/** The cheapest way to draw a need at any power up to the most: slot by slot, the cheapest first. @unit USD */
const cheapest = ({ startAt, endAt, terms, energyWattHours }: LoadNeed, prices: readonly PricedSpan[]): number => {
  const most = (slot: PricedSpan): number =>
    (terms.maxWatts * Math.max(0, Math.min(slot.endAt, endAt) - Math.max(slot.startAt, startAt))) / hourMs;
  let [left, usd] = [energyWattHours, 0];
  for (const slot of prices.toSorted((a, b) => Number(a.importUsdPerKwh) - Number(b.importUsdPerKwh))) {
    const drawn = Math.min(left, most(slot));
    left -= drawn;
    usd += (drawn / 1_000) * Number(slot.importUsdPerKwh);
  }
  return usd;
};

describe('a load in a backtest', () => {
  it('waits for the night, whose prices come out in the evening, because the nights before were cheap', async () => {
    // Given eight days with cheap nights, noons that cost twice as much, and 8 kWh by 07:00
    const prices = priced(8 * 24, (hour) => {
      const local = hour % 24;
      return local < 5 ? 0.03 : local >= 9 && local < 16 ? 0.06 : 0.2;
    });
    // When they are lived through
    const found = await backtest(withHeater(prices), planning);
    // Then but for the first days, of whose nights nothing was known, each need is met in its night
    const more = Number(found.possibleUsd) - Number(found.earned.earnedUsd);
    expect(more).toBeGreaterThanOrEqual(0);
    expect(more).toBeLessThan(2.01 * 8 * 0.03);
    expect(found.loads[0]?.lackedWattHours.earned).toBe(0);
  });

  it('draws what it needs in the hours that are known to be cheap; without a plan it runs at once', async () => {
    // Given two days with an evening at a cent, two hours of the night at two cents, and 8 kWh by 07:00
    const prices = priced(48, (hour) => {
      const local = hour % 24;
      return local < 2 ? 0.05 : local < 4 ? 0.02 : local >= 17 && local < 19 ? 0.01 : 0.2;
    });
    // When they are lived through
    const found = await backtest(withHeater(prices), planning);
    // Then the first need is met from two to four and the second in the evening, as whoever knows all prices would
    expect(Number(found.earned.cashUsd)).toBeCloseTo(-0.16 - 0.08, 4);
    expect(Number(found.possibleUsd)).toBeCloseTo(-0.24, 4);
    // And without a plan it runs from midnight, and from 07:00; no script moves it
    for (const { earnedUsd } of [found.nothing, ...Object.values(found.scripts)])
      expect(Number(earnedUsd)).toBeCloseTo(-0.4 - 1.6, 4);
    // And the need whose time ends after the last price is left out
    expect(found.loads).toEqual([
      {
        resourceID: 'heater',
        needs: 2,
        neededWattHours: 16_000,
        lackedWattHours: { earned: 0, possible: 0, nothing: 0 },
      },
    ]);
  });

  it('is planned with the prices that were known: what was published later came too late', async () => {
    // Given a forenoon at ten cents, and after it a night at one that is published at 17:00
    const from = priced(48, (hour) => (hour >= 10 && hour < 12 ? 0.1 : hour >= 24 && hour < 26 ? 0.01 : 0.2));
    const { earned, possibleUsd } = await backtest(withHeater(from), planning);
    // Then the forenoon was taken, and the night was possible
    expect(Number(earned.cashUsd)).toBeCloseTo(-1.6 - 0.8, 4);
    expect(Number(possibleUsd)).toBeCloseTo(-1.6 - 0.08, 4);
    // And where the dearer hours come after 17:00, it waits for the night
    const late = priced(48, (hour) => (hour >= 18 && hour < 20 ? 0.1 : hour >= 24 && hour < 26 ? 0.01 : 0.2));
    expect(Number((await backtest(withHeater(late), planning)).earned.cashUsd)).toBeCloseTo(-1.6 - 0.08, 4);
  });

  it('has its beginnings and deadlines at the local time also on days of 23 and 25 hours', async () => {
    for (const day of ['2026-03-08', '2026-11-01']) {
      // Given three days around a change of the clocks, cheap from 06:00 to 07:00 and dear from 07:00 to 08:00
      const { startAt, endAt } = daySpan(day, timeZone);
      const fromAt = startAt - 24 * hourMs;
      const usdOf = (hour: number): number => {
        const local = localHourOf(fromAt + hour * hourMs, timeZone);
        return local === 6 ? 0.01 : local === 7 ? 0.3 : 0.2;
      };
      const prices = priced(48 + (endAt - startAt) / hourMs, usdOf, fromAt);
      // When 4 kWh are needed by 07:00 each day
      const found = await backtest(withHeater(prices, { energyWattHours: 4_000 }), planning);
      // Then each can be had in the last hour before, and each but the first is begun in the hour after it
      expect(found.loads).toMatchObject([{ needs: 3, lackedWattHours: { earned: 0, possible: 0, nothing: 0 } }]);
      expect(Number(found.possibleUsd)).toBeCloseTo(-3 * 0.04, 4);
      expect(Number(found.nothing.earnedUsd)).toBeCloseTo(-0.8 - 2 * 1.2, 4);
      expect(Number(found.earned.earnedUsd)).toBeGreaterThan(Number(found.nothing.earnedUsd));
    }
  });

  it('shares a connection with a battery: what was possible is exact to the cent', async () => {
    // Given a connection of 5 kW, an empty battery without losses, a need of 4 kWh by 07:00, and one dear hour
    const battery = {
      ...homeBattery,
      ...{
        capacityWattHours: 10_000,
        chargeEfficiency: 1,
        dischargeEfficiency: 1,
        wearUsdPerKwh: '0',
        stateOfCharge: 0,
      },
    };
    const prices = priced(24, (hour) => [0.01, 0.02, 0.1, 1][hour] ?? 0.1);
    const terms = withHeater(prices, { energyWattHours: 4_000 }, [battery]);
    const limited = {
      ...terms,
      siteAt: (...asked: Parameters<typeof terms.siteAt>) => ({
        ...terms.siteAt(...asked),
        site: { importLimitWatts: 5_000 },
      }),
    };
    // When the day is lived through
    const found = await backtest(limited, planning);
    // Then 5 kWh are drawn at a cent and 5 at two; the load has 4 of them, 5 are sold for a dollar, and one is left at ten cents
    const byHand = 5 * 1 - 5 * 0.01 - 5 * 0.02 + 0.1;
    expect(Number(found.possibleUsd)).toBeCloseTo(byHand, 2);
    expect(Number(found.earned.earnedUsd)).toBeCloseTo(byHand, 2);
    expect(found.loads).toMatchObject([{ lackedWattHours: { earned: 0, possible: 0 } }]);
  });

  it('runs on what the panels would lose, where a site is one bill', async () => {
    // Given a home that may sell nothing, with four hours of panels from ten on, and 8 kWh by 20:00
    const prices = priced(24, () => 0.2);
    const forecast = prices.map(({ startAt, endAt }, hour) => ({
      ...{ startAt, endAt, loadWatts: 0 },
      pvWatts: hour >= 10 && hour < 14 ? 4_000 : 0,
    }));
    const terms = withHeater(prices, { doneBy: '20:00' });
    const site = {
      ...terms,
      siteAt: (...asked: Parameters<typeof terms.siteAt>) => ({
        ...terms.siteAt(...asked),
        moneyScope: 'site' as const,
        site: { isExportForbidden: true, forecast },
      }),
    };
    // When the day is lived through, then the planner pays nothing, and whoever runs at once all of it
    const { earned, possibleUsd, nothing } = await backtest(site, planning);
    expect([earned.earnedUsd, possibleUsd].map((usd) => Number(usd).toFixed(2))).toEqual(['0.00', '0.00']);
    expect(Number(nothing.earnedUsd)).toBeCloseTo(-1.6, 4);
  });

  it('beside a battery with a meter of its own changes nothing of what that one earns', async () => {
    // Given three made days
    const prices = priceYear('terLike', 3, { days: 3 }).map(({ startAt, endAt, usdPerKwh }) => ({
      ...{ startAt, endAt },
      importUsdPerKwh: usdPerKwh,
      exportUsdPerKwh: usdPerKwh,
    }));
    // When they are lived through by each alone, and by both
    const [battery, load, both] = [
      await backtest(termsFor(prices), planning),
      await backtest(withHeater(prices), planning),
      await backtest(withHeater(prices, {}, [homeBattery]), planning),
    ];
    // Then what nothing and the scripts come to adds up to the digit, and what was possible to the cent: watts are whole
    const figuresOf = ({ nothing, scripts }: typeof both) =>
      [nothing, ...Object.values(scripts)].map(({ earnedUsd }) => earnedUsd);
    const sums = figuresOf(battery).map((usd, index) => add(usd, figuresOf(load)[index] ?? zero));
    expect(figuresOf(both).map((usd) => roundHalfEven(usd, 6))).toEqual(sums.map((usd) => roundHalfEven(usd, 6)));
    expect(Number(both.possibleUsd)).toBeCloseTo(Number(add(battery.possibleUsd, load.possibleUsd)), 2);
  });

  it('lacks what it cannot draw by its deadlines, and that is told', async () => {
    // Given 40 kWh by 07:00 and one kilowatt
    const found = await backtest(
      withHeater(
        priced(48, () => 0.1),
        { energyWattHours: 40_000, maxWatts: 1_000 },
      ),
      planning,
    );
    // Then it has 7 of the first and 24 of the second, whoever plans
    const lacked = 40_000 - 7_000 + 40_000 - 24_000;
    expect(found.loads).toMatchObject([{ lackedWattHours: { earned: lacked, possible: lacked, nothing: lacked } }]);
    expect(Number(found.earned.cashUsd)).toBeCloseTo(-3.1, 6);
  });

  it('finds what a greedy bound says was possible, and never earns more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 500, max: 30_000 }),
        fc.integer({ min: 900, max: 7_000 }),
        fc.integer({ min: 0, max: 23 }),
        async (seed, energyWattHours, maxWatts, hour) => {
          // Given made prices, some below nothing, and any need that a load of fully variable power can have
          const chance = seeded(seed);
          const prices = priced(72, () => chance() - 0.2);
          const doneBy = `${String(hour).padStart(2, '0')}:00`;
          const terms = withHeater(prices, { energyWattHours, maxWatts, doneBy });
          const needs = terms.loads?.[0]?.needs ?? [];
          const bound = needs.reduce((sum, need) => sum + cheapest(need, prices), 0);
          // When it is lived through, then what was possible is that bound, and everybody else is at most there
          const { possibleUsd, earned, nothing, loads } = await backtest(terms, planning);
          expect(Number(possibleUsd)).toBeCloseTo(-bound, 2);
          const [{ lackedWattHours } = { lackedWattHours: null }] = loads;
          expect(lackedWattHours?.earned).toBeCloseTo(lackedWattHours?.possible ?? Number.NaN, -1);
          for (const { earnedUsd } of [earned, nothing])
            expect(Number(earnedUsd)).toBeLessThanOrEqual(Number(possibleUsd) + 0.005);
        },
      ),
      { numRuns: triesOf(8) },
    );
  });
});
