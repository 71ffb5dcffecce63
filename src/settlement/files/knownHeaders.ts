import { energyKeys } from './columnKeys.ts';

/**
 * Headers whose meaning is well known, in the many ways utilities, exports and our own tables write them.
 * A header that leaves its unit or its direction open has no meaning here: it must be declared.
 */

/** The words of a header: `Net Usage (kWh)` and `netUsageKwh` are both `net usage kwh`. */
export const wordsOf = (header: string): string =>
  header
    .replace(/([km])wh/gi, ' $1wh ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll('$', ' usd ')
    .replaceAll('¢', ' cents ')
    .replaceAll('/', ' per ')
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/\bkilo ?watt ?hours?\b/g, 'kwh')
    .replace(/\bmega ?watt ?hours?\b/g, 'mwh')
    .replace(/\bwatt ?hours?\b/g, 'wh')
    .replace(/\bdollars?\b/g, 'usd')
    .trim();

const plain: Readonly<Record<string, readonly string[]>> = {
  time: [
    'time',
    'start',
    'start time',
    'start date time',
    'start datetime',
    'start at',
    'from',
    'begin',
    'interval start',
    'interval start time',
    'hour beginning',
    'datetime',
    'date time',
    'timestamp',
    'usage start time',
    'read time',
    'reading time',
  ],
  end: [
    'end',
    'end time',
    'end date time',
    'end datetime',
    'end at',
    'to',
    'interval end',
    'interval end time',
    'hour ending',
    'usage end time',
  ],
  date: ['date', 'day', 'usage date', 'read date', 'billing date'],
  minutes: ['minutes', 'duration minutes', 'duration min', 'interval minutes'],
  zone: ['zone', 'time zone', 'timezone', 'utc offset', 'offset'],
  device: ['device', 'device id', 'resource id', 'resource', 'meter', 'meter id', 'meter number', 'virtual meter'],
  currency: ['currency'],
  quality: ['quality', 'data quality', 'reading quality', 'estimated'],
  price: ['price usd per kwh', 'rate usd per kwh', 'usd per kwh', 'energy price usd per kwh'],
  priceCents: ['price cents per kwh', 'rate cents per kwh', 'cents per kwh', 'price c per kwh'],
  pricePerMwh: ['price usd per mwh', 'usd per mwh', 'rate usd per mwh'],
  amount: [
    'amount',
    'amount usd',
    'cost',
    'cost usd',
    'total usd',
    'net charge',
    'net charge usd',
    'net amount',
    'net amount usd',
  ],
  amountCents: ['amount cents', 'cost cents'],
  charge: ['charge', 'charge usd', 'charges', 'charges usd'],
  credit: ['credit', 'credit usd', 'credits', 'credits usd'],
};

const plainKeys: ReadonlyMap<string, string> = new Map(
  Object.entries(plain).flatMap(([key, headers]) => headers.map((words) => [words, key] as const)),
);

const drawn = new Set(['import', 'imported', 'imports', 'in', 'drawn', 'consumption', 'consumed']);
const delivered = new Set(['export', 'exported', 'exports', 'out', 'generation', 'generated', 'production']);
const counting = new Set(['register', 'cumulative', 'counter']);
const neutral = new Set([
  'net',
  'usage',
  'energy',
  'use',
  'quantity',
  'value',
  'active',
  'interval',
  'hourly',
  'total',
]);

const directionSuffix = (words: readonly string[]): string | null => {
  const isDrawn = words.some((word) => drawn.has(word));
  const isDelivered = words.some((word) => delivered.has(word));
  if (isDrawn && isDelivered) return null;
  return isDrawn ? 'In' : isDelivered ? 'Out' : '';
};

/** `net usage kwh`, `import register wh`: one unit, at most one direction, and nothing that is not understood. */
const energyKeyOf = (words: readonly string[]): string | undefined => {
  const units = words.filter((word) => energyKeys.has(word));
  const rest = words.filter((word) => !energyKeys.has(word));
  const isUnderstood = rest.every(
    (word) => drawn.has(word) || delivered.has(word) || counting.has(word) || neutral.has(word),
  );
  const suffix = directionSuffix(rest);
  if (units.length !== 1 || !isUnderstood || suffix === null) return undefined;
  const key = `${units[0]}${suffix}${rest.some((word) => counting.has(word)) ? 'Register' : ''}`;
  return energyKeys.has(key) ? key : undefined;
};

/** What a header means, or undefined when that is not well known. */
export const knownKeyOf = (header: string): string | undefined => {
  const words = wordsOf(header);
  return plainKeys.get(words) ?? energyKeyOf(words.split(' '));
};
