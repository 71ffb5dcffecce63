import type { OptID, RequestID, VenID } from '../types/identifiers.ts';

/** Ends an opt. */
export interface OadrCancelOpt {
  readonly message: 'oadrCancelOpt';
  readonly requestID: RequestID;
  readonly optID: OptID;
  readonly venID: VenID;
}
