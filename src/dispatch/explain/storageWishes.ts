import type { StorageTerms } from '../planningProblem.ts';
import type { WishCost } from './explanation.ts';

/** Wishes about a storage, each with the terms that it is made of. */
export const storageWishes: readonly (readonly [WishCost['kind'], readonly (keyof StorageTerms)[]])[] = [
  ['reserve', ['reserve', 'reserveSpans']],
  ['departure', ['departures']],
  ['quietTime', ['quietTimes']],
  ['floor', ['exportFloorUsdPerKwh']],
  ['cycles', ['cyclesPerDay']],
  ['leastGain', ['leastGainUsdPerKwh']],
];

/** A storage without some of what is wished of it. */
export const without = (terms: StorageTerms, keys: readonly (keyof StorageTerms)[]): StorageTerms =>
  Object.fromEntries(
    Object.entries(terms).filter(([key]) => !keys.includes(key as keyof StorageTerms)),
  ) as unknown as StorageTerms;

/** A storage as it is, and nothing that anybody wishes of it. */
export const withoutWishes = (terms: StorageTerms): StorageTerms =>
  without(
    terms,
    storageWishes.flatMap(([, keys]) => keys),
  );
