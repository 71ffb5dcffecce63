import { beforeAll, describe, expect, it } from 'vitest';
import { isReviewed } from '../../src/review/words.ts';
import { problemsOfReview, type ReviewedStretch, reviewStretch } from './support/reviewing.ts';

/** The whole year is looked back upon by `npm run simulate -- --review`; here the days around the one on which the clocks are set back. */
describe('days of a battery, looked back upon and settled', () => {
  let stretch: ReviewedStretch;
  beforeAll(async () => {
    stretch = await reviewStretch(3, '2026-10-29', 5);
  });

  it('leave nothing over, earn what the ledger says, and tell every override with its cost', () => {
    expect(problemsOfReview(stretch)).toEqual([]);
    expect(stretch.given).toBeGreaterThan(0);
    const costs = stretch.days.filter(isReviewed).flatMap(({ overrides }) => overrides);
    for (const { costUsd } of costs) expect(costUsd).toMatch(/^-?\d+(\.\d+)?$/);
  });

  it('have 25 hours where the clocks are set back', () => {
    const day = stretch.days.filter(isReviewed).find((each) => each.day === '2026-11-01');
    expect(((day?.endAt ?? 0) - (day?.startAt ?? 0)) / 3_600_000).toBe(25);
  });
});
