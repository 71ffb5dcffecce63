import type { EiResponse } from '../elements/eiResponse.ts';
import type { OptID } from '../types/identifiers.ts';

/** Answers an opt. */
export interface OadrCreatedOpt {
  readonly message: 'oadrCreatedOpt';
  readonly eiResponse: EiResponse;
  readonly optID: OptID;
}
