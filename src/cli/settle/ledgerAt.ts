import type { LedgerState, PriceSeries } from '../../settlement/ledgerState.ts';
import { ledgerProjection } from '../../settlement/ledger.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { isWritten } from '../atRest.ts';
import { CommandFailure } from '../exitCode.ts';
import { lastSelected, mustHold, positionNamed } from '../log/select.ts';
import { tellFaults, type OpenReading } from '../reading.ts';
import type { Surroundings } from '../surroundings.ts';
import { viewsOf } from '../views.ts';
import { timeNamed, type Here } from '../when.ts';

/** The ledger as of a moment. */
export interface LedgerAt {
  readonly state: LedgerState;
  readonly position: number;
  /** The instant it is judged at. UTC ms. */
  readonly at: number;
  /** Whether facts had to be left out, as was said on the side: then it is not to be relied on. */
  readonly isPartial: boolean;
}

/** Where a ledger ends, and when that is. */
interface End {
  readonly position: number;
  readonly at: number;
}

const recordedAt = async (log: EventLog, position: number): Promise<number> => {
  for await (const entry of log.read({ from: position, to: position })) return entry.recordedAt;
  throw new CommandFailure(`The log does not hold position ${position} any more.`);
};

/** The end of the log: judged now where an agent goes on writing it, else as of its last entry, for nobody knows what came after. */
const presentEnd = async (open: OpenReading): Promise<End> => {
  const {
    log,
    here: { now },
  } = open;
  const { position } = log.durableHead;
  if (position < 0)
    throw new CommandFailure('The log has no entries yet: there is nothing to settle before "ven run" has metered.');
  const at = await recordedAt(log, position);
  return { position, at: isWritten(open) ? Math.max(now, at) : at };
};

const endGiven = async (log: EventLog, point: string, here: Here): Promise<End> => {
  if (/^\d+$/.test(point)) {
    const position = positionNamed(point);
    mustHold(log, position);
    return { position, at: await recordedAt(log, position) };
  }
  const at = timeNamed(point, 'end', here);
  const [last] = await lastSelected(log, { range: {}, matches: (entry) => entry.recordedAt <= at }, 1);
  if (last === undefined) throw new CommandFailure('Nothing had been recorded by then: give --as-of a later time.');
  return { position: last.position, at };
};

/** Folds the ledger up to a point, or to the end of the log. */
export const ledgerAt = async (
  opened: OpenReading,
  point: string | undefined,
  series: PriceSeries,
  surroundings: Surroundings,
): Promise<LedgerAt> => {
  const { log, here } = opened;
  const end = await (point === undefined ? presentEnd(opened) : endGiven(log, point, here));
  const isPast = end.position < log.durableHead.position;
  const { ledger, faults } = await viewsOf(
    log,
    { ledger: ledgerProjection(series) },
    isPast ? { until: end.position } : {},
  );
  tellFaults(faults, surroundings);
  return { state: ledger, ...end, isPartial: faults.length > 0 };
};
