import type { Predicate, WhereMoment, WhereValue, WordUsed } from './terms.ts';
import type { Operator } from './tokens.ts';

/** Whether a predicate holds at a moment, and by which values. */

/** What a word of a predicate was at a moment. */
export interface WhereReading {
  /** The word as it was written: `soc[battery]`. */
  readonly word: string;
  readonly values: readonly WhereValue[];
}

const uses = (predicate: Predicate): readonly WordUsed[] =>
  predicate.kind === 'compare'
    ? [predicate.used]
    : predicate.kind === 'not'
      ? uses(predicate.part)
      : predicate.parts.flatMap(uses);

/** Whether a predicate speaks of what the agent knew: then the log is folded for it. */
export const asksState = (predicate: Predicate): boolean => uses(predicate).some(({ word }) => word.of === 'state');

/** Whether it speaks of entries, so that each of them is asked; else it holds for a time. */
export const asksEntry = (predicate: Predicate): boolean => uses(predicate).some(({ word }) => word.of === 'entry');

const valuesOf = ({ word, path, key }: WordUsed, moment: WhereMoment): readonly WhereValue[] => {
  const values = word.read(moment, path);
  return key === null ? values : values.filter((each) => each.key === key);
};

const isEqual = (value: string | number, given: string | number, isPath: boolean): boolean =>
  value === given || (isPath && String(value).startsWith(`${given}/`));

/** `!=` is not here: it is the contrary of `=`. */
const fits = (value: string | number, operator: Operator, given: string | number, isPath: boolean): boolean => {
  if (operator === '=') return isEqual(value, given, isPath);
  if (operator === '~') return String(value).toLowerCase().includes(String(given).toLowerCase());
  if (typeof value !== 'number' || typeof given !== 'number') return false;
  if (operator === '<') return value < given;
  if (operator === '<=') return value <= given;
  return operator === '>' ? value > given : value >= given;
};

/** Whether it holds. Of several things that a word speaks of one is enough; what nobody knows is less and more than nothing. */
export const holds = (predicate: Predicate, moment: WhereMoment): boolean => {
  if (predicate.kind === 'not') return !holds(predicate.part, moment);
  if (predicate.kind !== 'compare') {
    const does = (part: Predicate): boolean => holds(part, moment);
    return predicate.kind === 'and' ? predicate.parts.every(does) : predicate.parts.some(does);
  }
  const { used, operator, value } = predicate;
  const values = valuesOf(used, moment);
  const isFound = (by: Operator): boolean =>
    value === null
      ? values.length === 0
      : values.some((each) => fits(each.value, by, value, used.word.isPath === true));
  return operator === '!=' ? !isFound('=') : isFound(operator);
};

/** What the words of a predicate are at a moment, each word once. */
export const readingsOf = (predicate: Predicate, moment: WhereMoment): readonly WhereReading[] => {
  const seen = new Map<string, WhereReading>();
  for (const used of uses(predicate))
    if (!seen.has(used.text)) seen.set(used.text, { word: used.text, values: valuesOf(used, moment) });
  return [...seen.values()];
};
