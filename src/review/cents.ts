import { compare, type Decimal, decimalOf, rounded, subtract } from '../programme/decimal.ts';
import { centsText, differenceOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { PeriodReview } from './period.ts';
import type { DayReview, ReviewStep, ReviewWorth } from './terms.ts';

/** Reviews in whole cents: parts are rounded first, and every sum is of what is shown. */

/** A worth in whole cents that add up. */
export const inCents = ({ cashUsd, wearUsd, stockUsd }: ReviewWorth): ReviewWorth => {
  const [cash, wear, stock] = [cashUsd, wearUsd, stockUsd].map(centsText) as [string, string, string];
  return { cashUsd: cash, wearUsd: wear, stockUsd: stock, valueUsd: sumOf([differenceOf(cash, wear), stock]) };
};

/** Steps in whole cents that add up both ways. */
export const stepsInCents = (steps: readonly ReviewStep[]): readonly ReviewStep[] => {
  const worths = steps.map(inCents);
  return steps.map(({ step }, index) => {
    const [worth, before] = [worths[index] as ReviewWorth, worths[index - 1]];
    return {
      step,
      ...worth,
      differenceUsd: before === undefined ? '0' : differenceOf(worth.valueUsd, before.valueUsd),
    };
  });
};

/** Parts in whole cents that come to a total in whole cents: what rounding down leaves goes to those that lost most by it. */
export const sharedOut = (parts: readonly DecimalText[], totalUsd: DecimalText): readonly DecimalText[] => {
  const shown = parts.map((part) => rounded(decimalOf(part), 2, 'FLOOR'));
  const lost = parts.map((part, index): Decimal => subtract(decimalOf(part), decimalOf(shown[index] ?? '0')));
  const order = [...parts.keys()].toSorted((a, b) => compare(lost[b] as Decimal, lost[a] as Decimal) || a - b);
  const cents = Math.round(Number(differenceOf(totalUsd, sumOf(shown))) * 100);
  // Totals are of parts that were rounded, too: a cent may be missing as well as left.
  for (let left = Math.abs(cents), place = 0; left > 0 && order.length > 0; left -= 1, place += 1) {
    const index = order[cents > 0 ? place % order.length : order.length - 1 - (place % order.length)] as number;
    shown[index] = sumOf([shown[index] ?? '0', cents > 0 ? '0.01' : '-0.01']);
  }
  return shown;
};

/** A day of several, in whole cents. */
export interface DayInCents {
  readonly day: string;
  readonly earnedUsd: DecimalText;
  readonly plannedUsd: DecimalText;
  readonly possibleUsd: DecimalText;
}

/** Days in whole cents that come to what they come to together. */
export const daysInCents = (days: readonly DayReview[], all: PeriodReview): readonly DayInCents[] => {
  const steps = stepsInCents(all.steps);
  const column = (name: 'possible' | 'metered'): readonly DecimalText[] =>
    sharedOut(
      days.map((day) => day.steps.find(({ step }) => step === name)?.valueUsd ?? '0'),
      steps.find(({ step }) => step === name)?.valueUsd ?? '0',
    );
  const [earned, possible] = [column('metered'), column('possible')];
  const planned = sharedOut(
    days.map((day) => day.planned.valueUsd),
    inCents(all.planned).valueUsd,
  );
  return days.map(({ day }, index) => ({
    day,
    earnedUsd: earned[index] ?? '0',
    plannedUsd: planned[index] ?? '0',
    possibleUsd: possible[index] ?? '0',
  }));
};
