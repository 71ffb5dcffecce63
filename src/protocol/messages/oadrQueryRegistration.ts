import type { RequestID } from '../types/identifiers.ts';

/** Asks what the VTN offers, before registering. */
export interface OadrQueryRegistration {
  readonly message: 'oadrQueryRegistration';
  readonly requestID: RequestID;
}
