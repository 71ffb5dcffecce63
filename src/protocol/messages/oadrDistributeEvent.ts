import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { oadrEvent, type OadrEvent } from '../elements/oadrEvent.ts';
import type { RequestID, VtnID } from '../types/identifiers.ts';
import { optional, required, zeroOrMore } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Lists all DR events of the VEN; a known event that is absent is cancelled. @rule 2.0b 61 */
export interface OadrDistributeEvent {
  readonly message: 'oadrDistributeEvent';
  readonly eiResponse?: EiResponse;
  readonly requestID: RequestID;
  readonly vtnID: VtnID;
  readonly oadrEvent: readonly OadrEvent[];
}

/** @see OadrDistributeEvent */
export const oadrDistributeEvent = message<OadrDistributeEvent>(
  'oadrDistributeEvent',
  versioned(
    sequence(
      [
        optional(ei('eiResponse'), eiResponse),
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        required(ei('vtnID'), text),
        zeroOrMore(oadr('oadrEvent'), oadrEvent),
      ],
      [schemaVersion],
    ),
  ),
);
