/** What the planner is told of the site and its devices beyond what they are: what a person wants, and what is expected. */
import type {
  FlexibleLoadTerms,
  ForecastSpan,
  PlanSpan,
  PricedSpan,
  SiteTerms,
  StorageTerms,
} from '../../dispatch/planningProblem.ts';
import type { DevicePreferences, ExportPriceTerms, Preferences, SiteSettings } from '../../facts/preferences.ts';
import type { DeviceNeed, DeviceSettings, DeviceTrip } from '../../facts/settings.ts';
import { hoursOf, localHourOf } from '../../programme/calendar.ts';
import { add, decimalOf, decimalText, multiply } from '../../programme/decimal.ts';
import { daysAround, localInstants, localSpans, type LocalHorizon } from './localTimes.ts';
import { storageTermsOf } from './storageTerms.ts';

/** What is wanted of a device: what is said of it, else what is said of all. */
export const preferencesOf = (preferences: Preferences | undefined, resourceID: string): DevicePreferences => {
  const { devices = {}, ...all } = preferences ?? {};
  return { ...all, ...(Object.hasOwn(devices, resourceID) ? devices[resourceID] : {}) };
};

/** A number of a configuration as exact text. */
const exactly = (amount: number): string => decimalText(decimalOf(String(amount)));

const decimalPart = <Name extends string>(name: Name, value: number | undefined): { readonly [K in Name]?: string } =>
  value === undefined ? {} : ({ [name]: exactly(value) } as { readonly [K in Name]?: string });

/** What is left of a stretch of time without some others. */
const besides = (whole: PlanSpan, gone: readonly PlanSpan[]): readonly PlanSpan[] =>
  gone.reduce<readonly PlanSpan[]>(
    (left, { startAt, endAt }) =>
      left
        .flatMap((span) => [
          { startAt: span.startAt, endAt: Math.min(span.endAt, startAt) },
          { startAt: Math.max(span.startAt, endAt), endAt: span.endAt },
        ])
        .filter((span) => span.startAt < span.endAt),
    [whole],
  );

/** A car is not there while it is away, and comes back emptier. */
const tripTerms = (
  trips: readonly DeviceTrip[] | undefined,
  horizon: LocalHorizon,
): Pick<StorageTerms, 'available' | 'trips'> => {
  if (trips === undefined || trips.length === 0) return {};
  const away = localSpans(
    trips.map((trip) => ({ ...trip, from: trip.leaveAt, to: trip.returnAt })),
    horizon,
  );
  if (away.length === 0) return {};
  return {
    available: besides({ startAt: horizon.fromAt, endAt: horizon.toAt }, away),
    trips: away.map(({ startAt, endAt, time }) => ({ startAt, endAt, energyWattHours: time.energyWattHours })),
  };
};

const spansOnly = (spans: readonly PlanSpan[]): readonly PlanSpan[] =>
  spans.map(({ startAt, endAt }) => ({ startAt, endAt }));

const wishedTerms = (wished: DevicePreferences, horizon: LocalHorizon): Partial<StorageTerms> => {
  const { reserve, reserveTimes = [], departures = [], quietTimes = [], cyclesPerDay } = wished;
  const { stateOfChargeMin, stateOfChargeMax } = wished;
  const reserveSpans = localSpans(reserveTimes, horizon).map(({ startAt, endAt, time: { stateOfCharge } }) => ({
    startAt,
    endAt,
    stateOfCharge,
  }));
  const targets = departures
    .flatMap((each) => localInstants(each, horizon).map((at) => ({ at, stateOfCharge: each.stateOfCharge })))
    .sort((a, b) => a.at - b.at);
  const quiet = spansOnly(localSpans(quietTimes, horizon));
  return {
    ...(reserve === undefined ? {} : { reserve }),
    ...(reserveSpans.length === 0 ? {} : { reserveSpans }),
    ...(stateOfChargeMin === undefined ? {} : { stateOfChargeMin }),
    ...(stateOfChargeMax === undefined ? {} : { stateOfChargeMax }),
    ...(targets.length === 0 ? {} : { departures: targets }),
    ...(quiet.length === 0 ? {} : { quietTimes: quiet }),
    ...(cyclesPerDay === undefined ? {} : { cyclesPerDay }),
    ...decimalPart('wearUsdPerKwh', wished.wearUsdPerKwh),
    ...decimalPart('leastGainUsdPerKwh', wished.leastGainUsdPerKwh),
    ...decimalPart('exportFloorUsdPerKwh', wished.exportFloorUsdPerKwh),
    ...decimalPart('terminalUsdPerKwh', wished.terminalUsdPerKwh),
  };
};

