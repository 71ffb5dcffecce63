import { oadrReport, type OadrReport } from '../elements/oadrReport.ts';
import type { RequestID, VenID } from '../types/identifiers.ts';
import { optional, required, zeroOrMore } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Delivers reports. */
export interface OadrUpdateReport {
  readonly message: 'oadrUpdateReport';
  readonly requestID: RequestID;
  readonly oadrReport: readonly OadrReport[];
  readonly venID?: VenID;
}

/** @see OadrUpdateReport */
export const oadrUpdateReport = message<OadrUpdateReport>(
  'oadrUpdateReport',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        zeroOrMore(oadr('oadrReport'), oadrReport),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
