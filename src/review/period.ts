import { differenceOf } from '../programme/money.ts';
import { type DayReview, reviewSteps, type ReviewStep, type ReviewWorth } from './terms.ts';
import { sumOfWorths } from './worth.ts';

/** Several days as one. */
export interface PeriodReview {
  readonly steps: readonly ReviewStep[];
  readonly planned: ReviewWorth;
  readonly openHours: DayReview['openHours'];
}

/** What days come to together: every step is the sum of theirs, so that nothing is left over either. */
export const reviewOfDays = (days: readonly DayReview[]): PeriodReview => {
  const isBilled = days.length > 0 && days.every(({ steps }) => steps.some(({ step }) => step === 'billed'));
  let before: ReviewWorth | null = null;
  const steps = reviewSteps
    .filter((step) => step !== 'billed' || isBilled)
    .map((step): ReviewStep => {
      const worth = sumOfWorths(days.flatMap((day) => day.steps.filter((each) => each.step === step)));
      const differenceUsd = before === null ? '0' : differenceOf(worth.valueUsd, before.valueUsd);
      before = worth;
      return { step, ...worth, differenceUsd };
    });
  return {
    steps,
    planned: sumOfWorths(days.map(({ planned }) => planned)),
    openHours: days.flatMap(({ openHours }) => openHours),
  };
};
