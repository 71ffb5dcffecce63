import { existsSync, statSync } from 'node:fs';
import { type ControlClient, reachAgent } from '../../adapters/control/controlClient.ts';
import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { logPaths } from '../../store/level/logDirectory.ts';
import { storePaths } from '../../store/level/many/storePaths.ts';
import { CommandFailure } from '../exitCode.ts';
import type { BundleLog } from '../../bundle/openBundle.ts';
import { RemoteLog } from './remoteLog.ts';

/** A log that is open for reading, and whether an agent has it. */
export interface OpenLog {
  readonly log: EventLog;
  /** The agent's side of the log; null when no agent runs. */
  readonly agent: RemoteLog | null;
  /** Who acts for the VEN while its log is read out of a database; null or absent when nobody does. */
  readonly worker?: string | null;
}

/** A conversation about one VEN of a fleet. */
const about = (client: ControlClient, ven: string): ControlClient => ({
  ask: (question) => client.ask({ ...question, ven }),
  close: () => client.close(),
});

/** The agent that runs on the directory, or null; of a fleet, that of one VEN. */
export const agentOn = async (directory: string, ven?: string): Promise<RemoteLog | null> => {
  const reached = await reachAgent(directory);
  if (reached === null) return null;
  const client = ven === undefined ? reached : about(reached, ven);
  try {
    return await RemoteLog.open(client);
  } catch (error) {
    client.close();
    // It ended between our coming and our question: then it is not there.
    if (error instanceof ControlFailure && error.failure.code === 'closed') return null;
    throw error;
  }
};

/** How a log is opened for reading. */
export interface OpenOptions {
  /** Whether all its files are looked over first. */
  readonly thorough?: boolean;
  /** Which VEN, where the directory is that of a fleet. */
  readonly ven?: string;
}

/** Says that no agent has begun a log there, or that there is no such bundle. */
export const noLogYet = (directory: string): CommandFailure =>
  new CommandFailure(
    directory.endsWith('.gz')
      ? `There is no bundle ${directory}: check its path.`
      : `There is no log in ${directory} yet: start the agent with "ven run", try "ven demo", or name another directory with --data.`,
  );

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Opens a bundle as a log. @throws CommandFailure when it cannot be read; LogError when it cannot be trusted */
export const openBundleAt = async (path: string): Promise<BundleLog> => {
  const [{ bundleFile }, { openBundle }] = await Promise.all([
    import('../../adapters/log/bundleFile.ts'),
    import('../../bundle/openBundle.ts'),
  ]);
  const source = await bundleFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(`The file ${path} cannot be read (${error.code}): check its path and its permissions.`);
  });
  try {
    return await openBundle(source);
  } catch (error) {
    await source.close();
    throw error;
  }
};

/** Whether an agent has ever begun a log there. */
export const isBegun = (directory: string): boolean => {
  const { database, marker } = logPaths(directory);
  return existsSync(database) || existsSync(marker);
};

/** Whether the logs of many VENs lie there. */
export const isFleet = (directory: string): boolean => existsSync(storePaths(directory).database);

/** Says that a VEN is to be named. */
export const manyVens = (directory: string): CommandFailure =>
  new CommandFailure(`In ${directory} are the logs of many VENs: say which one with --ven VEN_ID.`);

const openOfFleet = async (directory: string, ven: string | undefined): Promise<OpenLog> => {
  if (ven === undefined) throw manyVens(directory);
  const agent = await agentOn(directory, ven);
  if (agent !== null) return { log: agent, agent };
  const { openRestingLogOf } = await import('../../store/level/restingLog.ts');
  return { log: await openRestingLogOf(directory, ven), agent: null };
};

/**
 * Opens the log of a data directory for reading: through the agent when one runs, else as it lies there, which keeps nobody from
 * starting. A file in its place is a bundle.
 * @throws CommandFailure when there is none yet; LogError when it cannot be trusted
 */
export const openLogForReading = async (
  directory: string,
  { thorough = false, ven }: OpenOptions = {},
): Promise<OpenLog> => {
  if (isFile(directory)) return { log: await openBundleAt(directory), agent: null };
  if (isFleet(directory)) return openOfFleet(directory, ven);
  if (!isBegun(directory)) throw noLogYet(directory);
  const agent = await agentOn(directory);
  if (agent !== null) return { log: agent, agent };
  const { openRestingLog } = await import('../../store/level/restingLog.ts');
  return { log: await openRestingLog(directory, { checkTables: thorough }), agent: null };
};

/** Does something with the log and closes it again, whatever happens. */
export const withLog = async <Result>(
  directory: string,
  use: (open: OpenLog) => Promise<Result>,
  options: OpenOptions = {},
): Promise<Result> => {
  const open = await openLogForReading(directory, options);
  try {
    return await use(open);
  } finally {
    await open.log.close();
  }
};
