import type { OadrReport } from '../elements/oadrReport.ts';
import type { RequestID, VenID } from '../types/identifiers.ts';

/** Delivers reports. */
export interface OadrUpdateReport {
  readonly message: 'oadrUpdateReport';
  readonly requestID: RequestID;
  readonly oadrReport: readonly OadrReport[];
  readonly venID?: VenID;
}
