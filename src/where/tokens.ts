import { WhereFault } from './fault.ts';

/** The words, numbers and signs of a predicate, each with its place. */

/** @limit Characters of a predicate. */
export const longestPredicate = 500;

/** How two values are compared. */
export const operators = ['<=', '>=', '!=', '=', '<', '>', '~'] as const;

/** One of them. */
export type Operator = (typeof operators)[number];

/** A piece of a predicate. `at`: its place in the text, from 0. */
export type Token = { readonly at: number; readonly text: string } & (
  | { readonly kind: 'name' }
  | { readonly kind: 'quoted' }
  | { readonly kind: 'number'; readonly value: number; readonly unit: string; readonly unitAt: number }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'bracket' }
  | { readonly kind: 'end' }
);

/** What other languages write, and what is written here. */
const foreign: readonly (readonly [sign: string, ours: string])[] = [
  ['==', '='],
  ['<>', '!='],
  ['=<', '<='],
  ['=>', '>='],
  ['&', 'and'],
  ['|', 'or'],
  ['!', 'not'],
];

const numberPattern = /^(\$?)([-−]?\d+(?:\.\d+)?)([ \t]?)([%¢]|[A-Za-z]+)?/u;
const namePattern = /^[A-Za-z_][\w./:-]*/;
const wordsOfOurs = new Set(['and', 'or', 'not']);
/** After a space only these are a unit, and anything else is a word of its own. */
const unitNames = new Set(['%', '¢', 'kW', 'W', 'h']);

const numberAt = (text: string, at: number): Token | null => {
  const found = numberPattern.exec(text.slice(at));
  if (found === null) return null;
  const [whole, dollar = '', digits = '', space = '', letters = ''] = found;
  const unit = wordsOfOurs.has(letters) || (space !== '' && !unitNames.has(letters)) ? '' : letters;
  const length = whole.length - (unit === '' ? space.length + letters.length : 0);
  return {
    kind: 'number',
    at,
    text: text.slice(at, at + length),
    value: Number(digits.replace('−', '-')),
    unit: dollar === '' ? unit : '$',
    unitAt: dollar === '' ? at + length - unit.length : at,
  };
};

const quotedAt = (text: string, at: number): Token | null => {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return null;
  const end = text.indexOf(quote, at + 1);
  if (end === -1) throw new WhereFault(text, at, `The text that begins here has no end: close it with ${quote}.`);
  return { kind: 'quoted', at, text: text.slice(at + 1, end) };
};

const signAt = (text: string, at: number): Token | null => {
  const rest = text.slice(at);
  const wrong = foreign.find(([sign]) => rest.startsWith(sign) && !rest.startsWith('!='));
  if (wrong !== undefined) throw new WhereFault(text, at, `"${wrong[0]}" is written "${wrong[1]}" here.`);
  const operator = operators.find((each) => rest.startsWith(each));
  if (operator !== undefined) return { kind: 'operator', operator, at, text: operator };
  return '()[]'.includes(rest[0] as string) ? { kind: 'bracket', at, text: rest[0] as string } : null;
};

const nameAt = (text: string, at: number): Token | null => {
  const [name] = namePattern.exec(text.slice(at)) ?? [];
  return name === undefined ? null : { kind: 'name', at, text: name };
};

/** The pieces of a predicate, and its end. @throws WhereFault */
export const tokensOf = (text: string): readonly Token[] => {
  if (text.length > longestPredicate)
    throw new WhereFault(text, longestPredicate, `A predicate has at most ${longestPredicate} characters.`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] as string)) {
      at += 1;
      continue;
    }
    const token = quotedAt(text, at) ?? numberAt(text, at) ?? nameAt(text, at) ?? signAt(text, at);
    if (token === null)
      throw new WhereFault(
        text,
        at,
        `"${String.fromCodePoint(text.codePointAt(at) as number)}" means nothing here: put text in quotation marks.`,
      );
    tokens.push(token);
    at += token.text.length + (token.kind === 'quoted' ? 2 : 0);
  }
  return [...tokens, { kind: 'end', at: text.length, text: '' }];
};
