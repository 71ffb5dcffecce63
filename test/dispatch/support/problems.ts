import type {
  DeviceTerms,
  FlexibleLoadTerms,
  PlanningProblem,
  PricedSpan,
  StorageTerms,
} from '../../../src/dispatch/planningProblem.ts';
import { hourMs } from '../../../src/programme/calendar.ts';

/** An evening in June at which the prices of the next day have come. */
export const evening = Date.parse('2026-06-01T21:00:00Z');

/** Hours from the evening on as a stretch. */
export const hours = (from: number, to: number) => ({ startAt: evening + from * hourMs, endAt: evening + to * hourMs });

/** One price for both directions in each hour from the evening on; null is an hour without. */
export const hourly = (usdPerKwh: readonly (number | null)[], exportUsd = usdPerKwh): readonly PricedSpan[] =>
  usdPerKwh.map((usd, hour) => {
    const sold = exportUsd[hour] ?? null;
    return {
      ...hours(hour, hour + 1),
      importUsdPerKwh: usd === null ? null : usd.toFixed(5),
      exportUsdPerKwh: sold === null ? null : sold.toFixed(5),
    };
  });

/** The battery of the demo: 13.5 kWh, 5 kW, 90 %, two cents of wear, half full. */
export const battery = (terms: Partial<StorageTerms> = {}): StorageTerms => ({
  kind: 'storage',
  resourceID: 'battery',
  capacityWattHours: 13_500,
  chargeEfficiency: Math.sqrt(0.9),
  dischargeEfficiency: Math.sqrt(0.9),
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
  stateOfCharge: 0.5,
  wearUsdPerKwh: '0.02',
  ...terms,
});

/** A load of 6 kWh that may run with up to 3 kW and has ten hours. */
export const load = (terms: Partial<FlexibleLoadTerms> = {}): FlexibleLoadTerms => ({
  kind: 'flexibleLoad',
  resourceID: 'load',
  energyWattHours: 6_000,
  deadlineAt: evening + 10 * hourMs,
  maxWatts: 3_000,
  ...terms,
});

/** Cheap in the small hours, a little more by day, dear in the evening of the next day: 31 hours. */
export const evenings: readonly number[] = [
  0.08, 0.08, 0.07, 0.06, 0.05, 0.05, 0.04, 0.04, 0.03, 0.03, 0.03, 0.04, 0.05, 0.06, 0.07, 0.07, 0.06, 0.06, 0.06,
  0.07, 0.08, 0.09, 0.3, 1.33, 0.4, 0.1, 0.08, 0.07, 0.06, 0.05, 0.05,
];

/** What is planned: the devices behind meters of their own, from the evening on, while prices are known. */
export const problem = (
  devices: readonly DeviceTerms[] = [battery()],
  more: Partial<PlanningProblem> = {},
): PlanningProblem => {
  const prices = more.prices ?? hourly(evenings);
  return {
    fromAt: evening,
    toAt: prices.reduce((last, { endAt }) => Math.max(last, endAt), evening + hourMs),
    timeZone: 'America/New_York',
    moneyScope: 'device',
    site: {},
    prices,
    devices,
    overrides: [],
    constraints: [],
    ...more,
  };
};

/** A battery before hours that all cost the same. */
export const flatProblem = ({ hours: count = 24 } = {}): PlanningProblem =>
  problem([battery()], { prices: hourly(Array.from({ length: count }, () => 0.1)) });
