import { decimalOf, rounded, type RoundingMode } from '../programme/decimal.ts';
import { sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { grouped } from '../files/grouped.ts';

/**
 * Rounding is a declared policy, not a belief: at which stage an amount is rounded, to how many digits, and what a tie does.
 *
 * Amounts are exact until the stage, rounded there once, and summed.
 */

/** What is rounded: each line, each device's local day, or each device's local month. */
export type RoundingStage = 'interval' | 'day' | 'month';

/** A declared way of rounding. */
export interface RoundingPolicy {
  readonly stage: RoundingStage;
  /** Decimals that are left. @unit digits */
  readonly digits: number;
  readonly mode: RoundingMode;
}

/** Unrounded until the month's line of a device, then to the cent, a tie to the even one. */
export const defaultRounding: RoundingPolicy = { stage: 'month', digits: 2, mode: 'HALF_EVEN' };

/** An amount, and whose and which local day's it is. */
export interface DatedAmount {
  readonly resourceID: string;
  /** `2026-11-01` */
  readonly day: string;
  /** Exact. @unit USD */
  readonly amountUsd: DecimalText;
}

/** What is rounded together. */
export interface RoundedGroup {
  readonly resourceID: string;
  /** The local day, or the month (`2026-11`), that was rounded as one; the day of the line where each line is. */
  readonly period: string;
  /** Exact. @unit USD */
  readonly amountUsd: DecimalText;
  /** By the policy. @unit USD */
  readonly roundedUsd: DecimalText;
}

/** Amounts rounded by a policy, and their sum. */
export interface RoundedSum {
  readonly groups: readonly RoundedGroup[];
  /** The sum of the groups as rounded. @unit USD */
  readonly roundedUsd: DecimalText;
}

const periodOf = ({ day }: DatedAmount, stage: RoundingStage): string => (stage === 'month' ? day.slice(0, 7) : day);

const groupsOf = (amounts: readonly DatedAmount[], stage: RoundingStage): readonly (readonly DatedAmount[])[] =>
  stage === 'interval'
    ? amounts.map((amount) => [amount])
    : [...grouped(amounts, (amount) => `${amount.resourceID}\n${periodOf(amount, stage)}`).values()];

/** Rounds amounts by the policy, once, and sums what comes of it. */
export const roundBy = (policy: RoundingPolicy, amounts: readonly DatedAmount[]): RoundedSum => {
  const groups = groupsOf(amounts, policy.stage).map((group): RoundedGroup => {
    const first = group[0] as DatedAmount;
    const amountUsd = sumOf(group.map((each) => each.amountUsd));
    const roundedUsd = rounded(decimalOf(amountUsd), policy.digits, policy.mode);
    return { resourceID: first.resourceID, period: periodOf(first, policy.stage), amountUsd, roundedUsd };
  });
  return { groups, roundedUsd: sumOf(groups.map(({ roundedUsd }) => roundedUsd)) };
};
