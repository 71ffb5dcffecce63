import type { VenSettings } from '../facts/settings.ts';

/**
 * What every event of every machine carries: the instant, the chance and the settings of the step.
 * A machine reads no other clock and no other dice.
 */
export interface Moment {
  /** UTC ms: `recordedAt` of the input fact. */
  readonly at: number;
  /** An unsigned 32-bit seed, drawn once for the input fact. */
  readonly chance: number;
  readonly runID: string;
  readonly settings: VenSettings;
}

/** Mixes a seed and a label into an unsigned 32-bit number (FNV-1a over the label, then an avalanche). */
export const mix = (seed: number, label: string): number => {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let index = 0; index < label.length; index += 1) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** A random number in [0, 1), the same for the same step and label. */
export const draw = (moment: Moment, label: string): number => mix(moment.chance, label) / 0x1_0000_0000;

/** A new identifier, unique by run, instant and label: `5f3a91c2-mibz0k3u-0c5e`. */
export const newID = (moment: Moment, label: string): string =>
  `${moment.runID}-${moment.at.toString(36)}-${mix(moment.chance, label).toString(16).padStart(8, '0')}`;

/** Whether a text is made as our identifiers are; those of others, UUIDs among them, are not. */
export const isMadeHere = (id: string): boolean => /-[0-9a-z]{8}-[0-9a-f]{8}$/.test(id);
