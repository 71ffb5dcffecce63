/**
 * Whether a report request can be met, and on what terms. Pure. @rule 2.0b 304, 308, 312, 317, 324, 325, 333, 336, 340
 *
 * What goes beyond our offer is refused with 454, what makes no sense with 459. A pace that is only clumsy (a report due more
 * often than there is anything new) is slowed to the next one that can be kept, and remarked: refusing it would cost money.
 */
import type { OadrReportRequest } from '../../protocol/elements/oadrReportRequest.ts';
import { formatDateTime, parseDateTime } from '../../protocol/types/dateTime.ts';
import { durationMs } from '../../protocol/types/duration.ts';
import { reportNames } from '../../protocol/types/enumerations.ts';
import type { ReportKind } from '../../facts/output.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { dayMs, dayOf, hourMs } from '../../programme/calendar.ts';
import { dataPointsOf, reportKindOf } from './dataPoints.ts';
import { heldFor, samplingRate } from './metadata.ts';
import type { Objection } from '../objection.ts';
import type { Terms } from './terms.ts';

/** The shortest granularity we sample at; it is our oadrMinPeriod. @unit ms @rule 2.0b 333 */
export const minPeriodMs = durationMs(samplingRate.oadrMinPeriod);

/** The longest granularity; it is our oadrMaxPeriod. @unit ms @rule 2.0b 333 */
export const maxPeriodMs = durationMs(samplingRate.oadrMaxPeriod);

/** How far back readings are held; it is our reports' duration. @unit ms @rule 2.0b 312 */
export const heldForMs = durationMs(heldFor);

/** @limit A history may begin this much before what is held, because clocks differ and days are told whole. @unit ms */
export const heldGraceMs = dayMs;

/** @limit A history may begin this much ahead, because clocks differ. @unit ms */
export const aheadGraceMs = hourMs;

/** @limit The shortest reportBackDuration that is kept; a shorter one is slowed to it. @unit ms */
export const minReportBackMs = 1_000;

/** @limit The same for metadata: each registration of them makes other requests void. @unit ms @rule 2.0b 306 */
export const minMetadataBackMs = 60_000;

/** @limit A longer reportRequestID is refused: it is repeated in every answer. @unit characters */
export const longestIdentifier = 1_000;

/** The terms on which a request is met, or why it is not. */
export type TermsResult =
  | { readonly ok: true; readonly terms: Terms; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly fault: Objection };

/** A request in numbers. */
interface Asked {
  readonly kind: ReportKind;
  /** @unit ms */
  readonly granularityMs: number;
  /** 0: one report at once, as for history always. @unit ms */
  readonly backMs: number;
  /** UTC ms. */
  readonly dtstart: number | undefined;
  /** 0: without end. @unit ms */
  readonly lengthMs: number;
}

const seconds = (ms: number): string => `${ms / 1000} s`;

const beyond = (why: string): Objection => ({ responseCode: '454', why });

const senseless = (why: string): Objection => ({ responseCode: '459', why });

/** @reading Who names a well-known report in the place of its specifier means that report. @rule 2.0b 304, 340 */
const unknownReport = (reportSpecifierID: string): Objection =>
  reportNames.some((name) => name === reportSpecifierID)
    ? { responseCode: '461', why: `the report ${reportSpecifierID} is not offered` }
    : { responseCode: '452', why: `reportSpecifierID ${reportSpecifierID} is not one of ours` };

const identifierFault = (
  request: OadrReportRequest,
  kind: ReportKind | null,
  settings: VenSettings,
): Objection | null => {
  const { reportSpecifierID, specifierPayload } = request.reportSpecifier;
  if (request.reportRequestID === '') return { responseCode: '452', why: 'its reportRequestID is empty' };
  if (request.reportRequestID.length > longestIdentifier)
    return senseless(`its reportRequestID has more than ${longestIdentifier} characters`);
  if (kind === null) return unknownReport(reportSpecifierID);
  if (kind === 'metadata') return null;
  const known = new Set(dataPointsOf(kind, settings).map(({ rID }) => rID));
  const unknown = specifierPayload.find(({ rID }) => !known.has(rID));
  return unknown === undefined
    ? null
    : { responseCode: '452', why: `rID ${unknown.rID} is not in report ${reportSpecifierID}` };
};

/** Times are told in whole seconds. @rule 2.0b 1 */
const wholeSeconds = (ms: number): number => Math.ceil(ms / 1000) * 1000;

const askedIn = ({ reportSpecifier }: OadrReportRequest, kind: ReportKind, at: number): Asked => {
  const { granularity, reportBackDuration, reportInterval } = reportSpecifier;
  const dtstart = reportInterval === undefined ? undefined : parseDateTime(reportInterval.dtstart);
  return {
    kind,
    granularityMs: wholeSeconds(durationMs(granularity, at)),
    backMs: kind === 'history' ? 0 : wholeSeconds(durationMs(reportBackDuration, at)),
    dtstart: dtstart === undefined ? undefined : Math.floor(dtstart / 1000) * 1000,
    lengthMs: reportInterval === undefined ? 0 : durationMs(reportInterval.duration, dtstart ?? at),
  };
};

const backwardsFault = ({ granularityMs, backMs, lengthMs }: Asked): Objection | null => {
  if (granularityMs < 0) return senseless(`a granularity of ${seconds(granularityMs)} runs backwards`);
  if (backMs < 0) return senseless(`a reportBackDuration of ${seconds(backMs)} runs backwards`);
  return lengthMs < 0 ? senseless(`a reportInterval of ${seconds(lengthMs)} runs backwards`) : null;
};

