import type { VenID } from '../types/identifiers.ts';

/** Asks the VTN for whatever it has to say. */
export interface OadrPoll {
  readonly message: 'oadrPoll';
  readonly venID: VenID;
}
