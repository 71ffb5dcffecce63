import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { identifyRequest, type OadrReportRequest, oadrReportRequest } from '../elements/oadrReportRequest.ts';
import type { UnreadableItem } from '../errors.ts';
import type { VenID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { zeroOrMoreItems } from '../xml/perItem.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Answers an offer of reports, and may ask for some at once. @rule 2.0b 344 */
export interface OadrRegisteredReport {
  readonly message: 'oadrRegisteredReport';
  readonly eiResponse: EiResponse;
  readonly oadrReportRequest: readonly OadrReportRequest[];
  /** Requests that it holds too, and that cannot be read; absent when there are none. Never sent. */
  readonly unreadable?: readonly UnreadableItem[];
  readonly venID?: VenID;
}

/** @see OadrRegisteredReport */
export const oadrRegisteredReport = message<OadrRegisteredReport>(
  'oadrRegisteredReport',
  versioned(
    sequence(
      [
        required(ei('eiResponse'), eiResponse),
        zeroOrMoreItems(oadr('oadrReportRequest'), oadrReportRequest, identifyRequest),
        optional(ei('venID'), text),
      ],
      [schemaVersion],
    ),
  ),
);
