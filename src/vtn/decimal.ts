import type { DecimalText } from '../protocol/types/scalars.ts';

/**
 * Exact decimals for the VTN's own books: an integer and how many of its digits stand behind the point.
 *
 * The agent's settlement has its own arithmetic, on purpose: two ledgers that are compared should not share their sums.
 */
export interface BookDecimal {
  readonly units: bigint;
  /** @limit 0 or more */
  readonly places: number;
}

/** Nothing. */
export const zero: BookDecimal = { units: 0n, places: 0 };

const shape = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A decimal with its point moved; `places` may come out negative and is made good with zeros. */
const withPlaces = (units: bigint, places: number): BookDecimal =>
  places >= 0 ? { units, places } : { units: units * 10n ** BigInt(-places), places: 0 };

/** Reads a decimal text digit for digit. @throws RangeError for a text that is not a number. */
export const decimalOf = (text: DecimalText): BookDecimal => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = shape.exec(text.trim()) ?? [];
  if (whole + fraction === '') throw new RangeError(`"${text}" is not a decimal number.`);
  const units = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  return withPlaces(units, fraction.length - Number(exponent));
};

/** Writes a decimal without exponent and without zeros that say nothing: `-0.5`, `12`. */
export const decimalText = ({ units, places }: BookDecimal): DecimalText => {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  const magnitude = fraction === '' ? whole : `${whole}.${fraction}`;
  return units < 0n ? `-${magnitude}` : magnitude;
};

/** Moves the point: `shifted(x, -3)` is a thousandth of x. */
export const shifted = ({ units, places }: BookDecimal, tens: number): BookDecimal => withPlaces(units, places - tens);

/** Adds exactly. */
export const sum = (left: BookDecimal, right: BookDecimal): BookDecimal => {
  const places = Math.max(left.places, right.places);
  const unitsAt = ({ units, places: own }: BookDecimal): bigint => units * 10n ** BigInt(places - own);
  return { units: unitsAt(left) + unitsAt(right), places };
};

/** Multiplies exactly. */
export const product = (left: BookDecimal, right: BookDecimal): BookDecimal => ({
  units: left.units * right.units,
  places: left.places + right.places,
});

/** Whether two decimals are the same number: `0.10` is `0.1`. */
export const isSameNumber = (left: BookDecimal, right: BookDecimal): boolean =>
  sum(left, { units: -right.units, places: right.places }).units === 0n;
