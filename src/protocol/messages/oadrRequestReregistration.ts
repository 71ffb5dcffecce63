import type { VenID } from '../types/identifiers.ts';

/** Asks the VEN to register again. */
export interface OadrRequestReregistration {
  readonly message: 'oadrRequestReregistration';
  readonly venID: VenID;
}
