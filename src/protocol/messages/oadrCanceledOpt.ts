import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import type { OptID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers the end of an opt. */
export interface OadrCanceledOpt {
  readonly message: 'oadrCanceledOpt';
  readonly eiResponse: EiResponse;
  readonly optID?: OptID;
}

/** @see OadrCanceledOpt */
export const oadrCanceledOpt = message<OadrCanceledOpt>(
  'oadrCanceledOpt',
  versioned(sequence([required(ei('eiResponse'), eiResponse), optional(ei('optID'), text)], [schemaVersion])),
);
