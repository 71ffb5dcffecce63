import type { EiResponse } from '../elements/eiResponse.ts';
import type { RegistrationID, VenID } from '../types/identifiers.ts';

/** Answers the end of a registration. */
export interface OadrCanceledPartyRegistration {
  readonly message: 'oadrCanceledPartyRegistration';
  readonly eiResponse: EiResponse;
  readonly registrationID?: RegistrationID;
  readonly venID?: VenID;
}