/** @reading A granularity above oadrMaxPeriod is as little on offer as one below oadrMinPeriod. */
const granularityFault = ({ kind, granularityMs, backMs }: Asked): Objection | null => {
  if (kind === 'history' || kind === 'metadata' || backMs === 0) return null;
  if (kind === 'usage' && granularityMs === 0)
    return beyond('usage on change is not on offer (oadrOnChange is false); ask for a granularity');
  if (granularityMs > maxPeriodMs)
    return beyond(`a granularity of ${seconds(granularityMs)} exceeds our oadrMaxPeriod of ${seconds(maxPeriodMs)}`);
  return granularityMs > 0 && granularityMs < minPeriodMs
    ? beyond(`a granularity of ${seconds(granularityMs)} is finer than our oadrMinPeriod of ${seconds(minPeriodMs)}`)
    : null;
};

/** What is asked for lies where we have nothing. @rule 2.0b 312, 340 */
const spanFault = ({ kind, backMs, dtstart, lengthMs }: Asked, at: number): Objection | null => {
  if (dtstart === undefined) return null;
  const heldFrom = at - heldForMs;
  if (kind === 'history') {
    if (dtstart < heldFrom - heldGraceMs)
      return beyond(`history from ${formatDateTime(dtstart)} on reaches beyond the ${heldFor} that are held`);
    return dtstart > at + aheadGraceMs
      ? beyond(`of ${formatDateTime(dtstart)}, which lies ahead, there is no history`)
      : null;
  }
  if (backMs === 0 || lengthMs === 0) return null;
  const endAt = dtstart + lengthMs;
  if (kind !== 'usage' && endAt <= at) return beyond('its reportInterval is over, and only usage is held');
  return endAt <= heldFrom ? beyond(`its reportInterval was over before the ${heldFor} that are held`) : null;
};

const clumsyPace = ({ kind, granularityMs, backMs }: Asked): Objection | null =>
  backMs > 0 && kind !== 'metadata' && granularityMs > backMs
    ? senseless(`granularity of ${seconds(granularityMs)} exceeds the reportBackDuration of ${seconds(backMs)}`)
    : null;

/** The pace that is kept. @unit ms */
const keptBackMs = ({ kind, granularityMs, backMs }: Asked): number => {
  if (backMs === 0) return 0;
  return kind === 'metadata' ? Math.max(backMs, minMetadataBackMs) : Math.max(backMs, granularityMs, minReportBackMs);
};

const paceRemarks = (asked: Asked, backMs: number): readonly string[] => {
  const clumsy = clumsyPace(asked);
  if (clumsy !== null) return [`${clumsy.why}; we report at the nearest pace we can keep`];
  return backMs > asked.backMs && asked.backMs > 0
    ? [`a reportBackDuration of ${seconds(asked.backMs)} is too short; we report each ${seconds(backMs)}`]
    : [];
};

const spanRemarks = ({ kind, backMs, dtstart }: Asked, at: number): readonly string[] =>
  kind === 'usage' && backMs > 0 && dtstart !== undefined && dtstart < at - heldForMs
    ? [`it starts at ${formatDateTime(dtstart)}, before the ${heldFor} that are held; what is held is told`]
    : [];

const isLocalDay = (reportBackMs: number, dtstart: number | undefined, settings: VenSettings): boolean =>
  reportBackMs === dayMs && (dtstart === undefined || dayOf(dtstart, settings.timeZone).startAt === dtstart);

const alignment = (
  { kind, granularityMs, dtstart }: Asked,
  reportBackMs: number,
  settings: VenSettings,
): Terms['aligned'] => {
  if (kind !== 'usage' || reportBackMs === 0) return 'start';
  const fitsHours = granularityMs > 0 && granularityMs <= hourMs && hourMs % granularityMs === 0;
  if (fitsHours && isLocalDay(reportBackMs, dtstart, settings)) return 'localDay';
  return dtstart === undefined ? 'clock' : 'start';
};

const startOf = ({ kind, dtstart }: Asked, reportBackMs: number, at: number): number =>
  kind === 'history' ? (dtstart ?? at - heldForMs) : reportBackMs === 0 ? at : (dtstart ?? at);

/** Judges one report request. */
export const reportTerms = (request: OadrReportRequest, settings: VenSettings, at: number): TermsResult => {
  const kind = reportKindOf(request.reportSpecifier.reportSpecifierID, settings);
  const identifiers = identifierFault(request, kind, settings);
  if (kind === null || identifiers !== null)
    return { ok: false, fault: identifiers ?? { responseCode: '452', why: 'unknown report' } };
  const asked = askedIn(request, kind, at);
  const fault =
    backwardsFault(asked) ??
    granularityFault(asked) ??
    spanFault(asked, at) ??
    (settings.strict ? clumsyPace(asked) : null);
  if (fault !== null) return { ok: false, fault };
  const { granularityMs, lengthMs } = asked;
  const reportBackMs = keptBackMs(asked);
  const startAt = startOf(asked, reportBackMs, at);
  const terms: Terms = {
    reportRequestID: request.reportRequestID,
    kind,
    request,
    reportSpecifierID: request.reportSpecifier.reportSpecifierID,
    rIDs: request.reportSpecifier.specifierPayload.map(({ rID }) => rID),
    startAt,
    ...(lengthMs > 0 && (kind === 'history' || reportBackMs > 0) ? { endAt: startAt + lengthMs } : {}),
    granularityMs,
    reportBackMs,
    aligned: alignment(asked, reportBackMs, settings),
  };
  return { ok: true, terms, remarks: [...paceRemarks(asked, reportBackMs), ...spanRemarks(asked, at)] };
};
