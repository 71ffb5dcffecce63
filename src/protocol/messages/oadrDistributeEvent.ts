import type { EiResponse } from '../elements/eiResponse.ts';
import type { OadrEvent } from '../elements/oadrEvent.ts';
import type { RequestID, VtnID } from '../types/identifiers.ts';

/** Lists all DR events of the VEN; a known event that is absent is cancelled. @rule 2.0b 61 */
export interface OadrDistributeEvent {
  readonly message: 'oadrDistributeEvent';
  readonly eiResponse?: EiResponse;
  readonly requestID: RequestID;
  readonly vtnID: VtnID;
  readonly oadrEvent: readonly OadrEvent[];
}
