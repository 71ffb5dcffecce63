import type { Settlement } from '../../settlement/settlement.ts';
import type { Comparison } from './comparison.ts';
import { exceptionsByLine } from './exceptionsByLine.ts';

/** A file for a spreadsheet has one kind of row: what it therefore leaves out is said beside it. */

const several = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** Lines of the ledger that no compared hour covers: hours that were neither metered nor billed. */
const uncomparedLines = ({ lines }: Settlement, { reconciliation }: Comparison): number => {
  if (reconciliation === null) return 0;
  const compared = new Set(reconciliation.hours.flatMap((hour) => hour.lines));
  return lines.filter((line) => !compared.has(line)).length;
};

/** Exceptions that stand at no row. */
const unplacedExceptions = (settlement: Settlement, { reconciliation }: Comparison): number => {
  const { exceptions } = settlement;
  if (reconciliation !== null) return exceptions.length;
  const placed = new Set([...exceptionsByLine(settlement).values()].flat());
  return exceptions.filter((exception) => !placed.has(exception)).length;
};

/** What `--csv` leaves out, and where it is; empty where nothing is left out. */
export const heldBackText = (settlement: Settlement, comparison: Comparison): string => {
  const { reconciliation, meterCheck } = comparison;
  const parts = [
    ...several(uncomparedLines(settlement, comparison), 'hour of the ledger', 'hours of the ledger'),
    ...several(unplacedExceptions(settlement, comparison), 'exception', 'exceptions'),
    ...several(settlement.adjustments.length, 'adjustment', 'adjustments'),
    ...several(reconciliation?.totals.length ?? 0, 'total that the bill states', 'totals that the bill states'),
    ...several(
      meterCheck?.differences.length ?? 0,
      'hour that the meter file tells otherwise than the log',
      'hours that the meter file tells otherwise than the log',
    ),
  ];
  if (parts.length === 0) return '';
  const rows =
    reconciliation === null
      ? 'the lines of the ledger'
      : reconciliation.hours.length === 0
        ? 'no row, for the bill states no hours'
        : 'the compared hours';
  return `--csv has ${rows}; it leaves out ${parts.join(', ')}: --json has ${parts.length === 1 && parts[0]?.startsWith('1 ') === true ? 'it' : 'them'}.\n`;
};
