import type { EiResponse } from '../elements/eiResponse.ts';
import type { OptID } from '../types/identifiers.ts';

/** Answers the end of an opt. */
export interface OadrCanceledOpt {
  readonly message: 'oadrCanceledOpt';
  readonly eiResponse: EiResponse;
  readonly optID?: OptID;
}
