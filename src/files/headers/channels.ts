/** What a channel of a table states, by the words people and meters use. */

/** A direction, neither, or nothing that can be settled by. */
export type ChannelMeaning =
  | { readonly kind: 'import' | 'export' | 'net' | 'neutral' }
  | { readonly kind: 'other'; readonly because: string }
  | { readonly kind: 'unknown' };

const others: readonly (readonly [pattern: RegExp, because: string])[] = [
  [/\bcosts?\b|\bcompensation\b|\bprice\b/, 'it is about money'],
  [/\bgas\b|\btherms?\b|\bccf\b/, 'it is about gas'],
  [/\bwater\b|\bgallons?\b/, 'it is about water'],
  [/\bk?varh?\b|\bkq?vah?\b|\breactive\b|\bapparent\b/, 'it is not about active energy'],
  [/\bvolt(age|s)?\b|\bamps?\b|\btemperature\b|\bdemand\b|\bpower factor\b/, 'it is not about energy'],
  [/\bsolar\b|\bbattery\b|\bpowerwall\b|\bcharger\b/, 'it does not pass the meter of the grid'],
];

const meanings: readonly (readonly [pattern: RegExp, kind: 'import' | 'export' | 'net' | 'neutral'])[] = [
  [
    /\bgkwh(reg)?\b|\b2\.8\.0\b|\b(surplus )?generation\b|\breceived\b|\breturn(ed)?\b|\bexport(ed)?\b|\bto grid\b|\bfeed ?in\b/,
    'export',
  ],
  [/\b1\.8\.0\b|\bconsumption\b|\bconsumed\b|\bdelivered\b|\bimport(ed)?\b|\bfrom grid\b/, 'import'],
  [/\bnet\b/, 'net'],
  [/\bkwh(reg)?\b|\belectric(ity)?\b|\busage\b|\benergy\b|\btotal usage\b|^$/, 'neutral'],
];

const wordsIn = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, ' ')
    .trim();

/** What a channel's name says; of two directions none. */
export const channelMeaning = (name: string): ChannelMeaning => {
  const words = wordsIn(name)
    .replace(/^sensor\.?\s*/, '')
    .replaceAll('.', (dot, at: number, text: string) => (/\d/.test(text[at - 1] ?? '') ? dot : ' '));
  const other = others.find(([pattern]) => pattern.test(words));
  if (other !== undefined) return { kind: 'other', because: other[1] };
  const found = meanings.filter(([pattern]) => pattern.test(words)).map(([, kind]) => kind);
  const directions = found.filter((kind) => kind === 'import' || kind === 'export');
  if (directions.length > 1) return { kind: 'unknown' };
  const [first] = found;
  return first === undefined ? { kind: 'unknown' } : { kind: first };
};
