import { StorageLife } from '../backtest/lives.ts';
import type { Planning } from '../backtest/rolling.ts';
import type { PlanningProblem, PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import { gridOf } from '../dispatch/grid.ts';
import { storageFigures } from '../dispatch/model/storageFigures.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';

/**
 * What a stored kWh is worth when a day ends: the one price at which nobody who knew all prices of the next day as well would end
 * this one otherwise. With any other, the day would be praised for selling what the next one needs, or blamed for keeping it.
 */

/** @limit How much of the time after the day has to have prices; less says nothing of what is stored for it. */
const leastKnown = 0.5;

/** @limit Plans that differ by less are the same. @unit USD */
const sameUsd = 0.0005;

/** A problem of one storage without any wish, by prices that hold. */
export type BareProblem = (span: PlanSpan, terminalUsdPerKwh: DecimalText | null) => PlanningProblem;

const usdText = (usd: number): DecimalText => String(Math.round(Math.max(0, usd) * 1e5) / 1e5);

/** What the planner itself would say, by the prices of the last days. */
const usualPrice = (problem: PlanningProblem, storage: StorageTerms): number =>
  storageFigures(problem, storage, gridOf(problem)).terminal;

/** Every price at which it may become worth while to keep more or less. */
const candidatesOf = (prices: readonly PricedSpan[], storage: StorageTerms, usual: number): readonly number[] => {
  const { chargeEfficiency, dischargeEfficiency, wearUsdPerKwh } = storage;
  const found = prices.flatMap(({ importUsdPerKwh, exportUsdPerKwh }) => [
    ...(importUsdPerKwh === null ? [] : [Number(importUsdPerKwh) / chargeEfficiency]),
    ...(exportUsdPerKwh === null ? [] : [(Number(exportUsdPerKwh) - Number(wearUsdPerKwh)) * dischargeEfficiency]),
  ]);
  return [...new Set([0, usual, ...found].map((usd) => Number(usdText(usd))))].toSorted((a, b) => a - b);
};

const isKnown = (prices: readonly PricedSpan[], { startAt, endAt }: PlanSpan): boolean => {
  const knownMs = prices
    .filter(({ exportUsdPerKwh }) => exportUsdPerKwh !== null)
    .reduce((sum, each) => sum + Math.max(0, Math.min(each.endAt, endAt) - Math.max(each.startAt, startAt)), 0);
  return endAt > startAt && knownMs >= (endAt - startAt) * leastKnown;
};

/** A way to live through the day: what it gains there, and what is left. @unit USD, Wh */
interface Ended {
  readonly usd: number;
  readonly leftWattHours: number;
}

/** The price of what is left of a storage at the end of a day. @unit USD/kWh */
export const stockPriceOf = async (
  storage: StorageTerms,
  day: PlanSpan,
  nextEndAt: number,
  prices: readonly PricedSpan[],
  bare: BareProblem,
  planning: Planning,
): Promise<DecimalText> => {
  const [today, both] = [bare(day, null), { startAt: day.startAt, endAt: nextEndAt }];
  const priced = prices.filter(({ startAt, endAt }) => endAt > day.startAt && startAt < nextEndAt);
  if (!isKnown(prices, { startAt: day.endAt, endAt: nextEndAt })) return usdText(usualPrice(today, storage));
  const longer = bare(both, null);
  /** What is gained until the day ends, what is left counting nothing. */
  const ended = async (problem: PlanningProblem): Promise<Ended> => {
    const { devices } = await planning.plan(problem);
    const life = new StorageLife(storage, priced);
    life.follow(devices.find(({ resourceID }) => resourceID === storage.resourceID)?.slots ?? [], day);
    const told = life.told();
    const usd = told.slots.reduce((sum, { startAt, endAt, demandWatts }) => {
      const price = priced.find((each) => each.startAt <= startAt && startAt < each.endAt);
      const text = demandWatts > 0 ? price?.importUsdPerKwh : price?.exportUsdPerKwh;
      const kilowattHours = (demandWatts * (endAt - startAt)) / 3.6e9;
      const worn = Math.max(0, 0 - kilowattHours) * Number(storage.wearUsdPerKwh);
      return sum - kilowattHours * Number(text ?? 0) - worn;
    }, 0);
    return { usd, leftWattHours: told.endWattHours };
  };
  const wanted = await ended(longer);
  const candidates = candidatesOf(priced, storage, usualPrice(longer, storage));
  let [low, high] = [0, candidates.length - 1];
  let best = { usdPerKwh: usualPrice(longer, storage), gap: Infinity };
  while (low <= high && best.gap > sameUsd) {
    const middle = (low + high) >> 1;
    const usdPerKwh = candidates[middle] as number;
    const found = await ended(bare(day, usdText(usdPerKwh)));
    const gap = found.usd - wanted.usd + (usdPerKwh * (found.leftWattHours - wanted.leftWattHours)) / 1_000;
    if (gap < best.gap) best = { usdPerKwh, gap };
    if (found.leftWattHours < wanted.leftWattHours) low = middle + 1;
    else high = middle - 1;
  }
  return usdText(best.usdPerKwh);
};
