import type { GridSlot } from '../grid.ts';
import type { CountedPrice } from './modelContext.ts';
import { lastDaysMean, type StorageFigures } from './storageFigures.ts';

/** When no price at all is known. @unit USD/kWh */
const supposedUsdPerKwh = 0.1;

/**
 * Unknown prices are supposed to be usual ones, so that a wish is served neither in haste nor too late; and so high before any
 * known price that nothing is bought there to be sold later.
 */
export const countedPrices = (
  slots: readonly GridSlot[],
  storages: readonly StorageFigures[],
): readonly CountedPrice[] => {
  const mean = lastDaysMean(slots, ({ importUsdPerKwh }) => importUsdPerKwh) ?? supposedUsdPerKwh;
  const worth = Math.max(0, ...storages.map(({ terminal, chargeEfficiency }) => terminal * chargeEfficiency));
  let later = -Infinity;
  return slots
    .toReversed()
    .map(({ importUsdPerKwh, exportUsdPerKwh }): CountedPrice => {
      later = Math.max(later, exportUsdPerKwh ?? -Infinity, importUsdPerKwh ?? -Infinity);
      return {
        isKnown: importUsdPerKwh !== null && exportUsdPerKwh !== null,
        bought: importUsdPerKwh ?? Math.max(mean, worth, later),
        sold: exportUsdPerKwh ?? Math.min(0, importUsdPerKwh ?? 0),
      };
    })
    .toReversed();
};
