import type { RequestID, VenID } from '../types/identifiers.ts';

/** Asks for all DR events of the VEN. */
export interface OadrRequestEvent {
  readonly message: 'oadrRequestEvent';
  readonly requestID: RequestID;
  readonly venID: VenID;
  readonly replyLimit?: number;
}
