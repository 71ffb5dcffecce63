/** A review in words. */
import { dayOf, localText, zoneNameAt } from '../programme/calendar.ts';
import { compare, decimalOf } from '../programme/decimal.ts';
import { centsText, differenceOf } from '../programme/money.ts';
import { moneyWords, plainMoney } from '../programme/moneyWords.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { inCents, stepsInCents } from './cents.ts';
import type {
  DayReview,
  DayWithout,
  DrEventCost,
  OpenHour,
  OverrideCost,
  ReviewLack,
  ReviewStepName,
} from './terms.ts';

/** What each line is called: what stands in the way from it on. */
export const stepNames: Readonly<Record<ReviewStepName, string>> = {
  possible: 'nothing in the way',
  wishes: 'your wishes',
  prices: 'prices as known then',
  stateOfCharge: 'charge as believed then',
  overrides: 'overrides and DR events',
  metered: 'as metered',
  billed: 'as billed',
};

/** What a cause is called in the middle of a sentence. */
const causeNames: Readonly<Record<Exclude<ReviewStepName, 'possible'>, string>> = {
  wishes: 'your wishes',
  prices: 'prices that were not known yet',
  stateOfCharge: 'a wrong charge reading',
  overrides: 'overrides and DR events',
  metered: 'the devices doing other than asked',
  billed: 'the bill',
};

/** What the meter's line is called where hours of it are not known. */
const lostHours = 'hours whose money is not known, and the devices doing other than asked';

const isNothing = (usd: DecimalText): boolean => decimalOf(usd).isZero();
const isLess = (usd: DecimalText): boolean => compare(decimalOf(usd), decimalOf('0')) < 0;

/** What was earned, planned and possible, and what is missing by what. */
export const reviewSentences = ({
  steps,
  planned,
  openHours,
}: Pick<DayReview, 'steps' | 'planned' | 'openHours'>): readonly string[] => {
  const shown = stepsInCents(steps);
  const [possible, last] = [shown[0], shown.at(-1)];
  if (possible === undefined || last === undefined) return [];
  const earned = shown.find(({ step }) => step === 'metered') ?? last;
  const told = shown.slice(1).filter(({ differenceUsd }) => !isNothing(differenceUsd));
  const causes = told.map(
    ({ step, differenceUsd }) =>
      `${step === 'metered' && openHours.length > 0 ? lostHours : causeNames[step as keyof typeof causeNames]} ${moneyWords(differenceUsd)}`,
  );
  const missing = differenceOf(last.valueUsd, possible.valueUsd);
  return [
    `You earned ${moneyWords(earned.valueUsd)}; the plan expected ${moneyWords(inCents(planned).valueUsd)}, and ${moneyWords(possible.valueUsd)} was possible: what the bill shows, less wear, with what is stored valued at one price.`,
    ...(causes.length === 0
      ? ['Nothing is missing.']
      : [
          `${isLess(missing) ? `The missing ${plainMoney(missing)}` : `The difference of ${moneyWords(missing)}`}: ${causes.join(', ')}.`,
        ]),
  ];
};

const clock = (at: number, timeZone: string): string => localText(at, timeZone).slice(11, 16);

const actions: Readonly<Record<OverrideCost['action'], string>> = {
  charge: 'charge',
  discharge: 'discharge',
  hold: 'hold',
};

/** What of a day somebody's word cost. */
const costWords = (costUsd: DecimalText): string => {
  const cents = centsText(costUsd);
  return isNothing(cents)
    ? 'cost nothing'
    : isLess(cents)
      ? `brought ${plainMoney(cents)} more`
      : `cost ${plainMoney(cents)}`;
};

const spanWords = (
  { startAt, endAt }: { readonly startAt: number; readonly endAt: number },
  timeZone: string,
): string => `${localText(startAt, timeZone).slice(0, 10)}, ${clock(startAt, timeZone)}–${clock(endAt, timeZone)}`;

/** What an override cost. */
export const overrideSentence = (override: OverrideCost, timeZone: string): string =>
  `Your override (${actions[override.action]}) of ${override.resourceID} on ${spanWords(override, timeZone)}, ${costWords(override.costUsd)}, taken alone.`;

/** What a DR event cost. */
export const drEventSentence = (drEvent: DrEventCost, timeZone: string): string =>
  `What DR event ${drEvent.eventID} asked on ${spanWords(drEvent, timeZone)}, ${costWords(drEvent.costUsd)}, taken alone.`;

const opens: Readonly<Record<OpenHour['open'], string>> = {
  notMetered: 'was not metered',
  notPriced: 'has no price that settles',
};

/** An hour that is missing in what was earned. */
export const openHourSentence = ({ resourceID, startAt, open }: OpenHour, timeZone: string): string => {
  const local = localText(startAt, timeZone);
  return `${local.slice(0, 10)} ${local.slice(11, 16)} ${zoneNameAt(startAt, timeZone)} of ${resourceID} ${opens[open]}: nothing of it is counted as earned.`;
};

/** Why a day has no review. */
const lackWords: Readonly<Record<ReviewLack, string>> = {
  ahead: 'is not here yet',
  noPlan: 'had no plan',
  letGo: 'has no plans in the log any more: they were let go when it was compacted',
  noLevel: 'has no device of which it is known how full it was',
  notMetered: 'was not metered',
};

/** Whether a day has a review. */
export const isReviewed = (day: DayReview | DayWithout): day is DayReview => 'steps' in day;

/** What else there is to say of a day: what overrides cost, which hours are missing, who is left out, and which part is told. */
export const remarksOf = (review: DayReview): readonly string[] => {
  const { day, startAt, endAt, timeZone, overrides, drEvents, openHours, left, unbilled } = review;
  const span = dayOf(startAt, timeZone);
  return [
    ...overrides.map((override) => overrideSentence(override, timeZone)),
    ...drEvents.map((drEvent) => drEventSentence(drEvent, timeZone)),
    ...openHours.map((hour) => openHourSentence(hour, timeZone)),
    ...unbilled.map((hour) => `${localText(hour.startAt, timeZone).slice(0, 16)} is not on the bill.`),
    ...left.map((resourceID) => `${resourceID} is left out: nobody knows how full it was, or it was not metered.`),
    ...(startAt === span.startAt && endAt === span.endAt
      ? []
      : [
          `Of ${day} only ${clock(startAt, timeZone)} to ${clock(endAt, timeZone)} is told: around it there was no plan, or no level.`,
        ]),
  ];
};

/** Why a day has no review, in a sentence. */
export const lackSentence = ({ day, because }: DayWithout): string => `${day} ${lackWords[because]}.`;

/** The same of the days of a period, in their order: those that follow one another for one reason are told together. */
export const lackSentences = (days: readonly (DayReview | DayWithout)[]): readonly string[] => {
  const runs: DayWithout[][] = [];
  let before: DayReview | DayWithout | null = null;
  for (const day of days) {
    if (!isReviewed(day)) {
      const isSame = before !== null && !isReviewed(before) && before.because === day.because;
      if (isSame) runs.at(-1)?.push(day);
      else runs.push([day]);
    }
    before = day;
  }
  return runs.map((run) => {
    const [first, last] = [run[0] as DayWithout, run.at(-1) as DayWithout];
    return first === last
      ? lackSentence(first)
      : `${first.day} to ${last.day}, each day of it, ${lackWords[first.because]}.`;
  });
};
