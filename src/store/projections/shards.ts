import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';

/**
 * A record with many keys, in parts: setting one key copies one part of 64, whatever the others hold.
 *
 * The parts themselves are a short list, and a record without keys is an empty one.
 */
export type Shards<T> = readonly Keyed<T>[];

const shards = 64;

/** FNV-1a: which part a key belongs to. */
const shardOf = (key: string): number => {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < key.length; index += 1)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01_00_01_93) >>> 0;
  return hash % shards;
};

/** The value under a key. */
export const shardGet = <T>(all: Shards<T>, key: string): T | undefined => {
  const part = all[shardOf(key)];
  return part === undefined ? undefined : lookUp(part, key);
};

const withPart = <T>(all: Shards<T>, place: number, part: Keyed<T>): Shards<T> =>
  Array.from({ length: shards }, (_, index) => (index === place ? part : (all[index] ?? {})));

/** A copy with the key set. */
export const shardPut = <T>(all: Shards<T>, key: string, value: T): Shards<T> => {
  const place = shardOf(key);
  return withPart(all, place, withKey(all[place] ?? {}, key, value));
};

/** A copy without the key; the record itself when it has none. */
export const shardDrop = <T>(all: Shards<T>, key: string): Shards<T> => {
  const place = shardOf(key);
  const part = all[place];
  const left = part === undefined ? undefined : withoutKey(part, key);
  return left === undefined || left === part ? all : withPart(all, place, left);
};

/** What a part of the values becomes; null: it is left out. */
export const shardMap = <T>(all: Shards<T>, change: (value: T) => T | null): Shards<T> =>
  all.map((part) =>
    Object.fromEntries(
      Object.entries(part).flatMap(([key, value]) => {
        const next = change(value);
        return next === null ? [] : [[key, next] as const];
      }),
    ),
  );

/** How many keys there are. */
export const shardCount = <T>(all: Shards<T>): number => all.reduce((sum, part) => sum + Object.keys(part).length, 0);
