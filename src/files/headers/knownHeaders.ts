import { energyKeys } from '../cells/columnKeys.ts';

/**
 * Headers whose meaning is well known, in the many ways utilities, exports and our own tables write them.
 * A header that leaves its unit or its direction open has no meaning here: it must be declared.
 */

/** The words of a header: `Net Usage (kWh)` and `netUsageKwh` are both `net usage kwh`. */
export const wordsOf = (header: string): string =>
  header
    .replace(/\bdate ?\/ ?time\b/gi, 'date time')
    .replace(/([km])wh(?:rs?|s)?(?![a-z])/gi, ' $1wh ')
    .replace(/\b([kM]W)\b/g, (unit) => ` ${unit.toLowerCase()} `)
    .replace(/\bk(?:ilo)? ?watts?\b(?! ?-?hours?)/gi, ' kw ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll('$', ' usd ')
    .replaceAll('¢', ' cents ')
    .replaceAll('/', ' per ')
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/\bkilo ?watt ?hours?\b/g, 'kwh')
    .replace(/\bmega ?watt ?hours?\b/g, 'mwh')
    .replace(/\bwatt ?hours?\b/g, 'wh')
    .replace(/\benergy in (?=[km]?wh\b)/g, 'energy ')
    .replace(/\bdollars?\b/g, 'usd')
    .replace(/\b([km]?wh?) \1\b/g, '$1')
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
    'usage start',
    'interval start time',
    'hour beginning',
    'datetime',
    'date time',
    'timestamp',
    'usage start time',
    'usage date time',
    'date and time',
    'start date and time',
    'start date time local',
    'interval start date time',
    'interval start datetime',
    'interval begin',
    'beginning',
    'local time',
    'local start time',
    'read date time',
    'last changed',
    'start local',
    'time period',
    'energy consumption time period',
    'energy delivered time period',
    'energy received time period',
    'energy generation time period',
    'start ts',
    'read time',
    'reading time',
    'reading date time',
    'reading date and time',
    'meter reading time',
    'usage time',
    'period start',
    'period beginning',
    'interval beginning',
    'ts',
    'uhrzeit',
    'zeit',
    'zeitstempel',
    'zeitpunkt',
    'datum uhrzeit',
    'datum zeit',
    'datum und uhrzeit',
    'von',
    'uhrzeit von',
  ],
  end: [
    'end',
    'end time',
    'end date time',
    'end datetime',
    'end at',
    'to',
    'interval end',
    'usage end',
    'interval end time',
    'usage end time',
    'interval end date time',
    'interval end datetime',
    'interval ending',
    'period end',
    'end local',
    'end date and time',
    'bis',
    'uhrzeit bis',
  ],
  hour: [
    'hour ending',
    'he',
    'hour',
    'hour end',
    'hr end',
    'hr ending',
    'trading interval',
    'hour beginning',
    'hb',
    'hour starting',
    'hour number',
    'hr',
    'hour of day',
  ],
  repeated: ['repeated hour flag', 'repeated hour', 'dst flag'],
  endDate: ['end date', 'to date'],
  seconds: ['seconds', 'duration seconds', 'duration s', 'interval seconds'],
  duration: ['duration', 'interval length', 'interval'],
  channel: [
    'channel',
    'channel id',
    'channel name',
    'type',
    'flow',
    'flow direction',
    'direction',
    'consumption surplusgeneration',
    'consumption surplus generation',
    'entity id',
    'statistic id',
  ],
  unit: ['unit', 'units', 'uom', 'unit type', 'unit of measure', 'unit of measurement', 'consumption unit', 'einheit'],
  date: [
    'date',
    'day',
    'usage date',
    'read date',
    'billing date',
    'start date',
    'interval date',
    'operating day',
    'trade date',
    'datum',
  ],
  minutes: ['minutes', 'duration minutes', 'duration min', 'interval minutes'],
  zone: ['zone', 'time zone', 'timezone', 'utc offset', 'offset'],
  device: [
    'device',
    'device id',
    'resource id',
    'resource',
    'meter',
    'meter id',
    'meter number',
    'virtual meter',
    'esiid',
  ],
  currency: ['currency'],
  quality: ['quality', 'data quality', 'reading quality', 'estimated', 'estimated actual'],
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

