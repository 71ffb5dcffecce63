/**
 * Chance that can be repeated: the same seed and names give the same numbers, on every machine.
 *
 * Each use takes a source of its own, named after what it is for, so that drawing one number more in one place
 * changes nothing elsewhere: the prices of a day do not depend on how often the VEN has polled.
 */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  readonly next: () => number;
  /** A whole number, both ends included. */
  readonly integer: (low: number, high: number) => number;
  /** True with a probability. */
  readonly chance: (probability: number) => boolean;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
  /** An identifier in the form of a UUID. */
  readonly identifier: () => string;
}

/** What seeds a source. */
export type Seed = string | number;

/** Mixes a text into 32 bits (FNV-1a with a final avalanche). */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
};

/** A counter with an avalanche: enough for tests, and one 32-bit number of state. */
const generatorOf = (start: number): (() => number) => {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A source of chance for a purpose: `createRandom(seed, 'prices', '2026-03-08')`. */
export const createRandom = (...seeds: readonly Seed[]): Random => {
  const next = generatorOf(hashOf(seeds.join('\u0000')));
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hex = (digits: number): string => Array.from({ length: digits }, () => integer(0, 15).toString(16)).join('');
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => list[integer(0, list.length - 1)] ?? list[0],
    identifier: () => [hex(8), hex(4), `4${hex(3)}`, `a${hex(3)}`, hex(12)].join('-'),
  };
};
