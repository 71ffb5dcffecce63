import type { OadrProfileName, OadrTransportName } from '../types/enumerations.ts';
import { oadrProfileNames, oadrTransportNames } from '../types/enumerations.ts';
import type { Codec } from '../xml/codec.ts';
import { listOf, only } from '../xml/combinators.ts';
import { token } from '../xml/enumerated.ts';
import { oneOrMore, required } from '../xml/field.ts';
import { oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** A profile the VTN speaks, and over which transports. */
export interface OadrProfile {
  readonly oadrProfileName: OadrProfileName;
  readonly oadrTransports: readonly OadrTransportName[];
}

const oadrTransport = only(oadr('oadrTransportName'), token(oadrTransportNames));

const oadrProfile: Codec<OadrProfile> = sequence([
  required(oadr('oadrProfileName'), token(oadrProfileNames)),
  required(
    oadr('oadrTransports'),
    listOf<OadrTransportName>(oneOrMore(oadr('oadrTransport'), oadrTransport), 'oadrTransport'),
  ),
]);

/** The list of them in an oadrCreatedPartyRegistration. */
export const oadrProfiles: Codec<readonly OadrProfile[]> = listOf(
  oneOrMore(oadr('oadrProfile'), oadrProfile),
  'oadrProfile',
);