const drawn = new Set([
  'import',
  'imported',
  'imports',
  'in',
  'drawn',
  'consumption',
  'consumed',
  'purchased',
  'fwd',
  'forward',
  'bezug',
  'netzbezug',
  'strombezug',
  'verbrauch',
]);
const delivered = new Set([
  'export',
  'exported',
  'exports',
  'out',
  'sold',
  'surplus',
  'returned',
  'rev',
  'reverse',
  'einspeisung',
  'netzeinspeisung',
]);
const produced = new Set(['generation', 'generated', 'production', 'produced', 'erzeugung']);
const counting = new Set(['register', 'cumulative', 'counter']);
const neutral = new Set([
  'net',
  'usage',
  'energy',
  'use',
  'used',
  'quantity',
  'value',
  'active',
  'real',
  'actual',
  'electric',
  'electricity',
  'interval',
  'hourly',
  'total',
  'sum',
  'from',
  'to',
  'grid',
  'the',
  'meter',
  'metered',
  'power',
  'average',
  'avg',
  'demand',
]);

/** Who delivers to whom, said in full. */
const inFull: readonly (readonly [RegExp, 'import' | 'export'])[] = [
  [
    /\b(?:delivered|supplied) (?:by|from) (?:the )?(?:utility|grid|company|supplier)\b|\b(?:delivered|supplied) to (?:the )?customer\b|\b(?:received|purchased|bought) from (?:the )?(?:utility|grid|company|supplier)\b|\breceived by (?:the )?customer\b/,
    'import',
  ],
  [
    /\b(?:delivered|supplied|sold|returned|exported) to (?:the )?(?:utility|grid|company|supplier)\b|\breceived by (?:the )?(?:utility|grid|company|supplier)\b|\b(?:delivered|supplied) by (?:the )?customer\b|\breceived from (?:the )?customer\b/,
    'export',
  ],
];

const saidInFull = (words: readonly string[]): readonly string[] =>
  inFull.reduce((text, [pattern, direction]) => text.replace(pattern, direction), words.join(' ')).split(' ');

/** Meters are read by their owners: what they delivered was drawn, what they received was delivered. Only both words together say so. */
const ofTheUtility = (words: readonly string[]): readonly string[] =>
  words.map((word) => (word === 'delivered' ? 'import' : word === 'received' ? 'export' : word));

/** How headers shorten these two: `kWh Del`, `kWh Rec`. */
const inShort: ReadonlyMap<string, 'delivered' | 'received'> = new Map([
  ['del', 'delivered'],
  ['dlv', 'delivered'],
  ['dlvd', 'delivered'],
  ['rec', 'received'],
  ['recd', 'received'],
  ['rcv', 'received'],
  ['rcvd', 'received'],
]);

const spelledOut = (words: readonly string[]): readonly string[] => words.map((word) => inShort.get(word) ?? word);

/** The words of headers of which one says what was delivered, another what was received; null where not both are said. */
const wordsOfTheUtility = (all: readonly (readonly string[])[]): readonly (readonly string[])[] | null => {
  const spelled = all.map(spelledOut);
  const isSaid = (word: string): boolean => spelled.some((words) => words.includes(word));
  return isSaid('delivered') && isSaid('received') ? spelled : null;
};

const directionSuffix = (words: readonly string[]): string | null => {
  const isDrawn = words.some((word) => drawn.has(word));
  const isDelivered = words.some((word) => delivered.has(word) || produced.has(word));
  if (isDrawn && isDelivered) return null;
  return isDrawn ? 'In' : isDelivered ? 'Out' : '';
};

