/** The days of a settlement looked back upon, where that is asked for. */
import { daysInCents, inCents, stepsInCents } from '../../review/cents.ts';
import { reviewOfDays } from '../../review/period.ts';
import type { DayReview, DayWithout } from '../../review/terms.ts';
import { isReviewed, lackSentences, remarksOf, reviewSentences, stepNames } from '../../review/words.ts';
import type { ReviewTold } from '../../settlement/page/reviewSection.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { billedHours } from '../plan/billedHours.ts';
import { daysTouching, reviewedDays } from '../plan/reviewedDays.ts';
import type { OpenReading } from '../reading.ts';
import type { Comparison } from './comparison.ts';
import type { LedgerAt } from './ledgerAt.ts';

/** Looks back upon the days of a settlement, by what was known at its moment. */
export const reviewOfSettlement = async (
  { log }: Pick<OpenReading, 'log'>,
  { startAt, endAt, timeZone }: Settlement,
  { reconciliation }: Comparison,
  { state, position, at }: LedgerAt,
): Promise<readonly (DayReview | DayWithout)[]> => {
  const days: (DayReview | DayWithout)[] = [];
  const hours = reconciliation?.hours ?? [];
  const given = {
    prices: state.prices,
    usage: state.usage,
    now: at,
    ...(hours.length === 0 ? {} : { billed: billedHours(hours) }),
  };
  const stretch = { fromAt: startAt, toAt: Math.min(endAt, at) };
  for await (const day of reviewedDays(log, daysTouching(stretch, timeZone), given, position)) days.push(day);
  return days;
};

/** The same for the page. */
export const reviewTold = (days: readonly (DayReview | DayWithout)[]): ReviewTold => {
  const reviewed = days.filter(isReviewed);
  const lacks = lackSentences(days);
  if (reviewed.length === 0) return { lines: [], days: [], plannedUsd: '0', sentences: lacks, remarks: [] };
  const all = reviewOfDays(reviewed);
  return {
    lines: stepsInCents(all.steps).map(({ step, differenceUsd, ...worth }) => ({
      name: stepNames[step],
      ...worth,
      differenceUsd: step === 'possible' ? null : differenceUsd,
    })),
    days: daysInCents(reviewed, all),
    plannedUsd: inCents(all.planned).valueUsd,
    sentences: reviewSentences(all),
    remarks: [...reviewed.flatMap(remarksOf), ...lacks],
  };
};
