import { expect, it } from 'vitest';
import { fuzzed } from './support/fuzzing.ts';
import { keyFor, rsaKeyOf } from './support/signing.ts';

/** A million of them are tried by `npm run fuzz:signatures`. */
it.each([
  ['RSA', () => rsaKeyOf('vtn'), 600, 1],
  ['ECDSA', () => keyFor('vtn'), 300, 2],
])(
  'given hundreds of mutated messages signed by %s, when they are verified, then none is taken that says something else, and none breaks the verifier',
  (_kind, key, count, seed) => {
    const { faults, taken, mutants, refused } = fuzzed(key(), count, seed);
    expect(faults).toEqual([]);
    expect(mutants).toBe(count);
    expect(taken).toBeGreaterThan(0);
    expect(Object.keys(refused)).toEqual(expect.arrayContaining(['altered', 'form']));
  },
);
