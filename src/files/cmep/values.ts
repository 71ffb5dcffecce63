import { compare, type Decimal, decimalText, multiply, parseDecimal, shift, zero } from '../../programme/decimal.ts';
import { type Scaled, scaledOf } from '../cells/scaled.ts';
import { type Whole, wholeOf } from '../cells/wholes.ts';

/** What a value is multiplied with, so that it states kWh. */
export interface Constant {
  readonly exact: Decimal;
  /** Null where it is no number that a column holds. */
  readonly scaled: Scaled | null;
}

/** The constant of a record; undefined where its text is no number above zero. An empty text is 1. */
export const constantOf = (text: string): Constant | undefined => {
  const exact = parseDecimal(text === '' ? '1' : text);
  return exact === undefined || compare(exact, zero) <= 0 ? undefined : { exact, scaled: scaledOf(decimalText(exact)) };
};

/** Energy as a column holds it, or as it is; and the last decimal place in which its kWh are written. @unit Wh */
export type KeptEnergy = {
  readonly written: number;
} & ({ readonly scaled: Scaled } | { readonly odd: Whole });

const wattHoursIn = ({ whole, decimals }: Scaled): Scaled =>
  decimals >= 3 ? { whole, decimals: decimals - 3 } : { whole: whole * 10 ** (3 - decimals), decimals: 0 };

/** The energy of a value of kWh; undefined where its text is no number that a meter shows. */
export const countedOf = (text: string, { exact, scaled: factor }: Constant): KeptEnergy | undefined => {
  const own = factor === null ? null : scaledOf(text);
  if (own !== null && factor !== null) {
    const product = { whole: own.whole * factor.whole, decimals: own.decimals + factor.decimals };
    const scaled = wattHoursIn(product);
    if (Number.isSafeInteger(product.whole) && Number.isSafeInteger(scaled.whole))
      return { written: product.decimals, scaled };
  }
  const number = parseDecimal(text);
  const odd = number === undefined ? undefined : wholeOf(decimalText(shift(multiply(number, exact), 3)));
  return odd === undefined ? undefined : { written: 3 - odd.powerOfTen, odd };
};
