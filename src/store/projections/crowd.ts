import { type Keyed, lookUp, withKey } from './keyed.ts';

/**
 * A record of any number of keys. One of few keys is a record; one of many branches by what the keys hash to, so that setting a
 * key costs the same in a home of one device and in a fleet of ten thousand. It is plain data either way.
 */
export type Crowd<T> = Keyed<T> | Branches<T>;

/** Thirty-two crowds, by five bits of the hash; null where there is none. */
type Branches<T> = readonly (Crowd<T> | null)[];

/** @limit A record of more keys branches. */
const fewKeys = 24;

const bitsPerLevel = 5;
const branching = 2 ** bitsPerLevel;
/** @limit Below this nothing branches any more: keys that hash alike stay in one record. */
const deepest = 6;

const isBranching = <T>(crowd: Crowd<T>): crowd is Branches<T> => Array.isArray(crowd);

/** FNV-1a, with its bits mixed once more: the lowest alone would tell keys that end alike badly apart. */
const hashOf = (key: string): number => {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01_00_01_93);
  return (hash ^ (hash >>> 15)) >>> 0;
};

const branchOf = (hash: number, level: number): number => (hash >>> (level * bitsPerLevel)) & (branching - 1);

/** The value under a key. */
export const crowdGet = <T>(crowd: Crowd<T>, key: string): T | undefined => {
  if (!isBranching(crowd)) return lookUp(crowd, key);
  const hash = hashOf(key);
  let present: Crowd<T> = crowd;
  for (let level = 0; isBranching(present); level += 1) {
    const part: Crowd<T> | null | undefined = present[branchOf(hash, level)];
    if (part === null || part === undefined) return undefined;
    present = part;
  }
  return lookUp(present, key);
};

const branched = <T>(record: Keyed<T>, level: number): Branches<T> => {
  const parts: (Record<string, T> | null)[] = Array.from({ length: branching }, () => null);
  for (const [key, value] of Object.entries(record)) (parts[branchOf(hashOf(key), level)] ??= {})[key] = value;
  return parts;
};

const putUnder = <T>(crowd: Crowd<T> | null, key: string, value: T, hash: number, level: number): Crowd<T> => {
  if (crowd === null) return { [key]: value };
  if (isBranching(crowd)) {
    const place = branchOf(hash, level);
    const copy = crowd.slice();
    copy[place] = putUnder(copy[place] ?? null, key, value, hash, level + 1);
    return copy;
  }
  const record = withKey(crowd, key, value);
  return level < deepest && Object.keys(record).length > fewKeys ? branched(record, level) : record;
};

/** A copy with the key set; what is not on its way is shared. */
export const crowdPut = <T>(crowd: Crowd<T>, key: string, value: T): Crowd<T> =>
  putUnder(crowd, key, value, isBranching(crowd) ? hashOf(key) : 0, 0);

/** All keys with their values; those of many keys in an order that only their names decide. */
export const crowdEntries = <T>(crowd: Crowd<T>): (readonly [string, T])[] =>
  isBranching(crowd) ? crowd.flatMap((part) => (part === null ? [] : crowdEntries(part))) : Object.entries(crowd);

/** All keys. */
export const crowdKeys = <T>(crowd: Crowd<T>): string[] =>
  isBranching(crowd) ? crowd.flatMap((part) => (part === null ? [] : crowdKeys(part))) : Object.keys(crowd);

/** A copy of which each value is another; the crowd itself, and each part of it, where nothing is. */
export const crowdMap = <T>(crowd: Crowd<T>, change: (value: T, key: string) => T): Crowd<T> => {
  if (isBranching(crowd)) {
    const parts = crowd.map((part) => (part === null ? null : crowdMap(part, change)));
    return parts.every((part, index) => part === crowd[index]) ? crowd : parts;
  }
  const entries = Object.entries(crowd).map(([key, value]) => [key, change(value, key)] as const);
  return entries.every(([key, value]) => value === crowd[key]) ? crowd : Object.fromEntries(entries);
};
