import { LogError } from '../errors.ts';
import { monthFunctions, monthsAhead } from './months.ts';
import type { Connections } from './pool.ts';
import { grants, layoutVersion, readerRole, tables, workerRole } from './tables.ts';

/** The layout that is there; null for none. @throws LogError */
const layoutThere = async (connections: Connections): Promise<number | null> => {
  const [there] = await connections.rows<{ table: string | null }>("SELECT to_regclass('ven.layout')::text AS table");
  if (there?.table === null || there === undefined) return null;
  const [layout] = await connections.rows<{ version: number }>('SELECT max(version) AS version FROM ven.layout');
  return layout?.version ?? null;
};

const newer = (there: number, { place }: Connections): LogError =>
  new LogError(
    'newer',
    `The tables at ${place} are of layout ${there}, and this release knows ${layoutVersion}: run the release that made them, or a later one.`,
  );

/** Whether the role that is connected may make what is missing. */
const mayMake = async (connections: Connections): Promise<boolean> => {
  const [row] = await connections.rows<{ may: boolean }>(
    "SELECT has_database_privilege(current_database(), 'CREATE') AS may",
  );
  return row?.may === true;
};

/** Groups are made where that is allowed; elsewhere whoever runs the server makes them, and their rights are given by the next migration. */
const makeRoles = async (connections: Connections): Promise<void> => {
  for (const role of [workerRole, readerRole]) {
    const [there] = await connections.rows('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (there === undefined) await connections.rows(`CREATE ROLE ${role} NOLOGIN`);
  }
};

/** What making or migrating the tables came to. */
export interface Migrated {
  /** The layout that was there; null for none. */
  readonly from: number | null;
  readonly to: number;
  /** Why the groups of roles could not be made or given their rights; null when they have them. */
  readonly withoutRoles: string | null;
}

/**
 * Makes the tables, or brings older ones up to this release, and gives the groups of roles their rights. To be run by the database's owner.
 * @throws LogError
 */
export const migrateSchema = async (connections: Connections): Promise<Migrated> => {
  const from = await layoutThere(connections);
  if (from !== null && from > layoutVersion) throw newer(from, connections);
  if (from === null)
    await connections.transaction(async (ask) => {
      // Two who come at the same time: the second waits here, and finds everything made.
      await ask("SELECT pg_advisory_xact_lock(hashtext('ven.layout'))");
      const there = await ask("SELECT FROM pg_namespace WHERE nspname = 'ven'");
      if (there.length > 0) return;
      for (const text of [...tables, ...monthFunctions]) await ask(text);
    });
  await connections.rows('SELECT ven.make_months($1)', [monthsAhead]);
  let withoutRoles: string | null = null;
  try {
    await makeRoles(connections);
    await connections.transaction(async (ask) => {
      for (const text of grants) await ask(text);
    });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    withoutRoles = error.message;
  }
  return { from, to: layoutVersion, withoutRoles };
};

/**
 * Makes sure that the tables are there and are those of this release; an owner's first coming makes them.
 * @throws LogError `missing`, `newer` or `io`
 */
export const mustHaveSchema = async (connections: Connections): Promise<void> => {
  const there = await layoutThere(connections);
  if (there !== null && there > layoutVersion) throw newer(there, connections);
  if (there === layoutVersion) return;
  if (!(await mayMake(connections)))
    throw new LogError(
      'missing',
      `There are no logs at ${connections.place} yet: run "ven migrate --schema" as the owner of the database.`,
    );
  await migrateSchema(connections);
};

/** What the server is set to that would lose acknowledged facts, in sentences; empty where there is nothing to say. */
export const unsafeSettings = async (connections: Connections): Promise<readonly string[]> => {
  const rows = await connections.rows<{ name: string; setting: string }>(
    "SELECT name, reset_val AS setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')",
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  const { place } = connections;
  return [
    settings.get('fsync') === 'off' &&
      `The database at ${place} runs with fsync = off: a power cut loses what was acknowledged.`,
    settings.get('full_page_writes') === 'off' &&
      `The database at ${place} runs with full_page_writes = off: a power cut may leave torn pages.`,
    ['off', 'local', 'remote_write'].includes(settings.get('synchronous_commit') ?? '') &&
      `The database at ${place} has synchronous_commit = ${settings.get('synchronous_commit')}: this program asks for "on" by itself.`,
    settings.get('data_checksums') === 'off' &&
      `The database at ${place} has no data checksums: a damaged page is found by the hash chain only.`,
  ].filter((sentence) => sentence !== false);
};
