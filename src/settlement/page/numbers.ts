import { compare, decimalOf, roundHalfEven, shift, zero } from '../../programme/decimal.ts';
import { comingToYou, padded, tellingText } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';

/** Numbers as people read them: a true minus, thousands apart, and a dash for what is not known. */

/** Stands for what is not known. */
export const unknown = '–';

const withThousands = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, '\u2009');

const shown = (text: DecimalText): string => {
  const [whole = '0', fraction] = text.replace('-', '').split('.');
  const isNothing = /^0*$/.test(whole + (fraction ?? ''));
  return `${text.startsWith('-') && !isNothing ? '−' : ''}${withThousands(whole)}${fraction === undefined ? '' : `.${fraction}`}`;
};

/** Dollars to the cent, for sums. */
export const dollars = (amountUsd: DecimalText | null): string =>
  amountUsd === null ? unknown : shown(roundHalfEven(decimalOf(amountUsd), 2));

/** Dollars to the cent, or exactly where the cents would show nothing of them: for what a verdict is about. */
export const tellingDollars = (amountUsd: DecimalText): string => shown(tellingText(amountUsd));

/** Dollars exactly, at least to the cent. */
export const exactDollars = (amountUsd: DecimalText | null): string =>
  amountUsd === null ? unknown : shown(padded(amountUsd, 2));

const signed = (text: string): string => (/[1-9]/.test(text) && !text.startsWith('−') ? `+${text}` : text);

/** An amount of the ledger to the cent, as what comes to you: a credit is +. */
export const toYou = (amountUsd: DecimalText | null): string =>
  amountUsd === null ? unknown : signed(dollars(comingToYou(amountUsd)));

/** An amount of the ledger exactly, as what comes to you. */
export const exactToYou = (amountUsd: DecimalText | null): string =>
  amountUsd === null ? unknown : signed(exactDollars(comingToYou(amountUsd)));

/** A difference, billed less expected, in the words of the verdict: what is missing, or what was paid too much. */
export const missing = (differenceUsd: DecimalText | null, textOf: (amountUsd: DecimalText) => string): string => {
  if (differenceUsd === null) return unknown;
  const text = textOf(differenceUsd);
  return text.startsWith('−') ? `too much ${text.slice(1)}` : text;
};

/** What differences come to together: `0.76 USD missing`, `0.10 USD too much`, or nothing. */
export const togetherMissing = (differenceUsd: DecimalText): string => {
  const sign = compare(decimalOf(differenceUsd), zero);
  if (sign === 0) return 'nothing';
  return `${missing(differenceUsd, tellingDollars).replace('too much ', '')} USD ${sign < 0 ? 'too much' : 'missing'}`;
};

/** A price exactly, with at least four decimals. */
export const price = (usdPerKwh: DecimalText | null): string =>
  usdPerKwh === null ? unknown : shown(padded(usdPerKwh, 4));

/** Watt-hours as kWh with three decimals, or more where there are more. */
export const kilowattHours = (wattHours: number | DecimalText | null): string =>
  wattHours === null ? unknown : shown(padded(shift(decimalOf(String(wattHours)), -3).toFixed(), 3));

/** A count and its noun. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${shown(String(number))} ${number === 1 ? one : many}`;

/** What an amount is to the participant. */
export const sense = (amountUsd: DecimalText): 'charge' | 'credit' | 'nothing' => {
  const sign = compare(decimalOf(amountUsd), zero);
  return sign > 0 ? 'charge' : sign < 0 ? 'credit' : 'nothing';
};

/** Positions of entries: `#12, #15`; long lists are cut, with how many there are. */
export const positions = (all: readonly number[], most = 4): string => {
  const distinct = [...new Set(all)].toSorted((a, b) => a - b);
  const first = distinct
    .slice(0, most)
    .map((each) => `#${each}`)
    .join(', ');
  return distinct.length > most ? `${first} … (${distinct.length})` : first;
};
