import type { EventID } from '../types/identifiers.ts';

/** A DR event in one of its versions. */
export interface QualifiedEventID {
  readonly eventID: EventID;
  readonly modificationNumber: number;
}
