import {
  type OadrProfileName,
  oadrProfileNames,
  type OadrTransportName,
  oadrTransportNames,
} from '../types/enumerations.ts';
import type { RegistrationID, RequestID, VenID } from '../types/identifiers.ts';
import { token } from '../xml/enumerated.ts';
import { optional, required } from '../xml/field.ts';
import { boolean, text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

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

/** @see OadrCreatePartyRegistration */
export const oadrCreatePartyRegistration = message<OadrCreatePartyRegistration>(
  'oadrCreatePartyRegistration',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        optional(ei('registrationID'), text),
        optional(ei('venID'), text),
        required(oadr('oadrProfileName'), token(oadrProfileNames)),
        required(oadr('oadrTransportName'), token(oadrTransportNames)),
        optional(oadr('oadrTransportAddress'), text),
        required(oadr('oadrReportOnly'), boolean),
        required(oadr('oadrXmlSignature'), boolean),
        optional(oadr('oadrVenName'), text),
        optional(oadr('oadrHttpPullModel'), boolean),
      ],
      [schemaVersion],
    ),
  ),
);
