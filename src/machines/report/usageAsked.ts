import type { ReportRequestAccepted } from '../../facts/output.ts';
import type { UsageAsked, UsageAsker } from '../../facts/usage.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { dataPointsOf } from './dataPoints.ts';

/** A report request as one who asks for usage. */
export const askerOf = (reportRequestID: string): UsageAsker => ({ kind: 'reportRequest', id: reportRequestID });

/** What a report request asks of usage, in the programme's own words. */
export const usageAsked = (
  { reportRequestID, rIDs, startAt, endAt, granularityMs, reportBackMs }: ReportRequestAccepted,
  settings: VenSettings,
): UsageAsked => {
  const asked = new Set(rIDs);
  return {
    asker: askerOf(reportRequestID),
    resourceIDs: dataPointsOf('usage', settings)
      .filter(({ rID, measure }) => measure === 'energyReal' && asked.has(rID))
      .map(({ resourceID }) => resourceID),
    startAt,
    ...(endAt === undefined ? {} : { endAt }),
    granularityMs,
    everyMs: reportBackMs,
  };
};
