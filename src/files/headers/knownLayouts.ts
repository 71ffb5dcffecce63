import { wordsOf } from './knownHeaders.ts';

/** Layouts that have a name, by the headers that only they have. The name is for people: what is read follows from the headers themselves. */
const signatures: readonly (readonly [name: string, ...headers: readonly RegExp[]])[] = [
  [
    'Opower download (PG&E, ComEd, PECO, Eversource and others)',
    /^type$/,
    /^date$/,
    /^start time$/,
    /^end time$/,
    /\b(usage|import)\b/,
  ],
  ['Smart Meter Texas download', /^esiid$/, /^usage date$/, /^usage kwh$/],
  ['SCE download', /^energy \w+ time period$/, /^usage real energy/],
  ['SDG&E download, in kWh', /^meter number$/, /^duration$/, /^consumption/, /^generation/, /^net/],
  ['Home Assistant, energy of the dashboard', /^entity id$/, /^type$/, /^unit$/, /^\d{4} \d\d \d\d t/],
  ['Home Assistant, statistics', /^statistic id$/, /^start/],
  ['Home Assistant, history', /^entity id$/, /^state$/, /^last changed$/],
  ['Emporia export', /^time bucket\b/],
  ['Tesla export', /^date time$/, /^home kwh?$/, /^(grid kw|from grid kwh)$/],
  ['Enphase report', /^date time$/, /^energy (produced|consumed) wh$/],
  ['Sense export', /^date ?time$/, /^device make$/, /^kwh$/],
  ['Octopus Energy download', /^consumption kwh$/, /^estimated cost/, /^start$/, /^end$/],
  ['Tibber export', /^from$/, /^to$/, /^consumption$/, /^consumption unit$/],
  ['SmartHub (NISC) download', /^service location/, /\bkwh\b/],
  ['ISO-NE report', /^h$/, /^date$/, /^hour ending$/],
];

/** Layouts of American companies alone: they write the month before the day, also where no date of the file proves it. */
const american = /^(Smart Meter Texas|SCE|SDG&E|SmartHub|ISO-NE)\b/;

/** Whether a layout writes the month before the day, by its name. */
export const writesMonthFirst = (name: string | null): boolean => american.test(name ?? '');

/** What a layout is called; null where it has no name. */
export const layoutNameOf = (headers: readonly string[]): string | null => {
  const words = headers.map(wordsOf);
  const found = signatures.find(([, ...patterns]) =>
    patterns.every((pattern) => words.some((each) => pattern.test(each))),
  );
  return found?.[0] ?? null;
};
