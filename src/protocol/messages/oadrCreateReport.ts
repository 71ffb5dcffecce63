import { type OadrReportRequest, oadrReportRequest } from '../elements/oadrReportRequest.ts';
import type { RequestID, VenID } from '../types/identifiers.ts';
import { oneOrMore, optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Asks for reports. */
export interface OadrCreateReport {
  readonly message: 'oadrCreateReport';
  readonly requestID: RequestID;
  readonly oadrReportRequest: readonly OadrReportRequest[];
  readonly venID?: VenID;
}

/** @see OadrCreateReport */
export const oadrCreateReport = message<OadrCreateReport>(
  'oadrCreateReport',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        oneOrMore(oadr('oadrReportRequest'), oadrReportRequest),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
