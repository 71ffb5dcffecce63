import type { OpenSettings } from '../../adapters/config/config.ts';
import type { Backtest } from '../../backtest/backtest.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import { type Decimal, roundHalfEven } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { isoText } from '../rows.ts';

/** @limit Decimals of money for programs: a hundredth of a cent. */
const digits = 4;

const usd = (amount: Decimal): DecimalText => roundHalfEven(amount, digits);

const inKilowattHours = (wattHours: number): number => Number((wattHours / 1_000).toFixed(3));

/** How often what can be stored was delivered. */
export const cyclesOf = ({ earned, usableKilowattHours }: Backtest): number =>
  usableKilowattHours === 0 ? 0 : Number(earned.throughputKilowattHours) / usableKilowattHours;

/** How many prices the agent would not act upon, and the settings that say so. */
type Implausible = { readonly prices: number } & Pick<OpenSettings, 'plausibleUsdPerKwhMin' | 'plausibleUsdPerKwhMax'>;

/** A backtest for programs: money net of wear, as exact text; + comes to you. */
export const asDocument = (
  found: Backtest,
  leftOut: readonly Pick<DeviceSettings, 'resourceID'>[],
  { prices, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax }: Implausible,
) => ({
  startAt: isoText(found.startAt),
  endAt: isoText(found.endAt),
  timeZone: found.timeZone,
  publishedAt: found.publishedAt,
  earnedUsd: usd(found.earned.earnedUsd),
  possibleUsd: usd(found.possibleUsd),
  nothingUsd: usd(found.nothing.earnedUsd),
  scripts: Object.fromEntries(Object.entries(found.scripts).map(([name, { earnedUsd }]) => [name, usd(earnedUsd)])),
  throughputKilowattHours: Number(roundHalfEven(found.earned.throughputKilowattHours, 3)),
  cycles: Number(cyclesOf(found).toFixed(3)),
  wearUsd: usd(found.earned.wearUsd),
  cashUsd: usd(found.earned.cashUsd),
  stockUsd: usd(found.earned.stockUsd),
  stockUsdPerKwh: found.stockUsdPerKwh,
  slots: found.slots,
  loads: found.loads.map(({ resourceID, needs, neededWattHours, lackedWattHours: { earned, possible, nothing } }) => ({
    resourceID,
    needs,
    neededKilowattHours: inKilowattHours(neededWattHours),
    lackedKilowattHours: {
      planner: inKilowattHours(earned),
      possible: inKilowattHours(possible),
      nothing: inKilowattHours(nothing),
    },
  })),
  leftOut: leftOut.map(({ resourceID }) => resourceID),
  implausible: { prices, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax },
});
