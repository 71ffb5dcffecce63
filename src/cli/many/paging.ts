/** How much of a long list stands in a table. */
import { CommandFailure } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';

/** @limit So many devices are told one by one; of more, so many rows of the worst. */
export const fewDevices = 20;

/** Which part of a list is shown. */
export interface Paging {
  readonly limit: number;
  readonly page: number;
  /** Somebody asked for it: then also few devices are told a row each. */
  readonly isAsked: boolean;
}

/** What is shown when nobody says. */
export const firstPage: Paging = { limit: fewDevices, page: 1, isAsked: false };

const wholeNumber = (given: ParsedArguments, name: 'limit' | 'page'): number | undefined => {
  const text = given.text(name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageError(`The option --${name} wants a whole number from 1 on, and "${text}" is none.`);
};

/** Which part was asked for. @throws UsageError for what is no number, or beside a format that has all */
export const pagingOf = (given: ParsedArguments): Paging => {
  const [limit, page] = [wholeNumber(given, 'limit'), wholeNumber(given, 'page')];
  const format = ['json', 'csv'].find((name) => given.switches.has(name));
  const isAsked = limit !== undefined || page !== undefined;
  if (isAsked && format !== undefined)
    throw new UsageError(`The options --limit and --page are for the table: --${format} has all of it.`);
  return { limit: limit ?? firstPage.limit, page: page ?? firstPage.page, isAsked };
};

/** Whether so many devices are told a row each. */
export const isMany = (devices: number, { isAsked }: Paging): boolean => isAsked || devices > fewDevices;

/** A part of a list, and the line that says what is left out of it; empty when nothing is. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly leftOut: string;
}

/** The part of a list that was asked for. @throws CommandFailure when the list ends before it */
export const pageOf = <Item>(
  all: readonly Item[],
  { limit, page }: Paging,
  things: string,
  ways = '--limit, --device or --group',
): Page<Item> => {
  const pages = Math.max(1, Math.ceil(all.length / limit));
  if (page > pages)
    throw new CommandFailure(
      `There is no page ${page}: at ${limit} a page, ${all.length} ${things} end on page ${pages}.`,
    );
  const items = all.slice((page - 1) * limit, page * limit);
  const left = all.length - items.length;
  const other = page < pages ? page + 1 : 1;
  return {
    items,
    leftOut: left === 0 ? '' : `${left} of ${all.length} ${things} are left out: see --page ${other}, ${ways}.\n`,
  };
};

/** The greatest first, by one measure after the other; what is alike stays in its order. */
export const worstFirst = <Item>(
  items: readonly Item[],
  measures: readonly ((item: Item) => number)[],
): readonly Item[] => {
  const weighed = items.map((item) => ({ item, weights: measures.map((measure) => measure(item)) }));
  const differing = (a: readonly number[], b: readonly number[]): number => {
    const at = a.findIndex((weight, index) => weight !== b[index]);
    return at < 0 ? 0 : (b[at] ?? 0) > (a[at] ?? 0) ? 1 : -1;
  };
  return weighed.toSorted((a, b) => differing(a.weights, b.weights)).map(({ item }) => item);
};
