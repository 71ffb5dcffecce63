import type { StorageTerms } from '../planningProblem.ts';
import type { WishCost } from './explanation.ts';

/** What may be wished of a storage, and left out. */
type StorageWish =
  | 'reserve'
  | 'reserveSpans'
  | 'departures'
  | 'quietTimes'
  | 'exportFloorUsdPerKwh'
  | 'cyclesPerDay'
  | 'leastGainUsdPerKwh';

/** Wishes about a storage, each with the terms that it is made of. */
export const storageWishes: readonly (readonly [WishCost['kind'], readonly StorageWish[]])[] = [
  ['reserve', ['reserve', 'reserveSpans']],
  ['departure', ['departures']],
  ['quietTime', ['quietTimes']],
  ['floor', ['exportFloorUsdPerKwh']],
  ['cycles', ['cyclesPerDay']],
  ['leastGain', ['leastGainUsdPerKwh']],
];

/** A storage without some of what is wished of it. */
export const without = (terms: StorageTerms, keys: readonly StorageWish[]): StorageTerms => {
  const left: { -readonly [Key in keyof StorageTerms]: StorageTerms[Key] } = { ...terms };
  for (const key of keys) delete left[key];
  return left;
};

/** A storage as it is, and nothing that anybody wishes of it. */
export const withoutWishes = (terms: StorageTerms): StorageTerms =>
  without(
    terms,
    storageWishes.flatMap(([, keys]) => keys),
  );
