/** What the planner is asked: one pure function of what the agent knows, so that any moment's question can be put together again from the log. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { DeviceTerms, DispatchConstraint, PlanningProblem } from '../dispatch/planningProblem.ts';
import type { MeterRead } from '../facts/input.ts';
import type { PlanRequested } from '../facts/planning.ts';
import type { DeviceSettings, VenSettings } from '../facts/settings.ts';
import { dayMs, hourMs } from '../programme/calendar.ts';
import type { LoadCommand } from '../machines/drEvent/loadCommands.ts';
import { loadCommands } from '../reactions/loadCommands.ts';
import { aboveThePlan } from '../reactions/instructions.ts';
import { pricesAhead } from '../reactions/site.ts';
import { isInShadow } from '../reactions/trust.ts';
import { latestReading } from '../store/projections/usage.ts';
import { deliveredToday } from './deliveredToday.ts';
import { asItCan, heardAt, isSilent } from './heard.ts';
import { standingNeed, type NeedStanding } from './need.ts';
import type { LocalHorizon } from './settings/localTimes.ts';
import type { QuestionPut } from './siteProblem.ts';
import { preferencesOf, preferredLoad, preferredPrices, preferredSite } from './settings/preferredTerms.ts';
import { oneWayEfficiency } from './settings/storageTerms.ts';
import { wishedStorage } from './settings/wishedStorage.ts';

/** How far back prices tell what is usual, for what is worth keeping. @unit ms */
const rememberedMs = 14 * dayMs;

/** What a power stores, or takes out of a store, in a time. @unit Wh */
const storedWattHours = (device: DeviceSettings, demandWatts: number, lengthMs: number): number =>
  (Math.max(0, lengthMs) / hourMs) *
  (demandWatts > 0 ? demandWatts * oneWayEfficiency(device) : demandWatts / oneWayEfficiency(device));

/** The part by which what the device was told since its reading has changed its level; one in shadow was told nothing. */
const changeSince = (state: AgentState, device: DeviceSettings, read: MeterRead, at: number): number => {
  const { resourceID, capacityWattHours = 0 } = device;
  if (capacityWattHours <= 0 || isInShadow(state, resourceID)) return 0;
  const slots = snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [];
  const stored = slots.reduce(
    (sum, { startAt, endAt, demandWatts }) =>
      sum + storedWattHours(device, demandWatts, Math.min(endAt, at) - Math.max(startAt, read.boundaryAt)),
    0,
  );
  return stored / capacityWattHours;
};

/** How full a battery in shadow would be, had it followed the plans so far; null where they do not say. */
const levelInShadow = (state: AgentState, device: DeviceSettings, at: number): number | null => {
  const { resourceID, role, capacityWattHours = 0 } = device;
  if (role !== 'battery' || capacityWattHours <= 0 || !isInShadow(state, resourceID)) return null;
  const planned = snapshotOf(state, 'site', 'site')?.context.plan?.devices ?? [];
  const slot = planned
    .find((each) => each.resourceID === resourceID)
    ?.slots.find(({ startAt, endAt }) => startAt <= at && at < endAt);
  if (typeof slot?.stateOfChargeAtEnd !== 'number') return null;
  const toCome = storedWattHours(device, slot.demandWatts, slot.endAt - at) / capacityWattHours;
  return Math.min(1, Math.max(0, slot.stateOfChargeAtEnd - toCome));
};

/** How full a device is at the instant; null when it does not say, is not there, or was not heard for too long. */
export const levelAt = (state: AgentState, device: DeviceSettings, at: number): number | null => {
  const read = heardAt(state, device, at);
  const level = read?.status.stateOfCharge;
  if (read === null || level === undefined) return null;
  return levelInShadow(state, device, at) ?? Math.min(1, Math.max(0, level + changeSince(state, device, read, at)));
};

