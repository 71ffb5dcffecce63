import type { DecimalText } from '../protocol/types/scalars.ts';

/** What is not as it should be about an hour of a device, with the money at stake. */

/** Kinds of exceptions, in the order of how much they say about the money. */
export type ExceptionKind =
  /** Its energy is known, and no price is. */
  | 'unpriced'
  /** Two DR events that are both listed state different prices for it. */
  | 'doublyPriced'
  /** The VTN has listed other prices for the event that prices it, and they were refused. */
  | 'contestedPrice'
  /** Its price changes within the hour, and no register was read at the change. */
  | 'ungridded'
  /** It was not measured. */
  | 'missing'
  /** A register shows less than it did before. */
  | 'registerWentBackwards'
  /** Its meter says that it was estimated. */
  | 'estimated'
  /** No report has carried it to the VTN, and its day is over. */
  | 'undelivered'
  /** It was sent, and nobody knows whether the VTN counted it. */
  | 'unknownOutcome'
  /** It was told again after a sending of which nobody knows whether the VTN counted it. */
  | 'perhapsToldTwice'
  /** The VTN refused it. */
  | 'rejected'
  /** Its price lies beyond the bounds of what is believed. */
  | 'implausiblePrice'
  /** The VTN acknowledged another value than the meter shows. */
  | 'reportedDiffers'
  /** A stretch of the log was lost in which its price may have been changed. */
  | 'recordLost'
  /** The VTN acknowledged it under a request that its registration at the time had not made, or had forgotten. */
  | 'unconfirmed';

/** Between which amounts the hour may turn out; null where nothing bounds it. */
export interface Stake {
  /** @unit USD */
  readonly lowUsd: DecimalText | null;
  readonly highUsd: DecimalText | null;
  /** What the bounds rest on, for people. */
  readonly basis: string;
}

/** One thing that is wrong with one hour of one device. */
export interface LedgerException {
  readonly kind: ExceptionKind;
  readonly resourceID: string;
  readonly startAt: number;
  readonly durationMs: number;
  readonly day: string;
  /** Net, when it is known. @unit Wh */
  readonly energyWattHours: number | null;
  readonly stake: Stake;
  /** One sentence: what is wrong; the same for all hours that have it. */
  readonly text: string;
  /** What is particular to this hour, as a sentence. */
  readonly detail?: string;
  /** One sentence: what to do. */
  readonly advice: string;
  /** The entries that show it. */
  readonly positions: readonly number[];
}
