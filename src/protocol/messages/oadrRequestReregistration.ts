import type { VenID } from '../types/identifiers.ts';
import { required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Asks the VEN to register again. */
export interface OadrRequestReregistration {
  readonly message: 'oadrRequestReregistration';
  readonly venID: VenID;
}

/** @see OadrRequestReregistration */
export const oadrRequestReregistration = message<OadrRequestReregistration>(
  'oadrRequestReregistration',
  versioned(sequence([required(ei('venID'), text)], [schemaVersion])),
);
