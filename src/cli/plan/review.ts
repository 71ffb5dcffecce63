/** `ven plan --review`: what was earned, what was planned, and what was possible. */
import { upcast } from '../../facts/upcast.ts';
import { type DaySpan, dayOf, nextDay } from '../../programme/calendar.ts';
import { moneyWords } from '../../programme/moneyWords.ts';
import { aroundMs, DayRecord, type ReviewGiven } from '../../review/record.ts';
import { reviewDay } from '../../review/review.ts';
import type { DayReview, DayWithout, ReviewStep, ReviewStepName } from '../../review/terms.ts';
import {
  inCents,
  lackWords,
  openHourSentence,
  overrideSentence,
  reviewSentences,
  stepNames,
  stepsInCents,
} from '../../review/words.ts';
import { reviewOfDays, type PeriodReview } from '../../review/period.ts';
import type { Stretch } from '../../machines/periods.ts';
import { Fold } from '../../shell/fold.ts';
import { wrapped } from '../prose.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { type ParsedArguments, UsageError } from '../options.ts';
import { type OpenReading, reading } from '../reading.ts';
import { isoText } from '../rows.ts';
import { ledgerAt } from '../settle/ledgerAt.ts';
import { periodGiven } from '../settle/period.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';

/** @unit columns */
const widest = 80;

const concerned: ReadonlySet<string> = new Set(['MeterRead', 'PlanRequested', 'PlanMade']);

const daysIn = ({ fromAt, toAt }: Stretch, timeZone: string): readonly DaySpan[] => {
  const days: DaySpan[] = [];
  for (let day = dayOf(fromAt, timeZone); day.startAt < toAt; day = nextDay(day, timeZone)) days.push(day);
  return days;
};

/** Looks back upon days, one after the other, as the log is folded once. */
export async function* reviewedDays(
  log: OpenReading['log'],
  days: readonly DaySpan[],
  given: Omit<ReviewGiven, 'heldFrom'>,
): AsyncGenerator<DayReview | DayWithout> {
  const { optimise } = await import('../../dispatch/optimiser.ts');
  const planning = { plan: optimise };
  const record = new DayRecord();
  const fold = await Fold.of(log);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return;
  let heldFrom = log.base.position < 0 ? 0 : Number.NaN;
  let next = 0;
  const told = async (): Promise<DayReview | DayWithout> => {
    const day = days[next] as DaySpan;
    next += 1;
    const matter = record.matterOf(day, { ...given, heldFrom });
    const review = 'lack' in matter ? { day: day.day, because: matter.lack } : await reviewDay(matter, planning);
    record.forget(day.endAt);
    return review;
  };
  for await (const entry of log.read({ from: fold.position + 1 })) {
    if (Number.isNaN(heldFrom)) heldFrom = entry.recordedAt;
    while (next < days.length && entry.recordedAt >= (days[next] as DaySpan).endAt + aroundMs) yield await told();
    if (next >= days.length) return;
    fold.take(entry);
    if (!concerned.has(entry.type)) continue;
    record.hear(upcast(entry), entry.type === 'PlanRequested' ? fold.state : null);
    if (entry.recordedAt < first.startAt - aroundMs) record.forget(entry.recordedAt);
  }
  while (next < days.length) yield await told();
}

const rowOf = ({ step, cashUsd, wearUsd, stockUsd, valueUsd, differenceUsd }: ReviewStep): readonly string[] => [
  stepNames[step],
  moneyWords(cashUsd),
  moneyWords(wearUsd).replace('+', ''),
  moneyWords(stockUsd),
  moneyWords(valueUsd),
  step === 'possible' ? '' : moneyWords(differenceUsd),
];

const paragraphs = (texts: readonly string[]): string => texts.map((text) => `${wrapped(text, 0, widest)}\n`).join('');

