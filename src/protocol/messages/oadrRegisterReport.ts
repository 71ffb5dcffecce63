import { oadrReport, type OadrReport } from '../elements/oadrReport.ts';
import type { ReportRequestID, RequestID, VenID } from '../types/identifiers.ts';
import { optional, required, zeroOrMore } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Offers reports, as metadata. */
export interface OadrRegisterReport {
  readonly message: 'oadrRegisterReport';
  readonly requestID: RequestID;
  readonly oadrReport: readonly OadrReport[];
  readonly venID?: VenID;
  readonly reportRequestID?: ReportRequestID;
}

/** @see OadrRegisterReport */
export const oadrRegisterReport = message<OadrRegisterReport>(
  'oadrRegisterReport',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        zeroOrMore(oadr('oadrReport'), oadrReport),
        optional(ei('venID'), text),
        optional(ei('reportRequestID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
