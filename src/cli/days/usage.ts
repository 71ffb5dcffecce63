import { dayOf, localText } from '../../programme/calendar.ts';
import { firstReadingAt, importExport, latestReading } from '../../store/projections/usage.ts';
import { hourLines, kilowattHoursText, priceText, totalOf, toYouText, type HourLine } from '../dayTable.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { devicesChosen } from '../many/deviceChoice.ts';
import { isMany, pagingOf } from '../many/paging.ts';
import { proseFor } from '../prose.ts';
import { reading } from '../reading.ts';
import { formatOf, isoText, writeRows, type Column } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { configuredIn, daysAsked, daysViews, devicesKnown, type DaysViews } from './days.ts';
import { amountColumn, energyColumns } from './energyColumns.ts';
import { usageOfMany, type UsageRow } from './usageOfMany.ts';

const hourMs = 3_600_000;

const columnsFor = (timeZone: string): readonly Column<UsageRow>[] => [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  {
    name: 'startAt',
    header: 'hour',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  ...energyColumns,
  {
    name: 'usdPerKwh',
    header: 'USD/kWh',
    right: true,
    value: ({ usdPerKwh }) => usdPerKwh,
    text: ({ usdPerKwh }) => priceText(usdPerKwh),
  },
  amountColumn,
  { name: 'delivery', header: 'delivery', gives: 'words', value: ({ delivery }) => delivery },
  {
    name: 'missing',
    header: '',
    value: ({ bad }) => bad,
    text: ({ bad }) => (bad === null ? '' : `not measured: ${bad}`),
    gives: 'words',
  },
];

/** The hours between the first reading of a device and its last: what is before or still to come is no gap. */
const wasThere = ({ usage }: DaysViews, { resourceID, startAt }: HourLine): boolean => {
  const firstAt = firstReadingAt(usage, resourceID);
  const lastAt = latestReading(usage, resourceID)?.boundaryAt;
  return firstAt !== null && lastAt !== undefined && startAt + hourMs > firstAt && startAt + hourMs <= lastAt;
};

const rowsOf = (
  views: DaysViews,
  resourceIDs: readonly string[],
  days: readonly Parameters<typeof hourLines>[2][],
): readonly UsageRow[] =>
  resourceIDs.flatMap((resourceID) =>
    days
      .flatMap((span) => hourLines(views, [resourceID], span, views.here.timeZone))
      .filter((line) => wasThere(views, line))
      .map((line) => {
        const {
          importWattHours,
          exportWattHours,
          bad = null,
        } = importExport(views.usage, resourceID, line.startAt, hourMs);
        return { ...line, importWattHours, exportWattHours, bad };
      }),
  );

/** The body of `ven usage`. */
export const usage = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const [format, paging] = [formatOf(given), pagingOf(given)];
    const views = await daysViews(opened, surroundings);
    const days = daysAsked(given, views, ({ fromAt, toAt }, { timeZone }) => [
      dayOf(Math.max(fromAt, Math.floor(toAt / hourMs) * hourMs - 1), timeZone),
    ]);
    const resourceIDs = await devicesChosen(given, devicesKnown(views), () => configuredIn(opened));
    const rows = rowsOf(views, resourceIDs, days);
    if (rows.length === 0)
      throw new CommandFailure(
        'No hour has been metered from its beginning to its end yet: the first one is told when it is over.',
      );
    if (format === 'table' && isMany(resourceIDs.length, paging))
      surroundings.stdout.write(usageOfMany(surroundings.stdout, rows, paging));
    else {
      const { energyWattHours, amountUsd } = totalOf(rows);
      const total = ['total', '', '', '', kilowattHoursText(energyWattHours), '', toYouText(amountUsd), '', ''];
      writeRows(surroundings.stdout, format, columnsFor(views.here.timeZone), rows, { total });
    }
    if (format === 'table')
      surroundings.stdout.write(
        proseFor(
          surroundings.stdout,
          '\nNet: import positive, export negative. USD: + comes to you, − goes from you.\n',
        ),
      );
    return EXIT.success;
  });
