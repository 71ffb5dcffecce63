/** What commands ask of a host that runs. */
import { type ControlClient, reachAgent } from '../../adapters/control/controlClient.ts';
import { readFleetFile } from '../../adapters/config/fleetFile.ts';
import type { ListChange } from '../../fleet/host.ts';
import { countsOf, type VenStanding } from '../../fleet/standing.ts';
import { counted } from '../../telling/words.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { fleetDirectoryOf, fleetPathOf } from './place.ts';

/** What a host says of itself, before its VENs. */
interface FleetGreeting {
  readonly pid: number;
  readonly now: number;
  readonly startedAt: number;
  /** VENs of the file that are not with this worker; a host of an earlier version does not say it. */
  readonly elsewhere?: number;
}

const withHost = async <Result>(
  given: ParsedArguments,
  surroundings: Surroundings,
  use: (client: ControlClient) => Promise<Result>,
): Promise<Result> => {
  const file = readFleetFile(fleetPathOf(given, surroundings), surroundings.environment);
  const directory = fleetDirectoryOf(given, file);
  const client = await reachAgent(directory);
  if (client === null)
    throw new CommandFailure(`No fleet runs on ${directory}: start it with "ven fleet run -c FILE".`);
  try {
    return await use(client);
  } finally {
    client.close();
  }
};

const first = async <Answer>(client: ControlClient, question: Parameters<ControlClient['ask']>[0]): Promise<Answer> => {
  for await (const item of client.ask(question)) return item as Answer;
  throw new CommandFailure(`The fleet gave no answer to "${question.op}".`);
};

const agoText = (ms: number): string =>
  ms < 90_000
    ? `${Math.round(ms / 1_000)} s`
    : ms < 5_400_000
      ? `${Math.round(ms / 60_000)} min`
      : `${Math.round(ms / 3_600_000)} h`;

const sentenceOf = ({ because, alarms }: VenStanding): string => because ?? alarms[0] ?? '';

/** @limit Rows for people, unless they ask for all. */
const shownRows = 20;

/** The body of `ven fleet status`. */
export const fleetStatus = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  withHost(given, surroundings, async (client) => {
    let greeting: FleetGreeting | null = null;
    const standings: VenStanding[] = [];
    for await (const item of client.ask({ op: 'fleet' }))
      if (greeting === null) greeting = item as FleetGreeting;
      else standings.push(...(item as readonly VenStanding[]));
    const { stdout } = surroundings;
    const now = greeting?.now ?? surroundings.now();
    if (given.switches.has('json')) {
      stdout.write(
        `${JSON.stringify({ ...greeting, counts: Object.fromEntries(countsOf(standings)), vens: standings })}\n`,
      );
      return EXIT.success;
    }
    const counts = countsOf(standings).map(([condition, count]) => `${count} ${condition}`);
    stdout.write(`${counted(standings.length, 'VEN')}: ${counts.join(', ') || 'none'}.\n`);
    const elsewhere = greeting?.elsewhere ?? 0;
    if (elsewhere > 0)
      stdout.write(
        `${counted(elsewhere, 'VEN')} of the file more: other workers act for them, or none does yet; ask there.\n`,
      );
    stdout.write('\n');
    const wanted = standings.filter(({ condition }) => given.switches.has('all') || condition !== 'well');
    const rows = wanted
      .slice(0, given.switches.has('all') ? undefined : shownRows)
      .map((ven) => [
        ven.venID,
        ven.condition,
        agoText(now - ven.since),
        ven.lastContactAt === null ? '–' : agoText(now - ven.lastContactAt),
        sentenceOf(ven),
      ]);
    if (rows.length > 0)
      stdout.write(
        tableText(['VEN', 'is', 'for', 'heard', 'because'], rows, { right: new Set([2, 3]), width: stdout.columns }),
      );
    if (wanted.length > rows.length) stdout.write(`And ${wanted.length - rows.length} more: --all shows them.\n`);
    return standings.every(({ condition }) => condition === 'well' || condition === 'starting')
      ? EXIT.success
      : EXIT.failure;
  });

const said = (ven: VenStanding, { stdout }: Surroundings): ExitCode => {
  stdout.write(`${ven.venID} is ${ven.phase}${ven.because === null ? '' : `: ${ven.because}`}.\n`);
  return EXIT.success;
};

/** The body of `ven fleet pause` and `ven fleet drain`. */
export const fleetHold =
  (how: 'pause' | 'drain') =>
  (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
    withHost(given, surroundings, async (client) =>
      said(
        await first(client, {
          op: 'fleetHold',
          how,
          ven: given.operands[0] ?? '',
          because: given.text('because') ?? '',
        }),
        surroundings,
      ),
    );

/** The body of `ven fleet release`. */
export const fleetRelease = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  withHost(given, surroundings, async (client) =>
    said(await first(client, { op: 'fleetRelease', ven: given.operands[0] ?? '' }), surroundings),
  );

/** The body of `ven fleet reload`. */
export const fleetReload = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  withHost(given, surroundings, async (client) => {
    const { added, changed, removed } = await first<ListChange>(client, { op: 'fleetReload' });
    surroundings.stdout.write(
      `${counted(added.length, 'VEN')} added, ${changed.length} changed, ${removed.length} ended.\n`,
    );
    return EXIT.success;
  });

const conditionText = ({ condition, phase }: VenStanding, forText: string): string =>
  condition === phase ? `has been ${condition} for ${forText}` : `is ${condition}, ${phase} for ${forText}`;

/** Whether one that does not run is registered is known by its log alone. */
const heardText = ({ phase, isRegistered, lastContactAt }: VenStanding, now: number): string => {
  const heard = lastContactAt === null ? 'has not answered yet' : `answered ${agoText(now - lastContactAt)} ago`;
  if (phase !== 'running') return `The VTN ${heard}`;
  return `It is ${isRegistered ? 'registered' : 'not registered'}; the VTN ${heard}`;
};

/** The body of `ven fleet ven`. */
export const fleetVen = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  withHost(given, surroundings, async (client) => {
    const ven = await first<VenStanding>(client, { op: 'fleetVen', ven: given.operands[0] ?? '' });
    const { stdout } = surroundings;
    const isFine = ven.condition === 'well' || ven.condition === 'starting';
    if (given.switches.has('json')) stdout.write(`${JSON.stringify(ven)}\n`);
    else {
      const now = surroundings.now();
      stdout.write(`${ven.venID} ${conditionText(ven, agoText(now - ven.since))}.\n`);
      if (ven.groups.length > 0) stdout.write(`Groups: ${ven.groups.join(', ')}.\n`);
      stdout.write(`${heardText(ven, now)}; ${counted(ven.faults, 'fault')} since the host began.\n`);
      for (const sentence of [ven.because, ...ven.alarms]) if (sentence !== null) stdout.write(`* ${sentence}\n`);
    }
    return isFine ? EXIT.success : EXIT.failure;
  });
