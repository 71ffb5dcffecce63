import { Decimal as DecimalJs } from 'decimal.js';
import type { DecimalText } from '../protocol/types/scalars.ts';

/**
 * Decimal numbers as exact text: no float ever touches a price or an amount.
 *
 * decimal.js computes to a precision; here it is so high that no sum or product of numbers within the limits is ever
 * rounded. Rounding happens in `rounded` and nowhere else. A number's text is plain: no exponent, no plus sign, no zeros
 * that say nothing.
 */

/** @limit Longer mantissas and larger exponents are refused, so that no text can blow up the arithmetic. @unit digits */
export const longestMantissa = 64;
/** @limit See longestMantissa. */
export const largestExponent = 64;

/** Sums and products of numbers within the limits have some 400 digits at most. @unit digits */
const precision = 2_000;

const Exact = DecimalJs.clone({ precision, toExpNeg: -precision, toExpPos: precision, defaults: true });

/** A decimal number, exact. */
export type Decimal = DecimalJs;

/** What becomes of digits that are dropped; the `HALF_…` ones differ at a tie only. */
export type RoundingMode = 'HALF_EVEN' | 'HALF_UP' | 'HALF_DOWN' | 'UP' | 'DOWN' | 'CEIL' | 'FLOOR';

const roundings: { readonly [mode in RoundingMode]: DecimalJs.Rounding } = {
  HALF_EVEN: DecimalJs.ROUND_HALF_EVEN,
  HALF_UP: DecimalJs.ROUND_HALF_UP,
  HALF_DOWN: DecimalJs.ROUND_HALF_DOWN,
  UP: DecimalJs.ROUND_UP,
  DOWN: DecimalJs.ROUND_DOWN,
  CEIL: DecimalJs.ROUND_CEIL,
  FLOOR: DecimalJs.ROUND_FLOOR,
};

/** All modes, the usual ones first. */
export const roundingModes = Object.keys(roundings) as readonly RoundingMode[];

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** The number a text states, or undefined when it states none or one beyond the limits. */
export const parseDecimal = (text: DecimalText): Decimal | undefined => {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const mantissa = whole + fraction;
  if (mantissa === '' || mantissa.length > longestMantissa || Math.abs(Number(exponent)) > largestExponent)
    return undefined;
  return new Exact(`${sign}${whole || '0'}.${fraction || '0'}e${exponent}`);
};

/** The number a text states. @throws RangeError when it states none. */
export const decimalOf = (text: DecimalText): Decimal => {
  const decimal = parseDecimal(text);
  if (decimal === undefined)
    throw new RangeError(`${JSON.stringify(text.slice(0, 80))} is not a decimal number such as 0.1234.`);
  return decimal;
};

/** A whole number, such as watt-hours, as a decimal. @throws RangeError for one that a float may have bent. */
export const decimalOfInteger = (integer: number): Decimal => {
  if (!Number.isSafeInteger(integer)) throw new RangeError(`${integer} is not a whole number that can be counted on.`);
  return new Exact(integer);
};

/** Nothing. */
export const zero: Decimal = new Exact(0);

/** The number as plain text: `-0.05`, `12`. */
export const decimalText = (decimal: Decimal): DecimalText => decimal.toFixed();

/** The number moved by powers of ten: `shift(d, -3)` is a thousandth of it. */
export const shift = (decimal: Decimal, powerOfTen: number): Decimal =>
  powerOfTen === 0 ? decimal : decimal.times(new Exact(`1e${powerOfTen}`));

/** The exact sum. */
export const add = (a: Decimal, b: Decimal): Decimal => a.plus(b);

/** The exact difference. */
export const subtract = (a: Decimal, b: Decimal): Decimal => a.minus(b);

/** The exact product. */
export const multiply = (a: Decimal, b: Decimal): Decimal => a.times(b);

/** The nearest number with so many decimals to the first divided by the second, a tie going to the even digit; the second is not zero. */
export const quotient = (a: Decimal, b: Decimal, decimals: number): Decimal =>
  a.div(b).toDecimalPlaces(decimals, DecimalJs.ROUND_HALF_EVEN);

/** Negative when a is less than b, positive when it is greater, 0 when they are the same number. */
export const compare = (a: Decimal, b: Decimal): number => a.comparedTo(b);

/** The nearest number of those with exactly so many decimals, by the mode, as text: `0.125` to 2 is `0.12` in `HALF_EVEN`. */
export const rounded = (decimal: Decimal, decimals: number, mode: RoundingMode): DecimalText =>
  decimal.toDecimalPlaces(decimals, roundings[mode]).toFixed(decimals);

/** Rounded with a tie going to the even digit. */
export const roundHalfEven = (decimal: Decimal, decimals: number): DecimalText =>
  rounded(decimal, decimals, 'HALF_EVEN');
