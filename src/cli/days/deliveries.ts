import { dayOf, hoursOf, localText, type DaySpan } from '../../programme/calendar.ts';
import { hourDelivery, type HourDelivery, type HourStatus } from '../../store/projections/hourDelivery.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { kilowattHoursText } from '../dayTable.ts';
import type { ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import { formatOf, isoOrNull, isoText, NOTHING, writeRows, type Column } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { releaseStanding, tellStanding } from './standing.ts';
import { daysAsked, daysViews, devicesKnown, type DaysViews } from './days.ts';

const hourColumns = (timeZone: string): readonly Column<HourDelivery>[] => [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  {
    name: 'startAt',
    header: 'hour',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  { name: 'status', header: 'delivery', gives: 'words', value: ({ status }) => status },
  {
    name: 'energyWattHours',
    header: 'kWh net',
    right: true,
    value: ({ energyWattHours }) => energyWattHours,
    text: ({ energyWattHours }) => kilowattHoursText(energyWattHours),
  },
  {
    name: 'acknowledgedAt',
    header: 'acknowledged',
    value: ({ acknowledgedAt }) => isoOrNull(acknowledgedAt),
    text: ({ acknowledgedAt }) => (acknowledgedAt === null ? NOTHING : localText(acknowledgedAt, timeZone)),
    gives: 'time',
    goes: 3,
  },
  { name: 'responseCodes', header: 'code', gives: 'words', goes: 2, value: ({ responseCodes }) => responseCodes },
  {
    name: 'reportRequestIDs',
    header: 'reportRequestID',
    gives: 'identifier',
    value: ({ reportRequestIDs }) => reportRequestIDs,
  },
  {
    name: 'because',
    header: '',
    gives: 'words',
    value: (hour) => becauseOf(hour),
    text: (hour) => becauseOf(hour) ?? '',
  },
  { name: 'position', header: 'position', right: true, goes: 1, value: ({ position }) => position },
];

/** Why an hour is not with the VTN, in the words of the delivery that says so. */
const becauseOf = ({ status, intervals }: HourDelivery): string | null =>
  status === 'acknowledged' ? null : (intervals.flatMap(({ delivery }) => delivery.because ?? []).at(-1) ?? null);

/** A day of one device, counted. */
interface DayRow {
  readonly resourceID: string;
  readonly span: DaySpan;
  readonly hours: number;
  readonly count: Readonly<Record<HourStatus, number>>;
}

const noHours: Readonly<Record<HourStatus, number>> = {
  notDue: 0,
  owed: 0,
  sending: 0,
  inDoubt: 0,
  rejected: 0,
  acknowledged: 0,
};

const statusHeaders: Readonly<Record<HourStatus, string>> = {
  acknowledged: 'acknowledged',
  owed: 'owed',
  sending: 'sending',
  inDoubt: 'in doubt',
  rejected: 'rejected',
  notDue: 'not due',
};

const dayColumns: readonly Column<DayRow>[] = [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  { name: 'day', header: 'day', value: ({ span }) => span.day },
  { name: 'startAt', value: ({ span }) => isoText(span.startAt) },
  { name: 'hours', header: 'hours', right: true, value: ({ hours }) => hours },
  ...(Object.entries(statusHeaders) as [HourStatus, string][]).map(([status, header]): Column<DayRow> => ({
    name: status,
    header,
    right: true,
    value: ({ count }) => count[status],
    text: ({ count }) => (count[status] === 0 ? '' : String(count[status])),
  })),
];

/** How many hours of a day are in which state. */
export const countHours = (deliveries: DaysViews['deliveries'], resourceID: string, span: DaySpan): DayRow => {
  const count = { ...noHours };
  for (const startAt of hoursOf(span)) count[hourDelivery(deliveries, resourceID, startAt).status] += 1;
  return { resourceID, span, hours: hoursOf(span).length, count };
};

/** The last two weeks that were metered. */
const lastDays = (toAt: number, fromAt: number, timeZone: string): readonly DaySpan[] => {
  const days: DaySpan[] = [];
  for (
    let span = dayOf(toAt - 1, timeZone);
    days.length < 14 && span.endAt > fromAt;
    span = dayOf(span.startAt - 1, timeZone)
  )
    days.unshift(span);
  return days;
};

/** The body of `ven deliveries`. */
export const deliveries = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const released = given.text('release');
    if (released !== undefined || given.switches.has('release')) return releaseStanding(opened, released, surroundings);
    if (given.switches.has('still')) return tellStanding(opened, given, surroundings);
    const format = formatOf(given);
    const views = await daysViews(opened, surroundings);
    const { timeZone } = views.here;
    const days = daysAsked(given, views, ({ fromAt, toAt }) => lastDays(toAt, fromAt, timeZone));
    const devices = devicesKnown(views);
    if (given.text('day') === undefined) {
      const rows = devices.flatMap((resourceID) => days.map((span) => countHours(views.deliveries, resourceID, span)));
      writeRows(surroundings.stdout, format, dayColumns, rows);
    } else {
      const hours = devices.flatMap((resourceID) =>
        days.flatMap((span) => hoursOf(span).map((startAt) => hourDelivery(views.deliveries, resourceID, startAt))),
      );
      writeRows(surroundings.stdout, format, hourColumns(timeZone), hours);
    }
    return EXIT.success;
  });
