import type { DecimalText } from '../protocol/types/scalars.ts';

/**
 * Decimal numbers as exact text: no float ever touches a price or an amount.
 *
 * A number is `digits × 10^-scale`. Its text is plain: no exponent, no plus sign, no zeros that say nothing.
 */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** @limit Longer mantissas and larger exponents are refused, so that no text can blow up the arithmetic. @unit digits */
export const longestMantissa = 64;
/** @limit See longestMantissa. */
export const largestExponent = 64;

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

const tenTo = (power: number): bigint => 10n ** BigInt(power);

/** The same number with the smallest scale that is not negative. */
const trimmed = ({ digits, scale }: Decimal): Decimal => {
  if (digits === 0n) return { digits, scale: 0 };
  let trimmedDigits = digits;
  let trimmedScale = scale;
  while (trimmedScale > 0 && trimmedDigits % 10n === 0n) {
    trimmedDigits /= 10n;
    trimmedScale -= 1;
  }
  return { digits: trimmedDigits, scale: trimmedScale };
};

const scaled = (digits: bigint, scale: number): Decimal =>
  trimmed(scale >= 0 ? { digits, scale } : { digits: digits * tenTo(-scale), scale: 0 });

/** The number a text states, or undefined when it states none or one beyond the limits. */
export const parseDecimal = (text: DecimalText): Decimal | undefined => {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const mantissa = whole + fraction;
  if (mantissa === '' || mantissa.length > longestMantissa || Math.abs(Number(exponent)) > largestExponent) return undefined;
  return scaled(BigInt(mantissa) * (sign === '-' ? -1n : 1n), fraction.length - Number(exponent));
};

/** The number a text states. @throws RangeError when it states none. */
export const decimalOf = (text: DecimalText): Decimal => {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new RangeError(`${JSON.stringify(text.slice(0, 80))} is not a decimal number such as 0.1234.`);
  return decimal;
};

/** The number as plain text with as many decimals as its scale. */
const fixedText = ({ digits, scale }: Decimal): DecimalText => {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
};

/** The number as plain text: `-0.05`, `12`. */
export const decimalText = (decimal: Decimal): DecimalText => fixedText(trimmed(decimal));

/** The number moved by powers of ten: `shift(d, -3)` is a thousandth of it. */
export const shift = ({ digits, scale }: Decimal, powerOfTen: number): Decimal => scaled(digits, scale - powerOfTen);

const atScale = ({ digits, scale }: Decimal, wanted: number): bigint => digits * tenTo(wanted - scale);

/** The exact sum. */
export const add = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale);
  return trimmed({ digits: atScale(a, scale) + atScale(b, scale), scale });
};

/** The exact product. */
export const multiply = (a: Decimal, b: Decimal): Decimal => trimmed({ digits: a.digits * b.digits, scale: a.scale + b.scale });

/** Negative when a is less than b, positive when it is greater, 0 when they are the same number. */
export const compare = (a: Decimal, b: Decimal): number => {
  const scale = Math.max(a.scale, b.scale);
  const difference = atScale(a, scale) - atScale(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** The nearest number with so many decimals; a tie goes to the even digit. */
const roundedHalfEven = (decimal: Decimal, decimals: number): Decimal => {
  const { digits, scale } = decimal;
  if (scale <= decimals) return { digits: atScale(decimal, decimals), scale: decimals };
  const unit = tenTo(scale - decimals);
  const magnitude = digits < 0n ? -digits : digits;
  const down = magnitude / unit;
  const twiceRest = (magnitude % unit) * 2n;
  const up = twiceRest > unit || (twiceRest === unit && down % 2n === 1n);
  const rounded = up ? down + 1n : down;
  return { digits: digits < 0n ? -rounded : rounded, scale: decimals };
};

/** The nearest number with exactly so many decimals, as text; a tie goes to the even digit: `0.125` to 2 is `0.12`. */
export const roundHalfEven = (decimal: Decimal, decimals: number): DecimalText => fixedText(roundedHalfEven(decimal, decimals));
