/** A site of a battery, a car and a heater, lived through a day by an agent and looked back upon by its log. */
import { beforeAll, describe, expect, it } from 'vitest';
import { highsSolver } from '../../src/dispatch/highsSolver.ts';
import { daySpan } from '../../src/programme/calendar.ts';
import { differenceOf, sumOf } from '../../src/programme/money.ts';
import type { DayReview } from '../../src/review/terms.ts';
import { settle } from '../../src/settlement/settle.ts';
import { ledgerProjection } from '../../src/settlement/ledger.ts';
import { rebuild } from '../../src/store/projection.ts';
import { aBattery, aCar, aHeater, siteWorld } from '../inspector/support/siteWorld.ts';
import { at, timeZone } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { reviewsOf } from './support/batteryWorld.ts';

/** A Wednesday and the day after it. */
const eve = '2026-06-10';
const day = '2026-06-11';

describe('a day of a battery, a car and a heater, looked back upon', () => {
  let world: AgentWorld;
  let review: DayReview;

  beforeAll(async () => {
    await highsSolver();
    world = siteWorld(eve, 15, [aBattery('battery'), aCar('car'), aHeater('heater')]);
    await world.start();
    await world.runTo(at(day, 27, 30));
    await world.stop();
    const [only] = await reviewsOf(world, [daySpan(day, timeZone)]);
    if (only === undefined || !('steps' in only)) throw new Error(`There is no review: ${JSON.stringify(only)}`);
    review = only;
  });

  it('leaves no device out, and nothing over', () => {
    expect(review.left).toEqual([]);
    const { steps } = review;
    expect(sumOf(steps.map(({ differenceUsd }) => differenceUsd))).toBe(
      differenceOf(steps.at(-1)?.valueUsd ?? '', steps[0]?.valueUsd ?? ''),
    );
  });

  it('has the heater’s hours among what was earned: the cash is what the ledger says of all three', async () => {
    const { state, position } = await rebuild(world.log, ledgerProjection());
    const { startAt, endAt } = daySpan(day, timeZone);
    const resourceIDs = ['battery', 'car', 'heater'];
    const { totals } = settle(state, {
      startAt,
      endAt,
      asOf: { position, at: world.time.now() },
      timeZone,
      resourceIDs,
    });
    expect(review.steps.find(({ step }) => step === 'metered')?.cashUsd).toBe(differenceOf('0', totals.amountUsd));
  });

  it('finds no cause where nothing was in the way', () => {
    const [first, last] = [review.steps[0], review.steps.at(-1)];
    expect(Number(first?.valueUsd)).toBeGreaterThan(10);
    for (const { step, differenceUsd } of review.steps)
      if (step === 'stateOfCharge' || step === 'overrides') expect(Number(differenceUsd)).toBe(0);
    // Nothing but what tomorrow's prices, which came in the afternoon, and whole watts make.
    expect(Number(last?.valueUsd)).toBeGreaterThan(0.97 * Number(first?.valueUsd));
    expect(Number(last?.valueUsd)).toBeLessThan(Number(first?.valueUsd) + 0.02);
  });
});
