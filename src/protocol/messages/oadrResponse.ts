import type { EiResponse } from '../elements/eiResponse.ts';
import type { VenID } from '../types/identifiers.ts';

/** Answers any message that has no answer of its own. */
export interface OadrResponse {
  readonly message: 'oadrResponse';
  readonly eiResponse: EiResponse;
  readonly venID?: VenID;
}
