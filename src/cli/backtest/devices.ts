import type { LoadNeed, NeedingLoad } from '../../backtest/needs.ts';
import type { BacktestTerms, SiteQuestion } from '../../backtest/terms.ts';
import type { PlanSpan, PricedSpan } from '../../dispatch/planningProblem.ts';
import type { DeviceNeed, DeviceSettings, VenSettings } from '../../facts/settings.ts';
import {
  needTime,
  preferencesOf,
  preferredLoad,
  preferredPrices,
  preferredSite,
  preferredStorage,
} from '../../shell/settings/preferredTerms.ts';
import { CommandFailure } from '../exitCode.ts';

/** A load with what it needs each day. */
export type NeedingDevice = DeviceSettings & { readonly need: DeviceNeed };

/** What of the devices is reckoned with, and what is not. */
export interface BacktestDevices {
  readonly storages: readonly DeviceSettings[];
  readonly loads: readonly NeedingDevice[];
  readonly leftOut: readonly DeviceSettings[];
}

const isNeeding = (device: DeviceSettings): device is NeedingDevice =>
  device.isReadOnly !== true && device.role === 'flexibleLoad' && device.need !== undefined;

const isStoring = ({ isReadOnly, capacityWattHours = 0 }: DeviceSettings): boolean =>
  isReadOnly !== true && capacityWattHours > 0;

/** Those that store or need energy, and may be told to. The others are left out, and that is said. */
export const devicesIn = ({ devices }: VenSettings): BacktestDevices => {
  const loads = devices.filter(isNeeding);
  const others = devices.filter((device) => !isNeeding(device));
  const storages = others.filter(isStoring);
  if (storages.length + loads.length === 0)
    throw new CommandFailure(
      'No device of the configuration stores energy or needs it by a time, and may be told to, so there is nothing to reckon.',
    );
  return { storages, loads, leftOut: others.filter((device) => !isStoring(device)) };
};

/** The needs of a load whose time ends in this one; of the first, what is left of its time. */
export const needsOf = (
  { preferences }: Pick<VenSettings, 'preferences'>,
  device: NeedingDevice,
  { startAt, endAt, timeZone }: PlanSpan & Pick<BacktestTerms, 'timeZone'>,
): NeedingLoad => {
  const { resourceID, need } = device;
  const wished = preferencesOf(preferences, resourceID);
  const needs: LoadNeed[] = [];
  for (let span = needTime(need, startAt, timeZone); span.endAt <= endAt; span = needTime(need, span.endAt, timeZone)) {
    const fromAt = Math.max(startAt, span.startAt);
    const terms = preferredLoad(device, need, 0, wished, { fromAt, toAt: span.endAt, timeZone });
    needs.push({ startAt: fromAt, endAt: span.endAt, terms, energyWattHours: need.energyWattHours });
  }
  return { resourceID, needs };
};

/** What is to be lived through, by the configuration. */
export const termsOf = (
  settings: VenSettings,
  { storages, loads }: Pick<BacktestDevices, 'storages' | 'loads'>,
  prices: readonly PricedSpan[],
  times: PlanSpan & Pick<BacktestTerms, 'timeZone' | 'publishedAt' | 'levels'>,
): BacktestTerms => {
  const { preferences, site = {} } = settings;
  return {
    ...times,
    prices: preferredPrices(prices, site.exportPrice),
    loads: loads.map((device) => needsOf(settings, device, times)),
    siteAt: ({ startAt: fromAt, endAt: toAt }, levels): SiteQuestion => {
      const horizon = { fromAt, toAt, timeZone: times.timeZone };
      return {
        ...horizon,
        moneyScope: site.moneyScope ?? 'device',
        site: preferredSite(site, horizon),
        devices: storages.map((device) =>
          preferredStorage(
            device,
            levels.get(device.resourceID) ?? null,
            preferencesOf(preferences, device.resourceID),
            horizon,
          ),
        ),
        overrides: [],
        constraints: [],
      };
    },
  };
};