const stepTable = (steps: readonly ReviewStep[]): string =>
  tableText(['with in the way', 'bill', 'wear', 'stored', 'worth', 'makes'], stepsInCents(steps).map(rowOf), {
    right: new Set([1, 2, 3, 4, 5]),
    width: widest,
  });

const valueAt = ({ steps }: DayReview, name: ReviewStepName): string | null => {
  const step = steps.find((each) => each.step === name);
  return step === undefined ? null : moneyWords(inCents(step).valueUsd);
};

const isReviewed = (day: DayReview | DayWithout): day is DayReview => 'steps' in day;

const remarksOf = ({ overrides, openHours, left, timeZone }: DayReview): readonly string[] => [
  ...overrides.map((override) => overrideSentence(override, timeZone)),
  ...openHours.map((hour) => openHourSentence(hour, timeZone)),
  ...left.map((resourceID) => `${resourceID} is left out: nobody knows how full it was, or it stores nothing.`),
];

const partOf = ({ day, startAt, endAt, timeZone }: DayReview): readonly string[] => {
  const span = dayOf(startAt, timeZone);
  const clock = (at: number): string => isoText(at).slice(0, 16) + 'Z';
  return startAt === span.startAt && endAt === span.endAt
    ? []
    : [`Of ${day} only ${clock(startAt)} to ${clock(endAt)} is told: there was no plan, or no level, around it.`];
};

const dayText = (day: DayReview): string =>
  `${stepTable(day.steps)}\n${paragraphs([...reviewSentences(day), ...remarksOf(day), ...partOf(day)])}`;

const monthText = (days: readonly (DayReview | DayWithout)[], all: PeriodReview): string => {
  const reviewed = days.filter(isReviewed);
  const rows = reviewed.map((day) => [
    day.day,
    valueAt(day, 'metered') ?? '',
    moneyWords(inCents(day.planned).valueUsd),
    valueAt(day, 'possible') ?? '',
  ]);
  const table = tableText(['day', 'earned', 'planned', 'possible'], rows, {
    right: new Set([1, 2, 3]),
    width: widest,
  });
  const lacks = days.flatMap((day) => (isReviewed(day) ? [] : [`${day.day} ${lackWords[day.because]}.`]));
  return `${table}\n${stepTable(all.steps)}\n${paragraphs([...reviewSentences(all), ...reviewed.flatMap(remarksOf), ...lacks])}`;
};

const asDocument = (document: object): string =>
  JSON.stringify(
    document,
    (key, value: unknown) =>
      (key === 'startAt' || key === 'endAt') && typeof value === 'number' ? isoText(value) : value,
    2,
  );

/** The body of `ven plan --review`. */
export const reviewBody = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { state, at } = await ledgerAt(opened, undefined, {}, surroundings);
    const timeZone = state.settings.at(-1)?.value.timeZone ?? opened.here.timeZone;
    const period = periodGiven(given, { timeZone, now: at });
    if (period === null)
      throw new UsageError('A review is of a day or of a month: give --day yesterday, or --month 2026-11.');
    const days: (DayReview | DayWithout)[] = [];
    for await (const day of reviewedDays(opened.log, daysIn(period, timeZone), {
      prices: state.prices,
      usage: state.usage,
      now: at,
    }))
      days.push(day);
    const { stdout } = surroundings;
    const reviewed = days.filter(isReviewed);
    if (given.switches.has('json')) {
      stdout.write(`${asDocument({ timeZone, ...reviewOfDays(reviewed), days })}\n`);
      return EXIT.success;
    }
    if (reviewed.length === 0) {
      stdout.write(
        paragraphs(
          days.map((day) =>
            isReviewed(day) ? '' : `${day.day} ${lackWords[day.because]}, so there is nothing to look back upon.`,
          ),
        ),
      );
      return EXIT.success;
    }
    const [only] = reviewed;
    stdout.write(days.length === 1 && only !== undefined ? dayText(only) : monthText(days, reviewOfDays(reviewed)));
    return EXIT.success;
  });
