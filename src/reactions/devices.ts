/** What the site has the devices do, and what came of setpoints and releases, for the device that wanted them. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { DeviceReleased, PlannedDevice, SetpointApplied, SetpointFailed } from '../facts/planning.ts';
import { backfillMs } from '../machines/device.ts';
import { streamOf, type StreamOf } from '../machines/streams.ts';
import { farJumpMs } from '../machines/watch.ts';
import { hourMs } from '../programme/calendar.ts';
import { boundaryIsKnown, firstReadingAt } from '../store/projections/usage.ts';

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

/** The first full hour of which nobody knows what a device's registers were, since it was first read; null when there is none. */
const unreadFrom = (state: AgentState, resourceID: string, at: number): number | null => {
  const first = firstReadingAt(state.views.usage, resourceID);
  if (first === null) return null;
  const from = Math.ceil(Math.max(first, at - backfillMs) / hourMs) * hourMs;
  for (let hourAt = from; hourAt <= at; hourAt += hourMs)
    if (!boundaryIsKnown(state.views.usage, resourceID, hourAt)) return hourAt;
  return null;
};

/** The clock was set: each device hears it, and after a far jump from where on it is to be read again. */
export const clockSetForDevices = (state: AgentState, at: number, jumpMs: number): readonly Consequence[] =>
  (state.settings?.devices ?? []).map(({ resourceID }) => {
    const isFar = Math.abs(jumpMs) >= farJumpMs;
    return tell(streamOf('device', resourceID), {
      type: 'clock.set',
      unreadFrom: isFar ? unreadFrom(state, resourceID, at) : null,
    });
  });
