import type { DevicePreferences, Preferences, SiteSettings } from '../../facts/preferences.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import { preferencesOf } from '../../shell/settings/preferredTerms.ts';
import { venSettingsOf } from '../../shell/settings/venSettings.ts';
import { good, warning, type DoctorCheck, type Finding } from './finding.ts';

const percent = (part: number): string => `${Math.round(part * 100)} %`;
const kilowattHours = (wattHours: number): string => `${Number((wattHours / 1000).toFixed(2))} kWh`;
const dollars = (usd: number): string => `$${usd.toFixed(3)}`;

const check = 'preferences';

/** What may be sold of a storage, between what is kept and what it may hold. */
const sellable = (
  { resourceID, capacityWattHours = 0 }: DeviceSettings,
  { reserve = 0, stateOfChargeMin = 0, stateOfChargeMax = 1 }: DevicePreferences,
): Finding => {
  const kept = Math.max(reserve, stateOfChargeMin);
  const part = stateOfChargeMax - kept;
  const [keeps, holds] = [`a reserve of ${percent(kept)}`, `is filled to ${percent(stateOfChargeMax)}`];
  if (part <= 0)
    return warning(
      check,
      `With ${keeps} there is nothing to sell of ${resourceID}, which ${holds} at most.`,
      'Lower the reserve, or accept that it only waits for an outage.',
    );
  const sentence = `Of ${resourceID}, ${kilowattHours(part * capacityWattHours)} of ${kilowattHours(capacityWattHours)} can be traded (${keeps}, ${holds}).`;
  return part < 0.25 ? warning(check, sentence, 'A lower reserve leaves more to sell.') : good(check, sentence);
};

/** @limit The price at which the example buys. @unit USD/kWh */
const examplePrice = 0.1;

/** The price at which a kWh that was bought at another is worth selling. */
const spread = (
  { resourceID, roundTripEfficiency = 0.9, wearUsdPerKwh: deviceWear = 0.02 }: DeviceSettings,
  { wearUsdPerKwh = deviceWear, leastGainUsdPerKwh = 0, exportFloorUsdPerKwh }: DevicePreferences,
): Finding => {
  const sellAt = Math.max(
    examplePrice / roundTripEfficiency + wearUsdPerKwh + leastGainUsdPerKwh,
    exportFloorUsdPerKwh ?? -Infinity,
  );
  return good(
    check,
    `What ${resourceID} buys at ${dollars(examplePrice)} it sells from ${dollars(sellAt)} on (losses ${percent(1 - roundTripEfficiency)}, wear ${dollars(wearUsdPerKwh)}, least gain ${dollars(leastGainUsdPerKwh)}${exportFloorUsdPerKwh === undefined ? '' : `, floor ${dollars(exportFloorUsdPerKwh)}`}).`,
  );
};

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** How long a local time lasts, on a day without a change of the clocks. @unit h */
const hoursBetween = (from: string, to: string): number =>
  (((minutesOf(to) - minutesOf(from) + 24 * 60 - 1) % (24 * 60)) + 1) / 60;

/** As the plan counts cycles: of what it can hold between its limits, at the meter. */
const cycles = (
  { resourceID, capacityWattHours = 0, roundTripEfficiency = 0.9 }: DeviceSettings,
  { cyclesPerDay, stateOfChargeMin = 0, stateOfChargeMax = 1 }: DevicePreferences,
): readonly Finding[] => {
  if (cyclesPerDay === undefined) return [];
  const held = Math.max(0, stateOfChargeMax - stateOfChargeMin) * capacityWattHours;
  const most = cyclesPerDay * held * Math.sqrt(roundTripEfficiency);
  const often = cyclesPerDay === 1 ? '1 cycle' : `${cyclesPerDay} cycles`;
  return [good(check, `With ${often} a day ${resourceID} delivers ${kilowattHours(most)} a day at most.`)];
};

/** Levels that are wished and never reached, because it is not filled so far. */
const beyondFull = (
  { resourceID }: DeviceSettings,
  { stateOfChargeMax = 1, reserveTimes = [], departures: leaving = [] }: DevicePreferences,
): readonly Finding[] => {
  const wished = [
    ...reserveTimes.map(({ stateOfCharge, from }) => ({ stateOfCharge, what: `its reserve from ${from} on` })),
    ...leaving.map(({ stateOfCharge, at }) => ({ stateOfCharge, what: `its departure at ${at}` })),
  ];
  return wished
    .filter(({ stateOfCharge }) => stateOfCharge > stateOfChargeMax)
    .map(({ stateOfCharge, what }) =>
      warning(
        check,
        `${resourceID} is filled to ${percent(stateOfChargeMax)} at most: ${what}, ${percent(stateOfCharge)}, is never met.`,
        'Wish for less, or raise stateOfChargeMax.',
      ),
    );
};

/** Departures that are wished of all devices, and hold for one that never leaves as well. */
const neverLeaves = (
  { resourceID, trips = [] }: DeviceSettings,
  preferences: Preferences | undefined,
): readonly Finding[] => {
  const { departures: ofAll = [], devices = {} } = preferences ?? {};
  return ofAll.length === 0 || trips.length > 0 || devices[resourceID]?.departures !== undefined
    ? []
    : [
        warning(
          check,
          `${resourceID} has no trips, and is kept as full for its departures as those that leave: the wish is of all devices.`,
          'Say departures under preferences.devices, by the resourceID of the car.',
        ),
      ];
};

