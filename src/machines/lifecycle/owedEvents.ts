/**
 * DR events that we may have missed, for an answer to a poll was lost. Of a run that goes on, it was lost with the run before: they
 * are asked for beside the polls, not by all VENs of a host at once. Otherwise they are asked for as soon as we are registered, whatever
 * else comes before that.
 */
import { draw } from '../moment.ts';
import { purposeOf, type Conclusion, type VenArgs, type VenContext } from './lifecycle.ts';

/** From when on they are asked for, when all VENs of a host poll again, and within which time. @unit ms */
const askedAfterMs = 60_000;
const askedWithinMs = 300_000;

/** How long after it went on a VEN has asked for its DR events at the latest. @unit ms */
export const eventsWaitMs = askedAfterMs + askedWithinMs;

/** They are owed from now on; what was owed before is not put off. */
export const oweEvents = ({ context, event }: VenArgs): Conclusion => {
  const dueAt = event.at + askedAfterMs + Math.round(askedWithinMs * draw(event, 'eventsOwed'));
  return { change: { eventsDueAt: Math.min(dueAt, context.eventsDueAt ?? dueAt) } };
};

/** They are owed at once: a renewal takes the place of what would have asked for them, and ends with the party. */
export const oweEventsAtOnce = ({ event }: Pick<VenArgs, 'event'>): Partial<VenContext> => ({ eventsDueAt: event.at });

/** Whether what failed may have had DR events in its answer. */
export const mayHaveLostEvents = ({ event }: VenArgs): boolean =>
  event.type === 'exchange.failed' && purposeOf(event) === 'poll' && !event.failure.certainlyNotDelivered;

/** They were told. */
export const noneOwed = ({ context }: Pick<VenArgs, 'context'>): Partial<VenContext> =>
  (context.eventsDueAt ?? null) === null ? {} : { eventsDueAt: null };

/** Until they are asked for. @unit ms */
export const owedPauseMs = ({ context, event }: VenArgs): number => {
  const { eventsDueAt = null } = context;
  // Never longer than the wait, whatever clock the instant was read from.
  return eventsDueAt === null ? Infinity : Math.min(eventsWaitMs, Math.max(0, eventsDueAt - event.at));
};
