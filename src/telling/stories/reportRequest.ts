import type { KnownEntry } from '../../facts/fact.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { gather, linesOf, type Story } from '../story.ts';
import { ReportRequestThread } from '../threads/reportRequest.ts';
import { counted } from '../words.ts';

const usageOf = (entries: readonly KnownEntry[]): string => {
  const count = (type: KnownEntry['type']): number => entries.filter((entry) => entry.type === type).length;
  return `${counted(count('UsageDue'), 'usage report')} became due under it, ${count('UsageDeliveryAcknowledged')} acknowledged.`;
};

const endOf = (entries: readonly KnownEntry[]): string => {
  const last = entries.findLast(
    ({ type }) => type === 'ReportRequestEnded' || type === 'ReportRequestAccepted' || type === 'ReportRequestRefused',
  );
  if (last?.type === 'ReportRequestEnded') return `It is over (position ${last.position}): ${last.data.because}.`;
  return last?.type === 'ReportRequestRefused' ? `It was refused (position ${last.position}).` : 'It is in force.';
};

/** The story of a report request. */
export const reportRequestStory = async (log: EventLog, reportRequestID: string): Promise<Story> => {
  const thread = new ReportRequestThread(reportRequestID);
  const entries = await gather(log, thread);
  const others =
    thread.lastReport === null
      ? []
      : [
          `${counted(thread.reports, 'report')} without usage went out under it, the last at position ${thread.lastReport}.`,
        ];
  return {
    about: `report request ${reportRequestID}`,
    summary: [usageOf(entries), ...others, endOf(entries)],
    lines: linesOf(entries),
  };
};
