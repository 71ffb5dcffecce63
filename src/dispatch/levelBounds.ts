import type { FlexibleLoadTerms, StorageTerms } from './planningProblem.ts';

/** What of a device a level is about. */
export type LevelledDevice =
  Pick<StorageTerms, 'kind' | 'maxChargeWatts' | 'maxDischargeWatts'> | Pick<FlexibleLoadTerms, 'kind' | 'maxWatts'>;

/** Between which powers a device is to be; import positive. @unit W */
export interface PowerBounds {
  readonly atLeastWatts: number;
  readonly atMostWatts: number;
}

/** What no bound is. */
export const unbounded: PowerBounds = { atLeastWatts: -Infinity, atMostWatts: Infinity };

/**
 * What a level of `SIMPLE` means for a device, as the standard leaves it to the VEN: 0 nothing; 1 draws half of what it can
 * at most; 2 draws nothing; 3 delivers what it can and its wishes leave, and draws nothing where it cannot deliver.
 *
 * @reading The standard orders the levels, and says nothing of powers.
 */
export const levelBounds = (level: 0 | 1 | 2 | 3, device: LevelledDevice): PowerBounds => {
  if (level === 0) return unbounded;
  const mostWatts = device.kind === 'storage' ? device.maxChargeWatts : device.maxWatts;
  if (level === 1) return { ...unbounded, atMostWatts: mostWatts / 2 };
  const deliversWatts = level === 3 && device.kind === 'storage' ? device.maxDischargeWatts : 0;
  return { ...unbounded, atMostWatts: 0 - deliversWatts };
};