/** What a load needs each day and cannot draw in a day. */
const needs = ({ resourceID, need, maxChargeWatts }: DeviceSettings): readonly Finding[] => {
  const most = 24 * maxChargeWatts;
  return need === undefined || most >= need.energyWattHours
    ? []
    : [
        warning(
          check,
          `${resourceID} needs ${kilowattHours(need.energyWattHours)} a day and can draw ${kilowattHours(most)}: its need is never met.`,
          'Give it more power, or a smaller need.',
        ),
      ];
};

/** Whether a car can be as full as is wished when it leaves, if it comes back empty of its trip. */
const departures = (device: DeviceSettings, { departures: wished = [] }: DevicePreferences): readonly Finding[] =>
  wished.flatMap(({ at, stateOfCharge }): readonly Finding[] => {
    const { resourceID, capacityWattHours = 0, maxChargeWatts, roundTripEfficiency = 0.9, trips = [] } = device;
    return trips.flatMap(({ returnAt, energyWattHours }) => {
      const storedWattHours = hoursBetween(returnAt, at) * maxChargeWatts * Math.sqrt(roundTripEfficiency);
      const wantedWattHours = Math.min(energyWattHours, stateOfCharge * capacityWattHours);
      return storedWattHours >= wantedWattHours
        ? []
        : [
            warning(
              check,
              `Between ${returnAt} and ${at} ${resourceID} takes ${kilowattHours(storedWattHours)}, and its trip used ${kilowattHours(energyWattHours)}: it will not be at ${percent(stateOfCharge)} each time.`,
              'Wish for less, or give it more power or more time.',
            ),
          ];
    });
  });

const quiet = ({ resourceID }: DeviceSettings, { quietTimes = [] }: DevicePreferences): readonly Finding[] => {
  const hours = quietTimes.reduce((sum, { from, to }) => sum + hoursBetween(from, to), 0);
  return hours < 12
    ? []
    : [
        warning(
          check,
          `${resourceID} is to be still for ${Math.min(24, Math.round(hours))} hours of a day: it earns in the others only.`,
          'Shorten its quietTimes if that is not meant.',
        ),
      ];
};

const siteFindings = (
  {
    exportForbidden,
    exportLimitWatts,
    importLimitWatts,
    moneyScope = 'device',
    chargingFromGridForbidden,
    hourlyPvWatts,
  }: SiteSettings,
  devices: readonly DeviceSettings[],
): readonly Finding[] => {
  const [charging, discharging] = [
    devices.reduce((sum, { maxChargeWatts }) => sum + maxChargeWatts, 0),
    devices.reduce((sum, { maxDischargeWatts }) => sum + maxDischargeWatts, 0),
  ];
  return [
    ...((exportForbidden === true || exportLimitWatts === 0) && moneyScope === 'device'
      ? [
          warning(
            check,
            'Nothing may go to the grid, and each device is billed by its own meter: what a storage holds cannot be sold.',
            'If one meter is billed for the home as a whole, say site.moneyScope "site".',
          ),
        ]
      : []),
    ...(chargingFromGridForbidden === true && (hourlyPvWatts ?? []).every((watts) => watts === 0)
      ? [
          warning(
            check,
            'Storage may not be charged from the grid, and nothing is said of panels: it will never be charged.',
            'Say site.hourlyPvWatts, or allow charging from the grid.',
          ),
        ]
      : []),
    ...(importLimitWatts !== undefined && importLimitWatts < charging
      ? [good(check, `The import limit of ${importLimitWatts} W binds: the devices together could draw ${charging} W.`)]
      : []),
    ...(exportLimitWatts !== undefined && exportLimitWatts > 0 && exportLimitWatts < discharging
      ? [
          good(
            check,
            `The export limit of ${exportLimitWatts} W binds: the devices together could deliver ${discharging} W.`,
          ),
        ]
      : []),
  ];
};

/** What of the wishes and of the site's limits will bind, before a day is lost to it. */
export const preferencesCheck: DoctorCheck = async ({ configuration: { settings } }) => {
  const { site = {}, preferences, devices } = venSettingsOf({ ...settings, vtnUrl: '' });
  const told = devices.filter(({ isReadOnly }) => isReadOnly !== true);
  return [
    ...siteFindings(site, told),
    ...told.flatMap((device) => {
      const wished = preferencesOf(preferences, device.resourceID);
      const isStorage = (device.capacityWattHours ?? 0) > 0;
      const sells = isStorage && device.maxDischargeWatts > 0;
      return [
        ...(sells ? [sellable(device, wished), spread(device, wished), ...cycles(device, wished)] : []),
        ...(isStorage
          ? [...beyondFull(device, wished), ...neverLeaves(device, preferences), ...departures(device, wished)]
          : []),
        ...needs(device),
        ...quiet(device, wished),
      ];
    }),
  ];
};
