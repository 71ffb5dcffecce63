/** A log that is kept in a database, of which a command is told by `--store FILE`. */
import { hostname } from 'node:os';
import { DatabaseUrlError, readDatabaseUrl, type DatabaseAddress } from '../../adapters/config/databaseUrl.ts';
import { openToOthersText } from '../../adapters/secrets/openToOthers.ts';
import { steadyPacing } from '../../adapters/time/steadyPacing.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { DatabaseAccess } from '../../store/postgres/pool.ts';
import type { PostgresLogStore } from '../../store/postgres/postgresLogStore.ts';
import { CommandFailure, EXIT } from '../exitCode.ts';
import type { OpenLog } from './openLog.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';

const storeVariable = 'VEN_STORE_FILE';

/** The file with the connection string that was named; null when the log lies in a directory. */
const fileGiven = (given: ParsedArguments, { environment }: Pick<Surroundings, 'environment'>): string | null => {
  const file = given.text('store') ?? (given.text('data') === undefined ? environment[storeVariable] : undefined);
  return file === undefined || file === '' ? null : file;
};

/** How the database is spoken to whose address was read. */
export const accessTo = ({
  host,
  port,
  database,
  user,
  password,
  tls,
  place,
  redactor,
}: DatabaseAddress): DatabaseAccess => ({
  config: {
    host,
    port,
    database,
    user,
    ...(password === null ? {} : { password: password.reveal() }),
    ssl: tls ?? false,
  },
  place,
  veil: (text) => redactor.text(text),
});

/** The database that is named with `--store` or in the environment, whose secrets are hidden from here on; null for none. @throws CommandFailure */
export const databaseGiven = (given: ParsedArguments, surroundings: Surroundings): DatabaseAccess | null => {
  const file = fileGiven(given, surroundings);
  if (file === null) return null;
  try {
    const address = readDatabaseUrl(file);
    surroundings.hide(address.redactor);
    const open = openToOthersText([file]);
    if (open !== null) surroundings.stderr.write(`${open}\n`);
    return accessTo(address);
  } catch (error) {
    if (error instanceof DatabaseUrlError) throw new CommandFailure(error.message, EXIT.configuration);
    throw error;
  }
};

/** By what name this process holds logs. */
export const holderName = (what: string): string =>
  `${what} on ${hostname()}, process ${process.pid}, ${systemChance.runID()}`;

/** Opens a store for a command that changes logs while no worker has them. @throws LogError */
export const openStoreFor = async (
  what: string,
  access: DatabaseAccess,
  { now }: Pick<Surroundings, 'now'>,
): Promise<PostgresLogStore> => {
  const { PostgresLogStore: Store } = await import('../../store/postgres/postgresLogStore.ts');
  return Store.open({ access, holder: holderName(what), pacing: steadyPacing(), now });
};

/** Opens one log for a command that changes it, and does that. @throws LogError `locked` while a worker has it */
export const withStoredLog = async <Result>(
  what: string,
  access: DatabaseAccess,
  venID: string,
  surroundings: Surroundings,
  use: (log: EventLog) => Promise<Result>,
): Promise<Result> => {
  const store = await openStoreFor(what, access, surroundings);
  try {
    return await use(await store.open(venID, { createIfMissing: false }));
  } finally {
    await store.close();
  }
};

/** Reads the log of one VEN in a database; a worker that holds it is not asked. @throws LogError */
export const withRestingStored = async <Result>(
  access: DatabaseAccess,
  venID: string,
  use: (open: OpenLog) => Promise<Result>,
): Promise<Result> => {
  const { openRestingPostgresLog } = await import('../../store/postgres/restingPostgresLog.ts');
  const { log, worker } = await openRestingPostgresLog(access, venID);
  try {
    return await use({ log, agent: null, worker });
  } finally {
    await log.close();
  }
};
