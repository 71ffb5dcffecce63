import type { RequestID, VenID } from '../types/identifiers.ts';
import { inlined, optional, required } from '../xml/field.ts';
import { text, unsignedInt } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Asks for all DR events of the VEN. */
export interface OadrRequestEvent {
  readonly message: 'oadrRequestEvent';
  readonly requestID: RequestID;
  readonly venID: VenID;
  readonly replyLimit?: number;
}

const eiRequestEvent = sequence([
  required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
  required(ei('venID'), text),
  optional(pyld('replyLimit'), unsignedInt()),
]);

/** @see OadrRequestEvent */
export const oadrRequestEvent = message<OadrRequestEvent>(
  'oadrRequestEvent',
  versioned(sequence([inlined(pyld('eiRequestEvent'), eiRequestEvent)], [schemaVersion])),
);
