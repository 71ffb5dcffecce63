/** What the DR events in force ask of the devices, and which of them a person opted out of. */
import { drEventsOf, snapshotOf, type AgentState } from '../core/state.ts';
import { loadCommandsOf, type LoadCommand } from '../machines/drEvent/loadCommands.ts';
import { actingSettings } from './trust.ts';

/** Where an event stands while it is carried out, or is going to be. */
const inForce: ReadonlySet<string> = new Set(['far', 'near', 'active', 'ending']);

/** Whether what DR events ask is carried out; not in logs of before. */
export const isCarryingOut = ({ settings }: AgentState): boolean => settings?.followDrEvents === true;

/** All that is asked, by the events that nobody opted out of. One that was cancelled while active goes on for its random while. */
export const loadCommands = (state: AgentState, at: number): readonly LoadCommand[] => {
  if (state.settings === null || !isCarryingOut(state)) return [];
  const settings = actingSettings(state, state.settings);
  const venID = snapshotOf(state, 'ven', 'ven')?.context.venID ?? settings.venID;
  return drEventsOf(state)
    .flatMap(([, { event, startAt, endAt, endsAt, optType }, standing]) => {
      if (event === null || optType === 'optOut' || !inForce.has(standing)) return [];
      const commands = loadCommandsOf({ event, startAt, endAt }, settings, venID);
      if (standing !== 'ending') return commands;
      return commands
        .filter((command) => command.startAt < endsAt)
        .map((command) => ({ ...command, endAt: Math.min(command.endAt ?? endsAt, endsAt) }));
    })
    .filter(({ endAt }) => endAt === null || endAt > at);
};

/** The DR events that a person opted out of: nothing is done by them. */
export const optedOut = (state: AgentState): ReadonlySet<string> =>
  new Set(
    isCarryingOut(state) ? drEventsOf(state).flatMap(([id, { optType }]) => (optType === 'optOut' ? [id] : [])) : [],
  );
