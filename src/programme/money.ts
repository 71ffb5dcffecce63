import type { PriceUnit } from '../facts/settings.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import {
  add,
  decimalOf,
  decimalOfInteger,
  decimalText,
  multiply,
  roundHalfEven,
  shift,
  subtract,
  zero,
} from './decimal.ts';

/** Money as exact decimal text; rounded for the eye only. */

/** The power of ten that makes USD/kWh of each unit. */
export const toUsdPerKwh: { readonly [unit in PriceUnit]: number } = {
  usd_per_kwh: 0,
  cents_per_kwh: -2,
  usd_per_mwh: -3,
};

/** A price in a unit as USD/kWh, exactly. @unit USD/kWh @throws RangeError when the text is no number. */
export const usdPerKwhOf = (price: DecimalText, unit: PriceUnit): DecimalText =>
  decimalText(shift(decimalOf(price), toUsdPerKwh[unit]));

/** What energy costs, exactly; a delivery (negative) at a positive price is a credit (negative). @unit USD */
export const amountOf = (usdPerKwh: DecimalText, energyWattHours: number): DecimalText =>
  decimalText(multiply(decimalOf(usdPerKwh), shift(decimalOfInteger(energyWattHours), -3)));

/** The exact sum of amounts; `0` for none. */
export const sumOf = (amounts: readonly DecimalText[]): DecimalText =>
  decimalText(amounts.map(decimalOf).reduce(add, zero));

/** The exact difference of two amounts. */
export const differenceOf = (amount: DecimalText, less: DecimalText): DecimalText =>
  decimalText(subtract(decimalOf(amount), decimalOf(less)));

/** The amount to the cent, a tie to the even one; for people, never for sums. */
export const centsText = (amount: DecimalText): DecimalText => roundHalfEven(decimalOf(amount), 2);

/** With so many decimals at least. */
export const padded = (text: DecimalText, decimals: number): DecimalText => {
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
};

/** The amount to the cent, or exactly where the cents would show nothing of it. */
export const tellingText = (amount: DecimalText): DecimalText => {
  const cents = centsText(amount);
  return /[1-9]/.test(cents) ? cents : padded(decimalText(decimalOf(amount)), 2);
};

/** An amount of the ledger, where a credit is negative, as what comes to you. @unit USD */
export const comingToYou = (amount: DecimalText): DecimalText => differenceOf('0', amount);
