import type { OadrReport } from '../elements/oadrReport.ts';
import type { OadrReportDescription } from '../elements/oadrReportDescription.ts';
import type { OadrRegisterReport } from '../messages/oadrRegisterReport.ts';
import { durationMs, parseDuration } from '../types/duration.ts';
import type { Duration } from '../types/scalars.ts';
import { type Findings, areDistinct, demand } from './rule.ts';
import { namesDeviceClassesOnly } from './target.ts';

interface Described {
  readonly report: OadrReport;
  readonly description: OadrReportDescription;
  readonly findings: Findings;
}

const isUsage = (reportName = ''): boolean => /^METADATA_(TELEMETRY|HISTORY)_USAGE$/.test(reportName);
const isStatus = (reportName = ''): boolean => reportName === 'METADATA_TELEMETRY_STATUS';
const isTelemetry = (reportName = ''): boolean => reportName.startsWith('METADATA_TELEMETRY_');

const checkUsage = ({ description, findings }: Described): void => {
  const { rID, reportType, readingType, itemBase } = description;
  demand(
    findings,
    '11.8 (331)',
    reportType === 'usage' && readingType === 'Direct Read',
    `Data point ${rID} is ${reportType}, ${readingType} instead of usage, Direct Read.`,
  );
  const unit = itemBase?.element ?? 'no unit';
  demand(
    findings,
    '11.9 (331)',
    unit === 'powerReal' || unit === 'energyReal',
    `Data point ${rID} has ${unit} instead of powerReal or energyReal.`,
  );
};

const checkStatus = ({ description, findings }: Described): void => {
  const { rID, reportType, readingType, itemBase, reportDataSource } = description;
  const isRight = reportType === 'x-resourceStatus' && readingType === 'x-notApplicable' && itemBase === undefined;
  demand(findings, '11.8 (331)', isRight, `Data point ${rID} is not x-resourceStatus, x-notApplicable, without unit.`);
  demand(
    findings,
    '11.2 (510)',
    (reportDataSource?.resourceID ?? []).length > 0,
    `Data point ${rID} names no resourceID as its source.`,
  );
};

/** Whether one duration is not longer than another; months count as those of the longer year. */
const isWithin = (shorter: Duration, longer: Duration | undefined): boolean =>
  longer === undefined || parseDuration(shorter) === undefined || durationMs(shorter) <= durationMs(longer);

const checkSampling = ({ report, description, findings }: Described): void => {
  const { rID, oadrSamplingRate } = description;
  demand(
    findings,
    '11.12 (333)',
    !isTelemetry(report.reportName) || oadrSamplingRate !== undefined,
    `Data point ${rID} lacks its oadrSamplingRate.`,
  );
  if (oadrSamplingRate === undefined) return;
  const { oadrMaxPeriod } = oadrSamplingRate;
  demand(
    findings,
    '11.11 (312)',
    isWithin(oadrMaxPeriod, report.duration),
    `Data point ${rID} has an oadrMaxPeriod longer than the report holds data.`,
  );
};

const checkDescription = (described: Described): void => {
  const { report, description, findings } = described;
  if (isUsage(report.reportName)) checkUsage(described);
  if (isStatus(report.reportName)) checkStatus(described);
  checkSampling(described);
  const { rID, reportSubject } = description;
  demand(
    findings,
    '11.14 (307)',
    reportSubject === undefined || namesDeviceClassesOnly(reportSubject),
    `The reportSubject of ${rID} names more than device classes.`,
  );
};

const checkMetadata = (report: OadrReport, findings: Findings): void => {
  const { reportSpecifierID, reportName = 'no name', oadrReportDescription = [] } = report;
  const where = `Report ${reportSpecifierID}`;
  demand(
    findings,
    '11.6 (311)',
    report.reportRequestID === '0',
    `${where} has reportRequestID ${report.reportRequestID} instead of 0.`,
  );
  demand(
    findings,
    '11.8 (331)',
    /^(METADATA_|x-)/.test(reportName),
    `${where} is named ${reportName} instead of METADATA_….`,
  );
  demand(findings, '11.10 (305)', oadrReportDescription.length > 0, `${where} describes no data point.`);
  const hasData = report.intervals !== undefined || report.dtstart !== undefined || report.eiReportID !== undefined;
  demand(findings, '11.10 (305)', !hasData, `${where} has intervals, dtstart or eiReportID, which metadata has not.`);
  demand(
    findings,
    '11.11 (312)',
    report.duration !== undefined,
    `${where} does not say by its duration how much data is held.`,
  );
  demand(
    findings,
    '11.13 (308)',
    areDistinct(oadrReportDescription.map(({ rID }) => rID)),
    `${where} has an rID twice.`,
  );
  for (const description of oadrReportDescription) checkDescription({ report, description, findings });
};

/**
 * What is offered as reports is described as the standard and its certification want it; offering nothing is allowed.
 *
 * @rule 2.0b 301
 * @rule 2.0b 331
 */
export const checkRegisterReport = ({ oadrReport }: OadrRegisterReport, findings: Findings): void => {
  const offersStatus = oadrReport.length === 0 || oadrReport.some(({ reportName }) => isStatus(reportName));
  demand(findings, '11.2 (510)', offersStatus, 'METADATA_TELEMETRY_STATUS is not offered.');
  demand(
    findings,
    '11.13 (308)',
    areDistinct(oadrReport.map(({ reportSpecifierID }) => reportSpecifierID)),
    'A reportSpecifierID stands twice.',
  );
  for (const report of oadrReport) checkMetadata(report, findings);
};
