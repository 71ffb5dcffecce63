/** Exact energies as whole numbers of a file's smallest power of ten: quick to add, and nothing is ever rounded. */

/** A number as a whole number and a power of ten: `1.5` is 15 × 10⁻¹. */
export interface Whole {
  readonly whole: bigint;
  readonly powerOfTen: number;
}

/** @limit Longer numbers are none that a meter shows. @unit characters */
const longestNumber = 40;

const pattern = /^[+-]?\d+(?:\.(\d+))?$/;

/** The number a text states; undefined when it states none. */
export const wholeOf = (text: string): Whole | undefined => {
  const match = text.length > longestNumber ? null : pattern.exec(text);
  if (match === null) return undefined;
  const decimals = match[1]?.length ?? 0;
  return { whole: BigInt(text.replace(/^\+/, '').replace('.', '')), powerOfTen: -decimals };
};

/** So many units, each a power of ten of a watt-hour, as plain decimal text. @unit Wh */
export const wattHoursText = (units: bigint, powerOfTen: number): string => {
  if (powerOfTen >= 0) return String(units * 10n ** BigInt(powerOfTen));
  const digits = String(units < 0n ? -units : units).padStart(1 - powerOfTen, '0');
  const fraction = digits.slice(powerOfTen).replace(/0+$/, '');
  const whole = digits.slice(0, powerOfTen);
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
};
