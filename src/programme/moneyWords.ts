import type { DecimalText } from '../protocol/types/scalars.ts';
import { centsText } from './money.ts';

/** Money and prices as people read them. */

/** A price: 4.1 ¢, $4.78. */
export const priceWords = (usdPerKwh: DecimalText | null): string => {
  if (usdPerKwh === null) return 'no price';
  const usd = Number(usdPerKwh);
  const size = Math.abs(usd) < 0.9995 ? `${(Math.abs(usd) * 100).toFixed(1)} ¢` : `$${Math.abs(usd).toFixed(2)}`;
  return usd < 0 ? `−${size}` : size;
};

/** Money with its sign; zero has none. */
export const moneyWords = (usd: DecimalText): string => {
  const cents = centsText(usd);
  const size = cents.replace('-', '');
  return size === '0.00' ? '$0.00' : `${cents.startsWith('-') ? '−' : '+'}$${size}`;
};

/** Money without its sign. */
export const plainMoney = (usd: DecimalText): string => moneyWords(usd).replace(/^[+−]/, '');
