/** What the site has the devices do, and what came of setpoints and releases, for the device that wanted them. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { configuredDevice } from '../facts/settings.ts';
import type { DeviceReleased, PlannedDevice, SetpointApplied, SetpointFailed } from '../facts/planning.ts';
import { backfillMs } from '../machines/device/boundaries.ts';
import type { Signal } from '../machines/signals.ts';
import { siteStream, streamOf, type StreamOf } from '../machines/streams.ts';
import { farJumpMs } from '../machines/watch/farJump.ts';
import { hourMs } from '../programme/calendar.ts';
import { boundaryIsKnown, firstReadingAt, lastKnownBoundary } from '../store/projections/usage.ts';

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
const unreadFrom = ({ usage }: AgentState['views'], resourceID: string, at: number): number | null => {
  const first = firstReadingAt(usage, resourceID);
  if (first === null) return null;
  const from = Math.ceil(Math.max(first, at - backfillMs) / hourMs) * hourMs;
  for (let hourAt = from; hourAt <= at; hourAt += hourMs)
    if (!boundaryIsKnown(usage, resourceID, hourAt)) return hourAt;
  return null;
};

/** Each device hears by which record it goes from now on: up to where it was read, and from where on it is to be read again. */
export const devicesByTheRecord = ({ views, settings }: AgentState, at: number): readonly Consequence[] =>
  (settings?.devices ?? []).map(({ resourceID }) =>
    tell(streamOf('device', resourceID), {
      type: 'clock.set',
      unreadFrom: unreadFrom(views, resourceID, at),
      knownUntil: lastKnownBoundary(views.usage, resourceID, at),
    }),
  );

/** What a clock that was wrong has left is not gone by: nothing is asked for of before, until it is known what the clock is now. */
export const devicesAfresh = (state: AgentState): readonly Consequence[] =>
  deviceStreams(state).map((to) => tell(to, { type: 'clock.set', unreadFrom: null, knownUntil: null }));

/** The clock was set: after a far jump devices go by the record. */
export const clockSetForDevices = (state: AgentState, at: number, jumpMs: number): readonly Consequence[] =>
  Math.abs(jumpMs) >= farJumpMs
    ? devicesByTheRecord(state, at)
    : deviceStreams(state).map((to) => tell(to, { type: 'clock.set', unreadFrom: null }));

/** A device is silent, or answers again: the site plans anew, unless it never plans for it. */
export const answersOtherwise = (
  state: AgentState,
  { type, resourceID }: Extract<Signal, { readonly type: 'device.silent' | 'device.heard' }>,
): readonly Consequence[] => {
  const device = state.settings === null ? undefined : configuredDevice(state.settings, resourceID);
  if (device === undefined || device.isReadOnly === true) return [];
  const because = type === 'device.silent' ? `${resourceID} does not answer` : `${resourceID} answers again`;
  return [tell(siteStream, { type: 'device.changed', because }), { unsettled: 'plan' }];
};
