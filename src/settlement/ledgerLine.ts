import type { BadQuality } from '../facts/input.ts';
import type { PriceSource } from '../facts/prices.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { HourStatus } from '../store/projections/hourDelivery.ts';

/**
 * A line of the ledger: one device and one hour, from facts alone.
 *
 * The key is the device and the UTC start of the hour; local days only group. Energy is in whole watt-hours, money is exact
 * decimal text. What is not known is null, never zero and never a guess.
 */

/** Where a price comes from: the version of the source that states it, and the message that brought the version. */
export interface PriceOrigin {
  readonly source: PriceSource;
  readonly version: number;
  readonly seriesID: string;
  readonly receivedAt: number;
  /** The entry that states it. */
  readonly position: number;
  /** The entry of the message that brought it, and the SHA-256 of its XML; null where the log does not say. */
  readonly sourcePosition: number | null;
  readonly sourceHash: string | null;
  /** Digit for digit as received. */
  readonly price: DecimalText;
}

/** How a reading came to be. `register`: two readings of cumulative registers, subtracted. `interval`: energy stated as such. */
export type ReadingSource = 'register' | 'interval';

/** What a reading is worth. */
export type ReadingQuality = 'measured' | 'estimated' | 'missing';

/** What a meter says of an interval of a device, in both directions. */
export interface ReadingVersion {
  readonly resourceID: string;
  readonly startAt: number;
  readonly durationMs: number;
  /** Drawn and delivered, both positive; null when missing. @unit Wh */
  readonly importWattHours: number | null;
  readonly exportWattHours: number | null;
  readonly source: ReadingSource;
  readonly quality: ReadingQuality;
  /** Why it is missing, in the words of oadrDataQuality. */
  readonly bad?: BadQuality;
  /** When the last of what it rests on was recorded; null when it rests on nothing that was. UTC ms. */
  readonly receivedAt: number | null;
  /** The entries it rests on; empty where it does not come from the log. */
  readonly positions: readonly number[];
}

/** A stretch of the hour with one import price and one export price. */
export interface LinePart {
  readonly startAt: number;
  readonly endAt: number;
  /** @unit Wh */
  readonly importWattHours: number;
  readonly exportWattHours: number;
  /** Exact. @unit USD/kWh */
  readonly importUsdPerKwh: DecimalText;
  readonly exportUsdPerKwh: DecimalText;
  readonly importOrigin: PriceOrigin;
  readonly exportOrigin: PriceOrigin;
}

/** What the hour's energy comes to; exact. Cost is positive, a credit negative. */
export interface LineMoney {
  /** @unit USD */
  readonly importUsd: DecimalText;
  /** What delivered energy earns, as a negative amount while the price is positive. @unit USD */
  readonly exportUsd: DecimalText;
  /** Both together. @unit USD */
  readonly amountUsd: DecimalText;
}

/** What the VTN was told of the hour, and what it said to it. */
export interface LineDelivery {
  readonly status: HourStatus;
  /** What the last report that carries the whole hour says, sent or about to be; null when it says that it was not measured, or there is none. @unit Wh */
  readonly reportedWattHours: number | null;
  /** What was acknowledged; null while it is not, and when it was acknowledged as not measured. @unit Wh */
  readonly acknowledgedWattHours: number | null;
  readonly acknowledgedAt: number | null;
  readonly reportRequestIDs: readonly string[];
  readonly requestIDs: readonly string[];
  readonly responseCodes: readonly string[];
  readonly deliveryIDs: readonly string[];
  /** Why it is in doubt, was rejected or was released, where it is not acknowledged. */
  readonly because: string | null;
  /** Deliveries in doubt that the VTN may have counted beside another that tells the same; empty where it has the hour at most once. */
  readonly perhapsTwiceIDs: readonly string[];
  /** The entries that say what became of it. */
  readonly positions: readonly number[];
}

/** One device's hour as it stands. */
export interface LedgerLine {
  readonly resourceID: string;
  /** UTC ms. */
  readonly startAt: number;
  readonly durationMs: number;
  /** The local day it is grouped under, `2026-11-01`. */
  readonly day: string;
  /** @unit Wh */
  readonly importWattHours: number | null;
  readonly exportWattHours: number | null;
  /** Net: import positive, export negative. @unit Wh */
  readonly energyWattHours: number | null;
  /** The one price of the hour; null when there is none or more than one: then `parts` says. @unit USD/kWh */
  readonly importUsdPerKwh: DecimalText | null;
  readonly exportUsdPerKwh: DecimalText | null;
  /** Null unless every part of the hour is measured and has one price. */
  readonly money: LineMoney | null;
  /** The finest grid that prices and registers have in common; empty while `money` is null. */
  readonly parts: readonly LinePart[];
  readonly reading: ReadingVersion;
  /** Every price version that states a price for some of the hour, replaced and withdrawn ones left out. */
  readonly origins: readonly PriceOrigin[];
  readonly delivery: LineDelivery;
  /** What the line was first complete with, and the entry that completed it; null while it never was. */
  readonly first: { readonly money: LineMoney; readonly position: number; readonly at: number } | null;
}

/** Why a line that was complete came to another amount. */
export type AdjustmentCause =
  /** A new version of its source changed its price. */
  | 'priceRevised'
  /** Its price was withdrawn. */
  | 'priceCancelled'
  /** A later reading of the same boundary says something else. */
  | 'readingCorrected'
  /** A reading turned out to stand for an instant that had not come. */
  | 'readingWithdrawn'
  /** The agent was started with another price unit or other limits of the device, while the hour had not begun. */
  | 'settingsChanged';

/** A change of a line after it was first complete: never silent, always a line of its own. */
export interface Adjustment {
  readonly resourceID: string;
  readonly startAt: number;
  readonly durationMs: number;
  readonly day: string;
  readonly because: AdjustmentCause;
  /** The entry that changed it, and when it was recorded. */
  readonly position: number;
  readonly at: number;
  /** Net, before and after. @unit Wh */
  readonly oldWattHours: number | null;
  readonly newWattHours: number | null;
  /** Its import price, before and after; null when there was none or more than one. @unit USD/kWh */
  readonly oldUsdPerKwh: DecimalText | null;
  readonly newUsdPerKwh: DecimalText | null;
  /** Null while the line could not be settled. @unit USD */
  readonly oldUsd: DecimalText | null;
  readonly newUsd: DecimalText | null;
  /** New less old, null counting as nothing. @unit USD */
  readonly deltaUsd: DecimalText;
}
