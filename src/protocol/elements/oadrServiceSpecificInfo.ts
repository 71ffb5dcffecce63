import type { OadrServiceName } from '../types/enumerations.ts';
import { oadrServiceNames } from '../types/enumerations.ts';
import type { Codec } from '../xml/codec.ts';
import { listOf } from '../xml/combinators.ts';
import { token } from '../xml/enumerated.ts';
import { oneOrMore, required, zeroOrMore } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { OadrInfo } from './oadrInfo.ts';
import { oadrInfo } from './oadrInfo.ts';

/** What a VTN announces about one of its services. */
export interface OadrService {
  readonly oadrServiceName: OadrServiceName;
  readonly oadrInfo: readonly OadrInfo[];
}

/** A vendor's extension. */
export interface OadrExtension {
  readonly oadrExtensionName: string;
  readonly oadrInfo: readonly OadrInfo[];
}

const oadrService: Codec<OadrService> = sequence([
  required(oadr('oadrServiceName'), token(oadrServiceNames)),
  oneOrMore(oadr('oadrInfo'), oadrInfo),
]);

const oadrExtension: Codec<OadrExtension> = sequence([
  required(oadr('oadrExtensionName'), text),
  zeroOrMore(oadr('oadrInfo'), oadrInfo),
]);

/** What the VTN says of each of its services. */
export const oadrServiceSpecificInfo: Codec<readonly OadrService[]> = listOf(
  zeroOrMore(oadr('oadrService'), oadrService),
  'oadrService',
);

/** What the VTN offers beyond the profile. */
export const oadrExtensions: Codec<readonly OadrExtension[]> = listOf(
  zeroOrMore(oadr('oadrExtension'), oadrExtension),
  'oadrExtension',
);
