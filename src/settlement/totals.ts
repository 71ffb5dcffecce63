import { sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { LedgerException } from './ledgerException.ts';
import type { Adjustment, LedgerLine } from './ledgerLine.ts';
import type { Totals } from './settlement.ts';
import { greaterUsd, widthOf } from './stake.ts';

/** Sums over the lines of a ledger. */

const known = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0);

const hourKey = ({ resourceID, startAt }: LedgerException): string => `${startAt} ${resourceID}`;

/** Each hour's widest bounds; null where an exception of it has none. */
const widthsByHour = (exceptions: readonly LedgerException[]): ReadonlyMap<string, DecimalText | null> => {
  const widths = new Map<string, DecimalText | null>();
  for (const exception of exceptions) {
    const [key, width] = [hourKey(exception), widthOf(exception.stake)];
    const before = widths.get(key);
    widths.set(
      key,
      before === undefined ? width : before === null || width === null ? null : greaterUsd(before, width),
    );
  }
  return widths;
};

/** What lines, adjustments and exceptions of the same hours come to together. */
export const totalsOf = (
  lines: readonly LedgerLine[],
  adjustments: readonly Adjustment[],
  exceptions: readonly LedgerException[],
): Totals => {
  const monies = lines.flatMap(({ money }) => money ?? []);
  const widths = [...widthsByHour(exceptions).values()];
  const [importWattHours, exportWattHours] = [
    known(lines.map((line) => line.importWattHours)),
    known(lines.map((line) => line.exportWattHours)),
  ];
  return {
    hours: lines.length,
    settledHours: monies.length,
    importWattHours,
    exportWattHours,
    energyWattHours: importWattHours - exportWattHours,
    importUsd: sumOf(monies.map(({ importUsd }) => importUsd)),
    exportUsd: sumOf(monies.map(({ exportUsd }) => exportUsd)),
    amountUsd: sumOf(monies.map(({ amountUsd }) => amountUsd)),
    firstUsd: sumOf(lines.flatMap(({ first }) => first?.money.amountUsd ?? [])),
    adjustmentsUsd: sumOf(adjustments.map(({ deltaUsd }) => deltaUsd)),
    atStakeUsd: sumOf(widths.flatMap((width) => width ?? [])),
    unboundedHours: widths.filter((width) => width === null).length,
  };
};
