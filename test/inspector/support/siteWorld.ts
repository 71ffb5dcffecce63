/** A site as people have one: a battery, a car that is away by day, a heater; prices with an evening that is dear; the optimiser plans. */
import { openSimulatedBattery, openSimulatedEv, openSimulatedFlexibleLoad } from '../../../src/devices/simulated.ts';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type { Preferences } from '../../../src/facts/preferences.ts';
import { hoursOf, localHourOf, type LocalDay } from '../../../src/programme/calendar.ts';
import type { ConfiguredAs, ConfiguredDevice } from '../../../src/shell/settings/deviceKinds.ts';
import type { Device } from '../../../src/shell/ports.ts';
import { settingsSchema } from '../../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../../src/shell/settings/venSettings.ts';
import { at, timeZone } from '../../scenarios/support/day.ts';
import { AgentWorld } from '../../support/agentWorld.ts';
import type { VirtualTime } from '../../support/virtualTime.ts';

/** By local hour, in USD/kWh: cheap nights, and an evening of which one hour is worth more than the rest of the day. */
export const dearEvening: readonly string[] = [
  ...['0.056', '0.049', '0.044', '0.041', '0.043', '0.051', '0.074', '0.118'],
  ...['0.128', '0.098', '0.083', '0.077', '0.074', '0.07', '0.08', '0.094'],
  ...['0.146', '1.94', '4.78', '2.31', '0.152', '0.112', '0.083', '0.069'],
];

/** The same every day but for what it costs: half of that on the next. */
const pricesOn =
  (firstDay: LocalDay) =>
  (day: { readonly day: LocalDay; readonly startAt: number; readonly endAt: number }): readonly string[] =>
    hoursOf(day).map((hourAt) => {
      const usd = Number(dearEvening[localHourOf(hourAt, timeZone)]);
      return day.day <= firstDay ? String(usd) : (usd * 0.6).toFixed(4);
    });

/** A battery on the wall. */
export const aBattery = (resourceID: string, capacityWattHours = 13_500): object => ({
  kind: 'simulatedBattery',
  resourceID,
  capacityWattHours,
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
});

/** A car that is away from 07:30 to 17:30 on weekdays. */
export const aCar = (resourceID: string): object => ({
  kind: 'simulatedEv',
  resourceID,
  capacityWattHours: 58_000,
  maxChargeWatts: 7_400,
  maxDischargeWatts: 5_000,
  trips: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], leaveAt: '07:30', returnAt: '17:30', energyWattHours: 9_000 }],
});

/** A heater that needs so much by the morning. */
export const aHeater = (resourceID: string): object => ({
  kind: 'simulatedFlexibleLoad',
  resourceID,
  maxChargeWatts: 2_400,
  need: { energyWattHours: 4_800, doneBy: '06:30' },
});

const opened = (device: ConfiguredDevice, time: VirtualTime): Device => {
  const opening = <Kind extends ConfiguredDevice['kind']>(configured: ConfiguredAs<Kind>) => ({
    device: configured,
    timeZone,
    now: () => time.now(),
    resumeFrom: null,
    resumeSetpoints: [],
    journal: { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined },
  });
  if (device.kind === 'simulatedBattery') return openSimulatedBattery(opening(device));
  if (device.kind === 'simulatedEv') return openSimulatedEv(opening(device));
  if (device.kind === 'simulatedFlexibleLoad') return openSimulatedFlexibleLoad(opening(device));
  throw new Error(`No ${device.kind} is opened here.`);
};

/** What is special of some devices, by resourceID. */
export interface SiteSpecials {
  /** Nobody trusts them yet. */
  readonly shadowed?: readonly string[];
  /** They do not answer from an instant on. */
  readonly silent?: readonly string[];
  readonly silentFromAt?: number;
  /** Whether it keeps what it asks the planner. */
  readonly keepsQuestions?: boolean;
}

/** The device, which answers nothing from an instant on. */
const falling = (device: Device, isSilent: () => boolean): Device =>
  new Proxy(device, {
    get: (target, name) => {
      if (name === 'read' && isSilent()) return () => Promise.reject(new Error('it does not answer'));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** The world, before its agent has started, at an hour of the day. */
export const siteWorld = (
  day: LocalDay,
  hour: number,
  devices: readonly object[],
  preferences: Preferences = {},
  { shadowed = [], silent = [], silentFromAt = Infinity, keepsQuestions = false }: SiteSpecials = {},
): AgentWorld => {
  const configured = settingsSchema.parse({
    dataDirectory: 'unused',
    timeZone,
    devices,
    preferences,
    askDevicesAtStart: false,
  });
  const settings = venSettingsOf(configured);
  const world: AgentWorld = new AgentWorld({
    startAt: at(day, hour),
    vtn: { pollFreq: 'PT10M', status: 'never', prices: { unit: 'usd_per_kwh', pricesOf: pricesOn(day) } },
    keepsQuestions,
    // HiGHS is loaded, and solves, in real time: ours stands still meanwhile, or else a busy machine has no plan.
    planner: { plan: (problem) => world.time.hold(optimise(problem)) },
    settings: {
      ...settings,
      devices: settings.devices.map((device) =>
        shadowed.includes(device.resourceID)
          ? { ...device, needsTrust: true, address: `sunspec ${device.resourceID}:502/1` }
          : device,
      ),
    },
    devices: (time) =>
      configured.devices.map((device) =>
        falling(opened(device, time), () => silent.includes(device.resourceID) && time.now() >= silentFromAt),
      ),
  });
  return world;
};
