import type { DecimalText } from '../protocol/types/scalars.ts';

/**
 * Prices in the programme's own words. What the VTN states in a DR event is told in them, and another source of prices would
 * be; whoever plans, keeps, settles or shows prices reads these, and no message.
 */

/** Who states prices: a DR event, by its eventID. Another source gets a kind of its own. */
export interface PriceSource {
  readonly kind: 'drEvent';
  readonly id: string;
}

/** What prices are for: energy that is drawn, energy that is delivered, or either. */
export type PriceDirection = 'import' | 'export' | 'both';

/** What the numbers of a series mean. */
export interface StatedUnit {
  readonly currency: 'USD';
  readonly per: 'kWh';
  /** What makes USD of a number, as a power of ten: -2 for cents. */
  readonly powerOfTen: number;
  /** Who says so: the source itself, or the setting `priceUnit` of the day because the source names no unit. */
  readonly by: 'source' | 'settings';
}

/** A price and the time it is stated for. */
export interface StatedPrice {
  /** UTC ms. */
  readonly startAt: number;
  /** Absent: until it is withdrawn or another takes its place. @unit ms */
  readonly durationMs?: number;
  /** Digit for digit as stated. */
  readonly price: DecimalText;
}

/** Prices that belong together. */
export interface StatedSeries {
  readonly series: PriceDirection;
  /** Which one it is within its source: the signalID of a DR event's signal. */
  readonly id: string;
  /** What its source calls it, and what kind of number it is there: `ELECTRICITY_PRICE`, `price`. */
  readonly name: string;
  readonly type: string;
  /** Absent where nobody says it: then `unusable` says why, or the settings in force when it was recorded do. */
  readonly unit?: StatedUnit;
  /** Why nothing can be priced with it. */
  readonly unusable?: string;
  /** Oldest first; where there is none, nothing is stated. */
  readonly intervals: readonly StatedPrice[];
}

/** All that one version of a source states. */
export interface StatedPrices {
  readonly source: PriceSource;
  /** Counts up with each change of what the source states: the modificationNumber of a DR event. */
  readonly version: number;
  /** 1 goes before 2, and 0, which is none, comes last. @rule 2.0b 3 */
  readonly priority: number;
  /** The one that counts first comes first. */
  readonly series: readonly StatedSeries[];
}

/** One text for a source, to keep things by. */
export const sourceKey = ({ kind, id }: PriceSource): string => `${kind}/${id}`;
