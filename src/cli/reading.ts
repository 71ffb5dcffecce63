/** What all commands that read a log have in common. */
import { baseStateCheckpoint, stateCheckpoint } from '../store/checkpointNames.ts';
import type { AgentStarted } from '../facts/input.ts';
import type { AgentState } from '../core/state.ts';
import type { OpenSettings } from '../adapters/config/config.ts';
import type { EventLog } from '../store/eventLog.ts';
import type { ProjectionFaults } from '../store/projection.ts';
import { configurationFor } from './configurationOptions.ts';
import { withLog, type OpenLog, type OpenOptions } from './control/openLog.ts';
import { databaseGiven, withRestingStored } from './control/storedLog.ts';
import type { ParsedArguments } from './options.ts';
import { proseFor } from './prose.ts';
import type { Surroundings } from './surroundings.ts';
import type { Here } from './when.ts';

/** A log to be read, and the place and time it is read in. */
export interface OpenReading extends OpenLog {
  readonly settings: OpenSettings;
  readonly here: Here;
}

const venGiven = (given: ParsedArguments): Pick<OpenOptions, 'ven'> => {
  const ven = given.text('ven');
  return ven === undefined ? {} : { ven };
};

/** Opens the log of the configuration, does something with it, and closes it. */
export const reading = <Result>(
  given: ParsedArguments,
  surroundings: Surroundings,
  use: (reading: OpenReading) => Promise<Result>,
  options: OpenOptions = {},
): Promise<Result> => {
  const { settings } = configurationFor(given, surroundings);
  const asRead = (open: OpenLog): Promise<Result> =>
    use({ ...open, settings, here: { timeZone: settings.timeZone, now: open.agent?.now ?? surroundings.now() } });
  const access = databaseGiven(given, surroundings);
  return access === null
    ? withLog(settings.dataDirectory, asRead, { ...options, ...venGiven(given) })
    : withRestingStored(access, given.text('ven') ?? settings.venID, asRead);
};

/** The time zone the log was written in: its days are told as the agent saw them. */
export const logTimeZone = (state: Pick<AgentState, 'settings'>, { here }: OpenReading): string =>
  state.settings?.timeZone ?? here.timeZone;

/** The agent's state after the log, and the place it was written in. All machines are needed for it, so they are imported here. */
export const stateOf = async (given: OpenReading): Promise<{ readonly state: AgentState; readonly here: Here }> => {
  const { foldLog } = await import('../shell/fold.ts');
  const { state } = await foldLog(given.log, { fromCheckpoint: true });
  return { state, here: { ...given.here, timeZone: logTimeZone(state, given) } };
};

/** The zone that the agent kept with its state, of whatever version that is. */
const keptZone = async (log: EventLog): Promise<{ readonly timeZone: string; readonly position: number } | null> => {
  const kept = (await log.loadCheckpoint(stateCheckpoint)) ?? (await log.loadCheckpoint(baseStateCheckpoint));
  const { settings } = (kept?.state ?? {}) as { readonly settings?: { readonly timeZone?: string } | null };
  return kept === undefined || settings?.timeZone === undefined
    ? null
    : { timeZone: settings.timeZone, position: kept.position };
};

/**
 * The place the log was written in, even of a log that cannot be folded. No machine is asked for it: the zone stands in the
 * state that was kept, and in each start since.
 */
export const hereOf = async ({ log, here }: Pick<OpenReading, 'log' | 'here'>): Promise<Here> => {
  const kept = await keptZone(log);
  let timeZone = kept?.timeZone ?? here.timeZone;
  const from = Math.max(kept?.position ?? -1, log.base.position) + 1;
  for await (const { type, data } of log.read({ from }))
    if (type === 'AgentStarted') timeZone = (data as Partial<AgentStarted>).settings?.timeZone ?? timeZone;
  return { ...here, timeZone };
};

/** Says on the side what the answer leaves out. */
export const tellFaults = (faults: readonly ProjectionFaults[], { stderr }: Surroundings): void => {
  for (const { count, first } of faults) {
    stderr.write(
      proseFor(
        stderr,
        `${count} entries could not be taken into account; the first is ${first.type} at position ${first.position}: ${first.message} Look at it with "ven log show ${first.position}".\n`,
      ),
    );
  }
};

/** The positions of a log as people count them. */
export const positionsText = ({ base, durableHead }: EventLog): string =>
  durableHead.position < 0 ? 'no entries' : `entries ${base.position + 1} to ${durableHead.position}`;