/** What a load has drawn of its need already: as it was metered, and as it was told since; nothing where that is not known. */
const usedWattHours = (
  state: AgentState,
  { resourceID }: DeviceSettings,
  need: NeedStanding,
  horizon: LocalHorizon,
): number => {
  const { startAt, drawnWattHours } = need;
  const readAt = latestReading(state.views.usage, resourceID)?.boundaryAt ?? startAt;
  const slots = isInShadow(state, resourceID)
    ? []
    : (snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? []);
  const since = slots.reduce((sum, slot) => {
    const lengthMs = Math.min(slot.endAt, horizon.fromAt) - Math.max(slot.startAt, readAt, startAt);
    return sum + (Math.max(0, lengthMs) / hourMs) * Math.max(0, slot.demandWatts);
  }, 0);
  return (drawnWattHours ?? 0) + since;
};

const termsOf = (
  state: AgentState,
  settings: VenSettings,
  configured: DeviceSettings,
  horizon: LocalHorizon,
): DeviceTerms => {
  const device = asItCan(state, configured, horizon.fromAt);
  const wished = preferencesOf(settings.preferences, device.resourceID);
  const { need } = device;
  const standing = standingNeed(state, device, horizon.fromAt, horizon.timeZone);
  if (device.role === 'flexibleLoad' && need !== undefined && standing !== null)
    return preferredLoad(device, need, usedWattHours(state, device, standing, horizon), wished, horizon);
  const once = wishedStorage(state, settings, device, levelAt(state, device, horizon.fromAt), horizon);
  return once.cyclesPerDay === undefined
    ? once
    : { ...once, deliveredTodayWattHours: deliveredToday(state, device.resourceID, horizon) };
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
    .map(({ endAt, ...command }) => ({ ...command, endAt: endAt ?? toAt }))
    .filter(({ startAt, endAt }) => startAt < toAt && startAt < endAt);

/** Devices that can be told anything at all: those that are told, and those in shadow. */
const partedDevices = (state: AgentState, { devices }: VenSettings) => {
  const [driven, shadowed]: [DeviceSettings[], DeviceSettings[]] = [[], []];
  // Of a store that does not answer the level is not known; a load would be planned as if it did.
  const isThere = (device: DeviceSettings): boolean => device.need === undefined || !isSilent(state, device);
  for (const device of devices)
    if (device.isReadOnly !== true && isThere(device))
      (isInShadow(state, device.resourceID) ? shadowed : driven).push(device);
  return { driven, shadowed };
};

const settingsOf = ({ settings }: AgentState): VenSettings => {
  if (settings === null) throw new Error('Nothing is known of the devices before the agent has been started.');
  return settings;
};

/**
 * The question that a plan answers, by what is known in the state in which it was asked: of all devices that are told anything, and of
 * those in shadow.
 *
 * @throws Error before the first start.
 */
export const planQuestion = (
  state: AgentState,
  { fromAt, toAt }: Pick<PlanRequested, 'fromAt' | 'toAt'>,
): QuestionPut => {
  const settings = settingsOf(state);
  const { timeZone, site = {} } = settings;
  const horizon = { fromAt, toAt, timeZone };
  const termsOfAll = (devices: readonly DeviceSettings[]): readonly DeviceTerms[] =>
    devices.map((device) => termsOf(state, settings, device, horizon));
  const { driven, shadowed } = partedDevices(state, settings);
  return {
    ...horizon,
    moneyScope: site.moneyScope ?? 'device',
    site: preferredSite(site, horizon),
    prices: preferredPrices(pricesAhead(state, fromAt - rememberedMs, toAt), site.exportPrice),
    driven: termsOfAll(driven),
    shadowed: termsOfAll(shadowed),
    overrides: aboveThePlan(state, fromAt),
    constraints: constraintsOf(loadCommands(state, fromAt), toAt),
    ...runningOf(state),
    ...(site.exportPrice === undefined ? {} : { exportPrice: site.exportPrice }),
  };
};
