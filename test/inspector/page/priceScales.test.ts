import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dearRuns,
  lowerY,
  priceBands,
  priceScales,
  priceTicks,
  stepLabels,
  upperY,
} from '../../../src/inspector/page/plan/priceScales.ts';
import { dearEvening } from '../support/siteWorld.ts';

const usual = dearEvening.map(Number);
const hourly = (usd: readonly number[]) => usd.map((each, hour) => ({ startAt: hour, endAt: hour + 1, usd: each }));

describe('the price axis', () => {
  it('has one straight scale while all prices are ordinary', () => {
    expect(priceScales([0.05, 0.08, 0.12])).toEqual({ bottom: 0, cut: 0.15, top: null });
    expect(priceScales([])).toMatchObject({ top: null });
  });

  it('has two, both from zero, where an hour costs many times another: $4.78 is legible beside 3 ¢', () => {
    const scales = priceScales(usual);
    expect(scales).toEqual({ bottom: 0, cut: 0.2, top: 5 });
    const bands = priceBands(scales, 0, 180);
    const [dear, less] = [4.78, 1.64].map((usd) => upperY(scales, bands, 0) - upperY(scales, bands, usd));
    // What costs 2.9 times as much is 2.9 times as high.
    expect((dear ?? 0) / (less ?? 1)).toBeCloseTo(4.78 / 1.64, 6);
    // And a cent more can be seen among the ordinary ones.
    expect(lowerY(scales, bands, 0.03) - lowerY(scales, bands, 0.04)).toBeGreaterThan(3);
    expect(bands.upper?.height).toBe(bands.lower.height);
    expect(dearRuns(hourly(usual), scales).map((run) => run.map(({ usd }) => usd))).toEqual([[1.94, 4.78, 2.31]]);
  });

  it('writes beside a step only what the chart has room for: on a phone nothing is cut at its end', () => {
    const labelled = (hours: readonly number[], width: number): readonly string[] => {
      const run = hours.map((hour, index) => ({ startAt: hour, endAt: hour + 1, usd: [3.82, 4.29, 2.93][index] ?? 0 }));
      const x = (hour: number): number => 46 + (hour / 24) * (width - 56);
      return stepLabels(run, x, { left: 46, width }).map(({ price: { usd }, at }) => `${at} ${usd}`);
    };
    expect(labelled([19, 20, 21], 1000)).toEqual(['top 4.29', 'before 3.82', 'after 2.93']);
    expect(labelled([19, 20, 21], 318)).toEqual(['top 4.29', 'before 3.82']);
    expect(labelled([1, 2, 3], 318)).toEqual(['top 4.29', 'after 2.93']);
  });

  it('goes below zero as far as prices do', () => {
    expect(priceScales([0.05, -0.02, 0.08])).toMatchObject({ bottom: -0.05, cut: 0.1 });
  });

  it('holds every price there may be, with ticks that are round and few', () => {
    const price = fc.integer({ min: -40_000, max: 600_000 }).map((units) => units / 10_000);
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 50 }), (usd) => {
        const { bottom, cut, top } = priceScales(usd);
        expect(Math.max(...usd)).toBeLessThanOrEqual(top ?? cut);
        expect(Math.min(...usd)).toBeGreaterThanOrEqual(bottom);
        expect(top === null || top > cut).toBe(true);
        for (const end of [cut, top ?? cut]) {
          expect(priceTicks(end).length).toBeGreaterThan(0);
          expect(priceTicks(end).length).toBeLessThan(5);
          expect(priceTicks(end).every((tick) => tick > 0 && tick < end)).toBe(true);
        }
      }),
    );
  });
});
