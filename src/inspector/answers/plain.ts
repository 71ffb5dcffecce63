/** What a machine remembers, as JSON of a decent size. */

/** JSON. */
export type PlainJson = string | number | boolean | null | PlainJson[] | { [key: string]: PlainJson };

/** @limit What is shown of long things; the log has all of it. */
const shownItems = 24;
const shownCharacters = 400;
const shownDepth = 6;

const cutText = (text: string): string =>
  text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}… (${text.length} characters)`;

const cutList = (list: readonly unknown[], depth: number): PlainJson[] => {
  const shown = list.slice(0, shownItems).map((each) => plainAt(each, depth + 1));
  return list.length <= shownItems ? shown : [...shown, `… and ${list.length - shownItems} more`];
};

const plainAt = (value: unknown, depth: number): PlainJson => {
  if (typeof value === 'string') return cutText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  if (depth >= shownDepth) return '…';
  if (Array.isArray(value)) return cutList(value, depth);
  if (typeof value !== 'object') return String(value);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, plainAt(inner, depth + 1)]])),
  );
};

/** A value as JSON; long lists and texts are cut, and say so. */
export const plain = (value: unknown): PlainJson => plainAt(value, 0);
