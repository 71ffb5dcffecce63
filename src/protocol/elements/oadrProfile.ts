import type { OadrProfileName, OadrTransportName } from '../types/enumerations.ts';

/** A profile the VTN speaks, and over which transports. */
export interface OadrProfile {
  readonly oadrProfileName: OadrProfileName;
  readonly oadrTransports: readonly OadrTransportName[];
}
