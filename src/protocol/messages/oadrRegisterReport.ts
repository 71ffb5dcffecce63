import type { OadrReport } from '../elements/oadrReport.ts';
import type { ReportRequestID, RequestID, VenID } from '../types/identifiers.ts';

/** Offers reports, as metadata. */
export interface OadrRegisterReport {
  readonly message: 'oadrRegisterReport';
  readonly requestID: RequestID;
  readonly oadrReport: readonly OadrReport[];
  readonly venID?: VenID;
  readonly reportRequestID?: ReportRequestID;
}
