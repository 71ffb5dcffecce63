import type { OadrReportRequest } from '../elements/oadrReportRequest.ts';
import type { RequestID, VenID } from '../types/identifiers.ts';

/** Asks for reports. */
export interface OadrCreateReport {
  readonly message: 'oadrCreateReport';
  readonly requestID: RequestID;
  readonly oadrReportRequest: readonly OadrReportRequest[];
  readonly venID?: VenID;
}
