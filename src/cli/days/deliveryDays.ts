/** The hours of a day, counted by what became of them. */
import { hoursOf, type DaySpan } from '../../programme/calendar.ts';
import type { DeliveriesState } from '../../store/projections/deliveryState.ts';
import { hourDelivery, noHours, type HourStatus } from '../../store/projections/hourDelivery.ts';
import { isoText, type Column } from '../rows.ts';

/** A day of one device, counted. */
export interface DayRow {
  readonly resourceID: string;
  readonly span: DaySpan;
  readonly hours: number;
  readonly count: Readonly<Record<HourStatus, number>>;
}

const statusHeaders: Readonly<Record<HourStatus, string>> = {
  acknowledged: 'acknowledged',
  owed: 'owed',
  sending: 'sending',
  inDoubt: 'in doubt',
  rejected: 'rejected',
  notDue: 'not due',
};

/** What may have become of an hour, in the order of the columns. */
export const statuses = Object.keys(statusHeaders) as readonly HourStatus[];

/** The hours of a day by what became of them. */
export const dayColumns: readonly Column<DayRow>[] = [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  { name: 'day', header: 'day', value: ({ span }) => span.day },
  { name: 'startAt', value: ({ span }) => isoText(span.startAt) },
  { name: 'hours', header: 'hours', right: true, value: ({ hours }) => hours },
  ...statuses.map((status): Column<DayRow> => ({
    name: status,
    header: statusHeaders[status],
    right: true,
    value: ({ count }) => count[status],
    text: ({ count }) => (count[status] === 0 ? '' : String(count[status])),
  })),
];

/** How many hours of a day are in which state. */
export const countHours = (deliveries: DeliveriesState, resourceID: string, span: DaySpan): DayRow => {
  const count = { ...noHours };
  for (const startAt of hoursOf(span)) count[hourDelivery(deliveries, resourceID, startAt).status] += 1;
  return { resourceID, span, hours: hoursOf(span).length, count };
};
