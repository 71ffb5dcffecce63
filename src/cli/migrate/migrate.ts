import { existsSync, readdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { foldLog } from '../../shell/fold.ts';
import { copyLog } from '../../store/copying.ts';
import { LogError } from '../../store/errors.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { Head } from '../../store/head.ts';
import { openLevelEventLog } from '../../store/level/levelEventLog.ts';
import { logPaths } from '../../store/level/logDirectory.ts';
import { readMarker } from '../../store/level/logMarker.ts';
import type { Connections, DatabaseAccess } from '../../store/postgres/pool.ts';
import type { LevelStore } from '../../store/level/levelLogStore.ts';
import { openRestingLog, openRestingLogOf } from '../../store/level/restingLog.ts';
import { counted } from '../../telling/words.ts';
import { configurationFor } from '../configurationOptions.ts';
import { agentOn, isBegun, isFleet, noLogYet } from '../control/openLog.ts';
import { databaseGiven, holderName, openStoreFor } from '../control/storedLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { type FleetLogs, fleetLogsIn, fleetStoreAt } from './fleetLogs.ts';

/** What became of one log. */
interface Moved {
  readonly venID: string;
  readonly from: string;
  readonly to: string;
  readonly head: Head;
}

const mustStandStill = async (directory: string): Promise<void> => {
  const agent = await agentOn(directory);
  await agent?.close();
  if (agent !== null)
    throw new CommandFailure(
      `An agent runs on ${directory} (process ${agent.pid}): stop it first, for its log would go on here.`,
    );
};

/** Whose log it is, as its agent said at its last start. */
const venIDOf = async (log: EventLog, directory: string): Promise<string> => {
  const { state } = await foldLog(log, { fromCheckpoint: true });
  const venID = state.settings?.venID;
  if (venID === undefined || venID === null)
    throw new CommandFailure(`The log in ${directory} does not say whose it is: no agent has started on it yet.`);
  return venID;
};

/**
 * The log is held while it is copied. It is noted to be a backup before the copy may be opened, so that a crash between the two
 * leaves none that an agent starts on rather than two; running the command again ends it.
 */
const moveIn = async (
  directory: string,
  access: DatabaseAccess,
  { now, ...surroundings }: Surroundings,
): Promise<Moved> => {
  await mustStandStill(directory);
  const store = await openStoreFor('ven migrate', access, { now });
  try {
    const begun = await readMarker(logPaths(directory));
    const isLeft = begun?.backupAt !== undefined;
    const log = await openLevelEventLog(directory, {
      createdAt: now(),
      create: false,
      checkTables: true,
      fromBackup: true,
    });
    try {
      const venID = await venIDOf(log, directory);
      if (isLeft && (await standingOf(store.connections, venID)) !== 'arriving')
        throw new LogError(
          'restored',
          `The log in ${directory} is a backup, or was migrated before: only the log that an agent runs on is migrated.`,
        );
      const { PostgresCopy } = await import('../../store/postgres/copyToPostgres.ts');
      const copy = await PostgresCopy.into(store.connections, venID);
      const resting = await openRestingLog(directory);
      try {
        const head = await copyLog(resting.view, log.durableHead, copy, telling(venID, surroundings));
        await log.backupFrom(now());
        await copy.arrive();
        return { venID, from: directory, to: access.place, head };
      } finally {
        await resting.close();
      }
    } finally {
      await log.close();
    }
  } finally {
    await store.close();
  }
};

/** The same of one log of a fleet's directory. */
const moveInOf =
  (logs: FleetLogs, directory: string, access: DatabaseAccess, { now, ...surroundings }: Surroundings) =>
  async (venID: string): Promise<Moved> => {
    const isLeft = await logs.isLeft(venID);
    const store = await openStoreFor('ven migrate', access, { now });
    try {
      const standing = await standingOf(store.connections, venID);
      if (isLeft && standing !== 'arriving')
        throw new LogError(
          'restored',
          `The log of VEN ${venID} in ${directory} was migrated before: only the log that an agent runs on is migrated.`,
        );
      const { PostgresCopy } = await import('../../store/postgres/copyToPostgres.ts');
      const resting = await openRestingLogOf(directory, venID);
      try {
        const copy = await PostgresCopy.into(store.connections, venID);
        const head = await copyLog(resting.view, resting.durableHead, copy, telling(venID, surroundings));
        await logs.moveAway(venID, head);
        await copy.arrive();
        return { venID, from: directory, to: access.place, head };
      } finally {
        await resting.close();
      }
    } finally {
      await store.close();
    }
  };

/** Those that are still to be moved: a migration of many that was interrupted goes on behind those that are there. */
const stillToMove = async (logs: FleetLogs, access: DatabaseAccess, surroundings: Surroundings): Promise<string[]> => {
  const store = await openStoreFor('ven migrate', access, surroundings);
  try {
    const waiting: string[] = [];
    for (const venID of logs.venIDs)
      if (!(await logs.isLeft(venID)) || (await standingOf(store.connections, venID)) === 'arriving')
        waiting.push(venID);
    return waiting;
  } finally {
    await store.close();
  }
};

const moveInFleet = async (
  directory: string,
  access: DatabaseAccess,
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const logs = await fleetLogsIn(directory, given.text('ven'), surroundings.now);
  try {
    const venIDs = given.text('ven') === undefined ? await stillToMove(logs, access, surroundings) : logs.venIDs;
    const before = logs.venIDs.length - venIDs.length;
    if (before > 0)
      surroundings.stderr.write(
        `${counted(before, 'log')} of ${directory} ${before === 1 ? 'was' : 'were'} migrated before.\n`,
      );
    return await each(venIDs, moveInOf(logs, directory, access, surroundings), given, surroundings);
  } finally {
    await logs.close();
  }
};

const standingOf = async (connections: Connections, venID: string): Promise<string | null> => {
  const [row] = await connections.rows<{ standing: string }>('SELECT standing FROM ven.log WHERE ven_id = $1', [venID]);
  return row?.standing ?? null;
};

/** Out of the database into the store of a fleet that does not run. */
const moveOutInto =
  (fleet: LevelStore, directory: string, access: DatabaseAccess, { now, ...surroundings }: Surroundings) =>
  async (venID: string): Promise<Moved> => {
    const [{ leaveStanding }, { openRestingPostgresLog }] = await Promise.all([
      import('../../store/postgres/copyToPostgres.ts'),
      import('../../store/postgres/restingPostgresLog.ts'),
    ]);
    const holder = holderName('ven migrate');
    const { PostgresLogStore } = await import('../../store/postgres/postgresLogStore.ts');
    const { steadyPacing } = await import('../../adapters/time/steadyPacing.ts');
    const store = await PostgresLogStore.open({ access, holder, pacing: steadyPacing(), now });
    try {
      const isArriving = (await fleet.standingOf(venID).catch(() => null)) === 'arriving';
      const isLeft = isArriving && (await standingOf(store.connections, venID)) === 'left';
      const log = isLeft ? null : await store.open(venID, { createIfMissing: false });
      const { log: resting } = await openRestingPostgresLog(access, venID);
      try {
        const copy = await fleet.copyInto(venID);
        const head = await copyLog(resting.view, log?.durableHead ?? resting.head, copy, telling(venID, surroundings));
        if (log !== null) await leaveStanding(store.connections, venID, holder);
        await copy.arrive();
        return { venID, from: access.place, to: directory, head };
      } finally {
        await resting.close();
      }
    } finally {
      await store.close();
    }
  };

const moveOutToFleet = async (
  venIDs: readonly string[],
  directory: string,
  access: DatabaseAccess,
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const fleet = await fleetStoreAt(directory, surroundings.now);
  try {
    return await each(venIDs, moveOutInto(fleet, directory, access, surroundings), given, surroundings);
  } finally {
    await fleet.close();
  }
};

const moveOut = async (
  venID: string,
  directory: string,
  access: DatabaseAccess,
  { now, ...surroundings }: Surroundings,
): Promise<Moved> => {
  if (existsSync(directory))
    throw new CommandFailure(`${directory} is there already: name another directory with --out, or remove it.`);
  const [{ LevelCopy }, { leaveStanding }, { openRestingPostgresLog }, { PostgresLogStore }] = await Promise.all([
    import('../../store/level/copyToLevel.ts'),
    import('../../store/postgres/copyToPostgres.ts'),
    import('../../store/postgres/restingPostgresLog.ts'),
    import('../../store/postgres/postgresLogStore.ts'),
  ]);
  const { steadyPacing } = await import('../../adapters/time/steadyPacing.ts');
  const holder = holderName('ven migrate');
  const store = await PostgresLogStore.open({ access, holder, pacing: steadyPacing(), now });
  try {
    const isLeft = (await standingOf(store.connections, venID)) === 'left' && existsSync(`${directory}.partial`);
    const log = isLeft ? null : await store.open(venID, { createIfMissing: false });
    const { log: resting } = await openRestingPostgresLog(access, venID);
    const partial = `${directory}.partial`;
    const copy = await LevelCopy.into(partial);
    try {
      const head = await copyLog(resting.view, log?.durableHead ?? resting.head, copy, telling(venID, surroundings));
      if (log !== null) await leaveStanding(store.connections, venID, holder);
      await rename(partial, directory);
      return { venID, from: access.place, to: directory, head };
    } finally {
      await copy.close();
      await resting.close();
    }
  } finally {
    await store.close();
  }
};

/** @limit How often a long copy says how far it is. @unit entries */
const tellEvery = 100_000;

const telling = (venID: string, { stderr }: Pick<Surroundings, 'stderr'>): ((position: number) => void) => {
  let told = 0;
  return (position) => {
    if (position - told < tellEvery) return;
    told = position;
    stderr.write(`${venID}: ${position} entries are there.\n`);
  };
};

/** The log of the directory, or those of the directories in it. */
const directoriesIn = (directory: string): readonly string[] => {
  if (isBegun(directory)) return [directory];
  const below = existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((each) => each.isDirectory())
        .map(({ name }) => join(directory, name))
        .filter(isBegun)
    : [];
  if (below.length === 0) throw noLogYet(directory);
  return below;
};

/** One that cannot be moved keeps no other from it. */
const each = async <Item>(
  items: readonly Item[],
  move: (item: Item) => Promise<Moved>,
  given: ParsedArguments,
  { stdout, stderr, redactor }: Surroundings,
): Promise<ExitCode> => {
  let failed = 0;
  for (const item of items) {
    try {
      const { venID, from, to, head } = await move(item);
      stdout.write(
        given.switches.has('json')
          ? `${JSON.stringify({ venID, from, to, position: head.position, hash: head.hash })}\n`
          : `Migrated the log of VEN ${venID} from ${from} to ${to}, up to position ${head.position}, and proved the copy whole.\n`,
      );
    } catch (error) {
      if (items.length === 1 || !(error instanceof LogError || error instanceof CommandFailure)) throw error;
      failed += 1;
      stderr.write(`${redactor.text(error.message)}\n`);
    }
  }
  if (items.length > 1 && !given.switches.has('json'))
    stdout.write(`${counted(items.length - failed, 'log')} migrated, ${failed} not.\n`);
  return failed === 0 ? EXIT.success : EXIT.failure;
};

const makeSchema = async (access: DatabaseAccess, { stdout }: Surroundings): Promise<ExitCode> => {
  const [{ Connections: Pools }, { migrateSchema, unsafeSettings }] = await Promise.all([
    import('../../store/postgres/pool.ts'),
    import('../../store/postgres/schema.ts'),
  ]);
  const connections = await Pools.to(access);
  try {
    const { from, to, withoutRoles } = await migrateSchema(connections);
    stdout.write(
      from === to
        ? `The tables at ${access.place} are of layout ${to} already.\n`
        : `The tables at ${access.place} are made, in layout ${to}.\n`,
    );
    if (withoutRoles !== null)
      stdout.write(
        `The groups ven_worker and ven_reader have not got their rights: ${withoutRoles} Make them as a role that may, and run this again.\n`,
      );
    for (const sentence of await unsafeSettings(connections)) stdout.write(`${sentence}\n`);
    return withoutRoles === null ? EXIT.success : EXIT.failure;
  } finally {
    await connections.close();
  }
};

/** The body of `ven migrate`. */
export const migrate = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const access = databaseGiven(given, surroundings);
  if (access === null)
    throw new UsageError(
      'A migration needs a database: write --store FILE, of a file that holds its connection string.',
    );
  if (given.switches.has('schema')) return makeSchema(access, surroundings);
  const out = given.text('out');
  const venID = given.text('ven');
  if (out !== undefined) {
    const place = resolve(out);
    const venIDs = venID === undefined ? await venIDsIn(access, surroundings) : [venID];
    if (isFleet(place)) return moveOutToFleet(venIDs, place, access, given, surroundings);
    const directoryOf = (id: string): string => (venID === undefined ? join(place, encodeURIComponent(id)) : place);
    return each(venIDs, (id) => moveOut(id, directoryOf(id), access, surroundings), given, surroundings);
  }
  const { settings } = configurationFor(given, surroundings);
  if (isFleet(settings.dataDirectory)) return moveInFleet(settings.dataDirectory, access, given, surroundings);
  const directories = directoriesIn(settings.dataDirectory);
  return each(directories, (directory) => moveIn(directory, access, surroundings), given, surroundings);
};

const venIDsIn = async (access: DatabaseAccess, surroundings: Surroundings): Promise<readonly string[]> => {
  const store = await openStoreFor('ven migrate', access, surroundings);
  try {
    return await store.venIDs();
  } finally {
    await store.close();
  }
};
