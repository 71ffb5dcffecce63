import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { BilledLine } from '../../files/bill.ts';
import type { FileReading } from '../../files/fileReading.ts';
import type { LedgerLine } from '../ledgerLine.ts';

/**
 * One stretch of a device's time, seen from three sides: what was metered, what the VTN acknowledged, and what was billed.
 *
 * Mostly an hour; where a bill or a meter states longer or shorter intervals, the shortest time in which all of them begin
 * and end together.
 */

/** How the sides stand to one another. */
export type HourClass =
  | 'agree'
  /** They differ by no more than the places in which the bill is written, or by how it rounds. */
  | 'roundingOnly'
  | 'quantityDiffers'
  | 'priceDiffers'
  /** Quantity and price. */
  | 'bothDiffer'
  /** Quantity and price agree, and the amount is not their product. */
  | 'amountDiffers'
  /** Metered here, and not billed. */
  | 'missingThere'
  /** Billed, and not metered or not priced here. */
  | 'missingHere';

/** All classes, in the order of their weight. */
export const hourClasses: readonly HourClass[] = [
  'missingThere',
  'missingHere',
  'quantityDiffers',
  'priceDiffers',
  'bothDiffer',
  'amountDiffers',
  'roundingOnly',
  'agree',
];

/** Classes that a claim is about. */
export const isDisputed = (hourClass: HourClass): boolean => hourClass !== 'agree' && hourClass !== 'roundingOnly';

/** What was metered. */
export interface MeteredSide {
  /** Null when it was not measured. Net. @unit Wh */
  readonly energyWattHours: DecimalText | null;
  readonly quality: 'measured' | 'estimated' | 'missing';
  /** `log`: our own registers. `file`: a meter file that was given. */
  readonly from: 'log' | 'file';
  /** Readings of the file; empty for the log, whose readings the ledger's lines name. */
  readonly readings: readonly FileReading[];
}

/** What was billed. */
export interface BilledSide {
  readonly energyWattHours: DecimalText | null;
  /** Null also where the bill has several prices for it. @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
  /** As stated, or the product of what is stated; null when neither is there. @unit USD */
  readonly amountUsd: DecimalText | null;
  readonly lines: readonly BilledLine[];
}

/** Why the amounts differ; the three add up to the difference. */
export interface DifferenceParts {
  /** Other energy, at our price. @unit USD */
  readonly quantityUsd: DecimalText;
  /** Another price, for the billed energy. @unit USD */
  readonly priceUsd: DecimalText;
  /** What is left: rounding, or a product that is none. @unit USD */
  readonly restUsd: DecimalText;
}

/** The comparison of one stretch of time. */
export interface ReconciledHour {
  readonly resourceID: string;
  readonly startAt: number;
  readonly durationMs: number;
  readonly day: string;
  readonly hourClass: HourClass;
  readonly metered: MeteredSide;
  /** What the VTN acknowledged; null while it has not, or acknowledged it as not measured. Net. @unit Wh */
  readonly acknowledgedWattHours: number | null;
  /** Which of our two quantities the bill goes by, where they differ. */
  readonly billedAs: 'metered' | 'acknowledged' | 'neither' | null;
  /** Our price, when there is one for all of it. @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
  /** What it should come to: exact, or rounded where the policy rounds each interval. @unit USD */
  readonly expectedUsd: DecimalText | null;
  /** Null when nothing of it was billed. */
  readonly billed: BilledSide | null;
  /** Billed less expected: positive when too much was charged or too little credited; null when that cannot be told. @unit USD */
  readonly differenceUsd: DecimalText | null;
  readonly parts: DifferenceParts | null;
  /** The ledger's lines of this time. */
  readonly lines: readonly LedgerLine[];
}
