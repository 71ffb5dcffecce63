import { grouped } from '../../files/grouped.ts';
import type { LedgerException } from '../../settlement/ledgerException.ts';
import type { LedgerLine } from '../../settlement/ledgerLine.ts';
import type { Settlement } from '../../settlement/settlement.ts';

/** What is wrong with each line. */
export const exceptionsByLine = ({
  lines,
  exceptions,
}: Settlement): ReadonlyMap<LedgerLine, readonly LedgerException[]> => {
  const keyOf = ({ resourceID, startAt }: { readonly resourceID: string; readonly startAt: number }): string =>
    `${startAt} ${resourceID}`;
  const byKey = grouped(exceptions, keyOf);
  return new Map(lines.map((line) => [line, byKey.get(keyOf(line)) ?? []]));
};
