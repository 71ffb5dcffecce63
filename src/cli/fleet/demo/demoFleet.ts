/**
 * A day of many VENs before the embedded VTN: at its end their ledgers are held against its books.
 *
 * The VTN and the meters are in this process, the VENs in one or some of their own, each with its share; or in several workers with a database,
 * of which one is killed when the prices come out.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { CrowdTime } from '../../../adapters/time/crowdTime.ts';
import { parseDatabaseUrl } from '../../../adapters/config/databaseUrl.ts';
import { hasPostgres, oldestPostgres, passingPostgres } from '../../../adapters/process/passingPostgres.ts';
import { createRedactor, secretsOf } from '../../../adapters/secrets/redact.ts';
import { systemChance } from '../../../adapters/process/systemChance.ts';
import { parseVtnUrl } from '../../../adapters/secrets/vtnUrl.ts';
import { hourMs, localText } from '../../../programme/calendar.ts';
import { counted } from '../../../telling/words.ts';
import type { DatabaseAccess } from '../../../store/postgres/pool.ts';
import { createVtn, type Vtn } from '../../../vtn/vtn.ts';
import { startVtnServer } from '../../../vtn/http/vtnServer.ts';
import { accessTo, databaseGiven, openStoreFor } from '../../control/storedLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../../exitCode.ts';
import type { ParsedArguments } from '../../options.ts';
import { stopAsked } from '../../stopAsked.ts';
import type { Surroundings } from '../../surroundings.ts';
import { numberGiven } from '../../vtn/vtnOptions.ts';
import { Crew, type LostWorker } from './crew.ts';
import { demoPollFreq, demoSlackMs, demoTimes, demoTimeZone, longestWaitMs, type DemoTimes } from './demoVens.ts';
import type { WorkerTask } from './messages.ts';
import { Meters } from './meters.ts';
import { verdictOn } from './verdict.ts';

/** How many times faster than the wall the demo's time passes at the most. */
const usualLapse = 2_400;

/** What the lease of a worker that is killed comes to in the demo's time: half a pause between polls. @unit ms */
const leaseInDemoMs = 30 * 60_000;

/** How often it is said how far the day is. @unit ms */
const tellEveryMs = 2 * hourMs;
/** And in its first minutes, in which all VENs begin. @unit ms */
const tellFirstEveryMs = 3 * 60_000;

/** What was asked for. */
interface DemoWish {
  readonly vens: number;
  /** With a database. */
  readonly workers: number;
  /** Without one: each has a share of the VENs for itself. */
  readonly processes: number;
  readonly lapse: number;
  readonly leaseMs: number;
  readonly directory: string;
  readonly seed: string;
}

/** @limit VENs that are worth a process of their own. */
const vensWorthAProcess = 100;

/** @limit Processes that the VTN, in one of its own, keeps up with. */
const mostProcesses = 4;

const processesFor = (vens: number): number =>
  Math.max(1, Math.min(mostProcesses, availableParallelism(), Math.floor(vens / vensWorthAProcess)));

const wantedOf = (given: ParsedArguments, now: number, vens: number): DemoWish => ({
  vens,
  processes: processesFor(vens),
  workers: numberGiven(given, 'workers', 1, 16, given.text('store') === undefined ? 1 : 3),
  lapse: numberGiven(given, 'lapse', 1, 100_000, usualLapse),
  leaseMs: numberGiven(given, 'lease', 1, 600, 15) * 1_000,
  directory: resolve(
    given.text('data') ?? join('.demo', `fleet-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`),
  ),
  seed: given.text('seed') ?? String(systemChance.uint32()),
});

/** Where the logs are. */
interface LogsPlace {
  /** The file with a connection string; null for the directory. */
  readonly storeFile: string | null;
  /** In words. */
  readonly words: string;
  readonly remove: () => Promise<void>;
}

/** A database must be the demo's own: its VENs have names that others may have as well. @throws CommandFailure */
const mustBeEmpty = async (access: DatabaseAccess, surroundings: Surroundings): Promise<void> => {
  const store = await openStoreFor('fleet demo', access, surroundings);
  try {
    const kept = (await store.venIDs()).length;
    if (kept > 0)
      throw new CommandFailure(
        `The database at ${access.place} has the logs of ${counted(kept, 'VEN')} already: give the demo an empty one.`,
      );
  } finally {
    await store.close();
  }
};

