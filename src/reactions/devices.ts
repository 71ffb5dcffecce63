/** What the site has the devices do, and what came of setpoints and releases, for the device that wanted them. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { DeviceReleased, PlannedDevice, SetpointApplied, SetpointFailed } from '../facts/planning.ts';
import { streamOf, type StreamOf } from '../machines/streams.ts';

/** The streams of the devices that are configured, in their order. */
export const deviceStreams = (state: AgentState): readonly StreamOf<'device'>[] =>
  (state.settings?.devices ?? []).map(({ resourceID }) => streamOf('device', resourceID));

/** A device took a setpoint. */
export const setpointApplied = ({ resourceID, setpointID }: SetpointApplied): Consequence =>
  tell(streamOf('device', resourceID), { type: 'setpoint.applied', setpointID: setpointID ?? null });

/** A device did not take one. */
export const setpointFailed = ({ resourceID, setpointID, detail }: SetpointFailed): Consequence =>
  tell(streamOf('device', resourceID), { type: 'setpoint.failed', setpointID: setpointID ?? null, detail });

/** A device was left to itself. */
export const deviceReleased = ({ resourceID, setpointID }: DeviceReleased): Consequence =>
  tell(streamOf('device', resourceID), { type: 'device.released', setpointID });

/** Each device hears its own slots; one that the plan does not name is left alone. */
export const slotsGiven = (state: AgentState, devices: readonly PlannedDevice[]): readonly Consequence[] => {
  const named = new Map(devices.map(({ resourceID, slots }) => [streamOf('device', resourceID), slots]));
  return deviceStreams(state).map((to) => tell(to, { type: 'slots.given', slots: named.get(to) ?? [] }));
};
