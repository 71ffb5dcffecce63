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

/** Exact decimal text without its sign, rounded half to even as a bill is; a number as it comes. */
const rounded = (usd: string | number, digits: number): string => {
  const [, whole = '0', part = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(String(usd)) ?? [];
  if (typeof usd === 'number' || !/^-?\d/.test(usd)) return Math.abs(Number(usd)).toFixed(digits);
  const kept = BigInt(whole + part.slice(0, digits).padEnd(digits, '0'));
  const rest = part.slice(digits);
  const half = `5${'0'.repeat(Math.max(0, rest.length - 1))}`;
  const isUp = rest !== '' && (rest > half || (rest === half && kept % 2n === 1n));
  const text = String(kept + (isUp ? 1n : 0n)).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

const inThousands = (text: string): string =>
  text.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','));

/** `$1.23`, `−$1,290.41`: with the sign that it has. */
export const dollarsText = (usd: string | number | null, digits = 2): string => {
  if (usd === null || !Number.isFinite(Number(usd))) return '–';
  const text = rounded(usd, digits);
  return `${Number(usd) < 0 && Number(text) !== 0 ? minus : ''}$${inThousands(text)}`;
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
export const stakeText = (usd: number): string => dollarsText(Math.abs(usd));

/** A price to read: `4.1 ¢` below a dollar, `$4.78` from there on; per kWh is understood. */
export const readPriceText = (usdPerKwh: string | number): string => {
  const usd = Number(usdPerKwh);
  return Math.abs(usd) < 0.9995 ? `${fixed(usd * 100, 1)}${thin}¢` : dollarsText(usd);
};
