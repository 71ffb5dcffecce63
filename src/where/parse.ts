/**
 * Reads a predicate: `lifecycle = backoff and not (soc[battery] < 20 % or price.now > 1)`.
 *
 *     either  := both { "or" both }
 *     both    := single { "and" single }
 *     single  := "not" single | "(" either ")" | word [ "[" key "]" ] ( = != < <= > >= ~ ) value
 *     value   := number [ unit ] | name | "text" | unknown
 */
import { didYouMean } from '../text/nearest.ts';
import { WhereFault } from './fault.ts';
import type { Predicate, WhereUnit, WhereWord, WordUsed } from './terms.ts';
import { operators, tokensOf, type Operator, type Token } from './tokens.ts';
import { dataWord, whereWords } from './words.ts';

/** @limit How deep brackets and "not" may stand in one another. */
const deepest = 40;

/** What is compared with, where nobody knows the value. */
const unknown = 'unknown';

const wordNames: readonly string[] = [...whereWords.map(({ name }) => name), `${dataWord.name}.…`];

/** Units that a number may be given in, each as so many of the unit of the word. */
const units: Readonly<Record<WhereUnit, Readonly<Record<string, number>>>> = {
  '%': { '%': 1 },
  kW: { kW: 1, W: 0.001 },
  'USD/kWh': { $: 1, '¢': 0.01 },
  h: { h: 1 },
};

/** Words of a name in camel case, the longest first. */
const partsOf = (name: string): readonly string[] =>
  (name.match(/[A-Z]?[a-z]+/g) ?? []).filter(({ length }) => length > 3).toSorted((a, b) => b.length - a.length);

