import { identifyRequest, type OadrReportRequest, oadrReportRequest } from '../elements/oadrReportRequest.ts';
import type { UnreadableItem } from '../errors.ts';
import type { RequestID, VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { oneOrMoreItems } from '../xml/perItem.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Asks for reports. */
export interface OadrCreateReport {
  readonly message: 'oadrCreateReport';
  readonly requestID: RequestID;
  readonly oadrReportRequest: readonly OadrReportRequest[];
  /** Requests that it holds too, and that cannot be read; absent when there are none. Never sent. */
  readonly unreadable?: readonly UnreadableItem[];
  readonly venID?: VenID;
}

/** @see OadrCreateReport */
export const oadrCreateReport = message<OadrCreateReport>(
  'oadrCreateReport',
  versioned(
    sequence(
      [
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        oneOrMoreItems(oadr('oadrReportRequest'), oadrReportRequest, identifyRequest),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
