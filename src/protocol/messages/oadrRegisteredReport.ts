import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { type OadrReportRequest, oadrReportRequest } from '../elements/oadrReportRequest.ts';
import type { VenID } from '../types/identifiers.ts';
import { optional, required, zeroOrMore } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers an offer of reports, and may ask for some at once. @rule 2.0b 344 */
export interface OadrRegisteredReport {
  readonly message: 'oadrRegisteredReport';
  readonly eiResponse: EiResponse;
  readonly oadrReportRequest: readonly OadrReportRequest[];
  readonly venID?: VenID;
}

/** @see OadrRegisteredReport */
export const oadrRegisteredReport = message<OadrRegisteredReport>(
  'oadrRegisteredReport',
  versioned(
    sequence(
      [
        required(ei('eiResponse'), eiResponse),
        zeroOrMore(oadr('oadrReportRequest'), oadrReportRequest),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
