/** Numbers as people read them: each with its unit, and with a minus sign that is one. */

const minus = '\u2212';
const thin = '\u202f';

const fixed = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `${minus}${text}` : text;
};

const signed = (value: number, digits: number): string => {
  const text = fixed(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
};

/** `+1.250 kWh`: import is positive, export negative. */
export const energyText = (energyWattHours: number | null, digits = 2): string =>
  energyWattHours === null ? 'not measured' : `${signed(energyWattHours / 1_000, digits)}${thin}kWh`;

/** `2.22 kWh`: energy whose word already says which way it goes. */
export const plainEnergyText = (wattHours: number): string => `${(Math.abs(wattHours) / 1_000).toFixed(2)}${thin}kWh`;

/** `5.0 kW` */
export const powerText = (watts: number): string => `${fixed(watts / 1_000, 1)}${thin}kW`;

/** `64 %` */
export const shareText = (share: number): string => `${Math.round(share * 100)}${thin}%`;

/** `$1.23`, `−$0.41`: what is paid is positive, a credit is negative. */
export const dollarsText = (usd: string | number | null, digits = 2): string => {
  if (usd === null || !Number.isFinite(Number(usd))) return '–';
  const text = Math.abs(Number(usd)).toFixed(digits);
  return Number(usd) < 0 && Number(text) !== 0 ? `${minus}$${text}` : `$${text}`;
};

/** `$0.0821` */
export const priceText = (usdPerKwh: string | number | null): string => dollarsText(usdPerKwh, 4);

/** `1,234,567` */
export const countText = (count: number): string => count.toLocaleString('en-US');

/** `1 hour`, `3 hours` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;

/** `+$9.12`, `−$0.09`, `$0.00`: money that comes to you is positive, money that goes from you negative. */
export const toYouText = (usd: string | number): string => {
  const text = dollarsText(usd);
  return Number(usd) > 0 && text !== '$0.00' ? `+${text}` : text;
};

/** `$1,290.20`: an amount whose word already says which way it goes. */
export const stakeText = (usd: number): string =>
  `$${Math.abs(usd).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** A price to read: `4.1 ¢` below a dollar, `$4.78` from there on; per kWh is understood. */
export const readPriceText = (usdPerKwh: string | number): string => {
  const usd = Number(usdPerKwh);
  return Math.abs(usd) < 0.9995 ? `${fixed(usd * 100, 1)}${thin}¢` : dollarsText(usd);
};

/** The same of a bill's amount, where what is paid is positive. */
export const billedText = (usd: string): string => toYouText(-Number(usd));
