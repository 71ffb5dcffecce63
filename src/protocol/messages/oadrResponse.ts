import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import type { VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers any message that has no answer of its own. */
export interface OadrResponse {
  readonly message: 'oadrResponse';
  readonly eiResponse: EiResponse;
  readonly venID?: VenID;
}

/** @see OadrResponse */
export const oadrResponse = message<OadrResponse>(
  'oadrResponse',
  versioned(sequence([required(ei('eiResponse'), eiResponse), optional(ei('venID'), text)], [schemaVersion])),
);
