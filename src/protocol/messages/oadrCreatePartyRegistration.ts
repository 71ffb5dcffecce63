import type { OadrProfileName, OadrTransportName } from '../types/enumerations.ts';
import type { RegistrationID, RequestID, VenID } from '../types/identifiers.ts';

/** Registers the VEN, or renews its registration. */
export interface OadrCreatePartyRegistration {
  readonly message: 'oadrCreatePartyRegistration';
  readonly requestID: RequestID;
  readonly registrationID?: RegistrationID;
  readonly venID?: VenID;
  readonly oadrProfileName: OadrProfileName;
  readonly oadrTransportName: OadrTransportName;
  readonly oadrTransportAddress?: string;
  readonly oadrReportOnly: boolean;
  readonly oadrXmlSignature: boolean;
  readonly oadrVenName?: string;
  readonly oadrHttpPullModel?: boolean;
}
