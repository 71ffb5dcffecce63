import type { Interval } from '../elements/interval.ts';
import type { OadrReportPayload } from '../elements/oadrReportPayload.ts';
import type { OadrReport } from '../elements/oadrReport.ts';
import type { OadrUpdateReport } from '../messages/oadrUpdateReport.ts';
import { parseDateTime } from '../types/dateTime.ts';
import { durationMs } from '../types/duration.ts';
import { type Findings, areDistinct, demand } from './rule.ts';

interface Judged {
  readonly where: string;
  readonly report: OadrReport;
  readonly intervals: readonly Interval[];
  readonly findings: Findings;
}

const allOrNone = (intervals: readonly Interval[], key: 'dtstart' | 'duration' | 'uid'): boolean =>
  intervals.every((interval) => interval[key] !== undefined) ||
  intervals.every((interval) => interval[key] === undefined);

const startMs = (interval: Interval | undefined): number | undefined =>
  interval?.dtstart === undefined ? undefined : parseDateTime(interval.dtstart);

const areOldestFirst = (intervals: readonly Interval[]): boolean => {
  const starts = intervals.map(startMs).filter((start) => start !== undefined);
  return starts.every((start, index) => start >= (starts[index - 1] ?? start));
};

const checkTimes = ({ where, report, intervals, findings }: Judged): void => {
  const [first] = intervals;
  demand(
    findings,
    '12.24 (314)',
    first?.dtstart === undefined || first.dtstart === report.dtstart,
    `${where} starts at ${report.dtstart}, its first interval at ${first?.dtstart}.`,
  );
  demand(findings, '12.24 (315)', allOrNone(intervals, 'dtstart'), `${where} has dtstart in some intervals only.`);
  demand(findings, '12.24 (315)', allOrNone(intervals, 'duration'), `${where} has a duration in some intervals only.`);
  demand(findings, '12.24 (315)', areOldestFirst(intervals), `${where} does not list its intervals oldest first.`);
  const needsDurations = intervals.length > 1 && first?.dtstart === undefined;
  demand(
    findings,
    '12.24 (315)',
    !needsDurations || first?.duration !== undefined,
    `${where} has several intervals without dtstart and without duration.`,
  );
};

/** When the last interval ends, by its own start or by adding up. */
const endMs = (fromMs: number, intervals: readonly Interval[]): number =>
  intervals.reduce((cursorMs, interval) => {
    const start = startMs(interval) ?? cursorMs;
    return start + (interval.duration === undefined ? 0 : durationMs(interval.duration, start));
  }, fromMs);

const checkSpan = ({ where, report, intervals, findings }: Judged): void => {
  const fromMs = report.dtstart === undefined ? undefined : parseDateTime(report.dtstart);
  if (report.duration === undefined || fromMs === undefined || intervals[0]?.duration === undefined) return;
  const spans = fromMs + durationMs(report.duration, fromMs) === endMs(fromMs, intervals);
  demand(
    findings,
    '12.24 (314)',
    spans,
    `${where} lasts ${report.duration}, which is not from its first start to its last end.`,
  );
};

const checkUids = ({ where, intervals, findings }: Judged): void => {
  const needsUid = intervals.some(({ dtstart }) => dtstart === undefined);
  const hasUid = intervals.some(({ uid }) => uid !== undefined);
  const inOrder = intervals.every(({ uid }, index) => uid !== undefined && Number(uid) === index);
  demand(
    findings,
    '12.27 (316)',
    inOrder || (!needsUid && !hasUid),
    `${where} does not count the uids of its intervals 0, 1, 2 ….`,
  );
};

const isStatus = (payload: OadrReportPayload): boolean => payload.oadrPayloadResourceStatus !== undefined;

/** A status is a point in time; which numbers are, the report alone does not say. */
const isPointWithDuration = ({ duration, oadrReportPayload = [] }: Interval): boolean =>
  duration !== undefined && oadrReportPayload.length > 0 && oadrReportPayload.every(isStatus);

const statusParts = ({ oadrReportPayload = [] }: Interval): string =>
  oadrReportPayload
    .filter(isStatus)
    .map(
      ({ rID, oadrPayloadResourceStatus }) =>
        `${rID} ${Object.keys(oadrPayloadResourceStatus?.oadrLoadControlState ?? {})
          .sort()
          .join()}`,
    )
    .sort()
    .join(';');

const rIDsOf = ({ oadrReportPayload = [] }: Interval): string[] => oadrReportPayload.map(({ rID }) => rID);

const checkPayloads = ({ where, intervals, findings }: Judged): void => {
  const [first] = intervals;
  demand(
    findings,
    '12.26 (342)',
    !intervals.some(isPointWithDuration),
    `${where} gives a duration to a status, which is of one moment.`,
  );
  demand(
    findings,
    '12.20 (300)',
    intervals.every((interval) => areDistinct(rIDsOf(interval))),
    `${where} has an rID twice in one interval.`,
  );
  const sameParts = intervals.every((interval) => first !== undefined && statusParts(interval) === statusParts(first));
  demand(
    findings,
    '12.30 (334)',
    sameParts,
    `${where} does not have the same parts of oadrLoadControlState in every interval.`,
  );
};

const checkReport = (report: OadrReport, findings: Findings): void => {
  const where = `Report ${report.reportSpecifierID} for ${report.reportRequestID}`;
  const { intervals = [], reportName = '' } = report;
  demand(findings, '12.22 (313)', report.dtstart !== undefined, `${where} lacks dtstart.`);
  demand(findings, '12.22 (313)', intervals.length > 0, `${where} has no interval.`);
  demand(
    findings,
    '12.22 (331)',
    reportName !== '' && !reportName.startsWith('METADATA_'),
    `${where} is named ${reportName || 'nothing'}.`,
  );
  demand(
    findings,
    '12.22 (313)',
    report.oadrReportDescription === undefined,
    `${where} has descriptions, which are for metadata.`,
  );
  const judged = { where, report, intervals, findings };
  for (const check of [checkTimes, checkSpan, checkUids, checkPayloads]) check(judged);
};

/**
 * What is delivered as reports has its times, order and names as the standard wants them.
 *
 * @rule 2.0b 313
 * @rule 2.0b 314
 * @rule 2.0b 315
 * @rule 2.0b 316
 */
export const checkUpdateReport = ({ oadrReport }: OadrUpdateReport, findings: Findings): void => {
  demand(findings, '12.22 (313)', oadrReport.length > 0, 'No report is delivered.');
  for (const report of oadrReport) checkReport(report, findings);
};
