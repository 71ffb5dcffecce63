import type { OadrMessage } from '../protocol/payload.ts';
import type { OadrReportRequest } from '../protocol/elements/oadrReportRequest.ts';
import { formatDateTime } from '../protocol/types/dateTime.ts';
import type { ReportRequestID } from '../protocol/types/identifiers.ts';
import type { Duration } from '../protocol/types/scalars.ts';
import { durationText } from './time.ts';
import type { OfferedDataPoint, KnownVen, VtnWorld } from './world.ts';
import type { ReportScript } from './reportScript.ts';

const pointsFor = (ven: KnownVen, { kind, reportSpecifierID }: ReportScript): readonly OfferedDataPoint[] => {
  const reportName = kind === 'history' ? 'HISTORY_USAGE' : 'TELEMETRY_USAGE';
  return ven.dataPoints.filter((point) =>
    reportSpecifierID === undefined ? point.reportName === reportName : point.reportSpecifierID === reportSpecifierID,
  );
};

const pace = (script: ReportScript): { readonly granularity: Duration; readonly reportBackDuration: Duration } => {
  const { kind, granularity, reportBackDuration } = script;
  if (kind === 'periodic')
    return { granularity: granularity ?? 'PT1H', reportBackDuration: reportBackDuration ?? 'PT1H' };
  return { granularity: granularity ?? 'PT0S', reportBackDuration: reportBackDuration ?? 'PT0S' };
};

const intervalOf = (world: VtnWorld, { kind, startInMs, lengthMs, reportInterval }: ReportScript) => {
  if (reportInterval !== undefined) return { reportInterval };
  return (kind === 'oneShot' || kind === 'metadata') && startInMs === undefined
    ? {}
    : {
        reportInterval: {
          dtstart: formatDateTime(world.now() + (startInMs ?? 0)),
          duration: durationText(lengthMs ?? 0),
        },
      };
};

const payloadOf = (ven: KnownVen, script: ReportScript): OadrReportRequest['reportSpecifier']['specifierPayload'] => {
  if (script.kind === 'metadata') return [{ rID: 'METADATA', readingType: 'x-notApplicable' }];
  const rIDs = script.rIDs ?? pointsFor(ven, script).map((point) => point.rID);
  return rIDs.map((rID) => ({ rID, readingType: 'x-notApplicable' }));
};

/** Writes the request for a report. @throws RangeError when the VEN offers nothing that could be asked for. */
export const reportRequestOf = (world: VtnWorld, ven: KnownVen, script: ReportScript): OadrReportRequest => {
  const specifierPayload = payloadOf(ven, script);
  const offered = script.kind === 'metadata' ? 'METADATA' : pointsFor(ven, script)[0]?.reportSpecifierID;
  const reportSpecifierID = script.reportSpecifierID ?? offered;
  if (reportSpecifierID === undefined || specifierPayload.length === 0)
    throw new RangeError(
      `The VEN "${ven.venID}" offers no report that a ${script.kind} request could ask for; name reportSpecifierID and rIDs.`,
    );
  return {
    reportRequestID: script.reportRequestID ?? world.identifier(),
    reportSpecifier: { reportSpecifierID, ...pace(script), ...intervalOf(world, script), specifierPayload },
  };
};

/** Lays an oadrCreateReport out for the next poll. */
export const askReport = (
  world: VtnWorld,
  ven: KnownVen,
  ...scripts: readonly ReportScript[]
): readonly ReportRequestID[] => {
  const oadrReportRequest = scripts.map((script) => reportRequestOf(world, ven, script));
  ven.queue.push({ message: 'oadrCreateReport', requestID: world.requestID(), oadrReportRequest, venID: ven.venID });
  return oadrReportRequest.map((request) => request.reportRequestID);
};

/** Lays an oadrCancelReport out for the next poll; without IDs, for all requests. */
export const cancelReports = (
  world: VtnWorld,
  ven: KnownVen,
  reportToFollow: boolean,
  reportRequestIDs?: readonly ReportRequestID[],
): void => {
  const reportRequestID = reportRequestIDs ?? [...ven.reportRequests.keys()];
  if (reportRequestID.length === 0) return;
  ven.queue.push({
    message: 'oadrCancelReport',
    requestID: world.requestID(),
    reportRequestID,
    reportToFollow,
    venID: ven.venID,
  });
};

/** Lays an oadrCancelPartyRegistration out for the next poll. */
export const cancelRegistration = (world: VtnWorld, ven: KnownVen, registrationID = ven.registrationID): void => {
  ven.queue.push({
    message: 'oadrCancelPartyRegistration',
    requestID: world.requestID(),
    registrationID,
    venID: ven.venID,
  });
};

/** Lays any message out for the next poll. */
export const queueMessage = (ven: KnownVen, message: OadrMessage): void => {
  ven.queue.push(message);
};
