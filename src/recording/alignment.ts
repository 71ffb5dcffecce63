import { isIdentifying } from './identifiers.ts';
import { isDecimal, isInstant } from './instants.ts';

/** Lists of which the order means nothing: which thing of one stands for which of the other. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What tells things of a list from one another, the best first. */
const telling: readonly string[] = ['eventID', 'reportRequestID', 'optID', 'rID', 'resourceID'];

type Named = readonly [name: string, identifier: string];

const namedIn = (value: unknown, name = ''): readonly Named[] => {
  if (typeof value === 'string') return isIdentifying(name) ? [[name, value]] : [];
  if (!isObject(value)) return [];
  const under = Array.isArray(value)
    ? Object.values(value).map((each) => [name, each] as const)
    : Object.entries(value);
  return under.flatMap(([member, each]) => namedIn(each, member));
};

/** The name of a thing in a list. */
const distinctive = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  const all = namedIn(value);
  return telling.map((kind) => all.find(([name]) => name === kind)?.[1]).find((each) => each !== undefined);
};

const plain = (text: string): string => (isDecimal(text) ? String(Number(text)) : text);

const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What a thing says without its names and times. */
const signatureOf = (value: unknown): string =>
  JSON.stringify(value, (name, each: unknown) => {
    if (typeof each === 'string')
      return name === 'requestID' || isIdentifying(name) || isInstant(each) ? '' : plain(each);
    return isObject(each) && !Array.isArray(each) ? sorted(each) : each;
  });

/** Whether a thing is a DR event that is over: how long a VTN still lists it says nothing. */
export const isOver = (thing: unknown): boolean => {
  const { eiEvent } = (isObject(thing) ? thing : {}) as {
    readonly eiEvent?: { readonly eventDescriptor?: { readonly eventStatus?: string } };
  };
  return eiEvent?.eventDescriptor?.eventStatus === 'completed';
};

type Pair = readonly [recorded: unknown, now: unknown];

/** Takes out of the rest the first that fits. */
const taken = (rest: unknown[], fits: (each: unknown) => boolean): unknown => {
  const index = rest.findIndex(fits);
  return index < 0 ? undefined : rest.splice(index, 1)[0];
};

/** Whether the order of a list says something: where its things have no names, it does. */
const isOrdered = (recorded: readonly unknown[]): boolean =>
  recorded.every((each) => typeof each !== 'string' && distinctive(each) === undefined);

/**
 * Pairs of what stands for what; one side is undefined where there is nothing.
 *
 * Things whose names are known go first, then those that say the same, then the rest in their order if there are as many that are not over.
 */
export const alignedPairs = (
  recorded: readonly unknown[],
  now: readonly unknown[],
  nameOf: (identifier: string) => string | undefined,
): readonly Pair[] => {
  const rest = [...now];
  if (isOrdered(recorded))
    return [...recorded.map((each): Pair => [each, rest.shift()]), ...rest.map((each): Pair => [undefined, each])];
  const found = new Map<number, unknown>();
  const pass = (fits: (before: unknown, after: unknown) => boolean): void =>
    recorded.forEach((before, index) => {
      if (found.has(index)) return;
      const after = taken(rest, (each) => fits(before, each));
      if (after !== undefined) found.set(index, after);
    });
  pass((before, after) => {
    const name = distinctive(before);
    return name !== undefined && nameOf(name) !== undefined && distinctive(after) === nameOf(name);
  });
  pass((before, after) => distinctive(before) !== undefined && distinctive(before) === distinctive(after));
  pass((before, after) => typeof before !== 'string' && signatureOf(before) === signatureOf(after));
  const isLeft = (each: unknown, index: number): boolean => !found.has(index) && !isOver(each);
  if (rest.filter((each) => !isOver(each)).length === recorded.filter(isLeft).length)
    pass((before, after) => !isOver(before) && !isOver(after));
  return [
    ...recorded.map((each, index): Pair => [each, found.get(index)]),
    ...rest.map((each): Pair => [undefined, each]),
  ];
};
