/**
 * Whether a report request can be met, and on what terms. Pure. @rule 2.0b 304, 308, 317, 324, 325, 336
 */
import type { OadrReportRequest } from '../protocol/elements/oadrReportRequest.ts';
import { parseDateTime } from '../protocol/types/dateTime.ts';
import { durationMs } from '../protocol/types/duration.ts';
import type { ReportKind } from '../facts/output.ts';
import type { VenSettings } from '../facts/settings.ts';
import { dayOf, hourMs } from '../programme/calendar.ts';
import { dataPointsOf, reportKindOf } from './dataPoints.ts';
import type { Fault } from './judge.ts';
import type { Terms } from './reportRequest.ts';

/** The shortest granularity we sample at; it is our oadrMinPeriod. @unit ms @rule 2.0b 333 */
export const minPeriodMs = 60_000;

/** How far back readings are held; it is our reports' duration. @unit ms @rule 2.0b 312 */
export const heldForMs = 35 * 86_400_000;

/** The terms on which a request is met, or why it is not. */
export type TermsResult =
  | { readonly ok: true; readonly terms: Terms; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly fault: Fault };

const identifierFault = (request: OadrReportRequest, kind: ReportKind | null, settings: VenSettings): Fault | null => {
  const { reportSpecifierID, specifierPayload } = request.reportSpecifier;
  if (kind === null) return { responseCode: '452', why: `reportSpecifierID ${reportSpecifierID} is not one of ours` };
  if (kind === 'metadata') return null;
  const known = new Set(dataPointsOf(kind, settings).map(({ rID }) => rID));
  const unknown = specifierPayload.find(({ rID }) => !known.has(rID));
  return unknown === undefined
    ? null
    : { responseCode: '452', why: `rID ${unknown.rID} is not in report ${reportSpecifierID}` };
};

const paceFault = (granularityMs: number, reportBackMs: number, kind: ReportKind): Fault | null => {
  if (kind === 'history' || kind === 'metadata' || reportBackMs === 0) return null;
  if (granularityMs > reportBackMs) {
    return {
      responseCode: '459',
      why: `granularity of ${granularityMs / 1000} s exceeds the reportBackDuration of ${reportBackMs / 1000} s`,
    };
  }
  return granularityMs > 0 && granularityMs < minPeriodMs
    ? {
        responseCode: '454',
        why: `granularity of ${granularityMs / 1000} s is finer than our oadrMinPeriod of ${minPeriodMs / 1000} s`,
      }
    : null;
};

const isLocalDay = (reportBackMs: number, dtstart: number | undefined, settings: VenSettings): boolean =>
  reportBackMs === 24 * hourMs && (dtstart === undefined || dayOf(dtstart, settings.timeZone).startAt === dtstart);

const alignment = (
  kind: ReportKind,
  granularityMs: number,
  reportBackMs: number,
  dtstart: number | undefined,
  settings: VenSettings,
): Terms['aligned'] => {
  if (kind !== 'usage' || reportBackMs === 0) return 'start';
  const fitsHours = granularityMs > 0 && granularityMs <= hourMs && hourMs % granularityMs === 0;
  if (fitsHours && isLocalDay(reportBackMs, dtstart, settings)) return 'localDay';
  return dtstart === undefined ? 'clock' : 'start';
};

/** Judges one report request. Without strictness, a pace we cannot keep is slowed to the next one we can, and remarked. */
export const reportTerms = (request: OadrReportRequest, settings: VenSettings, at: number): TermsResult => {
  const { reportSpecifier, reportRequestID } = request;
  const kind = reportKindOf(reportSpecifier.reportSpecifierID, settings);
  const fault = identifierFault(request, kind, settings);
  if (kind === null || fault !== null)
    return { ok: false, fault: fault ?? { responseCode: '452', why: 'unknown report' } };
  const askedGranularityMs = durationMs(reportSpecifier.granularity, at);
  const askedBackMs = kind === 'history' ? 0 : durationMs(reportSpecifier.reportBackDuration, at);
  const pace = paceFault(askedGranularityMs, askedBackMs, kind);
  if (pace !== null && settings.strict) return { ok: false, fault: pace };
  const granularityMs =
    askedGranularityMs > 0 && askedBackMs > 0 ? Math.max(askedGranularityMs, minPeriodMs) : askedGranularityMs;
  const reportBackMs = askedBackMs === 0 ? 0 : Math.max(askedBackMs, granularityMs);
  const interval = reportSpecifier.reportInterval;
  const dtstart = interval === undefined ? undefined : parseDateTime(interval.dtstart);
  const lengthMs = interval === undefined ? 0 : durationMs(interval.duration, dtstart ?? at);
  const startAt =
    kind === 'history' ? (dtstart ?? at - heldForMs) : reportBackMs === 0 ? at : Math.max(dtstart ?? at, 0);
  const terms: Terms = {
    reportRequestID,
    kind,
    request,
    startAt,
    ...(lengthMs > 0 && (kind === 'history' || reportBackMs > 0) ? { endAt: startAt + lengthMs } : {}),
    granularityMs,
    reportBackMs,
    aligned: alignment(kind, granularityMs, reportBackMs, dtstart, settings),
  };
  return { ok: true, terms, remarks: pace === null ? [] : [pace.why] };
};
