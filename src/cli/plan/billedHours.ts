/** What a bill says of metered hours. */
import { sumOf, differenceOf } from '../../programme/money.ts';
import type { BilledHours, MeteredHour } from '../../review/terms.ts';
import type { ReconciledHour } from '../../settlement/reconciliation/hour.ts';

const endOf = ({ startAt, durationMs }: ReconciledHour): number => startAt + durationMs;

/** Sums what is billed for hours; null where the bill states none of them. A stretch that reaches beyond them is not theirs. */
export const billedHours =
  (reconciled: readonly ReconciledHour[]) =>
  (hours: readonly MeteredHour[]): BilledHours | null => {
    const [startAt, endAt] = [
      Math.min(...hours.map((hour) => hour.startAt)),
      Math.max(...hours.map((hour) => hour.endAt)),
    ];
    const devices = new Set(hours.map(({ resourceID }) => resourceID));
    const stated = reconciled.filter(
      (cell) =>
        devices.has(cell.resourceID) &&
        cell.startAt >= startAt &&
        endOf(cell) <= endAt &&
        typeof cell.billed?.amountUsd === 'string',
    );
    if (stated.length === 0) return null;
    const isStated = ({ resourceID, startAt: at, endAt: until }: MeteredHour): boolean =>
      stated.some((cell) => cell.resourceID === resourceID && cell.startAt <= at && endOf(cell) >= until);
    return {
      cashUsd: differenceOf('0', sumOf(stated.flatMap(({ billed }) => billed?.amountUsd ?? []))),
      missing: hours.filter((hour) => !isStated(hour)).map((hour) => ({ startAt: hour.startAt, endAt: hour.endAt })),
    };
  };