/** A storage with what is wanted of it. */
export const preferredStorage = (
  device: DeviceSettings,
  stateOfCharge: number | null,
  wished: DevicePreferences,
  horizon: LocalHorizon,
): StorageTerms => ({
  ...storageTermsOf(device, stateOfCharge),
  ...tripTerms(device.trips, horizon),
  ...wishedTerms(wished, horizon),
});

/** The time in which a need is to be met: since the last time by which one was, until the next. */
export const needTime = ({ doneBy }: DeviceNeed, at: number, timeZone: string): PlanSpan => {
  const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const around = localSpans([{ days: everyDay, from: doneBy, to: doneBy }], { fromAt: at, toAt: at + 1, timeZone });
  const span = around.find(({ startAt, endAt }) => startAt <= at && at < endAt);
  if (span === undefined) throw new RangeError(`No day has the time ${doneBy}, by which a need is to be met.`);
  return { startAt: span.startAt, endAt: span.endAt };
};

/** A load with what it still needs until the next time by which it is to have it. */
export const preferredLoad = (
  { resourceID, maxChargeWatts }: DeviceSettings,
  need: DeviceNeed,
  usedWattHours: number,
  wished: DevicePreferences,
  horizon: LocalHorizon,
): FlexibleLoadTerms => {
  const quiet = spansOnly(localSpans(wished.quietTimes ?? [], horizon));
  return {
    kind: 'flexibleLoad',
    resourceID,
    energyWattHours: Math.max(0, need.energyWattHours - usedWattHours),
    deadlineAt: needTime(need, horizon.fromAt, horizon.timeZone).endAt,
    maxWatts: maxChargeWatts,
    minWatts: need.minWatts,
    ...(quiet.length === 0 ? {} : { quietTimes: quiet }),
  };
};

const forecastOf = (
  { hourlyLoadWatts, hourlyPvWatts }: SiteSettings,
  horizon: LocalHorizon,
): readonly ForecastSpan[] => {
  if (hourlyLoadWatts === undefined && hourlyPvWatts === undefined) return [];
  const hours = daysAround(horizon).flatMap((day) =>
    hoursOf(day).map((startAt, index, all) => ({ startAt, endAt: all[index + 1] ?? day.endAt })),
  );
  return hours
    .filter(({ startAt, endAt }) => endAt > horizon.fromAt && startAt < horizon.toAt)
    .map(({ startAt, endAt }) => {
      const hour = localHourOf(startAt, horizon.timeZone);
      return { startAt, endAt, loadWatts: hourlyLoadWatts?.[hour] ?? 0, pvWatts: hourlyPvWatts?.[hour] ?? 0 };
    });
};

/** What the planner is told of the site. */
export const preferredSite = (site: SiteSettings, horizon: LocalHorizon): SiteTerms => {
  const { importLimitWatts, exportLimitWatts, exportForbidden, chargingFromGridForbidden } = site;
  const forecast = forecastOf(site, horizon);
  return {
    ...(importLimitWatts === undefined ? {} : { importLimitWatts }),
    ...(exportLimitWatts === undefined ? {} : { exportLimitWatts }),
    ...(exportForbidden === true ? { isExportForbidden: true } : {}),
    ...(chargingFromGridForbidden === true ? { isChargingFromGridForbidden: true } : {}),
    ...(forecast.length === 0 ? {} : { forecast }),
  };
};

const exportPriceOf = (terms: ExportPriceTerms, importUsdPerKwh: string | null): string | null => {
  const { fixedUsdPerKwh, partOfImport = 1, addUsdPerKwh = 0 } = terms;
  if (fixedUsdPerKwh !== undefined) return exactly(fixedUsdPerKwh);
  if (importUsdPerKwh === null) return null;
  return decimalText(
    add(multiply(decimalOf(importUsdPerKwh), decimalOf(String(partOfImport))), decimalOf(String(addUsdPerKwh))),
  );
};

/** The prices with what a delivered kWh earns by the terms of the site, where it has some. */
export const preferredPrices = (
  prices: readonly PricedSpan[],
  terms: ExportPriceTerms | undefined,
): readonly PricedSpan[] =>
  terms === undefined
    ? prices
    : prices.map((span) => ({ ...span, exportUsdPerKwh: exportPriceOf(terms, span.importUsdPerKwh) }));
