const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const character = (reference: string): string => {
  if (!reference.startsWith('#')) return named[reference] ?? `&${reference};`;
  const isHex = reference[1] === 'x';
  return String.fromCodePoint(Number.parseInt(reference.slice(isHex ? 2 : 1), isHex ? 16 : 10));
};

/** Replaces the five named and all numeric references, once; the gate has refused every other. */
export const unescapeXml = (text: string): string =>
  text.includes('&') ? text.replace(/&([^;&]+);/g, (_, reference: string) => character(reference)) : text;
