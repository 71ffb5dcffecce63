/** A day, looked back upon. */
import type { Planner } from '../../dispatch/planner.ts';
import { upcast } from '../../facts/upcast.ts';
import { dayOf, type DaySpan, nextDay } from '../../programme/calendar.ts';
import { meteredHours, pricesNow } from '../../review/hours.ts';
import { aroundMs, DayRecord } from '../../review/record.ts';
import type { DayReview, DayWithout } from '../../review/terms.ts';
import { lackSentence, remarksOf, reviewSentences } from '../../review/words.ts';
import { entryAt } from '../../telling/causes.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { GiveWay } from '../history/keyframes.ts';
import type { History, ShownMoment } from '../history/history.ts';
import { questionOf } from './questions.ts';
import { shownOf } from './state.ts';
import { crowdKeys } from '../../store/projections/crowd.ts';

/** @limit Reviews that are kept, of each log that is looked at. */
const keptReviews = 40;

/** A day that goes on is looked back upon anew so often. @unit ms */
const anewMs = 5 * 60_000;

/** Where entries of these types stand, first to last. */
const placesOf = ({ index }: History, types: readonly string[], fromAt: number, toAt: number, last: number) => {
  const matches = index.matcher({ types });
  const places: number[] = [];
  const from = index.firstAfter(fromAt - 1);
  let before: number | null = Math.min(index.firstAfter(toAt), last + 1);
  while ((before = index.lastBefore(before, matches)) !== null && before >= from) places.unshift(before);
  return places;
};

const recordOf = async (
  history: History,
  { startAt, endAt }: DaySpan,
  last: number,
  giveWay: GiveWay,
): Promise<DayRecord> => {
  const record = new DayRecord();
  const types = ['MeterRead', 'PlanRequested', 'PlanMade'];
  for (const place of placesOf(history, types, startAt - aroundMs, endAt + aroundMs, last)) {
    const entry = await entryAt(history.inspected.log, place);
    if (entry === undefined) continue;
    const known = upcast(entry);
    record.hear(known, known.type === 'PlanRequested' ? await questionOf(history, known) : null);
    await giveWay();
  }
  return record;
};

/** A review, and what it rests on: as long as that is the same, so is the review. */
interface Kept {
  readonly restsOn: string;
  readonly told: Promise<DayReview | DayWithout>;
}

const kept = new WeakMap<History, Map<string, Kept>>();

const restsOn = ({ views, asOf }: ShownMoment, { startAt, endAt }: DaySpan): string => {
  const known = { prices: views.prices, usage: views.usage };
  const span = { startAt, endAt };
  const hours = crowdKeys(views.usage.meters).flatMap((resourceID) => meteredHours(known, resourceID, span));
  return JSON.stringify([pricesNow(known, span), hours, asOf < endAt + aroundMs ? Math.floor(asOf / anewMs) : null]);
};

/** Looks back upon a day, as of a moment; once, however often it is asked for. */
export const reviewOfDay = (
  history: History,
  moment: ShownMoment,
  span: DaySpan,
  planner: Planner,
  giveWay: GiveWay,
): Promise<DayReview | DayWithout> => {
  const reviews = kept.get(history) ?? new Map<string, Kept>();
  kept.set(history, reviews);
  const now = restsOn(moment, span);
  const known = reviews.get(span.day);
  if (known?.restsOn === now) return known.told;
  const looking = async (): Promise<DayReview | DayWithout> => {
    const { prices, usage } = moment.views;
    const record = await recordOf(history, span, moment.position, giveWay);
    const heldFrom = history.inspected.log.base.position < 0 ? 0 : (history.index.recordedAt(history.index.start) ?? 0);
    const matter = record.matterOf(span, { prices, usage, now: moment.asOf, heldFrom });
    if ('lack' in matter) return { day: span.day, because: matter.lack };
    const { reviewDay } = await import('../../review/review.ts');
    return reviewDay(matter, planner);
  };
  const told = looking();
  reviews.delete(span.day);
  reviews.set(span.day, { restsOn: now, told });
  for (const day of [...reviews.keys()].slice(0, -keptReviews)) reviews.delete(day);
  // What failed is tried again by whoever asks next.
  told.catch(() => reviews.get(span.day)?.told === told && reviews.delete(span.day));
  return told;
};

/** The answer. */
export const reviewAnswerOf = (
  moment: ShownMoment,
  span: DaySpan,
  review: DayReview | DayWithout,
): ApiAnswer<'review'> => {
  const { timeZone } = moment;
  const about = {
    ...shownOf(moment),
    day: span.day,
    previous: dayOf(span.startAt - 1, timeZone).day,
    next: nextDay(span, timeZone).day,
  };
  if (!('steps' in review)) {
    return { ...about, review: null, because: review.because, sentences: [lackSentence(review)] };
  }
  const { startAt, endAt, steps, planned, overrides, drEvents, openHours, left, stockUsdPerKwh } = review;
  return {
    ...about,
    review: {
      startAt,
      endAt,
      steps: [...steps],
      planned,
      overrides: [...overrides],
      drEvents: [...drEvents],
      openHours: [...openHours],
      left: [...left],
      stockUsdPerKwh,
    },
    because: null,
    sentences: [...reviewSentences(review), ...remarksOf(review)],
  };
};
