import type { GridSlot } from '../grid.ts';
import type { PlanningProblem } from '../planningProblem.ts';
import { floatOf } from './figures.ts';
import type { CountedPrice } from './modelContext.ts';
import { lastDaysMean, type StorageFigures } from './storageFigures.ts';

/** When no price at all is known. @unit USD/kWh */
const supposedUsdPerKwh = 0.1;

/** What a purchase at a supposed price has to be worth at least beyond it, lest something is bought there to be stored. @unit USD/kWh */
const marginUsdPerKwh = 0.005;

const dayMs = 24 * 3_600_000;

/** How many days back prices say what is usual at a time of day. */
const daysBack = 14;

/** What is usual at the time of day of an instant, by the same time of the days before; null where none of them is known. */
const usualAt = ({ prices }: Pick<PlanningProblem, 'prices'>): ((at: number) => number | null) => {
  const known = prices
    .map(({ startAt, endAt, importUsdPerKwh }) => ({ startAt, endAt, usd: floatOf(importUsdPerKwh ?? '', Number.NaN) }))
    .filter(({ usd }) => !Number.isNaN(usd))
    .toSorted((a, b) => a.startAt - b.startAt);
  const priceAt = (at: number): number | null => {
    let [low, high] = [0, known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((known[middle]?.startAt ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    const found = known[low - 1];
    return found !== undefined && found.endAt > at ? found.usd : null;
  };
  return (at) => {
    const usual = Array.from({ length: daysBack }, (_each, day) => priceAt(at - (day + 1) * dayMs)).filter(
      (usd) => usd !== null,
    );
    return usual.length === 0 ? null : usual.reduce((sum, usd) => sum + usd, 0) / usual.length;
  };
};

/**
 * Unknown prices are supposed to be usual ones of their time of day, so that a wish is served neither in haste nor too late: what
 * is needed by the morning waits for the night, though its prices come out in the evening. They are supposed so high before any
 * known price, and so much above what is stored is worth, that nothing is bought there to be sold later.
 */
export const countedPrices = (
  problem: Pick<PlanningProblem, 'prices'>,
  slots: readonly GridSlot[],
  storages: readonly StorageFigures[],
): readonly CountedPrice[] => {
  const mean = lastDaysMean(slots, ({ importUsdPerKwh }) => importUsdPerKwh) ?? supposedUsdPerKwh;
  const usual = usualAt(problem);
  const worth = Math.max(0, ...storages.map(({ terminal, chargeEfficiency }) => terminal * chargeEfficiency));
  const least = storages.length === 0 ? 0 : worth + marginUsdPerKwh;
  let later = -Infinity;
  return slots
    .toReversed()
    .map(({ startAt, importUsdPerKwh, exportUsdPerKwh }): CountedPrice => {
      later = Math.max(later, exportUsdPerKwh ?? -Infinity, importUsdPerKwh ?? -Infinity);
      return {
        isKnown: importUsdPerKwh !== null && exportUsdPerKwh !== null,
        bought: importUsdPerKwh ?? Math.max(usual(startAt) ?? mean, least, later),
        sold: exportUsdPerKwh ?? Math.min(0, importUsdPerKwh ?? 0),
      };
    })
    .toReversed();
};
