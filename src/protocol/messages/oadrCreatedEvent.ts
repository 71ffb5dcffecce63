import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { type EventResponse, eventResponses } from '../elements/eventResponse.ts';
import type { VenID } from '../types/identifiers.ts';
import { inlined, optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers DR events with optIn or optOut. */
export interface OadrCreatedEvent {
  readonly message: 'oadrCreatedEvent';
  readonly eiResponse: EiResponse;
  readonly eventResponses?: readonly EventResponse[];
  readonly venID: VenID;
}

const eiCreatedEvent = sequence([
  required(ei('eiResponse'), eiResponse),
  optional(ei('eventResponses'), eventResponses),
  required(ei('venID'), text),
]);

/** @see OadrCreatedEvent */
export const oadrCreatedEvent = message<OadrCreatedEvent>(
  'oadrCreatedEvent',
  versioned(sequence([inlined(pyld('eiCreatedEvent'), eiCreatedEvent)], [schemaVersion])),
);
