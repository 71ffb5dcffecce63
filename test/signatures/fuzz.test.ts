import { expect, it } from 'vitest';
import { isWhole } from '../support/leftOut.ts';
import { fuzzed } from './support/fuzzing.ts';
import { keyFor, rsaKeyOf } from './support/signing.ts';

/** A million of them are tried by `npm run fuzz:signatures`; a third of these by `npm test` without `--whole`. */
const part = isWhole(process.env) ? 1 : 1 / 3;

it.each([
  ['RSA', () => rsaKeyOf('vtn'), 600 * part, 1],
  ['ECDSA', () => keyFor('vtn'), 300 * part, 2],
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
