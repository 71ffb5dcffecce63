import type { EiResponse } from '../elements/eiResponse.ts';
import type { ReportRequestID, VenID } from '../types/identifiers.ts';

/** Answers the end of report requests with all that are still pending. */
export interface OadrCanceledReport {
  readonly message: 'oadrCanceledReport';
  readonly eiResponse: EiResponse;
  readonly oadrPendingReports: readonly ReportRequestID[];
  readonly venID?: VenID;
}
