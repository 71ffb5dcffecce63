import { dayOf, hoursOf, localText, type DaySpan } from '../../programme/calendar.ts';
import { hourDelivery, type HourDelivery } from '../../store/projections/hourDelivery.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { kilowattHoursText } from '../dayTable.ts';
import type { ParsedArguments } from '../options.ts';
import { devicesChosen } from '../many/deviceChoice.ts';
import { isMany, pagingOf } from '../many/paging.ts';
import { reading } from '../reading.ts';
import { formatOf, isoOrNull, isoText, NOTHING, writeRows, type Column } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { releaseStanding, tellStanding } from './standing.ts';
import { configuredIn, daysAsked, daysViews, devicesKnown } from './days.ts';
import { deliveriesOfMany } from './deliveriesOfMany.ts';
import { countHours, dayColumns, tableColumns, type DayRow } from './deliveryDays.ts';

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

/** Why an hour is not with the VTN, in the words of the delivery that says so; and that it may be there twice. */
const becauseOf = ({ status, intervals, perhapsTwice }: HourDelivery): string | null => {
  if (perhapsTwice.length > 0)
    return `perhaps told twice: it went out again after ${perhapsTwice.map(({ deliveryID }) => deliveryID).join(', ')}, whose outcome is unknown`;
  return status === 'acknowledged'
    ? null
    : (intervals.flatMap(({ delivery }) => delivery.because ?? []).at(-1) ?? null);
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
    const [format, paging] = [formatOf(given), pagingOf(given)];
    const views = await daysViews(opened, surroundings);
    const { timeZone } = views.here;
    const days = daysAsked(given, views, ({ fromAt, toAt }) => lastDays(toAt, fromAt, timeZone));
    const devices = await devicesChosen(given, devicesKnown(views), () => configuredIn(opened));
    const daysOf = (resourceID: string): readonly DayRow[] =>
      days.map((span) => countHours(views.deliveries, resourceID, span));
    if (format === 'table' && isMany(devices.length, paging)) {
      const rows = new Map(devices.map((resourceID) => [resourceID, daysOf(resourceID)]));
      surroundings.stdout.write(deliveriesOfMany(surroundings.stdout, rows, paging));
    } else if (given.text('day') === undefined) {
      const rows = devices.flatMap(daysOf);
      writeRows(surroundings.stdout, format, format === 'table' ? tableColumns(rows) : dayColumns, rows);
    } else {
      const hours = devices.flatMap((resourceID) =>
        days.flatMap((span) => hoursOf(span).map((startAt) => hourDelivery(views.deliveries, resourceID, startAt))),
      );
      writeRows(surroundings.stdout, format, hourColumns(timeZone), hours);
    }
    return EXIT.success;
  });
