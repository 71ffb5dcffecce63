import type { SiteSettings } from '../../../../src/facts/preferences.ts';
import type { DeviceSettings } from '../../../../src/facts/settings.ts';
import { createRandom, type Random } from '../../../../src/vtn/random.ts';

/**
 * Who decides what the devices of a seed do: a fixed schedule, or the optimiser, and what persons tell them meanwhile.
 * Drawn apart, so that the other troubles of a seed stay what they were.
 */

/** What a person does to the devices. */
export type Meddling =
  | {
      readonly do: 'operatorInstructs';
      /** Its place in the list. */
      readonly device: number;
      readonly action: 'charge' | 'discharge' | 'hold';
      readonly lengthMs: number;
      /** Given for a length of time, or until an instant. */
      readonly as: 'length' | 'end';
    }
  | { readonly do: 'operatorReleases' };

/** What a seed's devices are, and who decides for them. */
export interface Dispatching {
  readonly isOptimised: boolean;
  /** Nobody trusts the VEN with its devices yet. */
  readonly isInShadow: boolean;
  readonly site: SiteSettings | null;
  readonly meddling: readonly { readonly afterMs: number; readonly happening: Meddling }[];
}

const hourMs = 3_600_000;

/** What each of them stores. */
export const storage: Pick<DeviceSettings, 'capacityWattHours' | 'roundTripEfficiency'> = {
  capacityWattHours: 13_500,
  roundTripEfficiency: 0.9,
};

/** Something that a person tells a device, and as often as not takes back while it holds. */
const meddlingOf = (random: Random, days: number, devices: number): Dispatching['meddling'] => {
  const afterMs = random.integer(60_000, days * 24 * hourMs);
  const lengthMs = random.pick([1_500, 600_000, 3 * hourMs, 12 * hourMs]);
  const told: Meddling = {
    do: 'operatorInstructs',
    device: random.integer(0, devices - 1),
    action: random.pick(['charge', 'discharge', 'hold']),
    lengthMs,
    as: random.pick(['length', 'end']),
  };
  const takenBackAfterMs = random.chance(0.5) ? random.integer(1_000, lengthMs) : null;
  return [
    { afterMs, happening: told },
    ...(takenBackAfterMs === null
      ? []
      : [
          {
            afterMs: Math.min(afterMs + takenBackAfterMs, days * 24 * hourMs),
            happening: { do: 'operatorReleases' } as const,
          },
        ]),
  ];
};

/** Draws who decides in a seed. */
export const dispatchingOf = (seed: number, days: number, devices: number): Dispatching => {
  const random = createRandom('dispatching', seed);
  const isOptimised = random.chance(0.5);
  const limitWatts = random.pick([2_500, 6_000, 20_000]);
  const site =
    isOptimised && random.chance(0.5) ? { importLimitWatts: limitWatts, exportLimitWatts: limitWatts } : null;
  const times = isOptimised ? random.integer(0, 4) * days : 0;
  const meddling = Array.from({ length: times }, () => meddlingOf(random, days, devices)).flat();
  const isInShadow = isOptimised && random.chance(0.25);
  return { isOptimised, isInShadow, site, meddling };
};
