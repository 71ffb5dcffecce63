import type { MessageOf } from '../../protocol/payload.ts';
import type { Interval } from '../../protocol/elements/interval.ts';
import type { OadrReport } from '../../protocol/elements/oadrReport.ts';
import type { OadrReportPayload } from '../../protocol/elements/oadrReportPayload.ts';
import { parseDateTime } from '../../protocol/types/dateTime.ts';
import { scaleExponents } from '../../protocol/types/quantity.ts';
import type { RID } from '../../protocol/types/identifiers.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { VanishedReason } from '../booking.ts';
import { decimalOf, decimalText, shifted } from '../decimal.ts';
import { spanOf } from '../time.ts';
import { eiResponseOf } from '../world.ts';
import { rememberCancel } from './reporting.ts';
import type { OfferedDataPoint, KnownReportRequest, KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';

/** A reported energy in kilowatt-hours; nothing when the data point is no energy or the value no number. */
const kilowattHours = (point: OfferedDataPoint, value: DecimalText | undefined): DecimalText | undefined => {
  if (point.itemBase?.element !== 'energyReal' || value === undefined) return undefined;
  try {
    return decimalText(shifted(decimalOf(value), scaleExponents[point.itemBase.siScaleCode] - 3));
  } catch {
    return undefined;
  }
};

/** One value of a report on its way into the books. */
interface Line {
  readonly request: MessageOf<'oadrUpdateReport'>;
  readonly report: OadrReport;
  readonly interval: Interval;
  readonly payload: OadrReportPayload;
}

const vanish = (world: VtnWorld, line: Line, reason: VanishedReason, point?: OfferedDataPoint): void =>
  world.booking.vanish({
    at: world.now(),
    reason,
    requestID: line.request.requestID,
    reportRequestID: line.report.reportRequestID,
    rID: line.payload.rID,
    ...(point?.resourceID === undefined ? {} : { resourceID: point.resourceID }),
    ...(line.interval.dtstart === undefined ? {} : { dtstart: line.interval.dtstart }),
    ...(line.payload.payloadFloat === undefined ? {} : { payloadFloat: line.payload.payloadFloat }),
  });

/** What a VEN offers by its names; it offers thousands, and each is looked for once for each hour of a day. */
interface OfferIndex {
  readonly bySpecifier: ReadonlyMap<string, OfferedDataPoint>;
  readonly byRID: ReadonlyMap<RID, OfferedDataPoint>;
}

const indexes = new WeakMap<readonly OfferedDataPoint[], OfferIndex>();

const indexOf = (points: readonly OfferedDataPoint[]): OfferIndex => {
  const known = indexes.get(points);
  if (known !== undefined) return known;
  // The first of a name counts.
  const inverse = [...points].reverse();
  const index = {
    bySpecifier: new Map(inverse.map((point) => [JSON.stringify([point.reportSpecifierID, point.rID]), point])),
    byRID: new Map(inverse.map((point) => [point.rID, point])),
  };
  indexes.set(points, index);
  return index;
};

const pointOf = ({ dataPoints }: KnownVen, report: OadrReport, rID: RID): OfferedDataPoint | undefined => {
  const { bySpecifier, byRID } = indexOf(dataPoints);
  return bySpecifier.get(JSON.stringify([report.reportSpecifierID, rID])) ?? byRID.get(rID);
};

const askedSets = new WeakMap<readonly RID[], ReadonlySet<RID>>();

const isAsked = ({ rIDs }: KnownReportRequest, rID: RID): boolean => {
  const known = askedSets.get(rIDs) ?? new Set(rIDs);
  askedSets.set(rIDs, known);
  return known.has(rID);
};

const isKnownResource = ({ settings }: VtnWorld, point: OfferedDataPoint): boolean =>
  settings.resourceIDs === undefined ||
  (point.resourceID !== undefined && settings.resourceIDs.includes(point.resourceID));

const bookLine = (world: VtnWorld, point: OfferedDataPoint, line: Line): void => {
  const { interval, payload, report, request } = line;
  const startAt = interval.dtstart === undefined ? undefined : parseDateTime(interval.dtstart);
  if (startAt === undefined)
    return vanish(world, line, interval.dtstart === undefined ? 'noDtstart' : 'unreadable', point);
  const energyKilowattHours = kilowattHours(point, payload.payloadFloat);
  if (energyKilowattHours === undefined) return vanish(world, line, 'otherUnit', point);
  world.booking.book({
    at: world.now(),
    resourceID: point.resourceID ?? point.rID,
    startAt,
    lengthMs: spanOf(interval.duration) ?? 0,
    energyKilowattHours,
    ...(payload.oadrDataQuality === undefined ? {} : { oadrDataQuality: payload.oadrDataQuality }),
    reportRequestID: report.reportRequestID,
    requestID: request.requestID,
  });
};

const takeLine = (world: VtnWorld, ven: KnownVen, line: Line, known: KnownReportRequest | undefined): void => {
  const point = pointOf(ven, line.report, line.payload.rID);
  if (known === undefined) return vanish(world, line, 'unknownReportRequestID', point);
  if (point === undefined || !isAsked(known, line.payload.rID)) return vanish(world, line, 'unknownRID', point);
  if (!isKnownResource(world, point)) return vanish(world, line, 'unknownResourceID', point);
  if (line.payload.oadrPayloadResourceStatus === undefined) bookLine(world, point, line);
};

/** Whether nothing that a report tells of others is news of this data point: it was told of it before. */
const isToldAlready = (world: VtnWorld, ven: KnownVen, report: OadrReport, rID: RID): boolean => {
  const { resourceID } = pointOf(ven, report, rID) ?? {};
  const intervals = report.intervals ?? [];
  return (
    resourceID !== undefined &&
    intervals.length > 0 &&
    intervals.every(({ dtstart, duration }) => {
      const startAt = dtstart === undefined ? undefined : parseDateTime(dtstart);
      return startAt !== undefined && world.booking.isTold({ resourceID, startAt, lengthMs: spanOf(duration) ?? 0 });
    })
  );
};

/** @limit Data points of which one report has to tell all. @reading More than one report can hold are told by several, so many devices at a time. */
const toldTogether = 100;

const checkCompleteness = (world: VtnWorld, ven: KnownVen, report: OadrReport, known: KnownReportRequest): void => {
  if (known.rIDs.length > toldTogether) return;
  const reported = new Set(
    (report.intervals ?? []).flatMap((interval) => (interval.oadrReportPayload ?? []).map(({ rID }) => rID)),
  );
  for (const rID of known.rIDs)
    if (!reported.has(rID) && !isToldAlready(world, ven, report, rID))
      world.complain(
        '300',
        `The report under "${known.reportRequestID}" has no value of the requested rID "${rID}".`,
        ven.venID,
      );
};

const takeReport = (
  world: VtnWorld,
  ven: KnownVen,
  request: MessageOf<'oadrUpdateReport'>,
  report: OadrReport,
): void => {
  const known = ven.reportRequests.get(report.reportRequestID);
  if (known !== undefined) checkCompleteness(world, ven, report, known);
  for (const interval of report.intervals ?? [])
    for (const payload of interval.oadrReportPayload ?? [])
      takeLine(world, ven, { request, report, interval, payload }, known);
  if (known?.cancelled !== undefined) ven.reportRequests.delete(known.reportRequestID);
};

/** Cancels every request with the answer to a report, when a test wants it so. @rule 2.0b 345 */
const piggyBackedCancel = (
  world: VtnWorld,
  ven: KnownVen,
): Pick<MessageOf<'oadrUpdatedReport'>, 'oadrCancelReport'> => {
  const reportToFollow = world.moods.cancelsWithNextReport;
  const reportRequestID = [...ven.reportRequests.keys()];
  delete world.moods.cancelsWithNextReport;
  if (reportToFollow === undefined || reportRequestID.length === 0) return {};
  rememberCancel(world, ven, reportRequestID, reportToFollow);
  return { oadrCancelReport: { requestID: world.requestID(), reportRequestID, reportToFollow, venID: ven.venID } };
};

/** Acknowledges what it has nobody and nothing for, and loses it: what a VTN does that has forgotten and does not say so. */
export const loseReport = (world: VtnWorld, request: MessageOf<'oadrUpdateReport'>): ServiceAnswer => {
  for (const report of request.oadrReport)
    for (const interval of report.intervals ?? [])
      for (const payload of interval.oadrReportPayload ?? [])
        vanish(world, { request, report, interval, payload }, 'unknownReportRequestID');
  return { message: 'oadrUpdatedReport', eiResponse: eiResponseOf(request.requestID), venID: request.venID ?? '' };
};

/** Books what is reported and acknowledges it; what it has no request, rID or resource for it acknowledges all the same, and loses. */
export const updateReport = (world: VtnWorld, ven: KnownVen, request: MessageOf<'oadrUpdateReport'>): ServiceAnswer => {
  for (const report of request.oadrReport) takeReport(world, ven, request, report);
  return {
    message: 'oadrUpdatedReport',
    eiResponse: eiResponseOf(request.requestID),
    ...piggyBackedCancel(world, ven),
    venID: ven.venID,
  };
};
