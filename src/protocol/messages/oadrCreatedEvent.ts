import type { EiResponse } from '../elements/eiResponse.ts';
import type { EventResponse } from '../elements/eventResponse.ts';
import type { VenID } from '../types/identifiers.ts';

/** Answers DR events with optIn or optOut. */
export interface OadrCreatedEvent {
  readonly message: 'oadrCreatedEvent';
  readonly eiResponse: EiResponse;
  readonly eventResponses?: readonly EventResponse[];
  readonly venID: VenID;
}
