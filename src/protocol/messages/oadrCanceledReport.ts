import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { oadrPendingReports } from '../elements/oadrPendingReports.ts';
import type { ReportRequestID, VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers the end of report requests with all that are still pending. */
export interface OadrCanceledReport {
  readonly message: 'oadrCanceledReport';
  readonly eiResponse: EiResponse;
  readonly oadrPendingReports: readonly ReportRequestID[];
  readonly venID?: VenID;
}

/** @see OadrCanceledReport */
export const oadrCanceledReport = message<OadrCanceledReport>(
  'oadrCanceledReport',
  versioned(
    sequence(
      [
        required(ei('eiResponse'), eiResponse),
        required(oadr('oadrPendingReports'), oadrPendingReports, { rule: 'XSD', value: [] }),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
