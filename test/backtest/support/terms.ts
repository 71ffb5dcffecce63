import type { BacktestTerms, SiteQuestion } from '../../../src/backtest/terms.ts';
import type { PricedSpan, StorageTerms } from '../../../src/dispatch/planningProblem.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { battery } from '../../dispatch/support/problems.ts';

export const timeZone = 'America/New_York';

/** The battery that people have at home. */
export const homeBattery: StorageTerms = battery();

/** Prices one hour after the other. */
export const hourly = (startAt: number, usdPerKwh: readonly string[]): readonly PricedSpan[] =>
  usdPerKwh.map((price, hour) => ({
    startAt: startAt + hour * hourMs,
    endAt: startAt + (hour + 1) * hourMs,
    importUsdPerKwh: price,
    exportUsdPerKwh: price,
  }));

/** A backtest of storages at prices. */
export const termsFor = (
  prices: readonly PricedSpan[],
  devices: readonly StorageTerms[] = [homeBattery],
  publishedAt = '17:00',
): BacktestTerms => ({
  startAt: prices[0]?.startAt ?? 0,
  endAt: prices.at(-1)?.endAt ?? 0,
  timeZone,
  prices,
  publishedAt,
  levels: new Map(devices.map(({ resourceID, stateOfCharge }) => [resourceID, stateOfCharge ?? 0.5])),
  siteAt: ({ startAt, endAt }, levels): SiteQuestion => ({
    fromAt: startAt,
    toAt: endAt,
    timeZone,
    moneyScope: 'device',
    site: {},
    devices: devices.map((each) => ({ ...each, stateOfCharge: levels.get(each.resourceID) ?? null })),
    overrides: [],
    constraints: [],
  }),
});
