/** Deliveries that nothing but a person moves again: told, and let go of, all or one. */
import { localText } from '../../programme/calendar.ts';
import type { Delivery } from '../../store/projections/deliveryState.ts';
import { standingStill } from '../../store/projections/owedUsage.ts';
import { counted } from '../../telling/words.ts';
import { isWritten } from '../atRest.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { fewDevices, pageOf, pagingOf } from '../many/paging.ts';
import type { OpenReading } from '../reading.ts';
import { formatOf, isoText, writeRows, type Column } from '../rows.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { daysViews } from './days.ts';

const hoursOf = ({ usage }: Delivery): number =>
  new Set(usage.flatMap(({ intervals }) => intervals.map(({ startAt }) => startAt))).size;

const fromOf = ({ usage, dueAt }: Delivery): number =>
  Math.min(dueAt, ...usage.flatMap(({ intervals }) => intervals.map(({ startAt }) => startAt)));

const columnsOf = (timeZone: string): readonly Column<Delivery>[] => [
  { name: 'deliveryID', header: 'deliveryID', value: ({ deliveryID }) => deliveryID },
  {
    name: 'fromAt',
    header: 'from',
    gives: 'time',
    value: (delivery) => isoText(fromOf(delivery)),
    text: (delivery) => localText(fromOf(delivery), timeZone),
  },
  { name: 'intervals', header: 'intervals', right: true, value: hoursOf },
  {
    name: 'status',
    header: 'delivery',
    gives: 'words',
    value: ({ status }) => status,
    text: ({ status }) => (status === 'inDoubt' ? 'in doubt, held' : status),
  },
  { name: 'responseCode', header: 'code', value: ({ responseCode }) => responseCode },
  {
    name: 'because',
    header: '',
    gives: 'words',
    value: ({ because }) => because,
    text: ({ because }) => because ?? '',
  },
  { name: 'position', header: 'position', right: true, goes: 1, value: ({ position }) => position },
];

/** Tells what stands still. */
export const tellStanding = async (
  opened: OpenReading,
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const [format, paging] = [formatOf(given), pagingOf(given)];
  const { deliveries, here } = await daysViews(opened, surroundings);
  const standing = standingStill(deliveries);
  if (standing.length === 0 && format === 'table') surroundings.stdout.write('Nothing stands still.\n');
  else if (format === 'table') {
    const { items, leftOut } = pageOf(standing, paging, 'deliveries', '--limit or --json');
    writeRows(surroundings.stdout, format, columnsOf(here.timeZone), items);
    say(surroundings.stdout, leftOut);
  } else writeRows(surroundings.stdout, format, columnsOf(here.timeZone), standing);
  return EXIT.success;
};

const mustStand = (standing: readonly Delivery[], deliveryID: string): void => {
  if (standing.some((each) => each.deliveryID === deliveryID)) return;
  const others =
    standing.length === 0
      ? 'nothing does'
      : `those that do are ${standing
          .slice(0, fewDevices)
          .map((each) => each.deliveryID)
          .join(', ')}${standing.length > fewDevices ? ' …' : ''} ("ven deliveries --still")`;
  throw new CommandFailure(`No delivery ${deliveryID} stands still; ${others}.`);
};

/** Lets the running agent send again what stands still: all of it, or one delivery. */
export const releaseStanding = async (
  opened: OpenReading,
  deliveryID: string | undefined,
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const { agent, settings } = opened;
  if (agent === null && isWritten(opened))
    throw new CommandFailure(
      `${opened.worker} acts for this VEN: ask there, with --data and --ven in place of --store, since whoever reads the database tells nobody anything.`,
    );
  if (agent === null)
    throw new CommandFailure(
      `No agent runs on ${settings.dataDirectory}, so nobody can send what is held: start it with "ven run" and ask again.`,
    );
  if (deliveryID !== undefined)
    mustStand(standingStill((await daysViews(opened, surroundings)).deliveries), deliveryID);
  const one = deliveryID === undefined ? {} : { deliveryID };
  const { position } = await agent.wish({ type: 'OperatorAsked', wish: 'releaseHeldUsage', ...one });
  let released = 0;
  for await (const entry of agent.read({ from: position })) {
    if (entry.cause === position && entry.type === 'UsageDeliveryReleased') released += 1;
  }
  say(
    surroundings.stdout,
    released === 0
      ? 'Nothing stands still.\n'
      : `Released ${counted(released, 'delivery', 'deliveries')}; ${released === 1 ? 'it is' : 'they are'} sent under fresh report requests (position ${position}).\n`,
  );
  return EXIT.success;
};
