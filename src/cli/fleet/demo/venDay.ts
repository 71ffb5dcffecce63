/** What the log of a VEN says of the demo's day. */
import { hoursOf } from '../../../programme/calendar.ts';
import type { EventLog } from '../../../store/eventLog.ts';
import { deliveriesProjection } from '../../../store/projections/deliveries.ts';
import { hourDelivery } from '../../../store/projections/hourDelivery.ts';
import { priceAt } from '../../../store/projections/priceSlots.ts';
import { pricesProjection } from '../../../store/projections/prices.ts';
import { usageProjection } from '../../../store/projections/usage.ts';
import { hourLines, type DayViews, type HourLine } from '../../dayTable.ts';
import { viewsOf } from '../../views.ts';
import { demoTimeZone, resourceOf, type DemoTimes } from './demoVens.ts';

/** The day of one VEN. */
export interface VenDay {
  readonly venID: string;
  /** Its ledger of the day, hour by hour. */
  readonly lines: readonly HourLine[];
  /** The prices it has of the day after. @unit USD/kWh */
  readonly nextPrices: readonly (string | null)[];
}

/** The lines of a VEN's day as far as they are known. */
const dayLines = (views: DayViews, venID: string, { span }: DemoTimes): readonly HourLine[] =>
  hourLines(views, [resourceOf(venID)], span, demoTimeZone);

/** Whether the VTN has every hour of it. */
export const isDelivered = (
  { deliveries }: Pick<DayViews, 'deliveries'>,
  venID: string,
  { span }: DemoTimes,
): boolean => hoursOf(span).every((at) => hourDelivery(deliveries, resourceOf(venID), at).status === 'acknowledged');

/** Reads a VEN's day from its log, and from nothing else. @throws LogError when its chain does not hold */
export const venDayIn = async (log: EventLog, venID: string, times: DemoTimes): Promise<VenDay> => {
  const views = await viewsOf(log, {
    usage: usageProjection(),
    deliveries: deliveriesProjection(),
    prices: pricesProjection(),
  });
  return {
    venID,
    lines: dayLines(views, venID, times),
    nextPrices: hoursOf(times.next).map((at) => priceAt(views.prices, at)?.usdPerKwh ?? null),
  };
};
