import type { ReportName } from '../types/enumerations.ts';
import { reportNames } from '../types/enumerations.ts';
import type { ReportRequestID, ReportSpecifierID } from '../types/identifiers.ts';
import { responseCodes } from '../types/responseCode.ts';
import type { DateTime, Duration } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { durationProperty } from '../xml/combinators.ts';
import { extensibleToken } from '../xml/enumerated.ts';
import { anyNumber, optional, required } from '../xml/field.ts';
import { dateTime, text } from '../xml/leaves.ts';
import { ei, oadr, strm, xcal } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { intervals } from './eiEventSignal.ts';
import type { Interval } from './interval.ts';
import type { OadrReportDescription } from './oadrReportDescription.ts';
import { oadrReportDescription } from './oadrReportDescription.ts';
import { dtstart } from './properties.ts';

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

export const oadrReport: Codec<OadrReport> = sequence([
  optional(xcal('dtstart'), dtstart),
  optional(xcal('duration'), durationProperty),
  optional(strm('intervals'), intervals),
  optional(ei('eiReportID'), text),
  anyNumber(oadr('oadrReportDescription'), oadrReportDescription),
  required(ei('reportRequestID'), text),
  required(ei('reportSpecifierID'), text),
  optional(ei('reportName'), extensibleToken(reportNames, responseCodes.notRecognized)),
  required(ei('createdDateTime'), dateTime),
]);
