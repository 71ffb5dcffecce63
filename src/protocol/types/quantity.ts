import { type SiScaleCode, siScaleCodes } from './enumerations.ts';
import type { DecimalText } from './scalars.ts';

/** The power of ten each SI prefix of the schema stands for. */
export const scaleExponents: Readonly<Record<SiScaleCode, number>> = {
  p: -12,
  n: -9,
  micro: -6,
  m: -3,
  c: -2,
  d: -1,
  none: 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
};

/** The SI prefix of a power of ten, when the schema has one. */
export const scaleOfExponent = (exponent: number): SiScaleCode | undefined =>
  siScaleCodes.find((code) => scaleExponents[code] === exponent);

interface DecimalDigits {
  readonly negative: boolean;
  readonly digits: string;
  /** The value is digits times ten to this power. */
  readonly exponent: number;
}

const form = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,4}))?$/;

const decimalOf = (text: DecimalText): DecimalDigits => {
  const match = form.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is not a decimal number such as 0.125.`);
  const fraction = match[3] ?? match[4] ?? '';
  return {
    negative: match[1] === '-',
    digits: (match[2] ?? '') + fraction,
    exponent: Number(match[5] ?? 0) - fraction.length,
  };
};

const withoutLeadingZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '');

const plain = (digits: string, exponent: number): string => {
  if (exponent >= 0) return withoutLeadingZeros(digits + '0'.repeat(exponent));
  const padded = digits.padStart(1 - exponent, '0');
  const point = padded.length + exponent;
  const fraction = padded.slice(point).replace(/0+$/, '');
  const whole = withoutLeadingZeros(padded.slice(0, point));
  return fraction === '' ? whole : `${whole}.${fraction}`;
};

/**
 * Multiplies by a power of ten, exactly: the point moves, no digit is lost.
 *
 * @throws RangeError when the text is no decimal number.
 */
export const shiftDecimal = (value: DecimalText, powerOfTen: number): DecimalText => {
  const { negative, digits, exponent } = decimalOf(value);
  const shifted = plain(digits, exponent + powerOfTen);
  return negative && shifted !== '0' ? `-${shifted}` : shifted;
};

/** A value given in a scale, in the unit itself: 1.5 with `k` is 1500. */
export const inBaseUnit = (value: DecimalText, scale: SiScaleCode): DecimalText =>
  shiftDecimal(value, scaleExponents[scale]);

/** A value in the unit itself, in a scale: 1500 in `k` is 1.5. */
export const inScale = (value: DecimalText, scale: SiScaleCode): DecimalText =>
  shiftDecimal(value, -scaleExponents[scale]);

/** An energy given with a scale of `Wh`. @unit watt-hours */
export const wattHours = inBaseUnit;

/** A power given with a scale of `W`. @unit watts */
export const watts = inBaseUnit;
