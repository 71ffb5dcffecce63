import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import type { OptID } from '../types/identifiers.ts';
import { required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers an opt. */
export interface OadrCreatedOpt {
  readonly message: 'oadrCreatedOpt';
  readonly eiResponse: EiResponse;
  readonly optID: OptID;
}

/** @see OadrCreatedOpt */
export const oadrCreatedOpt = message<OadrCreatedOpt>(
  'oadrCreatedOpt',
  versioned(sequence([required(ei('eiResponse'), eiResponse), required(ei('optID'), text)], [schemaVersion])),
);
