import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import type { VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';
import { nestedCancelReport, type OadrCancelReport } from './oadrCancelReport.ts';

/** Answers delivered reports, and may cancel some at once. @rule 2.0b 345 */
export interface OadrUpdatedReport {
  readonly message: 'oadrUpdatedReport';
  readonly eiResponse: EiResponse;
  readonly oadrCancelReport?: Omit<OadrCancelReport, 'message'>;
  readonly venID?: VenID;
}

/** @see OadrUpdatedReport */
export const oadrUpdatedReport = message<OadrUpdatedReport>(
  'oadrUpdatedReport',
  versioned(
    sequence(
      [
        required(ei('eiResponse'), eiResponse),
        optional(oadr('oadrCancelReport'), nestedCancelReport),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
