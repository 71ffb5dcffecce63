import type { ReportName } from '../types/enumerations.ts';
import type { ReportRequestID, ReportSpecifierID } from '../types/identifiers.ts';
import type { DateTime, Duration } from '../types/scalars.ts';
import type { Interval } from './interval.ts';
import type { OadrReportDescription } from './oadrReportDescription.ts';

/** A report: descriptions of data points (metadata) or their values (data). */
export interface OadrReport {
  readonly dtstart?: DateTime;
  /** In metadata: how much data the sender holds. @rule 2.0b 312 */
  readonly duration?: Duration;
  readonly intervals?: readonly Interval[];
  readonly eiReportID?: string;
  readonly oadrReportDescription?: readonly OadrReportDescription[];
  /** `0` in metadata. @rule 2.0b 311 */
  readonly reportRequestID: ReportRequestID;
  readonly reportSpecifierID: ReportSpecifierID;
  readonly reportName?: ReportName;
  readonly createdDateTime: DateTime;
}
