import type { EiResponse } from '../elements/eiResponse.ts';
import type { ReportRequestID, VenID } from '../types/identifiers.ts';

/** Answers a request for reports with all that are pending. @rule 2.0b 329 */
export interface OadrCreatedReport {
  readonly message: 'oadrCreatedReport';
  readonly eiResponse: EiResponse;
  readonly oadrPendingReports: readonly ReportRequestID[];
  readonly venID?: VenID;
}
