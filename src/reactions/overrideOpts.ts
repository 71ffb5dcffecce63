/**
 * A person overrides a device against a DR event that was accepted: where the settings say so, it is opted out of by itself, so that the
 * VTN does not count on what will not be.
 *
 * @reading An override contradicts where its power lies outside of what the event asks of the device in that time; what is asked of the
 * site as a whole, only where one device alone could do it. It stays out when the override is over: nobody takes part by halves.
 * @rule 2.0b 206
 */
import type { Consequence } from '../core/consequence.ts';
import { drEventOf, optsThatHold, snapshotOf, type AgentState } from '../core/state.ts';
import { configuredDevice, type DeviceSettings, type VenSettings } from '../facts/settings.ts';
import type { LoadCommand } from '../machines/drEvent/loadCommands.ts';
import { newID, type Moment } from '../machines/moment.ts';
import type { Override } from '../machines/site/overrides.ts';
import { streamOf } from '../machines/streams.ts';
import { targetedDevices } from '../machines/drEvent/targetFault.ts';
import { overridesAt } from './instructions.ts';
import { loadCommands } from './loadCommands.ts';
import { outsOf } from './optHolds.ts';
import { actingSettings } from './trust.ts';

const wattsOf = ({ action, powerWatts = Infinity }: Override, device: DeviceSettings): number => {
  if (action === 'hold') return 0;
  return action === 'charge'
    ? Math.min(powerWatts, device.maxChargeWatts)
    : 0 - Math.min(powerWatts, device.maxDischargeWatts);
};

/** What a command lets a device draw at the most. @unit W */
const mostOf = (command: LoadCommand, { maxChargeWatts, maxDischargeWatts }: DeviceSettings): number => {
  if (command.kind === 'power') return command.atMostWatts ?? Infinity;
  return [Infinity, maxChargeWatts / 2, 0, 0 - maxDischargeWatts][command.level] ?? Infinity;
};

const contradicts = (override: Override, command: LoadCommand, device: DeviceSettings): boolean => {
  const watts = wattsOf(override, device);
  const least = command.kind === 'power' ? (command.atLeastWatts ?? -Infinity) : -Infinity;
  return watts < least || watts > mostOf(command, device);
};

const canBeTold = (settings: VenSettings): readonly DeviceSettings[] =>
  settings.devices.filter(({ isReadOnly }) => isReadOnly !== true);

const isAskedOf = ({ resourceID }: LoadCommand, device: DeviceSettings, settings: VenSettings): boolean =>
  resourceID === undefined ? canBeTold(settings).length === 1 : resourceID === device.resourceID;

const overlap = (override: Override, { startAt, endAt }: LoadCommand): boolean =>
  override.startAt < (endAt ?? Infinity) && startAt < override.endAt;

const qualifiable = (state: AgentState, eventID: string): boolean =>
  drEventOf(state, eventID)?.responseRequired === 'always';

/** The events that the override of a device contradicts, and that it is not out of yet. */
const contradicted = (
  state: AgentState,
  { at }: Moment,
  override: Override,
  device: DeviceSettings,
  settings: VenSettings,
): readonly string[] => {
  const out = new Set(outsOf(state, device, at).map(({ eventID }) => eventID));
  const events = loadCommands(state, at)
    .filter((command) => isAskedOf(command, device, settings) && overlap(override, command))
    .filter((command) => contradicts(override, command, device))
    .map(({ eventID }) => eventID);
  return [...new Set(events)].filter((eventID) => !out.has(eventID) && qualifiable(state, eventID));
};

/** Out of an event with a device, or altogether where it is the only one that it asks anything of. */
const optingOut = (
  state: AgentState,
  moment: Moment,
  eventID: string,
  { resourceID }: DeviceSettings,
  settings: VenSettings,
): readonly Consequence[] => {
  const context = drEventOf(state, eventID);
  if (context === undefined || context.event === null) return [];
  const venID = snapshotOf(state, 'ven', 'ven')?.context.venID ?? settings.venID;
  const targeted = targetedDevices(context.event.eiTarget, venID, { ...settings, devices: canBeTold(settings) });
  const who = targeted.length === 1 ? {} : { resourceIDs: [resourceID] };
  const before = optsThatHold(state).find(
    ({ terms }) => terms?.eventID === eventID && String(terms.resourceIDs) === String(who.resourceIDs),
  );
  const optID = before?.terms?.optID ?? `opt-${newID(moment, `override ${eventID} ${resourceID}`)}`;
  const { modificationNumber } = context;
  return [
    {
      stream: streamOf('opt', optID),
      fact: {
        type: 'OptConcluded',
        data: {
          optID,
          optType: 'optOut',
          optReason: 'overrideStatus',
          eventID,
          modificationNumber,
          windows: [],
          ...who,
          by: 'override',
          resourceID,
        },
      },
    },
  ];
};

/** What persons override now is held against what the DR events ask. */
export const overridesLookedOver = (state: AgentState, moment: Moment): readonly Consequence[] => {
  if (moment.settings.overrideOptsOut !== true) return [];
  const settings = actingSettings(state, moment.settings);
  return overridesAt(state, moment.at).flatMap((override) => {
    const device = configuredDevice(settings, override.resourceID);
    if (device === undefined || device.isReadOnly === true) return [];
    return contradicted(state, moment, override, device, settings).flatMap((eventID) =>
      optingOut(state, moment, eventID, device, settings),
    );
  });
};
