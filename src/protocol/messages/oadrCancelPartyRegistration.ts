import type { RegistrationID, RequestID, VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Ends a registration. */
export interface OadrCancelPartyRegistration {
  readonly message: 'oadrCancelPartyRegistration';
  readonly requestID: RequestID;
  readonly registrationID: RegistrationID;
  readonly venID?: VenID;
}

/** @see OadrCancelPartyRegistration */
export const oadrCancelPartyRegistration = message<OadrCancelPartyRegistration>(
  'oadrCancelPartyRegistration',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        required(ei('registrationID'), text),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
