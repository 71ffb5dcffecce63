import { dayOf, localText } from '../../programme/calendar.ts';
import type { Moment } from '../moment.ts';
import type { WatchedSpan } from './priced.ts';

/** Says which prices of a day are not in hand: all that are to come, or what of it has none. */
export const missingPrices = (
  unpriced: readonly WatchedSpan[],
  wanted: WatchedSpan,
  { at, settings: { timeZone } }: Moment,
): string => {
  const { day } = dayOf(wanted.startAt, timeZone);
  const fromAt = Math.max(at, wanted.startAt);
  const [first, ...others] = unpriced
    .map(({ startAt, endAt }): WatchedSpan => ({
      startAt: Math.max(startAt, fromAt),
      endAt: Math.min(endAt, wanted.endAt),
    }))
    .filter(({ startAt, endAt }) => startAt < endAt);
  if (first === undefined || (first.startAt === fromAt && first.endAt === wanted.endAt))
    return `The prices of ${day} are not in hand.`;
  const stretch = `from ${localText(first.startAt, timeZone)} to ${localText(first.endAt, timeZone)}`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `Of the prices of ${day} those ${stretch}${more} are not in hand.`;
};
