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
  /** Of them, those that the VTN may have counted twice. */
  readonly perhapsTwice: number;
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

const textOf = (count: number): string => (count === 0 ? '' : String(count));

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
    text: ({ count }) => textOf(count[status]),
  })),
  {
    name: 'perhapsTwice',
    header: 'perhaps twice',
    right: true,
    value: ({ perhapsTwice }) => perhapsTwice,
    text: ({ perhapsTwice }) => textOf(perhapsTwice),
  },
];

/** Columns of a table: the one of what may be there twice only where there is any. */
export const tableColumns = (rows: readonly DayRow[]): readonly Column<DayRow>[] =>
  rows.some(({ perhapsTwice }) => perhapsTwice > 0)
    ? dayColumns
    : dayColumns.filter(({ name }) => name !== 'perhapsTwice');

/** How many hours of a day are in which state. */
export const countHours = (deliveries: DeliveriesState, resourceID: string, span: DaySpan): DayRow => {
  const count = { ...noHours };
  const hours = hoursOf(span).map((startAt) => hourDelivery(deliveries, resourceID, startAt));
  for (const { status } of hours) count[status] += 1;
  return {
    resourceID,
    span,
    hours: hours.length,
    count,
    perhapsTwice: hours.filter((hour) => hour.perhapsTwice.length > 0).length,
  };
};
