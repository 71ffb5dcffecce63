import type { PricedSpan } from '../dispatch/planningProblem.ts';
import { dayOf, timeOnDay } from '../programme/calendar.ts';

/** When prices become known. */
export interface Publications {
  /** The instants at which prices of the time come, in order; those that were known at its start are not among them. */
  readonly instants: readonly number[];
  /** The prices that are known at an instant, oldest first. */
  readonly knownAt: (at: number) => readonly PricedSpan[];
}

/** Prices of a local day are known from a time of the day before; a price belongs to the day in which it begins. */
export const publicationsOf = (
  prices: readonly PricedSpan[],
  fromAt: number,
  publishedAt: string,
  timeZone: string,
): Publications => {
  const known = new Map<string, number>();
  const publishedFor = ({ startAt }: PricedSpan): number => {
    const day = dayOf(startAt, timeZone);
    const at = known.get(day.day) ?? timeOnDay(dayOf(day.startAt - 1, timeZone), publishedAt, timeZone);
    known.set(day.day, at);
    return at;
  };
  const instants = prices.map(publishedFor);
  return {
    instants: [...new Set(instants)].filter((at) => at > fromAt),
    knownAt: (at) => {
      const end = instants.findIndex((each) => each > at);
      return end < 0 ? prices : prices.slice(0, end);
    },
  };
};
