import type { RegistrationID, RequestID, VenID } from '../types/identifiers.ts';

/** Ends a registration. */
export interface OadrCancelPartyRegistration {
  readonly message: 'oadrCancelPartyRegistration';
  readonly requestID: RequestID;
  readonly registrationID: RegistrationID;
  readonly venID?: VenID;
}
