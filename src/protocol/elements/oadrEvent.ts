import type { OadrResponseRequired } from '../types/enumerations.ts';
import type { EiEvent } from './eiEvent.ts';

/** A DR event, and whether the VTN wants an answer to it. */
export interface OadrEvent {
  readonly eiEvent: EiEvent;
  readonly oadrResponseRequired: OadrResponseRequired;
}
