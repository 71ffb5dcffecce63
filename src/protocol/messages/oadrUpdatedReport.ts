import type { EiResponse } from '../elements/eiResponse.ts';
import type { VenID } from '../types/identifiers.ts';
import type { OadrCancelReport } from './oadrCancelReport.ts';

/** Answers delivered reports, and may cancel some at once. @rule 2.0b 345 */
export interface OadrUpdatedReport {
  readonly message: 'oadrUpdatedReport';
  readonly eiResponse: EiResponse;
  readonly oadrCancelReport?: Omit<OadrCancelReport, 'message'>;
  readonly venID?: VenID;
}
