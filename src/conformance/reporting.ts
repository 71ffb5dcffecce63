/** What the cases about reports have in common. */
import type { OadrReport } from '../protocol/elements/oadrReport.ts';
import { parseDateTime } from '../protocol/types/dateTime.ts';
import { durationMs } from '../protocol/types/duration.ts';
import type { ReportScript } from '../vtn/reportScript.ts';
import type { Proceedings } from './proceedings.ts';
import type { Passed } from './traffic.ts';

const minuteMs = 60_000;

/** The data points that the VEN offers under a name, by its specifier. */
export interface OfferedReport {
  readonly reportSpecifierID: string;
  readonly rIDs: readonly string[];
}

/** Switches the VEN on, and gives what it offers. */
export const registeredWithOffer = async (t: Proceedings): Promise<(reportName: string) => OfferedReport> => {
  await t.tester('switch the VEN on, and wait until it is registered', (world) => world.start());
  const { message } = await t.sends('oadrRegisterReport');
  await t.hears();
  return (reportName) => {
    const report = message.oadrReport.find((each) => each.reportName === `METADATA_${reportName}`);
    t.expect(`${reportName} is offered`, report !== undefined);
    return {
      reportSpecifierID: report?.reportSpecifierID ?? '',
      rIDs: (report?.oadrReportDescription ?? []).map(({ rID }) => rID),
    };
  };
};

/** Has the VTN ask for reports, and expects that the VEN says so; gives the reportRequestIDs. */
export const asks = async (
  t: Proceedings,
  text: string,
  ...scripts: readonly ReportScript[]
): Promise<readonly string[]> => {
  await t.vtn(text, (vtn) => void vtn.askReport(scripts));
  const { message: request } = await t.receives('oadrCreateReport');
  const { message: created } = await t.sends('oadrCreatedReport');
  t.equal(
    'oadrCreatedReport answers it',
    [created.eiResponse.requestID, created.eiResponse.responseCode],
    [request.requestID, '200'],
  );
  return request.oadrReportRequest.map(({ reportRequestID }) => reportRequestID);
};

/** A report of a message of the VEN. */
export interface ToldReport {
  readonly at: number;
  readonly report: OadrReport;
  readonly message: Passed<'oadrUpdateReport'>;
}

/** Waits for the next report under a request. @unit ms */
export const tells = async (t: Proceedings, reportRequestID: string, withinMs = 2 * minuteMs): Promise<ToldReport> => {
  const isUnder = (each: OadrReport): boolean => each.reportRequestID === reportRequestID;
  const message = await t.sends('oadrUpdateReport', {
    withinMs,
    such: ({ oadrReport }) => oadrReport.some(isUnder),
    as: `the VEN sends a report under ${reportRequestID}`,
  });
  const report = message.message.oadrReport.find(isUnder) as OadrReport;
  return { at: message.at, report, message };
};

/** The rIDs that each interval of a report has values of. */
export const rIDsTold = ({ intervals = [] }: OadrReport): readonly string[] =>
  [...new Set(intervals.flatMap(({ oadrReportPayload = [] }) => oadrReportPayload.map(({ rID }) => rID)))].toSorted();

/** Expects that a report is one of a specifier, with a value of each data point asked for in each interval. @rule 2.0b 300, 313 */
export const isWhole = (t: Proceedings, { report }: ToldReport, offered: OfferedReport, reportName: string): void => {
  t.equal(
    'it has the reportName and reportSpecifierID that were asked for',
    [report.reportName, report.reportSpecifierID],
    [reportName, offered.reportSpecifierID],
  );
  t.equal('it has a value of each data point asked for', rIDsTold(report), [...offered.rIDs].toSorted());
};

/** When an interval begins. UTC ms. */
export const startsOf = ({ intervals = [] }: OadrReport): readonly number[] =>
  intervals.map(({ dtstart }) => parseDateTime(dtstart ?? '') ?? Number.NaN);

/** How long a report's interval lasts. @unit ms */
export const lengthsOf = ({ intervals = [] }: OadrReport): readonly number[] =>
  intervals.map(({ duration }) => (duration === undefined ? 0 : durationMs(duration)));
