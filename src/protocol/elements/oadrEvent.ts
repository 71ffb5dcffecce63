import type { OadrResponseRequired } from '../types/enumerations.ts';
import { oadrResponseRequireds } from '../types/enumerations.ts';
import type { Codec } from '../xml/codec.ts';
import { exactly } from '../xml/enumerated.ts';
import { required } from '../xml/field.ts';
import { ei, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { EiEvent } from './eiEvent.ts';
import { eiEvent } from './eiEvent.ts';

/** A DR event, and whether the VTN wants an answer to it. */
export interface OadrEvent {
  readonly eiEvent: EiEvent;
  readonly oadrResponseRequired: OadrResponseRequired;
}

export const oadrEvent: Codec<OadrEvent> = sequence([
  required(ei('eiEvent'), eiEvent),
  required(oadr('oadrResponseRequired'), exactly(oadrResponseRequireds)),
]);
