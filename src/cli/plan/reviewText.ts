/** Days looked back upon, as text and as a document. */
import { moneyWords } from '../../programme/moneyWords.ts';
import { daysInCents, stepsInCents } from '../../review/cents.ts';
import { type PeriodReview, reviewOfDays } from '../../review/period.ts';
import type { DayReview, DayWithout, ReviewStep } from '../../review/terms.ts';
import { isReviewed, lackSentences, remarksOf, reviewSentences, stepNames } from '../../review/words.ts';
import { paragraphsFor, roomOf } from '../prose.ts';
import { isoText } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';
import { tableText } from '../table.ts';

const rowOf = ({ step, cashUsd, wearUsd, stockUsd, valueUsd, differenceUsd }: ReviewStep): readonly string[] => [
  stepNames[step],
  moneyWords(cashUsd),
  moneyWords(wearUsd).replace('+', ''),
  moneyWords(stockUsd),
  moneyWords(valueUsd),
  step === 'possible' ? '' : moneyWords(differenceUsd),
];

const stepTable = (output: TextOutput, steps: readonly ReviewStep[]): string =>
  tableText(['with in the way', 'bill', 'wear', 'stored', 'worth', 'makes'], stepsInCents(steps).map(rowOf), {
    right: new Set([1, 2, 3, 4, 5]),
    columns: [{ gives: 'words' }],
    width: roomOf(output),
  });

const dayText = (output: TextOutput, day: DayReview): string =>
  `${stepTable(output, day.steps)}\n${paragraphsFor(output, [...reviewSentences(day), ...remarksOf(day)])}`;

/** Several days: each with its money, then all of them step by step, then what there is to say. */
const periodText = (output: TextOutput, days: readonly (DayReview | DayWithout)[], all: PeriodReview): string => {
  const reviewed = days.filter(isReviewed);
  const rows = daysInCents(reviewed, all).map(({ day, earnedUsd, plannedUsd, possibleUsd }) => [
    day,
    moneyWords(earnedUsd),
    moneyWords(plannedUsd),
    moneyWords(possibleUsd),
  ]);
  const table = tableText(['day', 'earned', 'planned', 'possible'], rows, {
    right: new Set([1, 2, 3]),
    width: roomOf(output),
  });
  return `${table}\n${stepTable(output, all.steps)}\n${paragraphsFor(output, [...reviewSentences(all), ...reviewed.flatMap(remarksOf), ...lackSentences(days)])}`;
};

/** Days looked back upon, for people. */
export const reviewText = (output: TextOutput, days: readonly (DayReview | DayWithout)[]): string => {
  const reviewed = days.filter(isReviewed);
  const [only] = reviewed;
  if (only === undefined)
    return paragraphsFor(output, [[...lackSentences(days), 'There is nothing to look back upon.'].join(' ')]);
  return days.length === 1 ? dayText(output, only) : periodText(output, days, reviewOfDays(reviewed));
};

/** A value with its instants as text. */
const withIsoTimes = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      (key === 'startAt' || key === 'endAt') && typeof each === 'number' ? isoText(each) : each,
    ),
  );

/** Days looked back upon, for programs: all digits, times in UTC. */
export const reviewDocument = (days: readonly (DayReview | DayWithout)[]) => ({
  ...reviewOfDays(days.filter(isReviewed)),
  openHours: withIsoTimes(days.filter(isReviewed).flatMap(({ openHours }) => openHours)),
  days: withIsoTimes(days),
});
