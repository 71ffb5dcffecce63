import { expect, it } from 'vitest';
import { lackSentences } from '../../src/review/words.ts';

it('given days without a review, then those that follow one another for one reason are told in one sentence', () => {
  const day = (date: number, because: 'noPlan' | 'notMetered') =>
    ({ day: `2026-11-${String(date).padStart(2, '0')}`, because }) as const;
  expect(
    lackSentences([day(1, 'noPlan'), day(2, 'noPlan'), day(3, 'noPlan'), day(4, 'notMetered'), day(5, 'noPlan')]),
  ).toEqual([
    '2026-11-01 to 2026-11-03, each day of it, had no plan.',
    '2026-11-04 was not metered.',
    '2026-11-05 had no plan.',
  ]);
});
