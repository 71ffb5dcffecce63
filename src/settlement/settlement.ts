import type { DecimalText } from '../protocol/types/scalars.ts';
import type { LedgerException } from './ledgerException.ts';
import type { Adjustment, LedgerLine } from './ledgerLine.ts';
import type { RoundedGroup, RoundingPolicy } from './rounding.ts';

/** Sums over lines. */
export interface Totals {
  readonly hours: number;
  /** Hours whose amount is known. */
  readonly settledHours: number;
  /** @unit Wh */
  readonly importWattHours: number;
  readonly exportWattHours: number;
  readonly energyWattHours: number;
  /** Exact. @unit USD */
  readonly importUsd: DecimalText;
  readonly exportUsd: DecimalText;
  readonly amountUsd: DecimalText;
  /** What the lines were first complete with, and what changed since: together `amountUsd`. @unit USD */
  readonly firstUsd: DecimalText;
  readonly adjustmentsUsd: DecimalText;
  /** How far apart the bounds of the exceptions are, each hour counted once with its widest; hours without bounds are left out. @unit USD */
  readonly atStakeUsd: DecimalText;
  /** Hours with an exception that nothing bounds. */
  readonly unboundedHours: number;
}

/** A stretch of time settled as of a moment. */
export interface Settlement {
  /** UTC ms. */
  readonly startAt: number;
  readonly endAt: number;
  readonly timeZone: string;
  /** What was known then: the last entry taken into account, and the instant it is judged at. */
  readonly asOf: { readonly position: number; readonly at: number };
  readonly rounding: RoundingPolicy;
  /** Devices in the order of their names. */
  readonly resourceIDs: readonly string[];
  /** By device, then by hour. */
  readonly lines: readonly LedgerLine[];
  /** In the order in which they came about. */
  readonly adjustments: readonly Adjustment[];
  readonly exceptions: readonly LedgerException[];
  readonly totals: Totals;
  /** What the policy makes of the lines, and the sum of that: the figure that a bill would show. @unit USD */
  readonly roundedGroups: readonly RoundedGroup[];
  readonly roundedUsd: DecimalText;
}
