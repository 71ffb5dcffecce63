import type { ReportRequestID, RequestID, VenID } from '../types/identifiers.ts';

/** Ends report requests. */
export interface OadrCancelReport {
  readonly message: 'oadrCancelReport';
  readonly requestID: RequestID;
  readonly reportRequestID: readonly ReportRequestID[];
  readonly reportToFollow: boolean;
  readonly venID?: VenID;
}
