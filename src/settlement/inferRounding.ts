import { type DaySpan, daySpan, monthSpan } from '../programme/calendar.ts';
import { add, compare, decimalOf, decimalText, roundingModes, zero } from '../programme/decimal.ts';
import { differenceOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { type DatedAmount, roundBy, type RoundedSum, type RoundingPolicy, type RoundingStage } from './rounding.ts';

/**
 * Which declared roundings reproduce a bill.
 *
 * Every policy of a small grid is applied to the same exact amounts and compared with each amount that the bill states at
 * the policy's stage or above it. Below its stage a policy says nothing: a bill may show finer amounts rounded for the eye.
 */

/** An exact amount of an interval, and what the bill states for it, if it does. */
export interface JudgedAmount extends DatedAmount {
  readonly startAt: number;
  /** @unit USD */
  readonly billedUsd: DecimalText | null;
}

/** A sum that the bill states: of one device or of all, of a stretch of time or of everything. */
export interface JudgedTotal {
  readonly stage: 'day' | 'month' | 'bill';
  readonly resourceID: string | null;
  readonly startAt: number | null;
  readonly endAt: number | null;
  /** @unit USD */
  readonly billedUsd: DecimalText;
}

/** How well a policy reproduces what the bill states. */
export interface PolicyFit {
  readonly policy: RoundingPolicy;
  /** How many amounts of the bill it says something about, and how many of them it gives exactly. */
  readonly judged: number;
  readonly matched: number;
  /** The sum of the distances of those it does not give, and the largest of them. @unit USD */
  readonly offUsd: DecimalText;
  readonly largestOffUsd: DecimalText;
}

/** What the grid came to. */
export interface InferredRounding {
  /** Policies that give every amount they say something about; those that explain most come first. */
  readonly reproducing: readonly PolicyFit[];
  /** The policy that comes nearest; null when the bill states no amount that any policy speaks of. */
  readonly nearest: PolicyFit | null;
  readonly tried: number;
}

/** @limit Decimals that are tried. */
export const triedDigits: readonly number[] = [0, 1, 2, 3, 4, 5];

/** The grid: every stage, number of decimals and mode. */
export const roundingGrid: readonly RoundingPolicy[] = (['interval', 'day', 'month'] as const).flatMap((stage) =>
  triedDigits.flatMap((digits) => roundingModes.map((mode): RoundingPolicy => ({ stage, digits, mode }))),
);

const ranks: Readonly<Record<RoundingStage | 'bill', number>> = { interval: 0, day: 1, month: 2, bill: 3 };

const magnitudeOf = (amount: DecimalText): DecimalText => (amount.startsWith('-') ? amount.slice(1) : amount);

/** The local day or month of a name. */
type SpanOf = (period: string) => Pick<DaySpan, 'startAt' | 'endAt'>;

const spansIn = (timeZone: string): SpanOf => {
  const known = new Map<string, DaySpan>();
  return (period) => {
    const span = known.get(period) ?? (period.length === '2026-11'.length ? monthSpan(period, timeZone) : daySpan(period, timeZone));
    known.set(period, span);
    return span;
  };
};

/** What the policy gives for a total: its rounded groups that lie in the total's time. */
const totalBy = ({ groups }: RoundedSum, { resourceID, startAt, endAt }: JudgedTotal, spanOf: SpanOf): DecimalText =>
  sumOf(
    groups
      .filter((group) => resourceID === null || group.resourceID === resourceID)
      .filter(({ period }) => startAt === null || endAt === null || (spanOf(period).startAt >= startAt && spanOf(period).endAt <= endAt))
      .map(({ roundedUsd }) => roundedUsd),
  );

/** Billed less computed, for every amount of which the policy speaks. */
const differences = (policy: RoundingPolicy, amounts: readonly JudgedAmount[], totals: readonly JudgedTotal[], spanOf: SpanOf): readonly DecimalText[] => {
  const sum = roundBy(policy, amounts);
  const lines = policy.stage === 'interval' ? amounts.flatMap(({ billedUsd }, index) => (billedUsd === null ? [] : differenceOf(billedUsd, sum.groups[index]?.roundedUsd ?? '0'))) : [];
  const spoken = totals.filter(({ stage }) => ranks[stage] >= ranks[policy.stage]);
  return [...lines, ...spoken.map((total) => differenceOf(total.billedUsd, totalBy(sum, total, spanOf)))];
};

const fitOf = (policy: RoundingPolicy, all: readonly DecimalText[]): PolicyFit => {
  const off = all.map((each) => decimalOf(magnitudeOf(each)));
  return {
    policy,
    judged: all.length,
    matched: off.filter((each) => compare(each, zero) === 0).length,
    offUsd: decimalText(off.reduce(add, zero)),
    largestOffUsd: decimalText(off.reduce((largest, each) => (compare(each, largest) > 0 ? each : largest), zero)),
  };
};

/** The one that gives more of the bill's amounts is nearer; of two that give as many, the one that is less far off. */
const nearer = (a: PolicyFit, b: PolicyFit): number => b.matched - a.matched || compare(decimalOf(a.offUsd), decimalOf(b.offUsd));

/** Tries the grid against a bill. */
export const inferRounding = (amounts: readonly JudgedAmount[], totals: readonly JudgedTotal[], timeZone: string): InferredRounding => {
  const spanOf = spansIn(timeZone);
  const fits = roundingGrid.map((policy) => fitOf(policy, differences(policy, amounts, totals, spanOf))).filter(({ judged }) => judged > 0);
  const reproducing = fits.filter(({ judged, matched }) => judged === matched).toSorted((a, b) => b.judged - a.judged);
  return { reproducing, nearest: fits.toSorted(nearer)[0] ?? null, tried: roundingGrid.length };
};
