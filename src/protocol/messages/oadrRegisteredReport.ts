import type { EiResponse } from '../elements/eiResponse.ts';
import type { OadrReportRequest } from '../elements/oadrReportRequest.ts';
import type { VenID } from '../types/identifiers.ts';

/** Answers an offer of reports, and may ask for some at once. @rule 2.0b 344 */
export interface OadrRegisteredReport {
  readonly message: 'oadrRegisteredReport';
  readonly eiResponse: EiResponse;
  readonly oadrReportRequest: readonly OadrReportRequest[];
  readonly venID?: VenID;
}
