/** What the planner is asked: one pure function of what the agent knows, so that any moment's question can be put together again from the log. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { DeviceTerms, DispatchConstraint, PlanningProblem } from '../dispatch/planningProblem.ts';
import type { MeterRead } from '../facts/input.ts';
import type { PlanRequested } from '../facts/planning.ts';
import type { DeviceNeed, DeviceSettings, VenSettings } from '../facts/settings.ts';
import { dayMs, hourMs } from '../programme/calendar.ts';
import type { LoadCommand } from '../machines/loadCommands.ts';
import { loadCommands } from '../reactions/loadCommands.ts';
import { overridesAt } from '../reactions/instructions.ts';
import { pricesAhead } from '../reactions/site.ts';
import { latestReading, netUsage } from '../store/projections/usage.ts';
import { deliveredToday } from './deliveredToday.ts';
import type { LocalHorizon } from './localTimes.ts';
import {
  needTime,
  preferencesOf,
  preferredLoad,
  preferredPrices,
  preferredSite,
  preferredStorage,
} from './preferredTerms.ts';
import { oneWayEfficiency } from './storageTerms.ts';

/** How far back prices tell what is usual, for what is worth keeping. @unit ms */
const rememberedMs = 14 * dayMs;

/** A level that was read longer ago than this, in readings, is not known any more. */
const readingsMissed = 3;

/** The part by which what the device was told since its reading has changed its level. */
const changeSince = (state: AgentState, device: DeviceSettings, read: MeterRead, at: number): number => {
  const { resourceID, capacityWattHours = 0 } = device;
  if (capacityWattHours <= 0) return 0;
  const slots = snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [];
  const storedWattHours = slots.reduce((sum, { startAt, endAt, demandWatts }) => {
    const hours = Math.max(0, Math.min(endAt, at) - Math.max(startAt, read.boundaryAt)) / hourMs;
    return (
      sum + hours * (demandWatts > 0 ? demandWatts * oneWayEfficiency(device) : demandWatts / oneWayEfficiency(device))
    );
  }, 0);
  return storedWattHours / capacityWattHours;
};

/** How full a device is at the instant; null when it does not say, is not there, or was not heard for too long. */
export const levelAt = (state: AgentState, device: DeviceSettings, at: number): number | null => {
  const read = latestReading(state.views.usage, device.resourceID);
  const everyMs = state.settings?.sampleEveryMs ?? hourMs;
  const level = read?.status.stateOfCharge;
  if (read === null || level === undefined || !read.status.online) return null;
  if (at - read.boundaryAt > readingsMissed * everyMs) return null;
  return Math.min(1, Math.max(0, level + changeSince(state, device, read, at)));
};

/** What a load has drawn of its need already: as it was metered, and as it was told since; nothing where that is not known. */
const usedWattHours = (
  state: AgentState,
  { resourceID }: DeviceSettings,
  need: DeviceNeed,
  horizon: LocalHorizon,
): number => {
  const { startAt } = needTime(need, horizon.fromAt, horizon.timeZone);
  const readAt = latestReading(state.views.usage, resourceID)?.boundaryAt ?? startAt;
  const metered =
    readAt <= startAt ? 0 : (netUsage(state.views.usage, resourceID, startAt, readAt - startAt).energyWattHours ?? 0);
  const slots = snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [];
  const since = slots.reduce((sum, slot) => {
    const lengthMs = Math.min(slot.endAt, horizon.fromAt) - Math.max(slot.startAt, readAt, startAt);
    return sum + (Math.max(0, lengthMs) / hourMs) * Math.max(0, slot.demandWatts);
  }, 0);
  return Math.max(0, metered) + since;
};

const termsOf = (
  state: AgentState,
  settings: VenSettings,
  device: DeviceSettings,
  horizon: LocalHorizon,
): DeviceTerms => {
  const wished = preferencesOf(settings.preferences, device.resourceID);
  const { need } = device;
  if (device.role === 'flexibleLoad' && need !== undefined)
    return preferredLoad(device, need, usedWattHours(state, device, need, horizon), wished, horizon);
  const storage = preferredStorage(device, levelAt(state, device, horizon.fromAt), wished, horizon);
  return storage.cyclesPerDay === undefined
    ? storage
    : { ...storage, deliveredTodayWattHours: deliveredToday(state, device.resourceID, horizon) };
};

/** By device, what the plan in force has it do. */
const runningOf = (state: AgentState): Pick<PlanningProblem, 'running'> => {
  const plan = snapshotOf(state, 'site', 'site')?.context.plan ?? null;
  if (plan === null) return {};
  const running = plan.devices.map(({ resourceID, slots }) => [
    resourceID,
    slots.map(({ startAt, endAt, demandWatts }) => ({ startAt, endAt, demandWatts })),
  ]);
  return { running: Object.fromEntries(running) as NonNullable<PlanningProblem['running']> };
};

/** What DR events ask, as far as it is planned. */
const constraintsOf = (commands: readonly LoadCommand[], toAt: number): readonly DispatchConstraint[] =>
  commands
    .map(({ eventID: _eventID, endAt, ...command }) => ({ ...command, endAt: endAt ?? toAt }))
    .filter(({ startAt, endAt }) => startAt < toAt && startAt < endAt);

const problemFor = (
  state: AgentState,
  settings: VenSettings,
  { fromAt, toAt }: Pick<PlanRequested, 'fromAt' | 'toAt'>,
): PlanningProblem => {
  const { timeZone, site = {} } = settings;
  const horizon = { fromAt, toAt, timeZone };
  return {
    ...horizon,
    moneyScope: site.moneyScope ?? 'device',
    site: preferredSite(site, horizon),
    prices: preferredPrices(pricesAhead(state, fromAt - rememberedMs, toAt), site.exportPrice),
    devices: settings.devices
      .filter(({ isReadOnly }) => isReadOnly !== true)
      .map((device) => termsOf(state, settings, device, horizon)),
    overrides: overridesAt(state, fromAt),
    constraints: constraintsOf(loadCommands(state, fromAt), toAt),
    ...runningOf(state),
  };
};

/**
 * The question that a plan answers, by what is known in the state in which it was asked.
 *
 * @throws Error before the first start.
 */
export const siteProblem = (state: AgentState, asked: Pick<PlanRequested, 'fromAt' | 'toAt'>): PlanningProblem => {
  if (state.settings === null) throw new Error('Nothing is known of the devices before the agent has been started.');
  return problemFor(state, state.settings, asked);
};
