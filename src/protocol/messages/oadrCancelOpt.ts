import type { OptID, RequestID, VenID } from '../types/identifiers.ts';
import { required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Ends an opt. */
export interface OadrCancelOpt {
  readonly message: 'oadrCancelOpt';
  readonly requestID: RequestID;
  readonly optID: OptID;
  readonly venID: VenID;
}

/** @see OadrCancelOpt */
export const oadrCancelOpt = message<OadrCancelOpt>(
  'oadrCancelOpt',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        required(ei('optID'), text),
        required(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
