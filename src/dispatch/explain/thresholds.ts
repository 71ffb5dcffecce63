import { itemAt } from '../items.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import type { Probe, ProbedBounds } from './probe.ts';

/** The prices at which a device would do otherwise in a slot; null where there is none that a market could have. @unit USD/kWh */
export interface Thresholds {
  readonly buyBelow: number | null;
  readonly sellAbove: number | null;
}

/** By how much the net of a slot is moved to see what that comes to. @unit kWh */
const nudgeKwh = 0.01;

/** @limit What a market could ask or pay; beyond it people are told that no price would do. @unit USD/kWh */
const lowestUsd = -10;
const highestUsd = 20;

const inMarket = (usdPerKwh: number): number | null =>
  usdPerKwh >= lowestUsd && usdPerKwh <= highestUsd ? usdPerKwh : null;

/** The price below which a storage would buy, and above which it would sell: what a little more or less comes to in all. */
export const thresholdsAt = (
  probe: Probe,
  { charge, discharge }: Pick<StorageColumns, 'charge' | 'discharge'>,
  slot: number,
  { bought, sold }: { readonly bought: number; readonly sold: number },
): Thresholds => {
  const [drawn, delivered] = [itemAt(charge, slot), itemAt(discharge, slot)];
  const at = (energy: number): number | null => {
    const [most, least] = [probe.boundsOf(drawn)[1], probe.boundsOf(delivered)[1]];
    if (energy > most || -energy > least) return null;
    const changes: readonly ProbedBounds[] = [
      [drawn, Math.max(0, energy), Math.max(0, energy)],
      [delivered, Math.max(0, -energy), Math.max(0, -energy)],
    ];
    return probe.costWith(changes);
  };
  const rest = at(0);
  if (rest === null) return { buyBelow: null, sellAbove: null };
  const [more, less] = [at(nudgeKwh), at(-nudgeKwh)];
  return {
    buyBelow: more === null ? null : inMarket(bought - (more - rest) / nudgeKwh),
    sellAbove: less === null ? null : inMarket(sold + (less - rest) / nudgeKwh),
  };
};