/** A server of the demo's own. @throws CommandFailure where none can be made */
const ownServer = async ({ directory }: DemoWish, surroundings: Surroundings): Promise<LogsPlace> => {
  if (!hasPostgres)
    throw new CommandFailure(
      `Several workers keep their logs in a database: name one with --store FILE, or install PostgreSQL ${oldestPostgres} or later (Debian: apt install postgresql), of which the demo makes a server of its own.`,
      EXIT.configuration,
    );
  const { url, remove } = await passingPostgres();
  try {
    await mustBeEmpty(accessTo(parseDatabaseUrl(url)), surroundings);
    const storeFile = join(directory, 'store.url');
    writeFileSync(storeFile, url, { mode: 0o600 });
    return { storeFile, words: 'a PostgreSQL server made for the demo', remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

const placeFor = async (given: ParsedArguments, wanted: DemoWish, surroundings: Surroundings): Promise<LogsPlace> => {
  const remove = (): Promise<void> => Promise.resolve();
  const storeFile = given.text('store');
  const named = storeFile === undefined ? null : databaseGiven(given, surroundings);
  if (named !== null && storeFile !== undefined) {
    await mustBeEmpty(named, surroundings);
    return { storeFile: resolve(storeFile), words: named.place, remove };
  }
  if (wanted.workers > 1) return ownServer(wanted, surroundings);
  return { storeFile: null, words: `a LevelDB of each in ${wanted.directory}`, remove };
};

/** What ends the demo before the day is over. */
interface CutShort {
  readonly because: string;
  /** Nobody asked for it. */
  readonly isFault: boolean;
}

/** What a demo that runs is made of. */
interface Stage {
  readonly wanted: DemoWish;
  readonly times: DemoTimes;
  readonly time: CrowdTime;
  readonly vtn: Vtn;
  readonly crew: Crew;
  readonly say: (sentence: string) => void;
  /** Resolves when a person wants the end, or when the day cannot be lived to its end. */
  readonly cutShort: Promise<CutShort>;
}

const clockText = (at: number): string => localText(at, demoTimeZone);

/** Says again and again how far the day is. */
const tellProgress = ({ wanted, times, time, vtn, crew, say }: Stage): void => {
  const next = (at: number): void =>
    void time.ringAt(at, () => {
      say(
        `${clockText(at)}: ${crew.sum('running')} of ${wanted.vens} run, ${vtn.registrations().length} are registered.`,
      );
      if (at < times.span.endAt) next(at + (at < begunAt ? tellFirstEveryMs : tellEveryMs));
    });
  const begunAt = times.startAt + 10 * 60_000;
  next(times.startAt + 60_000);
};

/** Kills a worker when the prices come out, and has time pass so that its leases are as long as they are to polls in earnest. */
const killWhenPricesCome = ({ wanted, times, time, crew, say }: Stage): void =>
  void time.ringAt(times.pricesAt, () => {
    const lapse = Math.min(wanted.lapse, Math.max(1, leaseInDemoMs / wanted.leaseMs));
    crew.paceTo(lapse);
    void crew.killOne().then(async (orphans) => {
      say(
        `${clockText(time.now())}: the prices come out, and a worker is killed with ${counted(orphans, 'VEN')}. Time passes ${Math.round(lapse)} times as fast as on the wall now: a lease of ${wanted.leaseMs / 1_000} s is ${Math.round((lapse * wanted.leaseMs) / 60_000)} min of it.`,
      );
      await crew.until(() => crew.sum('running') === wanted.vens);
      say(`${clockText(time.now())}: the other workers run its VENs.`);
      crew.paceTo(wanted.lapse);
    });
  });

/** Resolves when every VEN has delivered its day, or when that will not be any more. */
const dayIsOver = ({ wanted, times, time, crew }: Stage): Promise<'over'> =>
  Promise.race([
    crew.until(() => crew.sum('delivered') === wanted.vens),
    new Promise<void>((done) => void time.ringAt(times.span.endAt + longestWaitMs, done)),
  ]).then(() => 'over');

/** Every worker has its share, and every VEN is somebody's. */
const isShared = ({ crew, wanted }: Stage): boolean => {
  const shards = crew.standings.map((standing) => standing.shards);
  const share = Math.ceil(crew.sum('shards') / shards.length);
  return crew.sum('listed') === wanted.vens && shards.every((held) => held > 0 && held <= share);
};

const greeting = ({ vens, workers, processes, leaseMs }: DemoWish, { words }: LogsPlace, startAt: number): string => {
  const crew =
    workers === 1
      ? counted(processes, 'process', 'processes')
      : `${workers} workers, with leases of ${leaseMs / 1_000} s and the meters outside of them`;
  return `${counted(vens, 'VEN')} in ${crew}; their logs in ${words}. Each polls the embedded VTN every hour. It is ${clockText(startAt)}.`;
};

/** Lives through the day; the workers are begun, and nobody has ended them. */
const live = async (stage: Stage, isKilling: boolean, surroundings: Surroundings): Promise<ExitCode> => {
  const { wanted, times, time, vtn, crew } = stage;
  const early = (happening: Promise<unknown>): Promise<CutShort | null> =>
    Promise.race([happening.then(() => null), stage.cutShort]);
  const beforeItBegins = isKilling ? await early(crew.until(() => isShared(stage))) : null;
  if (beforeItBegins !== null) return endEarly(stage, beforeItBegins, surroundings);
  crew.begin();
  tellProgress(stage);
  if (isKilling) killWhenPricesCome(stage);
  const beforeItIsOver = await early(dayIsOver(stage));
  if (beforeItIsOver !== null) return endEarly(stage, beforeItIsOver, surroundings);
  stage.say(`${clockText(time.now())}: the day is over; the ledgers are read from the logs.`);
  const reading = crew.days();
  const beforeAllIsRead = await early(reading);
  if (beforeAllIsRead !== null) return endEarly(stage, beforeAllIsRead, surroundings);
  const { isWhole, text } = verdictOn(await reading, wanted.vens, vtn, times);
  await crew.end('the demo is over');
  surroundings.stdout.write(text);
  return isWhole ? EXIT.success : EXIT.failure;
};

/** @throws CommandFailure unless a person wanted it */
const endEarly = async (
  { crew, wanted }: Stage,
  { because, isFault }: CutShort,
  { stdout }: Surroundings,
): Promise<ExitCode> => {
  await crew.end(because);
  if (isFault) throw new CommandFailure(because);
  stdout.write(`Stopped in good order. What was not in a database of the demo's own is in ${wanted.directory}.\n`);
  return EXIT.success;
};

/** Why the day ends with a worker that is lost; null where others take over its VENs. */
const endWith = ({ because, left }: LostWorker, { storeFile }: LogsPlace): string | null => {
  if (left === 0)
    return `The last worker ended by itself (${because}): nobody runs the VENs any more, and the demo ends.`;
  if (storeFile !== null) return null;
  return `A worker ended by itself (${because}): its VENs have their logs where no other opens them, and the demo ends.`;
};

/** What each worker is begun with. */
const tasksFor = (wanted: DemoWish, { storeFile }: LogsPlace, vtnUrl: string, now: number): readonly WorkerTask[] => {
  const { vens, workers, processes, lapse, leaseMs, directory } = wanted;
  const of = storeFile === null ? processes : workers;
  return Array.from({ length: of }, (_, first): WorkerTask => {
    const own = of === 1 ? directory : join(directory, `worker-${first + 1}`);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const common = { vens, vtnUrl, directory: own, storeFile, leaseMs, now, lapse };
    return storeFile === null ? { ...common, share: { first, of } } : common;
  });
};

/** The body of `ven fleet demo`. */
export const demoFleet = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  surroundings.stopSignal();
  const now = surroundings.now();
  const wanted = wantedOf(given, now, numberGiven(given, 'vens', 1, 20_000, 1_000));
  mkdirSync(wanted.directory, { recursive: true, mode: 0o700 });
  const say = (sentence: string): void => void surroundings.stderr.write(`${sentence}\n`);
  const place = await placeFor(given, wanted, surroundings);
  const times = demoTimes(now);
  const { startAt } = times;
  say(greeting(wanted, place, startAt));
  let broken = (_because: string): void => undefined;
  const cutShort = Promise.race([
    stopAsked(surroundings.stopSignal()).then((because): CutShort => ({ because, isFault: false })),
    new Promise<CutShort>((resolve) => (broken = (because) => resolve({ because, isFault: true }))),
  ]);
  const time: CrowdTime = new CrowdTime({
    startAt,
    lapse: wanted.lapse,
    slackMs: demoSlackMs,
    limitAt: startAt,
    onFloor: (at) => crew.pass(at),
  });
  const crew: Crew = new Crew(time, startAt, new Meters(startAt), {
    said: say,
    lost: (loss) => {
      const end = endWith(loss, place);
      if (end === null) say(`A worker ended by itself (${loss.because}): the others take over its VENs.`);
      else broken(end);
    },
  });
  const vtn = createVtn({
    clock: time,
    seed: wanted.seed,
    timeZone: demoTimeZone,
    pollFreq: demoPollFreq,
    status: 'never',
    remembers: 1_000,
  });
  const server = await startVtnServer(vtn, { token: systemChance.runID(), timeLapse: wanted.lapse });
  surroundings.hide(createRedactor(secretsOf(parseVtnUrl(server.url))));
  try {
    for (const task of tasksFor(wanted, place, server.url, now)) crew.add(task);
    return await live(
      { wanted, times, time, vtn, crew, say, cutShort },
      place.storeFile !== null && wanted.workers > 1,
      surroundings,
    );
  } finally {
    crew.kill();
    time.close();
    await server.close();
    await place.remove();
  }
};
