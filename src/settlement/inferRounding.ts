import { type DaySpan, daySpan, monthSpan } from '../programme/calendar.ts';
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  decimalText,
  rounded,
  roundingModes,
  subtract,
  zero,
} from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { type DatedAmount, roundBy, type RoundedGroup, type RoundingPolicy, type RoundingStage } from './rounding.ts';

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

/** The local day or month of a name. */
type SpanOf = (period: string) => Pick<DaySpan, 'startAt' | 'endAt'>;

const spansIn = (timeZone: string): SpanOf => {
  const known = new Map<string, DaySpan>();
  return (period) => {
    const span =
      known.get(period) ??
      (period.length === '2026-11'.length ? monthSpan(period, timeZone) : daySpan(period, timeZone));
    known.set(period, span);
    return span;
  };
};

/** What is rounded together at a stage, and which of the bill's amounts a policy of that stage speaks about. */
interface Stage {
  /** Exact. @unit USD */
  readonly sums: readonly Decimal[];
  /** What the bill states of each sum; none where it states nothing, or the stage is not that of its lines. @unit USD */
  readonly billed: readonly (Decimal | null)[];
  /** What the bill states of several of them together, and of which. */
  readonly totals: readonly { readonly billed: Decimal; readonly of: readonly number[] }[];
}

const partsOfTotal = (
  groups: readonly RoundedGroup[],
  { resourceID, startAt, endAt }: JudgedTotal,
  spanOf: SpanOf,
): readonly number[] =>
  groups.flatMap((group, index) => {
    const isIn =
      startAt === null ||
      endAt === null ||
      (spanOf(group.period).startAt >= startAt && spanOf(group.period).endAt <= endAt);
    return isIn && (resourceID === null || group.resourceID === resourceID) ? [index] : [];
  });

const stageOf = (
  stage: RoundingStage,
  amounts: readonly JudgedAmount[],
  totals: readonly JudgedTotal[],
  spanOf: SpanOf,
): Stage => {
  const { groups } = roundBy({ stage, digits: 0, mode: 'HALF_EVEN' }, amounts);
  return {
    sums: groups.map(({ amountUsd }) => decimalOf(amountUsd)),
    billed:
      stage === 'interval' ? amounts.map(({ billedUsd }) => (billedUsd === null ? null : decimalOf(billedUsd))) : [],
    totals: totals
      .filter((total) => ranks[total.stage] >= ranks[stage])
      .map((total) => ({ billed: decimalOf(total.billedUsd), of: partsOfTotal(groups, total, spanOf) })),
  };
};

/** How far each amount of which the policy speaks is from what it gives. */
const distances = ({ digits, mode }: RoundingPolicy, { sums, billed, totals }: Stage): readonly Decimal[] => {
  const given = sums.map((sum) => decimalOf(rounded(sum, digits, mode)));
  const lines = billed.flatMap((each, index) => (each === null ? [] : [subtract(each, given[index] ?? zero).abs()]));
  return [
    ...lines,
    ...totals.map((total) =>
      subtract(
        total.billed,
        total.of.reduce((sum, index) => add(sum, given[index] ?? zero), zero),
      ).abs(),
    ),
  ];
};

const fitOf = (policy: RoundingPolicy, off: readonly Decimal[]): PolicyFit => ({
  policy,
  judged: off.length,
  matched: off.filter((each) => compare(each, zero) === 0).length,
  offUsd: decimalText(off.reduce(add, zero)),
  largestOffUsd: decimalText(off.reduce((largest, each) => (compare(each, largest) > 0 ? each : largest), zero)),
});

/** The one that gives more of the bill's amounts is nearer; of two that give as many, the one that is less far off. */
const nearer = (a: PolicyFit, b: PolicyFit): number =>
  b.matched - a.matched || compare(decimalOf(a.offUsd), decimalOf(b.offUsd));

/** Tries the grid against a bill. */
export const inferRounding = (
  amounts: readonly JudgedAmount[],
  totals: readonly JudgedTotal[],
  timeZone: string,
): InferredRounding => {
  const spanOf = spansIn(timeZone);
  const stages = {
    interval: stageOf('interval', amounts, totals, spanOf),
    day: stageOf('day', amounts, totals, spanOf),
    month: stageOf('month', amounts, totals, spanOf),
  };
  const fits = roundingGrid
    .map((policy) => fitOf(policy, distances(policy, stages[policy.stage])))
    .filter(({ judged }) => judged > 0);
  const reproducing = fits.filter(({ judged, matched }) => judged === matched).toSorted((a, b) => b.judged - a.judged);
  return { reproducing, nearest: fits.toSorted(nearer)[0] ?? null, tried: roundingGrid.length };
};
