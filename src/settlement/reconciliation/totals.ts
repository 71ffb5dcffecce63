import { compare, decimalOf, subtract } from '../../programme/decimal.ts';
import { sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { deviceNamed } from '../../files/deviceNames.ts';
import { type DatedAmount, roundBy } from '../rounding.ts';
import { type HourClass, hourClasses, type ReconciledHour } from './hour.ts';
import type { ReconcileInput } from './reconcileInput.ts';

/** What the hours of one class come to. */
export interface ClassTotal {
  readonly hourClass: HourClass;
  readonly hours: number;
  /** Hours whose difference cannot be told. */
  readonly untold: number;
  /** @unit USD */
  readonly expectedUsd: DecimalText;
  readonly billedUsd: DecimalText;
  /** Billed less expected: positive when too much was charged or too little credited. @unit USD */
  readonly differenceUsd: DecimalText;
}

/** A total of a bill, held against its own lines and against ours. */
export interface TotalCheck {
  readonly stage: 'day' | 'month' | 'bill';
  readonly resourceID: string | null;
  readonly startAt: number | null;
  readonly endAt: number | null;
  readonly line: number;
  /** @unit USD */
  readonly statedUsd: DecimalText;
  /** What its own lines come to by the policy; null when it has none there. @unit USD */
  readonly ownUsd: DecimalText | null;
  /** What our lines come to by the policy; null when one of them is not known. @unit USD */
  readonly expectedUsd: DecimalText | null;
}

/** @limit Totals no further apart than this say the same to the cent: a bill may state a total exactly. @unit USD */
const halfACentUsd = '0.005';

/** Whether a total differs from another by more than rounding to the cent does; not where the other is not known. */
export const isOff = (statedUsd: DecimalText, otherUsd: DecimalText | null): boolean =>
  otherUsd !== null && compare(subtract(decimalOf(statedUsd), decimalOf(otherUsd)).abs(), decimalOf(halfACentUsd)) > 0;

/** The classes that occur, heaviest first, and what they come to. */
export const classTotals = (hours: readonly ReconciledHour[]): readonly ClassTotal[] =>
  hourClasses.flatMap((hourClass): ClassTotal[] => {
    const of = hours.filter((hour) => hour.hourClass === hourClass);
    if (of.length === 0) return [];
    return [
      {
        hourClass,
        hours: of.length,
        untold: of.filter(({ differenceUsd }) => differenceUsd === null).length,
        expectedUsd: sumOf(of.flatMap(({ expectedUsd }) => expectedUsd ?? [])),
        billedUsd: sumOf(of.flatMap(({ billed }) => billed?.amountUsd ?? [])),
        differenceUsd: sumOf(of.flatMap(({ differenceUsd }) => differenceUsd ?? [])),
      },
    ];
  });

/** Amounts summed by the policy; null when there are none or one is not known. */
const summed = (amounts: readonly (DatedAmount | null)[], { settlement }: ReconcileInput): DecimalText | null => {
  const known = amounts.flatMap((amount) => amount ?? []);
  return amounts.length === 0 || known.length < amounts.length ? null : roundBy(settlement.rounding, known).roundedUsd;
};

const dated = ({ resourceID, day }: ReconciledHour, amountUsd: DecimalText | null | undefined): DatedAmount | null =>
  amountUsd === null || amountUsd === undefined ? null : { resourceID, day, amountUsd };

/** The totals of the bill that state an amount, each held against what it sums. */
export const totalChecks = (input: ReconcileInput, hours: readonly ReconciledHour[]): readonly TotalCheck[] => {
  const { bill, settlement, devices } = input;
  return bill.totals.flatMap(({ stage, device, startAt, endAt, line, amountUsd }): TotalCheck[] => {
    const resourceID = device === null ? null : deviceNamed(bill.file, device, devices);
    if (amountUsd === null || (device !== null && resourceID === null)) return [];
    const isSummed = (each: { readonly resourceID: string; readonly startAt: number }): boolean =>
      (resourceID === null || each.resourceID === resourceID) &&
      (startAt === null || endAt === null || (each.startAt >= startAt && each.startAt < endAt));
    const isSettled =
      startAt === null || endAt === null || (startAt >= settlement.startAt && endAt <= settlement.endAt);
    const ours = settlement.lines
      .filter(isSummed)
      .map(({ resourceID: of, day, money }) =>
        money === null ? null : { resourceID: of, day, amountUsd: money.amountUsd },
      );
    const billed = hours.filter((hour) => isSummed(hour) && hour.billed !== null);
    return [
      {
        stage,
        resourceID,
        startAt,
        endAt,
        line,
        statedUsd: amountUsd,
        ownUsd: summed(
          billed.map((hour) => dated(hour, hour.billed?.amountUsd)),
          input,
        ),
        expectedUsd: isSettled
          ? summed(hours.length > 0 ? hours.filter(isSummed).map((hour) => dated(hour, hour.expectedUsd)) : ours, input)
          : null,
      },
    ];
  });
};
