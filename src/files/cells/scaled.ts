import type { DecimalText } from '../../protocol/types/scalars.ts';

/** A number as a whole one and how many of its digits are decimals: exact, without an object of its own kind. */
export interface Scaled {
  readonly whole: number;
  readonly decimals: number;
}

const plainText = /^-?\d{1,16}(?:\.\d{1,15})?$/;

/** The number of a text; null where no column holds it exactly. */
export const scaledOf = (text: DecimalText): Scaled | null => {
  if (!plainText.test(text)) return null;
  const point = text.indexOf('.');
  const whole = Number(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
  return Number.isSafeInteger(whole) ? { whole, decimals: point < 0 ? 0 : text.length - point - 1 } : null;
};

/** The number with more decimals; null where it would not be exact. */
export const withDecimals = ({ whole, decimals }: Scaled, wanted: number): number | null => {
  const more = whole * 10 ** (wanted - decimals);
  return Number.isSafeInteger(more) ? more : null;
};

/** Its text, without zeros that say nothing, as `decimalText` writes it. */
export const textOf = (whole: number, decimals: number): DecimalText => {
  if (decimals === 0 || whole === 0) return String(whole === 0 ? 0 : whole);
  const digits = String(Math.abs(whole)).padStart(decimals + 1, '0');
  let end = digits.length;
  const point = digits.length - decimals;
  while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
  const fraction = end === point ? '' : `.${digits.slice(point, end)}`;
  return `${whole < 0 ? '-' : ''}${digits.slice(0, point)}${fraction}`;
};
