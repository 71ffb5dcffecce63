import { dayOf } from '../../programme/calendar.ts';
import { add, compare, decimalOf, decimalOfInteger, decimalText, multiply, subtract } from '../../programme/decimal.ts';
import { sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { BilledTotal } from '../../files/bill.ts';
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
  /** What its own lines come to by the policy; null when it has none there, or it sums some of them alone. @unit USD */
  readonly ownUsd: DecimalText | null;
  /** How far the rounding of these lines, or of their days, may part it from them. @unit USD */
  readonly roundingUsd: DecimalText;
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

/** A line of the bill, of whatever time was settled. */
interface OwnLine {
  readonly device: string | null;
  readonly startAt: number;
  readonly line: number;
  readonly amount: DatedAmount | null;
  /** Whether its time and its device are among those that were settled. */
  readonly isSettled: boolean;
}

const ownLinesOf = ({ bill, settlement, devices }: ReconcileInput): readonly OwnLine[] =>
  [...bill.lines].map(({ device, startAt, durationMs, amountUsd, line }) => ({
    device,
    startAt,
    line,
    amount:
      amountUsd === null ? null : { resourceID: device ?? '', day: dayOf(startAt, settlement.timeZone).day, amountUsd },
    isSettled:
      startAt >= settlement.startAt &&
      startAt + durationMs <= settlement.endAt &&
      deviceNamed(bill.file, device, devices) !== null,
  }));

/** Whether a total of no time is the only one of its device and stands above or below all lines: others sum a group of them. */
const isOfAll = ({ bill }: ReconcileInput, { stage, device, line }: BilledTotal, own: readonly OwnLine[]): boolean =>
  stage !== 'bill' ||
  (bill.totals.filter((other) => other.stage === 'bill' && other.device === device).length === 1 &&
    (own.every((each) => each.line < line) || own.every((each) => each.line > line)));

const half = decimalOf('0.5');

/** What half of the last place of each line, or half a cent of each day, comes to. */
const roundingOf = ({ bill }: ReconcileInput, amounts: readonly (DatedAmount | null)[]): DecimalText => {
  const step = decimalOf(bill.steps.amountUsd ?? '0');
  const cent = decimalOf('0.01');
  const days = new Set(amounts.map((amount) => `${amount?.resourceID} ${amount?.day}`)).size;
  const ofLines = multiply(decimalOfInteger(amounts.length), compare(step, cent) > 0 ? cent : step);
  const ofDays = multiply(decimalOfInteger(days), cent);
  return decimalText(multiply(half, add(compare(ofLines, ofDays) > 0 ? ofLines : ofDays, cent)));
};

/** How a total stands to the lines that it sums. `rounded`: it is off them by no more than rounding may explain. */
export type TotalStanding = 'adds' | 'rounded' | 'differs';

/** How a total stands to its own lines; null where it has none that state amounts. */
export const standingOf = ({ statedUsd, ownUsd, expectedUsd, roundingUsd }: TotalCheck): TotalStanding | null => {
  if (ownUsd === null) return null;
  if (!isOff(statedUsd, ownUsd) || (expectedUsd !== null && !isOff(statedUsd, expectedUsd))) return 'adds';
  const offUsd = subtract(decimalOf(statedUsd), decimalOf(ownUsd)).abs();
  return compare(offUsd, decimalOf(roundingUsd)) <= 0 ? 'rounded' : 'differs';
};

/** The totals of the bill that state an amount, each held against what it sums. */
export const totalChecks = (input: ReconcileInput, hours: readonly ReconciledHour[]): readonly TotalCheck[] => {
  const { bill, settlement, devices } = input;
  const lines = bill.totals.length === 0 ? [] : ownLinesOf(input);
  return bill.totals.flatMap((total): TotalCheck[] => {
    const { stage, device, startAt, endAt, line, amountUsd } = total;
    const resourceID = device === null ? null : deviceNamed(bill.file, device, devices);
    if (amountUsd === null || (device !== null && resourceID === null)) return [];
    const isWithin = (at: number): boolean => startAt === null || endAt === null || (at >= startAt && at < endAt);
    const isSummed = (each: { readonly resourceID: string; readonly startAt: number }): boolean =>
      (resourceID === null || each.resourceID === resourceID) && isWithin(each.startAt);
    const own = lines.filter((each) => (device === null || each.device === device) && isWithin(each.startAt));
    const amounts = own.map(({ amount }) => amount);
    const isSettled =
      own.every((each) => each.isSettled) &&
      (startAt === null || endAt === null || (startAt >= settlement.startAt && endAt <= settlement.endAt));
    const ours = settlement.lines
      .filter(isSummed)
      .map(({ resourceID: of, day, money }) =>
        money === null ? null : { resourceID: of, day, amountUsd: money.amountUsd },
      );
    return [
      {
        stage,
        resourceID,
        startAt,
        endAt,
        line,
        statedUsd: amountUsd,
        ownUsd: isOfAll(input, total, own) ? summed(amounts, input) : null,
        roundingUsd: roundingOf(input, amounts),
        expectedUsd: isSettled
          ? summed(hours.length > 0 ? hours.filter(isSummed).map((hour) => dated(hour, hour.expectedUsd)) : ours, input)
          : null,
      },
    ];
  });
};
