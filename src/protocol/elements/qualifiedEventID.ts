import type { EventID } from '../types/identifiers.ts';
import type { Codec } from '../xml/codec.ts';
import { required } from '../xml/field.ts';
import { text, unsignedInt } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** A DR event in one of its versions. */
export interface QualifiedEventID {
  readonly eventID: EventID;
  readonly modificationNumber: number;
}

export const qualifiedEventID: Codec<QualifiedEventID> = sequence([
  required(ei('eventID'), text),
  required(ei('modificationNumber'), unsignedInt()),
]);
