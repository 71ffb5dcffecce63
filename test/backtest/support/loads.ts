import type { NeedingLoad } from '../../../src/backtest/needs.ts';
import type { BacktestTerms } from '../../../src/backtest/terms.ts';
import { needsOf } from '../../../src/cli/backtest/devices.ts';
import type { PricedSpan, StorageTerms } from '../../../src/dispatch/planningProblem.ts';
import type { DeviceNeed } from '../../../src/facts/settings.ts';
import { termsFor } from './terms.ts';

/** A load as a configuration has it. */
export interface MadeLoad extends Partial<DeviceNeed> {
  readonly maxWatts?: number;
}

/** A heater of 4 kW that needs 8 kWh by 07:00 each day, or otherwise, with all its needs in a time. */
export const heater = (
  times: Pick<BacktestTerms, 'startAt' | 'endAt' | 'timeZone'>,
  made: MadeLoad = {},
): NeedingLoad => {
  const { maxWatts = 4_000, energyWattHours = 8_000, doneBy = '07:00', minWatts = 0 } = made;
  const need = { energyWattHours, doneBy, minWatts };
  const device = {
    resourceID: 'heater',
    maxChargeWatts: maxWatts,
    maxDischargeWatts: 0,
    role: 'flexibleLoad',
    need,
  } as const;
  return needsOf({}, device, times);
};

/** A backtest of storages and a heater at prices. */
export const withHeater = (
  prices: readonly PricedSpan[],
  made: MadeLoad = {},
  storages: readonly StorageTerms[] = [],
): BacktestTerms => {
  const terms = termsFor(prices, storages);
  return { ...terms, loads: [heater(terms, made)] };
};
