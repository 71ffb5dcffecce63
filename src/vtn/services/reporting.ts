import type { MessageOf } from '../../protocol/payload.ts';
import type { OadrReport } from '../../protocol/elements/oadrReport.ts';
import type { OadrReportRequest } from '../../protocol/elements/oadrReportRequest.ts';
import { formatDateTime } from '../../protocol/types/dateTime.ts';
import type { ReportRequestID } from '../../protocol/types/identifiers.ts';
import type { ReportAsk } from '../settings.ts';
import { spanOf } from '../time.ts';
import { eiResponseOf } from '../world.ts';
import type { OfferedDataPoint, KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';

const dataPointsOf = (report: OadrReport): readonly OfferedDataPoint[] =>
  (report.oadrReportDescription ?? []).map(({ rID, reportDataSource, reportType, readingType, itemBase }) => ({
    reportSpecifierID: report.reportSpecifierID,
    reportName: (report.reportName ?? '').replace(/^METADATA_/, ''),
    rID,
    ...(reportDataSource?.resourceID?.[0] === undefined ? {} : { resourceID: reportDataSource.resourceID[0] }),
    reportType,
    readingType,
    ...(itemBase === undefined ? {} : { itemBase }),
  }));

/** Usage is asked for as energy: what the programme bills. */
const isBillable = (point: OfferedDataPoint): boolean =>
  point.reportName === 'TELEMETRY_USAGE' && point.itemBase?.element === 'energyReal';

const isStatus = (point: OfferedDataPoint): boolean => point.reportName === 'TELEMETRY_STATUS';

const bySpecifier = (points: readonly OfferedDataPoint[]): readonly (readonly OfferedDataPoint[])[] =>
  [...new Set(points.map((point) => point.reportSpecifierID))].map((id) =>
    points.filter((point) => point.reportSpecifierID === id),
  );

const intervalParts = (world: VtnWorld, ask: ReportAsk) =>
  ask.withReportInterval === true ? { reportInterval: { dtstart: formatDateTime(world.now()), duration: 'PT0S' } } : {};

const requestFor = (world: VtnWorld, points: readonly OfferedDataPoint[], ask: ReportAsk): OadrReportRequest => ({
  reportRequestID: world.identifier(),
  reportSpecifier: {
    reportSpecifierID: points[0]?.reportSpecifierID ?? '',
    granularity: ask.granularity,
    reportBackDuration: ask.reportBackDuration,
    ...intervalParts(world, ask),
    specifierPayload: points.map(({ rID, readingType }) => ({ rID, readingType })),
  },
});

const asksFor = (
  world: VtnWorld,
  points: readonly OfferedDataPoint[],
  ask: ReportAsk | 'never',
  wanted: (point: OfferedDataPoint) => boolean,
): readonly OadrReportRequest[] =>
  ask === 'never' ? [] : bySpecifier(points.filter(wanted)).map((group) => requestFor(world, group, ask));

/** Remembers requests, so that what is reported under them is booked. */
export const rememberRequests = (world: VtnWorld, ven: KnownVen, requests: readonly OadrReportRequest[]): void => {
  for (const { reportRequestID, reportSpecifier } of requests) {
    if (ven.reportRequests.has(reportRequestID)) continue; // told again, as one that is pushed may be
    ven.reportRequests.set(reportRequestID, {
      reportRequestID,
      reportSpecifierID: reportSpecifier.reportSpecifierID,
      rIDs: reportSpecifier.specifierPayload.map(({ rID }) => rID),
      granularity: reportSpecifier.granularity,
      reportBackDuration: reportSpecifier.reportBackDuration,
      askedAt: world.now(),
    });
  }
};

/** Takes down what a VEN can report, which replaces what it offered before, and asks for it under fresh reportRequestIDs. @rule 2.0b 306 */
export const registerReport = (
  world: VtnWorld,
  ven: KnownVen,
  request: MessageOf<'oadrRegisterReport'>,
): ServiceAnswer => {
  const points = request.oadrReport.flatMap(dataPointsOf);
  ven.dataPoints = points;
  ven.reportRequests.clear();
  const { usage, status } = world.settings;
  const requests = [
    ...asksFor(world, points, status, isStatus),
    ...asksFor(world, points, world.moods.asksForUsage ? usage : 'never', isBillable),
  ];
  rememberRequests(world, ven, requests);
  return {
    message: 'oadrRegisteredReport',
    eiResponse: eiResponseOf(request.requestID),
    oadrReportRequest: requests,
    venID: ven.venID,
  };
};

const checkPending = (world: VtnWorld, ven: KnownVen, pending: readonly ReportRequestID[]): void => {
  for (const { reportRequestID, reportBackDuration, cancelled } of ven.reportRequests.values()) {
    const isPeriodic = (spanOf(reportBackDuration) ?? 0) > 0;
    if (isPeriodic && cancelled === undefined && !pending.includes(reportRequestID))
      world.complain('329', `The pending reports do not list the periodic request "${reportRequestID}".`, ven.venID);
  }
};

/** The VEN says which reports are pending. @rule 2.0b 329 */
export const createdReport = (
  world: VtnWorld,
  ven: KnownVen,
  request: MessageOf<'oadrCreatedReport'>,
): ServiceAnswer => {
  if (request.eiResponse.responseCode.startsWith('2')) checkPending(world, ven, request.oadrPendingReports);
  return { message: 'oadrResponse', eiResponse: eiResponseOf(request.eiResponse.requestID), venID: ven.venID };
};

/** Remembers that requests have been cancelled; a last report is still booked when one is to follow. */
export const rememberCancel = (
  world: VtnWorld,
  ven: KnownVen,
  reportRequestIDs: readonly ReportRequestID[],
  reportToFollow: boolean,
): void => {
  for (const reportRequestID of reportRequestIDs) {
    const known = ven.reportRequests.get(reportRequestID);
    if (known === undefined) continue;
    world.forgotten.add(reportRequestID);
    if (reportToFollow) ven.reportRequests.set(reportRequestID, { ...known, cancelled: { reportToFollow } });
    else ven.reportRequests.delete(reportRequestID);
  }
};
