import type { RequestID } from '../types/identifiers.ts';
import { required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Asks what the VTN offers, before registering. */
export interface OadrQueryRegistration {
  readonly message: 'oadrQueryRegistration';
  readonly requestID: RequestID;
}

/** @see OadrQueryRegistration */
export const oadrQueryRegistration = message<OadrQueryRegistration>(
  'oadrQueryRegistration',
  versioned(sequence([required(pyld('requestID'), text, { rule: 'XSD', value: '' })], [schemaVersion])),
);
