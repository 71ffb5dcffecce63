/**
 * A secret as strangers may write it down: in any case, percent-encoded character by character or more than once, by the
 * numbers or names of XML, by the numbers of JSON, in base64, also in the midst of what else is written so, in hexadecimal.
 * Not only what we would write ourselves is looked for.
 */

/** A text as the pattern of just itself. */
export const forRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const named: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

const percentEncoded = (sign: string): string =>
  [...Buffer.from(sign)].map((byte) => `%(?:25){0,3}${byte.toString(16).padStart(2, '0')}`).join('');

/** One character in every form: each begins differently, so that a search goes over a text once. */
const anyForm = (sign: string): string => {
  const code = sign.codePointAt(0) ?? 0;
  const numbers = [`#0{0,7}${code}`, `#x0{0,7}${code.toString(16)}`];
  const names = named[sign] === undefined ? [] : [named[sign]];
  const forms = [
    /["'\\/]/.test(sign) ? `\\\\{0,7}${forRegExp(sign)}` : forRegExp(sign),
    percentEncoded(sign),
    `&(?:amp;){0,3}(?:${[...numbers, ...names].join('|')});`,
    ...(code > 0xffff ? [] : [`\\\\{1,4}u${code.toString(16).padStart(4, '0')}`]),
    ...(sign === ' ' ? ['\\+'] : []),
  ];
  return `(?:${forms.join('|')})`;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What a text may have been before it was percent-encoded; itself, when it was not. */
export const decodings = (text: string): readonly string[] => [...new Set([text, decoded(text)])];

/** A text as base64 writes it. */
export const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** @limit Of a shorter text too little is left in the midst of base64 to know it by. @unit bytes */
const shortestWithin = 8;

/** What a text comes to in the midst of base64, after 0, 1 and 2 bytes: the letters that it decides alone. */
const withinBase64 = (bytes: Buffer): readonly string[] =>
  bytes.length < shortestWithin
    ? []
    : [0, 1, 2].map((before) => {
        const letters = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
        return letters.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
      });

const forUrls = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

/** A text as its bytes may be written: in base64, for URLs or not and in the midst of it, and in hexadecimal. The longer come first. */
export const asBytes = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  const inLetters = [inBase64(text), ...withinBase64(bytes)].flatMap((base64) => [base64, forUrls(base64)]);
  return longestFirst([...inLetters, bytes.toString('hex')]);
};

/** The source of a pattern, for the flags `gi`, that finds a secret in all its forms. */
export const patternOf = (secret: string): string =>
  [...decodings(secret)]
    .flatMap((text) => [[...text].map(anyForm).join(''), ...asBytes(text).map(forRegExp)])
    .join('|');

/** Each once, and none after one that it begins with: what is found first is found whole. */
export const longestFirst = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].sort((a, b) => b.length - a.length);

/** Comments, processing instructions and CDATA marks: what XML ignores, and what could split a secret in two. */
const splitMarks: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The same XML without anything that splits its texts; goes over it once, whatever it is. */
export const unsplit = (xml: string): string => {
  const parts: string[] = [];
  let at = 0;
  for (let next = xml.indexOf('<'); next !== -1; next = xml.indexOf('<', next)) {
    const mark = splitMarks.find(([begin]) => xml.startsWith(begin, next));
    const end = mark === undefined ? -1 : xml.indexOf(mark[1], next + mark[0].length);
    if (mark !== undefined && end === -1) break;
    if (mark === undefined || xml.startsWith('<?xml ', next)) {
      next += 1;
      continue;
    }
    parts.push(xml.slice(at, next));
    if (mark[0] === '<![CDATA[') parts.push(escaped(xml.slice(next + mark[0].length, end)));
    at = end + mark[1].length;
    next = at;
  }
  return parts.length === 0 ? xml : parts.join('') + xml.slice(at);
};
