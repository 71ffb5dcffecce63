import type { PricedSpan, StorageTerms } from '../../../src/dispatch/planningProblem.ts';
import { hourMs } from '../../../src/programme/calendar.ts';

/** Levels that the oracle tells apart. @unit kWh */
const step = 0.05;

/** What moving the level by some steps in a slot brings; it never charges and discharges at once. @unit USD */
const gain = (kilowattHours: number, price: number, terms: StorageTerms): number =>
  kilowattHours >= 0
    ? (-kilowattHours / terms.chargeEfficiency) * price
    : -kilowattHours * terms.dischargeEfficiency * (price - Number(terms.wearUsdPerKwh));

/**
 * What one battery can earn, by dynamic programming over a lattice of levels: another method altogether, which is never better
 * than the best plan, and nearly as good. Cash less wear, and the change of the stock at its terminal value.
 */
export const oracleUsd = (terms: StorageTerms, prices: readonly PricedSpan[]): number => {
  const capacity = terms.capacityWattHours / 1_000;
  const least = terms.reserve ?? terms.stateOfChargeMin ?? 0;
  const [bottom, top] = [Math.ceil((least * capacity) / step), Math.floor(capacity / step)];
  const terminal = Number(terms.terminalUsdPerKwh);
  const start = Math.floor(((terms.stateOfCharge ?? 0) * capacity) / step + 1e-9);
  let values = Array.from({ length: top + 1 }, (_none, level) => terminal * level * step);
  for (const { startAt, endAt, importUsdPerKwh } of prices.toReversed()) {
    const hours = (endAt - startAt) / hourMs;
    const up = Math.floor(((terms.maxChargeWatts / 1_000) * hours * terms.chargeEfficiency) / step + 1e-9);
    const down = Math.floor(((terms.maxDischargeWatts / 1_000) * hours) / terms.dischargeEfficiency / step + 1e-9);
    const price = Number(importUsdPerKwh);
    values = values.map((_value, level) => {
      let best = -Infinity;
      for (let next = Math.max(bottom, level - down); next <= Math.min(top, level + up); next += 1)
        best = Math.max(best, gain((next - level) * step, price, terms) + (values[next] as number));
      return best;
    });
  }
  return (values[start] as number) - terminal * start * step;
};
