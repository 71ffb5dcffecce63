import type { VenID } from '../types/identifiers.ts';
import { required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Asks the VTN for whatever it has to say. */
export interface OadrPoll {
  readonly message: 'oadrPoll';
  readonly venID: VenID;
}

/** @see OadrPoll */
export const oadrPoll = message<OadrPoll>(
  'oadrPoll',
  versioned(sequence([required(ei('venID'), text)], [schemaVersion])),
);
