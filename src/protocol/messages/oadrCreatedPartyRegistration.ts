import type { EiResponse } from '../elements/eiResponse.ts';
import type { OadrProfile } from '../elements/oadrProfile.ts';
import type { OadrExtension, OadrService } from '../elements/oadrServiceSpecificInfo.ts';
import type { RegistrationID, VenID, VtnID } from '../types/identifiers.ts';
import type { Duration } from '../types/scalars.ts';

/** Answers a registration, or a query about it. */
export interface OadrCreatedPartyRegistration {
  readonly message: 'oadrCreatedPartyRegistration';
  readonly eiResponse: EiResponse;
  readonly registrationID?: RegistrationID;
  readonly venID?: VenID;
  readonly vtnID: VtnID;
  readonly oadrProfiles: readonly OadrProfile[];
  readonly oadrRequestedOadrPollFreq?: Duration;
  readonly oadrServiceSpecificInfo?: readonly OadrService[];
  readonly oadrExtensions?: readonly OadrExtension[];
}
