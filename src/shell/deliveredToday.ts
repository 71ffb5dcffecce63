/** What a storage has delivered already in the local day: a limit of cycles a day is for the whole of it, however often it is planned. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import { dayOf, hourMs } from '../programme/calendar.ts';
import { latestReading, netUsage } from '../store/projections/usage.ts';
import type { LocalHorizon } from './settings/localTimes.ts';

/** As it was metered, hour by hour, and since the last reading as it was told; an hour that nobody metered counts nothing. @unit Wh */
export const deliveredToday = (
  state: AgentState,
  resourceID: string,
  { fromAt, timeZone }: Pick<LocalHorizon, 'fromAt' | 'timeZone'>,
): number => {
  const { startAt } = dayOf(fromAt, timeZone);
  const readAt = Math.min(fromAt, latestReading(state.views.usage, resourceID)?.boundaryAt ?? startAt);
  let metered = 0;
  for (let at = startAt; at < readAt; at += hourMs) {
    const { energyWattHours } = netUsage(state.views.usage, resourceID, at, Math.min(hourMs, readAt - at));
    metered += Math.max(0, 0 - (energyWattHours ?? 0));
  }
  const slots = snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [];
  const since = slots.reduce((sum, slot) => {
    const lengthMs = Math.min(slot.endAt, fromAt) - Math.max(slot.startAt, readAt, startAt);
    return sum + (Math.max(0, lengthMs) / hourMs) * Math.max(0, 0 - slot.demandWatts);
  }, 0);
  return metered + since;
};