/** `from grid` says what `imported` says. */
const gridWords = (words: readonly string[]): readonly string[] => {
  const text = words.join(' ');
  const isDirected = words.some((word) => drawn.has(word) || delivered.has(word) || produced.has(word));
  if (isDirected) return words;
  return text
    .replace(/\bfrom grid\b/, 'import grid')
    .replace(/\bto grid\b/, 'export grid')
    .split(' ');
};

const isUnit = (word: string): boolean => word !== 'energy' && energyKeys.has(word);

const isUnderstood = (word: string): boolean =>
  drawn.has(word) || delivered.has(word) || produced.has(word) || counting.has(word) || neutral.has(word);

/** `net usage kwh`, `import register wh`: one unit, at most one direction, and nothing that is not understood. */
const energyKeyOf = (given: readonly string[], unit: string | null): string | undefined => {
  const words = gridWords(given);
  const units = words.filter(isUnit);
  const rest = words.filter((word) => !isUnit(word));
  const suffix = directionSuffix(rest);
  const [only = unit, second] = units;
  if (only === null || second !== undefined || suffix === null || !rest.every(isUnderstood)) return undefined;
  if (units.length === 0 && rest.length === 0) return undefined;
  const key = `${only}${suffix}${rest.some((word) => counting.has(word)) ? 'Register' : ''}`;
  return energyKeys.has(key) ? key : undefined;
};

/** Whether the header of a time says that it is UTC. */
export const isInUtc = (header: string): boolean => /\b(utc|gmt)\b/.test(wordsOf(header));

/** A header of a time by what else it says: which zone it is in is for its times to say. */
const timeKeyIn = (text: string): string | undefined => {
  if (/^time bucket\b/.test(text)) return 'time';
  const key = plainKeys.get(text.replace(/^(utc|gmt|local) | ?\b(utc|gmt|local|(?:e|c|m|p|ak|h)[sdp]?t)$/, ''));
  return key === 'time' || key === 'end' ? key : undefined;
};

/** What the headers of a file mean, each undefined where that is not well known. `hour` and `duration` are for their values to say. */
export const knownKeysOf = (headers: readonly string[]): readonly (string | undefined)[] => {
  const all = headers.map((header) => wordsOf(header).split(' '));
  const ofUtility = wordsOfTheUtility(all);
  const hasUnits = all.some((words) => plainKeys.get(words.join(' ')) === 'unit');
  return (ofUtility ?? all).map((words) => {
    const text = words.join(' ');
    const plainKey = plainKeys.get(text) ?? timeKeyIn(text);
    const directed = saidInFull(words);
    return plainKey ?? energyKeyOf(ofUtility === null ? directed : ofTheUtility(directed), hasUnits ? 'energy' : null);
  });
};

/** Whether a header is about what passes the grid's meter, where others are about parts of a house. */
export const isOfTheGrid = (header: string): boolean => /\bgrid\b/.test(wordsOf(header));

/** Whether a header states what was generated, which need not be what was delivered. */
export const isGeneration = (header: string): boolean =>
  wordsOf(header)
    .split(' ')
    .some((word) => produced.has(word));

/** The least and the most of an interval are no energy of it. */
const extremes = new Set(['min', 'minimum', 'max', 'maximum', 'peak']);

/** What remains of a header that states a unit when all that is understood is taken away: the name of a device. */
export const deviceInHeader = (header: string): { readonly key: string; readonly device: string } | null => {
  const words = wordsOf(header).split(' ');
  if (words.some((word) => extremes.has(word))) return null;
  const key =
    words.filter(isUnit).length === 1
      ? energyKeyOf(
          words.filter((word) => isUnit(word) || isUnderstood(word)),
          null,
        )
      : undefined;
  const device = header
    .split(/[^A-Za-z0-9_.:-]+/)
    .filter(
      (part) =>
        part !== '' &&
        !wordsOf(part)
          .split(' ')
          .every((word) => isUnit(word) || isUnderstood(word)),
    )
    .join(' ');
  return key === undefined || device === '' ? null : { key, device };
};
