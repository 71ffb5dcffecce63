import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import type { RegistrationID, VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers the end of a registration. */
export interface OadrCanceledPartyRegistration {
  readonly message: 'oadrCanceledPartyRegistration';
  readonly eiResponse: EiResponse;
  readonly registrationID?: RegistrationID;
  readonly venID?: VenID;
}

/** @see OadrCanceledPartyRegistration */
export const oadrCanceledPartyRegistration = message<OadrCanceledPartyRegistration>(
  'oadrCanceledPartyRegistration',
  versioned(
    sequence(
      [required(ei('eiResponse'), eiResponse), optional(ei('registrationID'), text), optional(ei('venID'), text)],
      [schemaVersion],
    ),
  ),
);
