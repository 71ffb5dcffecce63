/** Loads and cars, looked back upon: what batteries have for levels, a load has for needs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import { differenceOf, sumOf } from '../../src/programme/money.ts';
import { reviewDay } from '../../src/review/review.ts';
import type { DayReview, ReviewMatter, ReviewStepName } from '../../src/review/terms.ts';
import { madeCarDay, madeLoadDay, type MadeLoadDay } from './support/madeLoadDay.ts';
import { triesOf } from '../support/leftOut.ts';

const reviewed = async (matter: Promise<ReviewMatter>): Promise<DayReview> =>
  reviewDay(await matter, { plan: optimise });

const differenceIn = ({ steps }: DayReview, name: ReviewStepName): number =>
  Number(steps.find(({ step }) => step === name)?.differenceUsd);

const nothingIsLeftOver = ({ steps }: DayReview): void => {
  const [first, last] = [steps[0], steps.at(-1)];
  expect(sumOf(steps.map(({ differenceUsd }) => differenceUsd))).toBe(
    differenceOf(last?.valueUsd ?? '', first?.valueUsd ?? ''),
  );
  for (const { cashUsd, wearUsd, stockUsd, valueUsd } of steps)
    expect(sumOf([differenceOf(cashUsd, wearUsd), stockUsd])).toBe(valueUsd);
  // Nobody who draws the same, whenever, does better than who knows all prices; powers are whole watts.
  for (const { valueUsd } of steps) expect(Number(valueUsd)).toBeLessThan(Number(first?.valueUsd) + 0.005);
};

describe('a day of a flexible load, looked back upon', () => {
  const days = fc.record({
    seed: fc.integer({ min: 1, max: 10_000 }),
    needWattHours: fc.constantFrom(3_000, 8_000, 21_000),
    doneByHour: fc.constantFrom(5, 14, 22),
    quiet: fc.constantFrom<MadeLoadDay['quiet']>(null, [1, 4], [0, 20]),
    obeys: fc.constantFrom(1, 0.5),
    revisedAt: fc.constantFrom(null, 15),
  });

  it('leaves nothing over, and nobody earns more than was possible', async () => {
    await fc.assert(
      fc.asyncProperty(days, async (given) => nothingIsLeftOver(await reviewed(madeLoadDay(given)))),
      { numRuns: triesOf(10), seed: 20260613 },
    );
  });

  it('has nothing to say of a cause that is not there', async () => {
    await fc.assert(
      fc.asyncProperty(days, async (given) => {
        const alone = await reviewed(madeLoadDay({ ...given, quiet: null, obeys: 1, revisedAt: null }));
        for (const step of ['wishes', 'stateOfCharge', 'overrides'] as const) expect(differenceIn(alone, step)).toBe(0);
        expect(Math.abs(differenceIn(alone, 'prices'))).toBeLessThan(0.005);
        expect(Math.abs(differenceIn(alone, 'metered'))).toBeLessThan(0.005);
        expect(alone.left).toEqual([]);
      }),
      { numRuns: triesOf(8), seed: 20260614 },
    );
  });

  it('finds each cause where it was put', async () => {
    const quiet = await reviewed(madeLoadDay({ quiet: [0, 6], doneByHour: 10 }));
    expect(differenceIn(quiet, 'wishes')).toBeLessThan(-0.05);
    const revised = await reviewed(madeLoadDay({ revisedAt: 18, doneByHour: 6 }));
    expect(differenceIn(revised, 'prices')).toBeLessThan(-0.05);
    // What it did not draw it did not pay, and has to draw yet: it did not earn by standing still.
    const idle = await reviewed(madeLoadDay({ obeys: 0 }));
    expect(differenceIn(idle, 'metered')).toBeLessThan(-0.05);
    expect(idle.steps.at(-1)).toMatchObject({ step: 'metered', cashUsd: '0', valueUsd: '0' });
  });
});

describe('a day of a car with a trip, looked back upon', () => {
  it('leaves nothing over, and names the departure as what it is: a wish', async () => {
    for (const seed of [3, 4, 5]) {
      const free = await reviewed(madeCarDay(seed, null));
      nothingIsLeftOver(free);
      expect(differenceIn(free, 'wishes')).toBe(0);
      expect(Math.abs(differenceIn(free, 'prices')) + Math.abs(differenceIn(free, 'metered'))).toBeLessThan(0.02);
      const full = await reviewed(madeCarDay(seed, 0.9));
      nothingIsLeftOver(full);
      expect(differenceIn(full, 'wishes')).toBeLessThanOrEqual(0);
      expect(full.left).toEqual([]);
    }
  });
});
