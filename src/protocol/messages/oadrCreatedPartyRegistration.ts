import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { type OadrProfile, oadrProfiles } from '../elements/oadrProfile.ts';
import {
  type OadrExtension,
  oadrExtensions,
  type OadrService,
  oadrServiceSpecificInfo,
} from '../elements/oadrServiceSpecificInfo.ts';
import type { RegistrationID, VenID, VtnID } from '../types/identifiers.ts';
import type { Duration } from '../types/scalars.ts';
import { durationProperty } from '../xml/combinators.ts';
import { optional, optionalIfReadable, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

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

/** @see OadrCreatedPartyRegistration */
export const oadrCreatedPartyRegistration = message<OadrCreatedPartyRegistration>(
  'oadrCreatedPartyRegistration',
  versioned(
    sequence(
      [
        required(ei('eiResponse'), eiResponse),
        optional(ei('registrationID'), text),
        optional(ei('venID'), text),
        required(ei('vtnID'), text),
        required(oadr('oadrProfiles'), oadrProfiles),
        optionalIfReadable(oadr('oadrRequestedOadrPollFreq'), durationProperty, '19.13'),
        optional(oadr('oadrServiceSpecificInfo'), oadrServiceSpecificInfo),
        optional(oadr('oadrExtensions'), oadrExtensions),
      ],
      [schemaVersion],
    ),
  ),
);
