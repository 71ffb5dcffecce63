import type { ReportRequestID, RequestID, VenID } from '../types/identifiers.ts';
import type { Codec } from '../xml/codec.ts';
import { oneOrMore, optional, required } from '../xml/field.ts';
import { boolean, text } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned, versionedInside } from './message.ts';

/** Ends report requests. */
export interface OadrCancelReport {
  readonly message: 'oadrCancelReport';
  readonly requestID: RequestID;
  readonly reportRequestID: readonly ReportRequestID[];
  readonly reportToFollow: boolean;
  readonly venID?: VenID;
}

const content: Codec<Omit<OadrCancelReport, 'message'>> = sequence(
  [
    required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
    oneOrMore(ei('reportRequestID'), text),
    required(pyld('reportToFollow'), boolean),
    optional(ei('venID'), text),
  ],
  [schemaVersion],
);

/** What an oadrCancelReport holds inside of an oadrUpdatedReport. */
export const nestedCancelReport = versionedInside(content);

/** @see OadrCancelReport */
export const oadrCancelReport = message<OadrCancelReport>('oadrCancelReport', versioned(content));
