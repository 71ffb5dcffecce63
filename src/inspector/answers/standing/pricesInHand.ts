/** How far prices reach. */
import { dayMs } from '../../../programme/calendar.ts';
import { unpriced } from '../../../store/projections/priceSlots.ts';
import { clockText, dayOfInstant, shortDayText } from '../../../text/times.ts';
import type { ShownMoment } from '../../history/history.ts';

/** Farther than so the programme never states prices. @unit ms */
const reachMs = 8 * dayMs;

/** Until when every instant from the moment on has a price; the moment itself when it has none. UTC ms. */
export const pricedUntil = ({ views, asOf }: ShownMoment): number =>
  unpriced(views.prices, asOf, asOf + reachMs)[0]?.startAt ?? asOf + reachMs;

/** An end as people say it: `18:00` of today, else `Fri 24:00`: a day's end belongs to the day. */
export const untilText = (at: number, { asOf, timeZone }: Pick<ShownMoment, 'asOf' | 'timeZone'>): string => {
  const clock = clockText(at, timeZone);
  const lastDay = dayOfInstant(at - 1, timeZone);
  const named = clock === '00:00' ? '24:00' : clock;
  if (lastDay === dayOfInstant(asOf, timeZone)) return named;
  return `${shortDayText(at - 1, timeZone).split(' ')[0] ?? ''} ${named}`;
};
