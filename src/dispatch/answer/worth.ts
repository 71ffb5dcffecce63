import { add, decimalOf, decimalText, subtract } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { GridSlot } from '../grid.ts';
import { itemAt } from '../items.ts';
import type { SitePlan } from '../sitePlan.ts';
import type { MeteredFlow } from './flows.ts';

/** @limit Digits of a dollar with which a plan is valued; its parts are rounded, and sums are of what was rounded. */
const digits = 6;

/** A float as money. */
export const usdText = (usd: number): DecimalText => decimalText(decimalOf((usd + 0).toFixed(digits)));

/** What flows cost and bring, at the prices that are known. @unit USD */
export const cashOf = (flows: readonly MeteredFlow[], slots: readonly GridSlot[]): number =>
  flows.reduce((sum, { slot, bought, sold }) => {
    const { importUsdPerKwh, exportUsdPerKwh } = itemAt(slots, slot);
    return sum + sold * (exportUsdPerKwh ?? 0) - bought * (importUsdPerKwh ?? 0);
  }, 0);

/** The money of a plan, so that its parts add up. */
export const worthOf = (
  cash: number,
  wear: number,
  stock: number,
): Pick<SitePlan, 'valueUsd' | 'cashUsd' | 'wearUsd' | 'stockUsd'> => {
  const [cashUsd, wearUsd, stockUsd] = [usdText(cash), usdText(wear), usdText(stock)];
  const value = add(subtract(decimalOf(cashUsd), decimalOf(wearUsd)), decimalOf(stockUsd));
  return { valueUsd: decimalText(value), cashUsd, wearUsd, stockUsd };
};
