/** The steps of a review by themselves: a day is made, and one cause after the other put in its way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import { centsText, differenceOf, sumOf } from '../../src/programme/money.ts';
import { reviewDay } from '../../src/review/review.ts';
import type { DayReview, ReviewStepName } from '../../src/review/terms.ts';
import { stepsInCents } from '../../src/review/cents.ts';
import { remarksOf } from '../../src/review/words.ts';
import { madeDay, type MadeDay } from './support/madeDay.ts';
import { triesOf } from '../support/leftOut.ts';

const planning = { plan: optimise };

const differenceIn = ({ steps }: DayReview, name: ReviewStepName): number =>
  Number(steps.find(({ step }) => step === name)?.differenceUsd);

const reviewed = async (given: Partial<MadeDay> = {}): Promise<DayReview> => reviewDay(await madeDay(given), planning);

const wishes = fc.constantFrom({}, { reserve: 0.3 }, { cyclesPerDay: 0.5 }, { exportFloorUsdPerKwh: '0.25' });
const overrides = fc.constantFrom<MadeDay['overrides']>(
  [],
  [{ action: 'hold', fromHour: 16, toHour: 20 }],
  [
    { action: 'discharge', fromHour: 2, toHour: 4 },
    { action: 'charge', fromHour: 18, toHour: 19 },
  ],
);

const days = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  startLevel: fc.double({ min: 0, max: 1, noNaN: true }),
  wishes,
  overrides,
  /** From this hour on the prices are others than were known before. */
  revisedAt: fc.constantFrom(null, 9, 15),
  lie: fc.constantFrom(0, 0.25, -0.3),
  lost: fc.constantFrom<readonly number[]>([], [12], [17, 18]),
});

describe('a day looked back upon', () => {
  it('leaves nothing over between what was possible and what was metered, to the last digit and in cents', async () => {
    await fc.assert(
      fc.asyncProperty(days, async (given) => {
        const { steps } = await reviewed(given);
        const [first, last] = [steps[0], steps.at(-1)];
        expect(sumOf(steps.map(({ differenceUsd }) => differenceUsd))).toBe(
          differenceOf(last?.valueUsd ?? '', first?.valueUsd ?? ''),
        );
        for (const { cashUsd, wearUsd, stockUsd, valueUsd } of steps)
          expect(sumOf([differenceOf(cashUsd, wearUsd), stockUsd])).toBe(valueUsd);
        const shown = stepsInCents(steps);
        expect(centsText(sumOf(shown.map(({ differenceUsd }) => differenceUsd)))).toBe(
          centsText(differenceOf(shown.at(-1)?.valueUsd ?? '', shown[0]?.valueUsd ?? '')),
        );
        // Nobody who acts within the limits of the device does better than who is in nobody's way; powers are whole watts.
        for (const { step, valueUsd } of steps)
          if (step !== 'metered') expect(Number(valueUsd)).toBeLessThan(Number(first?.valueUsd) + 0.002);
      }),
      { numRuns: triesOf(8), seed: 20260611 },
    );
  });

  it('has nothing to say of a cause that is not there', async () => {
    await fc.assert(
      fc.asyncProperty(days, async (given) => {
        const without = { ...given, wishes: {}, overrides: [], lie: 0, revisedAt: null, lost: [] };
        const alone = await reviewed(without);
        expect(differenceIn(alone, 'wishes')).toBe(0);
        expect(differenceIn(alone, 'stateOfCharge')).toBe(0);
        expect(differenceIn(alone, 'overrides')).toBe(0);
        expect(Math.abs(differenceIn(alone, 'prices'))).toBeLessThan(0.005);
        expect(Math.abs(differenceIn(alone, 'metered'))).toBeLessThan(0.005);
        expect(alone.openHours).toEqual([]);
      }),
      { numRuns: triesOf(8), seed: 20260612 },
    );
  });

  it('takes a wish that came in the middle of the day for a wish, and not for a price', async () => {
    const late = await reviewed({ wishes: { reserve: 0.6 }, wishedFrom: 14 });
    const always = await reviewed({ wishes: { reserve: 0.6 } });
    expect(differenceIn(late, 'wishes')).toBeLessThan(-0.05);
    expect(differenceIn(late, 'wishes')).toBeGreaterThan(differenceIn(always, 'wishes') - 0.005);
    expect(Math.abs(differenceIn(late, 'prices'))).toBeLessThan(0.01);
  });

  it('finds each cause where it was put', async () => {
    const reserve = await reviewed({ wishes: { reserve: 0.5 } });
    expect(differenceIn(reserve, 'wishes')).toBeLessThan(-0.05);
    expect(Math.abs(differenceIn(reserve, 'overrides'))).toBe(0);
    const revised = await reviewed({ revisedAt: 15 });
    expect(differenceIn(revised, 'prices')).toBeLessThan(-0.01);
    const believed = await reviewed({ lie: 0.5 });
    expect(differenceIn(believed, 'stateOfCharge')).toBeLessThan(-0.01);
    const overridden = await reviewed({ overrides: [{ action: 'hold', fromHour: 16, toHour: 21 }] });
    expect(differenceIn(overridden, 'overrides')).toBeLessThan(-0.05);
    expect(Number(overridden.overrides[0]?.costUsd)).toBeCloseTo(-differenceIn(overridden, 'overrides'), 9);
    const stopped = await reviewed({ stopped: { fromHour: 16, toHour: 21 } });
    expect(differenceIn(stopped, 'overrides')).toBeLessThan(-0.05);
    expect(stopped.overrides).toEqual([]);
    expect(Number(stopped.drEvents[0]?.costUsd)).toBeCloseTo(-differenceIn(stopped, 'overrides'), 9);
    expect(remarksOf(stopped)[0]).toMatch(
      /^What DR event dr-event asked on 2026-06-11, 16:00–21:00, cost \$\d\.\d\d, taken alone\.$/,
    );
    const lost = await reviewed({ lost: [18] });
    expect(lost.openHours).toMatchObject([{ open: 'notMetered' }]);
    expect(differenceIn(lost, 'metered')).toBeLessThan(-0.05);
  });
});
