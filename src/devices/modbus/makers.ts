/**
 * What the devices of a maker do otherwise than the models say: a row each, by what is published of them. Each row is tried against a device
 * that does just that; what a person found of a single device stands in its configuration, and goes before.
 */
import type { Quirks } from './quirks.ts';

/** The devices of a maker. */
export interface MakerQuirks extends Quirks {
  readonly manufacturer: RegExp;
  /** Absent: all of its devices. */
  readonly model?: RegExp;
  /** Why, as a part of a sentence. */
  readonly because: string;
}

/** The rows; the first that fits counts. */
export const makers: readonly MakerQuirks[] = [
  {
    manufacturer: /^Fronius\b/i,
    model: /gen24|verto|tauro/i,
    hasNoRevertTimer: true,
    because: 'it refuses or misapplies InOutWRte_RvrtTms',
  },
  {
    // It takes WSet without a word and does not follow it steadily; its WSetRvrtTms is kept, and never counts down.
    manufacturer: /^Franklin\s?WH\b/i,
    hasNoRevertTimer: true,
    inPercent: true,
    because: 'its WSetRvrtTms never counts down',
  },
  {
    manufacturer: /^SolarEdge\b/i,
    isNotToldBy: [124, 704],
    because: 'SolarEdge takes orders for storage in registers of its own',
  },
  {
    // Newer ones have model 704, and are told by it.
    manufacturer: /^SMA\b/i,
    isNotToldBy: [124],
    because: 'SMA takes what is written to model 124 and does nothing of it, and orders in registers of its own',
  },
  {
    manufacturer: /^KOSTAL\b/i,
    isNotToldBy: [124],
    because: 'KOSTAL takes orders for storage in registers of its own, once "external via protocol" is chosen there',
  },
  {
    manufacturer: /^Enphase\b/i,
    isNotToldBy: [124, 704],
    because: 'the Enphase gateway tells what is measured, and takes no orders for storage on the site',
  },
];

/** The quirks of a device, by what it says of itself; what the configuration says goes before. */
export const quirksOf = (
  manufacturer: string,
  model: string,
  configured: Quirks = {},
): Quirks & { readonly because?: string } => {
  const known = makers.find((each) => each.manufacturer.test(manufacturer) && (each.model?.test(model) ?? true));
  if (known === undefined) return configured;
  const { manufacturer: _manufacturer, model: _model, ...quirks } = known;
  return { ...quirks, ...configured };
};
