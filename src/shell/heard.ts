/** What a device said last of itself, as far as it holds still: how full it is, and what it can do. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { MeterRead } from '../facts/input.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { hourMs } from '../programme/calendar.ts';
import { latestState, limitsSetAt } from '../store/projections/usage.ts';

/** What was read longer ago than this, in readings, is not known any more. */
const readingsMissed = 3;

/** Whether a device does not answer, however often it is asked. */
export const isSilent = (state: AgentState, { resourceID }: Pick<DeviceSettings, 'resourceID'>): boolean =>
  snapshotOf(state, `device/${resourceID}`, 'device')?.context.isSilent === true;

/** What a device said last of itself; null when it is not there, or was not heard for too long. */
export const heardAt = (
  state: AgentState,
  device: Pick<DeviceSettings, 'resourceID'>,
  at: number,
): MeterRead | null => {
  const read = latestState(state.views.usage, device.resourceID);
  const everyMs = state.settings?.sampleEveryMs ?? hourMs;
  if (read === null || !read.status.online || isSilent(state, device)) return null;
  return at - read.boundaryAt > readingsMissed * everyMs ? null : read;
};

/** A limit that is none, as a log may hold it, changes nothing. @unit W */
const atMost = (set: number, said: number): number => (Number.isFinite(said) && said >= 0 ? Math.min(set, said) : set);

/**
 * The device with the power that it says it can draw and deliver, where that is less than its settings say: a plan of more would promise
 * what cannot be. What it said before its settings were these says nothing of them, and nothing counts while it cannot be used.
 */
export const asItCan = (state: AgentState, device: DeviceSettings, at: number): DeviceSettings => {
  const read = heardAt(state, device, at);
  if (read === null || read.status.isAvailable === false) return device;
  if (read.readAt < (limitsSetAt(state.views.usage, device.resourceID) ?? Number.NEGATIVE_INFINITY)) return device;
  const { maxChargeWatts, maxDischargeWatts } = read.status;
  return {
    ...device,
    maxChargeWatts: atMost(device.maxChargeWatts, maxChargeWatts),
    maxDischargeWatts: atMost(device.maxDischargeWatts, maxDischargeWatts),
  };
};