/** Which of many values were meant: one that is near, or those that share a word. */
const meantBy = (given: string, values: readonly string[]): string => {
  const near = didYouMean(given, values);
  if (near !== '') return near;
  if (values.length <= 30) return ` It is one of ${values.join(', ')}.`;
  const alike = partsOf(given)
    .map((part) => values.filter((value) => value.toLowerCase().includes(part.toLowerCase())))
    .find(({ length }) => length > 0);
  return alike === undefined ? '' : ` There are ${alike.slice(0, 6).join(', ')}.`;
};

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Predicate {
    if (this.#peek().kind === 'end') throw this.#fault(`There is nothing here: write a comparison, such as soc < 20.`);
    const predicate = this.#either();
    if (this.#peek().kind !== 'end')
      throw this.#fault(`After a comparison "and", "or" or the end is expected, not "${this.#peek().text}".`);
    return predicate;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as Token;
  }

  #fault(sentence: string, at = this.#peek().at): WhereFault {
    return new WhereFault(this.#text, at, sentence);
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #takes(kind: 'name' | 'bracket', text: string): boolean {
    if (this.#peek().kind !== kind || this.#peek().text !== text) return false;
    this.#next += 1;
    return true;
  }

  #either(): Predicate {
    const parts = [this.#both()];
    while (this.#takes('name', 'or')) parts.push(this.#both());
    return parts.length === 1 ? (parts[0] as Predicate) : { kind: 'or', parts };
  }

  #both(): Predicate {
    const parts = [this.#single()];
    while (this.#takes('name', 'and')) parts.push(this.#single());
    return parts.length === 1 ? (parts[0] as Predicate) : { kind: 'and', parts };
  }

  #single(): Predicate {
    this.#depth += 1;
    if (this.#depth > deepest)
      throw this.#fault(`Brackets and "not" stand in one another ${deepest} deep: say it more simply.`);
    const single = this.#takes('name', 'not')
      ? ({ kind: 'not', part: this.#single() } as const)
      : this.#peek().kind === 'bracket'
        ? this.#inBrackets()
        : this.#comparison();
    this.#depth -= 1;
    return single;
  }

  #inBrackets(): Predicate {
    const { at } = this.#peek();
    if (!this.#takes('bracket', '('))
      throw this.#fault(`"${this.#peek().text}" opens nothing here: a word is expected.`);
    const inner = this.#either();
    if (!this.#takes('bracket', ')')) throw this.#fault(`The bracket that opens at character ${at + 1} is not closed.`);
    return inner;
  }

  #comparison(): Predicate {
    const used = this.#used();
    const token = this.#take();
    if (token.kind !== 'operator')
      throw this.#fault(
        `After "${used.text}" one of ${operators.join(' ')} is expected${token.kind === 'end' ? '' : `, not "${token.text}"`}${exampleOf(used.word)}.`,
        token.at,
      );
    return { kind: 'compare', used, operator: token.operator, value: this.#value(used, token.operator, token.at) };
  }

  #used(): WordUsed {
    const token = this.#take();
    if (token.kind !== 'name' || ['and', 'or'].includes(token.text))
      throw this.#fault(
        `A word is expected here${token.kind === 'end' ? '' : `, not "${token.text}"`}: ${wordNames.join(', ')}.`,
        token.at,
      );
    const word = this.#word(token);
    const key = this.#takes('bracket', '[') ? this.#key(word) : null;
    const path = word === dataWord ? token.text.slice(dataWord.name.length + 1) : '';
    return { word, path, key, text: key === null ? token.text : `${token.text}[${key}]` };
  }

  #word({ text, at }: Token): WhereWord {
    if (text.startsWith(`${dataWord.name}.`) && text.length > dataWord.name.length + 1) return dataWord;
    const word = whereWords.find(({ name }) => name === text);
    if (word !== undefined) return word;
    throw this.#fault(
      `There is no word "${text}".${didYouMean(text, wordNames)} The words are ${wordNames.join(', ')}.`,
      at,
    );
  }

  #key(word: WhereWord): string {
    const token = this.#take();
    if (word.isKeyed !== true)
      throw this.#fault(`There is only one ${word.name}, and nothing to choose with [${token.text}].`, token.at);
    if (token.kind === 'bracket' || token.kind === 'operator' || token.kind === 'end')
      throw this.#fault(`In the brackets stands which one is meant, such as ${word.name}[battery].`, token.at);
    if (!this.#takes('bracket', ']'))
      throw this.#fault(`"[${token.text}" is not closed: write ${word.name}[${token.text}].`);
    return token.text;
  }

  #value({ word, text }: WordUsed, operator: Operator, operatorAt: number): string | number | null {
    const token = this.#take();
    if (token.kind === 'name' && token.text === unknown) {
      if (operator === '=' || operator === '!=') return null;
      throw this.#fault(`What is unknown can only be compared with = and !=.`, operatorAt);
    }
    if (token.kind === 'end' || token.kind === 'bracket' || token.kind === 'operator')
      throw this.#fault(`After "${text} ${operator}" a value is expected${exampleOf(word)}.`, token.at);
    if (token.kind === 'number' && word.kind !== 'text') return this.#number(word, operator, operatorAt, token);
    if (word.kind === 'number')
      throw this.#fault(
        `${text} is a number${word.unit === undefined ? '' : ` (${word.unit})`}, and "${token.text}" is none.`,
        token.at,
      );
    return this.#name(word, text, operator, operatorAt, token);
  }

  #number(word: WhereWord, operator: Operator, operatorAt: number, token: Token & { readonly kind: 'number' }): number {
    if (operator === '~')
      throw this.#fault('A number contains nothing: compare it with = != < <= > or >=.', operatorAt);
    if (token.unit === '') return token.value;
    const known = word.unit === undefined ? {} : units[word.unit];
    const factor = known[token.unit];
    if (factor === undefined)
      throw this.#fault(
        word.unit === undefined
          ? `${word.name} has no unit, so "${token.unit}" means nothing here.`
          : `${word.name} is in ${word.unit}, and "${token.unit}" cannot be made of it: write the number alone, or with ${Object.keys(known).join(' or ')}.`,
        token.unitAt,
      );
    return Number((token.value * factor).toPrecision(12));
  }

  #name({ values, kind }: WhereWord, text: string, operator: Operator, operatorAt: number, token: Token): string {
    if (operator !== '=' && operator !== '!=' && operator !== '~')
      throw this.#fault(
        kind === 'any'
          ? `"${token.text}" is no number: a text is compared with = != or ~ (contains).`
          : `${text} is a text: compare it with = != or ~ (contains).`,
        operatorAt,
      );
    if (values !== undefined && operator !== '~' && !values.includes(token.text))
      throw this.#fault(`${text} is never "${token.text}".${meantBy(token.text, values)}`, token.at);
    return token.text;
  }
}

const exampleOf = ({ name, kind, values, unit }: WhereWord): string =>
  kind === 'number'
    ? `, such as ${name} < ${unit === '%' ? '20' : '1'}`
    : values === undefined
      ? ''
      : `, such as ${name} = ${values[0] ?? ''}`;

/** Understands a predicate. @throws WhereFault that names the place, and what there is */
export const predicateOf = (text: string): Predicate => new Parser(text).whole();
