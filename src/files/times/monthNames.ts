/** Months by their names, whole or short, in the languages of North America and its neighbours over the sea. */

/** How names begin, without accents: English, Spanish, French, German, Italian, Portuguese, Dutch, and the Nordic ones. */
const beginnings: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen'],
  ['feb', 'fev'],
  ['mar', 'mrt', 'maa'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mag', 'mei', 'maj'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'ott', 'out'],
  ['nov'],
  ['dec', 'dez', 'dic'],
];

/** The month of a name, from 1; null for a word that is none. */
export const monthOfName = (name: string): number | null => {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const index = beginnings.findIndex((each) => each.some((beginning) => plain.startsWith(beginning)));
  return index < 0 ? null : index + 1;
};
